"""The bridge to govuk-frontend-jinja: GOV.UK Frontend's components, and Django's form fields drawn as them.

`component(name, **params)` takes a component's own name and options ("date-input", `titleText=...`). `field(bound_field)` chooses
the component by the field's widget; templates/django/forms/field.html calls it, so every form of the site
follows, and the admin, which draws its own fields, does not.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.boundfield import BoundField
from django.forms.widgets import Input
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment, PackageLoader, PrefixLoader

PACKAGE = "govuk_frontend_jinja"
# A choice of several from a longer list than this is no column of check boxes any more.
LONGEST_CHECKBOXES = 12
ANY = "Any"
# What Django's widgets carry that the components decide for themselves.
SET_BY_COMPONENT = {
    "id",
    "class",
    "type",
    "name",
    "value",
    "required",
    "disabled",
    "placeholder",
    "aria-describedby",
    "aria-invalid",
}
SET_AS_PARAM = {"autocomplete", "inputmode", "pattern", "spellcheck", "rows", "autocapitalize"}
CHOSEN_FROM = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.FileInput)

Params = dict[str, Any]


@cache
def _environment() -> Environment:
    """One for the process: making it and compiling a template costs more than drawing a page."""
    return Environment(loader=PrefixLoader({PACKAGE: PackageLoader(PACKAGE)}), autoescape=True, auto_reload=False)


@cache
def _macro(name: str) -> Callable[[Params], str]:
    template = _environment().get_template(f"{PACKAGE}/components/{name}/macro.html")
    return getattr(template.module, "govuk" + "".join(word.capitalize() for word in name.split("-")))


def without_none(value: Any) -> Any:
    """The same params with every None left out, however deep; a macro would print it as the word None."""
    if isinstance(value, dict):
        return {key: without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [without_none(inner) for inner in value if inner is not None]
    return value


def component(name: str, /, **params: Any) -> SafeString:
    """The component's HTML. Text is escaped; keys that end in `html` are not, so they never hold data."""
    return mark_safe(str(_macro(name)(without_none(params))))  # noqa: S308 - the environment escapes


def field(bound_field: BoundField) -> SafeString:
    """A form field with its label, hint and error, as the component that suits its widget."""
    widget = bound_field.field.widget
    if widget.is_hidden:
        return SafeString(bound_field.as_widget())
    for kind, draw in DRAWN_BY:
        if isinstance(widget, kind):
            return draw(bound_field)
    return _plain(bound_field)


def target_id(bound_field: BoundField) -> str:
    """The id of the field's first control: where the error summary's link lands."""
    if isinstance(bound_field.field.widget, forms.SelectDateWidget):
        return f"{_id(bound_field)}_day"
    return _id(bound_field)


def errors_of(form: forms.BaseForm) -> list[Params]:
    """The form's errors in the order of its fields: `text`, and `href` where a field can be gone to."""
    found: list[Params] = [{"text": str(error)} for error in form.non_field_errors()]
    for bound_field in form:
        linked = not bound_field.is_hidden
        found += [{"text": text, "href": f"#{target_id(bound_field)}" if linked else None} for text in error_texts(bound_field)]
    return found


def error_texts(bound_field: BoundField) -> list[str]:
    """The field's errors in words. "This field is required." says nothing in a summary: there the field is named."""
    required = str(forms.Field.default_error_messages["required"])
    return [_asking_for(bound_field) if str(text) == required else str(text) for text in bound_field.errors]


def _id(bound_field: BoundField) -> str:
    return bound_field.auto_id or bound_field.html_name


def _asking_for(bound_field: BoundField) -> str:
    label, widget = str(bound_field.label), bound_field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return f"Tick “{label}”"
    return f"{'Choose' if isinstance(widget, CHOSEN_FROM) else 'Enter'} {_in_a_sentence(label)}"


def _in_a_sentence(label: str) -> str:
    """The label as it stands inside a sentence: "Email" becomes "email", "GSS code" stays."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _attrs(bound_field: BoundField) -> Params:
    return bound_field.build_widget_attrs(dict(bound_field.field.widget.attrs))


def _label(bound_field: BoundField) -> Params:
    return {"text": bound_field.label}


def _about(bound_field: BoundField) -> Params:
    """Hint and error, the same for every component."""
    return {
        "hint": {"text": bound_field.help_text} if bound_field.help_text else None,
        "errorMessage": {"text": " ".join(error_texts(bound_field))} if bound_field.errors else None,
    }


def _fieldset(bound_field: BoundField) -> Params:
    return {"legend": {"text": bound_field.label, "classes": "govuk-fieldset__legend--s"}}


def _control(bound_field: BoundField, *params_taken: str) -> Params:
    """What every single control is given; `params_taken` are attributes this component has a param for."""
    attrs = _attrs(bound_field)
    left = {
        key: "" if value is True else value
        for key, value in attrs.items()
        if key not in SET_BY_COMPONENT and key not in params_taken and value is not False
    }
    return {
        "id": _id(bound_field),
        "name": bound_field.html_name,
        "label": _label(bound_field),
        "classes": attrs.get("class"),
        "disabled": True if bound_field.field.disabled else None,
        "attributes": left,
        **{key: attrs.get(key) for key in params_taken},
        **_about(bound_field),
    }


def _value(bound_field: BoundField) -> Any:
    """The value as the widget writes it; None where there is nothing to write."""
    value = bound_field.field.widget.format_value(bound_field.value())
    return None if value == "" else value


def _choices(widget: Any) -> list[Any]:
    """The widget's choices, kept as a list: those of a model would be read from the database again each time."""
    if not isinstance(widget.choices, list):
        widget.choices = list(widget.choices)
    return widget.choices


def _options(bound_field: BoundField) -> Iterator[tuple[str | None, list[Params]]]:
    """(group or None, options) as the widget has them, each option with `value`, `text` and whether it is `chosen`."""
    widget: Any = bound_field.field.widget
    counts: dict[str, int] | None = getattr(bound_field.field, "counts", None)
    _choices(widget)
    for group, options, _ in widget.optgroups(bound_field.html_name, widget.format_value(bound_field.value())):
        yield (
            group,
            [
                {"value": str(o["value"]), "text": _counted(o["label"], str(o["value"]), counts), "chosen": o["selected"]}
                for o in options
            ],
        )


def _counted(label: Any, value: str, counts: dict[str, int] | None) -> str:
    """An option's words, and how many rows it would give where that is known; one that no row has gives none."""
    return str(label) if counts is None or not value else f"{label} ({counts.get(value, 0):,})"


def _flat_options(bound_field: BoundField) -> list[Params]:
    return [option for _, options in _options(bound_field) for option in options]


def _select_items(bound_field: BoundField) -> list[Params]:
    """The component has no groups: a group's name stands above its options as a line that can't be chosen."""
    items: list[Params] = []
    for group, options in _options(bound_field):
        if group:
            items.append({"text": group, "value": "", "disabled": True})
        for option in options:
            text = "Choose one" if option["text"] == BLANK_CHOICE_DASH[0][1] else option["text"]
            items.append({"value": option["value"], "text": text, "selected": option["chosen"] or None})
    return items


def _select(bound_field: BoundField) -> SafeString:
    items = _select_items(bound_field)
    # Without an empty line the first value would be sent by everybody who chose nothing.
    if not bound_field.field.required and all(item["value"] for item in items):
        items.insert(0, {"value": "", "text": ANY})
    return component("select", items=items, **_control(bound_field))


def _box_items(options: list[Params]) -> list[Params]:
    return [{"value": o["value"], "text": o["text"], "checked": o["chosen"] or None} for o in options]


def _input(bound_field: BoundField) -> SafeString:
    widget: Any = bound_field.field.widget
    params = _control(bound_field, "autocomplete", "inputmode", "pattern", "spellcheck", "autocapitalize")
    if isinstance(widget, forms.NumberInput):
        # A number box changes under a scrolling wheel and hides what it can't read.
        for key in ("step", "min", "max"):
            params["attributes"].pop(key, None)
        params["inputmode"] = params["inputmode"] or "numeric"
    kind = "text" if isinstance(widget, forms.NumberInput) else widget.input_type
    if kind == "email":
        params.update(autocomplete=params["autocomplete"] or "email", spellcheck=False)
    return component("input", type=kind, value=_value(bound_field), **params)


def _password(bound_field: BoundField) -> SafeString:
    return component("password-input", **_control(bound_field, "autocomplete"))


def _textarea(bound_field: BoundField) -> SafeString:
    return component("textarea", value=_value(bound_field), **_control(bound_field, "rows", "autocomplete", "spellcheck"))


def _file(bound_field: BoundField) -> SafeString:
    return component("file-upload", **_control(bound_field))


def _boxes(kind: str, bound_field: BoundField) -> SafeString:
    return component(
        kind,
        idPrefix=_id(bound_field),
        name=bound_field.html_name,
        classes=f"govuk-{kind}--small",
        fieldset=_fieldset(bound_field),
        items=_box_items([o for o in _flat_options(bound_field) if o["value"]]),
        **_about(bound_field),
    )


def _radios(bound_field: BoundField) -> SafeString:
    return _boxes("radios", bound_field)


def _single_checkbox(bound_field: BoundField) -> SafeString:
    item = {
        "value": "on",
        "text": bound_field.label,
        "checked": bool(bound_field.value()) or None,
        "id": _id(bound_field),
    }
    return component("checkboxes", idPrefix=_id(bound_field), name=bound_field.html_name, items=[item], **_about(bound_field))


def is_drawn_as_boxes(bound_field: BoundField) -> bool:
    """Whether the field is a choice of several from a list short enough for a column of check boxes."""
    widget: Any = bound_field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return True
    return isinstance(widget, forms.SelectMultiple) and len(_choices(widget)) <= LONGEST_CHECKBOXES


def _several(bound_field: BoundField) -> SafeString:
    """Check boxes for a short list. For a long one, check boxes for what is chosen and one list to add from."""
    if is_drawn_as_boxes(bound_field):
        return _boxes("checkboxes", bound_field)
    options = _flat_options(bound_field)
    chosen = [o for o in options if o["chosen"]]
    rest = [item for item in _select_items(bound_field) if not item.get("selected")]
    nothing = {"value": "", "text": "None" if chosen else ANY}
    add: Params = {"id": _id(bound_field), "name": bound_field.html_name, "items": [nothing, *rest], **_about(bound_field)}
    if not chosen:
        return component("select", label=_label(bound_field), **add)
    boxes = component(
        "checkboxes",
        idPrefix=f"{_id(bound_field)}-chosen",
        name=bound_field.html_name,
        classes="govuk-checkboxes--small",
        items=_box_items(chosen),
    )
    adding = component("select", label={"text": f"Add another {_in_a_sentence(str(bound_field.label))}"}, **add)
    return component("fieldset", **_fieldset(bound_field), html=boxes + adding)


def _date(bound_field: BoundField) -> SafeString:
    """Three boxes named as SelectDateWidget reads them. What was typed comes back as it was typed."""
    name, parts = bound_field.html_name, ("day", "month", "year")
    if bound_field.form.is_bound:
        values = {part: bound_field.form.data.get(f"{name}_{part}", "") for part in parts}
    else:
        widget: Any = bound_field.field.widget
        values = {part: value or "" for part, value in widget.format_value(bound_field.value()).items()}
    error = " govuk-input--error" if bound_field.errors else ""
    items = [
        {
            "id": f"{_id(bound_field)}_{part}",
            "name": f"{name}_{part}",
            "label": part.capitalize(),
            "value": str(values[part]) or None,
            "classes": f"govuk-input--width-{4 if part == 'year' else 2}{error}",
        }
        for part in parts
    ]
    return component("date-input", id=_id(bound_field), fieldset=_fieldset(bound_field), items=items, **_about(bound_field))


def _plain(bound_field: BoundField) -> SafeString:
    """A widget no component stands for: as Django draws it, with the label, hint and error of the others."""
    about = _about(bound_field)
    target = bound_field.id_for_label or None
    pieces = [component("label", **_label(bound_field), **{"for": target})]
    if about["hint"]:
        pieces.append(component("hint", id=f"{_id(bound_field)}_helptext", **about["hint"]))
    if about["errorMessage"]:
        pieces.append(component("error-message", id=f"{_id(bound_field)}_error", **about["errorMessage"]))
    pieces.append(SafeString(bound_field.as_widget()))
    return mark_safe(f'<div class="govuk-form-group">{"".join(pieces)}</div>')  # noqa: S308 - each piece is escaped


# The first kind a widget belongs to draws it.
DRAWN_BY: list[tuple[type[forms.Widget], Callable[[BoundField], SafeString]]] = [
    (forms.SelectDateWidget, _date),
    (forms.CheckboxSelectMultiple, _several),
    (forms.RadioSelect, _radios),
    (forms.SelectMultiple, _several),
    (forms.Select, _select),
    (forms.CheckboxInput, _single_checkbox),
    (forms.FileInput, _file),
    (forms.PasswordInput, _password),
    (forms.Textarea, _textarea),
    (Input, _input),
]
