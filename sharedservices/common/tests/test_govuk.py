"""Forms come out as GOV.UK components: what a reader gets, and what must never get through."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import RequestContext, engines
from django.test import RequestFactory
from django.test.html import parse_html

from sharedservices.common.govuk import component, errors_of

HOSTILE = "<script>alert(1)</script>"


class ReturnForm(forms.Form):
    name = forms.CharField(help_text="As on the letterhead.")
    note = forms.CharField(widget=forms.Textarea, required=False)
    amount = forms.IntegerField(label="Amount")
    began = forms.DateField(widget=forms.SelectDateWidget, label="Day it began")
    kind = forms.ChoiceField(choices=[("county", "County"), ("district", "District")], widget=forms.RadioSelect)
    regions = forms.MultipleChoiceField(choices=[("london", "London"), ("south-east", "South East")])
    councils = forms.MultipleChoiceField(choices=[(f"c{n}", f"Council {n}") for n in range(40)], required=False)
    service = forms.ChoiceField(choices=[("", "---------"), ("Back office", [("ict", "ICT"), ("legal", "Legal")])])
    several = forms.ChoiceField(choices=[("several", "More than one")], required=False)
    agree = forms.BooleanField(label="The council agrees")
    password = forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    email = forms.EmailField(widget=forms.EmailInput(attrs={"placeholder": "Email"}))
    token = forms.CharField(widget=forms.HiddenInput, required=False)


GOOD = {
    "name": "Kingston",
    "note": "",
    "amount": "410000",
    "began_day": "1",
    "began_month": "4",
    "began_year": "2013",
    "kind": "county",
    "regions": ["london"],
    "councils": ["c3", "c7"],
    "service": "ict",
    "agree": "on",
    "password": "x",
    "email": "a@example.org",
}


def posted(**changes):
    data = QueryDict(mutable=True)
    for key, value in {**GOOD, **changes}.items():
        data.setlist(key, value if isinstance(value, list) else [value])
    return ReturnForm(data)


def elements(html, name):
    """Every element of that name, its attributes as a dict and its words as one string."""
    found = []

    def walk(node):
        for child in getattr(node, "children", []):
            if getattr(child, "name", None) == name:
                words = " ".join(text.strip() for text in texts(child) if text.strip())
                found.append({**dict(child.attributes), "words": words})
            walk(child)

    def texts(node):
        for child in getattr(node, "children", []):
            yield from [child] if isinstance(child, str) else texts(child)

    walk(parse_html(f"<div>{html}<p></p></div>"))
    return found


def one(html, element, **attributes):
    """The one element that has these attributes."""
    found = [each for each in elements(html, element) if all(each.get(k) == v for k, v in attributes.items())]
    assert len(found) == 1, found
    return found[0]


def drawn(template, query="", **context):
    """A template as a page draws it."""
    request = RequestFactory().get(f"/arrangements/?{query}")
    return engines["django"].from_string(template).render(context, request)


class TestFields:
    def test_every_kind_of_field_is_its_component(self):
        html = ReturnForm().render()
        assert one(html, "input", name="name")["class"] == "govuk-input"
        assert one(html, "textarea", name="note")["class"] == "govuk-textarea"
        assert one(html, "select", name="service")["class"] == "govuk-select"
        assert [each["value"] for each in elements(html, "input") if each.get("type") == "radio"] == ["county", "district"]
        assert [each["name"] for each in elements(html, "input") if each.get("type") == "checkbox"] == [
            "regions",
            "regions",
            "agree",
        ]
        assert one(html, "input", name="password")["autocomplete"] == "new-password"

    def test_a_hint_is_tied_to_its_control(self):
        html = str(ReturnForm()["name"].as_field_group())
        assert one(html, "input")["aria-describedby"] == "id_name-hint"
        assert one(html, "div", id="id_name-hint")["words"] == "As on the letterhead."

    def test_an_empty_value_is_empty_and_never_the_word_none(self):
        html = ReturnForm(initial={"note": None, "name": None}).render()
        assert one(html, "textarea", name="note")["words"] == ""
        assert "value" not in one(html, "input", name="name")
        assert "None" not in html

    def test_a_zero_is_shown(self):
        assert one(ReturnForm(initial={"amount": 0}).render(), "input", name="amount")["value"] == "0"

    def test_an_amount_is_a_text_box_for_digits(self):
        box = one(ReturnForm().render(), "input", name="amount")
        assert (box["type"], box["inputmode"]) == ("text", "numeric")

    def test_no_placeholder_and_no_required_attribute(self):
        html = ReturnForm().render()
        assert "placeholder" not in html
        assert "required" not in html

    def test_the_hidden_field_is_there_and_has_no_label(self):
        html = ReturnForm(initial={"token": "abc"}).render()
        assert one(html, "input", name="token")["type"] == "hidden"
        assert not [label for label in elements(html, "label") if label["for"] == "id_token"]

    def test_data_is_escaped_wherever_it_stands(self):
        class Hostile(forms.Form):
            text = forms.CharField(label=HOSTILE, help_text=HOSTILE)
            choice = forms.ChoiceField(choices=[("x", HOSTILE)])
            boxes = forms.MultipleChoiceField(choices=[("x", HOSTILE)], label=HOSTILE)

        html = Hostile({"text": "", "choice": HOSTILE, "boxes": [HOSTILE]}).render()
        assert "<script" not in html
        assert "&lt;script&gt;" in html


class TestDates:
    def test_a_day_is_three_boxes(self):
        html = str(ReturnForm(initial={"began": date(2014, 3, 31)})["began"].as_field_group())
        assert [(box["name"], box["value"]) for box in elements(html, "input")] == [
            ("began_day", "31"),
            ("began_month", "3"),
            ("began_year", "2014"),
        ]

    def test_the_boxes_are_read_back_as_a_day(self):
        form = posted()
        assert form.is_valid(), form.errors
        assert form.cleaned_data["began"] == date(2013, 4, 1)

    def test_a_day_that_is_none_comes_back_as_it_was_typed(self):
        form = posted(began_day="31", began_month="Feb", began_year="2014")
        assert not form.is_valid()
        html = str(form["began"].as_field_group())
        assert [box["value"] for box in elements(html, "input")] == ["31", "Feb", "2014"]


class TestChoices:
    def test_of_a_short_list_every_one_is_a_check_box(self):
        html = str(posted()["regions"].as_field_group())
        assert [(box["value"], "checked" in box) for box in elements(html, "input")] == [
            ("london", True),
            ("south-east", False),
        ]

    def test_of_a_long_list_those_chosen_are_check_boxes_and_one_more_can_be_added(self):
        html = str(posted()["councils"].as_field_group())
        assert [box["value"] for box in elements(html, "input")] == ["c3", "c7"]
        assert one(html, "select")["name"] == "councils"
        values = [option["value"] for option in elements(html, "option")]
        assert values[0] == ""
        assert len(values) == 39
        assert "c3" not in values

    def test_a_long_list_of_which_none_is_chosen_is_one_list(self):
        html = str(ReturnForm()["councils"].as_field_group())
        assert not elements(html, "input")
        assert one(html, "label")["words"] == "Councils"

    def test_an_optional_choice_can_be_left_open(self):
        assert [option["value"] for option in elements(str(ReturnForm()["several"].as_field_group()), "option")] == [
            "",
            "several",
        ]

    def test_the_name_of_a_group_cannot_be_chosen(self):
        options = elements(str(ReturnForm()["service"].as_field_group()), "option")
        assert [(option["words"], "disabled" in option) for option in options] == [
            ("Choose one", False),
            ("Back office", True),
            ("ICT", False),
            ("Legal", False),
        ]


class TestErrors:
    def test_a_required_field_is_asked_for_by_name(self):
        form = posted(name="", kind="", agree="")
        assert [each["text"] for each in errors_of(form)] == ["Enter name", "Choose kind", "Tick “The council agrees”"]

    def test_a_field_with_words_of_its_own_keeps_them(self):
        class Worded(forms.Form):
            name = forms.CharField(error_messages={"required": "Name the lead council."})

        assert [each["text"] for each in errors_of(Worded({}))] == ["Name the lead council."]

    def test_each_link_of_the_summary_lands_on_a_control(self):
        form = ReturnForm({})
        page = drawn("{% load govuk %}{% error_summary form %}{{ form }}", form=form)
        ids = {each.get("id") for kind in ("input", "select", "textarea") for each in elements(page, kind)}
        links = [link["href"] for link in elements(page, "a")]
        assert len(links) == len(form.errors)
        assert {link.removeprefix("#") for link in links} <= ids

    def test_an_error_is_tied_to_its_control(self):
        html = str(posted(name="")["name"].as_field_group())
        assert one(html, "input")["aria-describedby"] == "id_name-hint id_name-error"

    def test_a_form_without_errors_has_no_summary(self):
        assert drawn("{% load govuk %}{% error_summary form %}", form=posted()) == ""

    def test_an_error_of_the_whole_form_stands_in_the_summary_without_a_link(self):
        form = posted()
        form.add_error(None, "Last year's return is still open.")
        assert errors_of(form) == [{"text": "Last year's return is still open."}]


class TestPagesAndOrders:
    def test_links_to_pages_keep_the_filters(self):
        page = Paginator(range(500), 50).page(5)
        html = drawn("{% load govuk %}{% page_links page %}", "region=london&region=south-east&page=5", page=page)
        links = {link.get("aria-label", link.get("rel", "")): link["href"] for link in elements(html, "a")}
        assert links["Page 6"] == "?region=london&region=south-east&page=6"
        assert links["next"] == links["Page 6"]
        assert links["prev"] == "?region=london&region=south-east&page=4"
        assert one(html, "a", **{"aria-current": "page"})["words"] == "5"

    def test_one_page_needs_no_links(self):
        assert drawn("{% load govuk %}{% page_links page %}", page=Paginator([1], 50).page(1)) == ""

    @pytest.mark.parametrize(
        ("query", "sorted_", "href"),
        [
            ("region=london&page=3", "none", "?region=london&order=saving"),
            ("order=saving", "ascending", "?order=-saving"),
            ("order=-saving", "descending", "?order=saving"),
        ],
    )
    def test_a_header_orders_the_list_and_says_how_it_is_ordered(self, query, sorted_, href):
        html = drawn('<table><tr>{% load govuk %}{% sort_header "saving" "Saving" %}</tr></table>', query)
        assert one(html, "th")["aria-sort"] == sorted_
        assert one(html, "a")["href"] == href

    def test_the_usual_order_is_marked_where_none_is_asked_for(self):
        html = drawn('<table><tr>{% load govuk %}{% sort_header "name" "Name" default="name" %}</tr></table>')
        assert one(html, "th")["aria-sort"] == "ascending"
        assert one(html, "a")["href"] == "?order=-name"


class FilterForm(forms.Form):
    q = forms.CharField(required=False, label="Search")
    region = forms.MultipleChoiceField(
        choices=[("london", "London"), ("south-east", "South East")], required=False, label="Region"
    )
    order = forms.ChoiceField(choices=[("name", "Name")], required=False)


class TestAppliedFilters:
    def chips(self, query):
        form = FilterForm(QueryDict(query))
        template = (
            "{% load govuk %}{% applied_filters form as chips %}"
            "{% for chip in chips %}<a href='{{ chip.href }}'>{{ chip.label }}: {{ chip.text }}</a>{% endfor %}"
        )
        return [(link["words"], link["href"]) for link in elements(drawn(template, query, form=form), "a")]

    def test_each_value_is_named_and_can_be_taken_away_alone(self):
        assert self.chips("region=london&region=south-east&q=ict&page=2") == [
            ("Search: ict", "?region=london&region=south-east"),
            ("Region: London", "?region=south-east&q=ict"),
            ("Region: South East", "?region=london&q=ict"),
        ]

    def test_blanks_and_the_order_are_no_filters(self):
        assert self.chips("q=&region=london&order=name") == [("Region: London", "?q=&order=name")]

    def test_what_was_not_understood_is_not_shown_as_applied(self):
        assert self.chips("region=atlantis") == []


class TestTheBridge:
    def test_threads_do_not_mix_their_pages(self):
        """The macros are shared by every thread of a server; what they draw is not."""

        def draw(number):
            return all(
                str(number) in (html := component("tag", text=str(number))) and html.count("govuk-tag") == 1 for _ in range(200)
            )

        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(draw, range(1000, 1016)))

    def test_text_is_escaped(self):
        assert "<script" not in component("tag", text=HOSTILE)

    def test_the_admin_draws_its_own_fields(self, rf):
        """Admin forms print the widget and never the field group, so no GOV.UK class reaches them."""
        from django.contrib.admin.helpers import AdminField

        assert "govuk" not in str(AdminField(ReturnForm(), "name", is_first=True).field)

    def test_a_page_drawn_without_a_request_still_has_its_header_and_footer(self):
        html = engines["django"].get_template("500.html").render()
        assert "Something went wrong" in html
        assert "not a GOV.UK service" in html


def test_words_between_backticks_are_code_and_the_rest_is_escaped():
    html = drawn("{% load govuk %}{{ text|code_words }}", text="`year` narrows <it> to `a<b`")
    assert html == "<code>year</code> narrows &lt;it&gt; to <code>a&lt;b</code>"


def test_a_context_without_a_request_has_no_query():
    template = engines["django"].from_string("{% load govuk %}{% page_links page %}")
    assert "?page=2" in template.template.render(RequestContext(None, {"page": Paginator(range(9), 3).page(1)}))
