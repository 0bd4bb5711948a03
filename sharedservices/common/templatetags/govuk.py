"""Tags that draw GOV.UK components in Django templates; each leaves all the work to sharedservices.common.govuk."""

from typing import Any

from django import forms, template
from django.core.paginator import Page, Paginator
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from sharedservices.common.chips import ORDER, PAGE, Chip, chips
from sharedservices.common.govuk import component, errors_of, field, is_drawn_as_boxes

register = template.Library()


@register.simple_tag(name="govuk")
def govuk(kind: str, /, params: dict[str, Any] | None = None, **options: Any) -> SafeString:
    """`{% govuk "tag" text="Open" %}`. A template writes no nested options: those come as `params`, made in Python."""
    return component(kind, **{**(params or {}), **options})


@register.simple_tag
def govuk_field(bound_field: BoundField) -> SafeString:
    """`{% govuk_field form.name %}`: label, hint, error and control."""
    return field(bound_field)


register.filter("is_drawn_as_boxes", is_drawn_as_boxes)


@register.filter
def code_words(text: str) -> SafeString:
    """What stands between backticks in a docstring as `code`; all else escaped."""
    pieces = [escape(piece) for piece in text.split("`")]
    return mark_safe("".join(f"<code>{piece}</code>" if at % 2 else piece for at, piece in enumerate(pieces)))  # noqa: S308


@register.simple_tag
def error_summary(form: forms.BaseForm | None) -> SafeString:
    """The errors of a form as links to their fields; nothing where there is none, or no form."""
    if not form or not form.errors:
        return SafeString("")
    return component("error-summary", titleText="There is a problem", errorList=errors_of(form))


@register.simple_tag
def breadcrumbs(*labels_and_addresses: str) -> SafeString:
    """`{% breadcrumbs "Home" "/" "Councils" "/councils/" %}`: a label, its address, and so on; not the page itself."""
    pairs = zip(labels_and_addresses[::2], labels_and_addresses[1::2], strict=True)
    return component("breadcrumbs", items=[{"text": label, "href": address} for label, address in pairs])


def asked(context: Context) -> QueryDict:
    """A copy of the query string that may be changed; empty where a page is drawn without a request."""
    request = getattr(context, "request", None) or context.get("request")
    return request.GET.copy() if request else QueryDict(mutable=True)


def link_to(query: QueryDict) -> str:
    """The address of this page with that query; `?` alone is the page without one."""
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def page_links(context: Context, page: Page) -> SafeString:
    """Links to the pages of a list; each keeps the whole query string with `page` replaced. Nothing for a single page."""
    paginator = page.paginator
    if paginator.num_pages <= 1:
        return SafeString("")

    def href(number: int) -> str:
        query = asked(context)
        query[PAGE] = str(number)
        return link_to(query)

    items: list[dict[str, Any]] = [
        {"ellipsis": True}
        if number == Paginator.ELLIPSIS
        else {"number": number, "href": href(int(number)), "current": number == page.number or None}
        for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return component(
        "pagination",
        items=items,
        previous={"href": href(page.previous_page_number())} if page.has_previous() else None,
        next={"href": href(page.next_page_number())} if page.has_next() else None,
    )


@register.inclusion_tag("_sort_header.html", takes_context=True)
def sort_header(context: Context, key: str, label: str, numeric: bool = False, default: str = "") -> dict[str, Any]:
    """A column header whose link orders the list by `key`, and the other way round when it is ordered so already.

    `default` is the order of a list nobody has ordered: `name`, or `-saving`.
    """
    query = asked(context)
    order = query.get(ORDER) or default
    query[ORDER] = f"-{key}" if order == key else key
    query.pop(PAGE, None)
    direction = {key: "ascending", f"-{key}": "descending"}.get(order)
    return {"label": label, "numeric": numeric, "direction": direction, "href": link_to(query)}


@register.simple_tag(takes_context=True)
def applied_filters(context: Context, form: forms.Form) -> list[Chip]:
    """A chip for each filter value in the address that was understood: `label`, `text`, and `href`, the list without it."""
    return list(chips(form, asked(context)))


@register.simple_tag
def ways_out(on: list[Chip], without_each: dict[str, int] | None) -> list[dict[str, Any]]:
    """The chips without which a list that is empty would hold something, each with how many rows.

    How many isn't known of a chip whose filter has other values that stay.
    """
    names = [chip.name for chip in on]
    counts = [(without_each or {}).get(chip.name) if names.count(chip.name) == 1 else None for chip in on]
    return [{"chip": chip, "count": count} for chip, count in zip(on, counts, strict=True) if count != 0]


def address_of(url_name: str) -> str | None:
    """The address of the page of that name; None where the site has none."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


@register.inclusion_tag("_footer_link.html")
def footer_link(url_name: str, label: str) -> dict[str, Any]:
    """An entry of the footer; nothing where no page has that name."""
    return {"address": address_of(url_name), "label": label}


@register.inclusion_tag("_navigation_item.html", takes_context=True)
def navigation_item(context: Context, url_name: str, label: str, right: bool = False) -> dict[str, Any]:
    """An entry of the navigation; nothing where no page has that name. It is marked on its page and on those below.

    `right` puts it, and what follows, at the right end where there is room.
    """
    address = address_of(url_name)
    if address is None:
        return {"address": None}
    request = getattr(context, "request", None)
    path = request.path if request else ""
    current = "page" if path == address else ("true" if address != "/" and path.startswith(address) else None)
    return {"address": address, "label": label, "current": current, "right": right}
