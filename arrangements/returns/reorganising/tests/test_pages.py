"""The page's three steps and what it did, as a browser without script would go through them."""

from datetime import date
from html.parser import HTMLParser
from unittest.mock import patch
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrangements.register.models import Arrangement, Partnership
from arrangements.returns.models import AnnualReturn
from arrangements.returns.reorganising import views
from arrangements.returns.reorganising.tests.county import EVE, FIRST_DAY, Fellshire, made_of_many, parts_of
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import make_arrangement, make_partnership, make_return, make_year
from councils.models import Council, Succession
from councils.tests.builders import make_council, make_user
from sharedservices.common.tests.admin_forms import words
from sharedservices.common.tests.amount import MANY

PAGE = reverse("admin:reorganise")
MOST_QUERIES = 12


class Sent(HTMLParser):
    """What a browser would send of the page's own form with the button that bears the value."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.text_area = ""
        self.feed(html[html.index('id="content-main"') :])

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name, kind = given.get("name"), given.get("type", "text")
        if tag == "textarea":
            self.text_area = name
        if tag == "input" and name and (kind not in ("checkbox", "radio") or "checked" in given):
            self.fields.append((name, given.get("value", "")))

    def handle_data(self, data):
        if self.text_area:
            self.fields.append((self.text_area, data))
            self.text_area = ""

    def by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in self.fields:
            if name != "csrfmiddlewaretoken":
                found.setdefault(name, []).append(value)
        return found


@override_settings(REQUIRE_SECOND_FACTOR=False)
class PageTestCase(TestCase):
    def setUp(self):
        self.fells = Fellshire()
        self.client.force_login(self.fells.analyst)

    def address(self, **changes) -> str:
        """As step 1 asks for: Fellshire gives way to two new councils."""
        fells = self.fells
        asked: list[tuple[str, object]] = [("step", "effect"), ("blocks", 2), ("first_day", "1 April 2023")]
        east, west = [fells.county, fells.alder, fells.birch], [fells.county, fells.cedar, fells.elm]
        for at, (new, olds) in enumerate([(fells.east, east), (fells.west, west)], start=1):
            facts = {"name": new.name, "short_name": new.short_name, "gss_code": new.gss_code, "kind": new.kind}
            asked += [(f"f{at}-{name}", value) for name, value in {**facts, "region": new.region_id}.items()]
            asked += [(f"f{at}-takes_over", old.pk) for old in olds]
        asked = [(name, value) for name, value in asked if name not in changes]
        for name, value in changes.items():
            asked += [(name, each) for each in (value if isinstance(value, list) else [value])]
        return f"{PAGE}?{urlencode(asked)}"

    def step(self, address: str, response, deed: str, **changes):
        """Press the button of that deed in the form that the response shows."""
        sent = {**Sent(response.content.decode()).by_name(), "deed": deed, **changes}
        return self.client.post(address, {name: value for name, value in sent.items() if value is not None})


class StepsTests(PageTestCase):
    def test_three_steps_lead_from_nothing_to_what_was_done(self):
        fells = self.fells
        shared, of_two = make_arrangement(fells.alder, fells.outside), make_arrangement(fells.cedar, fells.elm)
        countywide = make_arrangement(fells.county, fells.outside, name="Countywide")
        address = self.address()
        effect = self.client.get(address)
        said = words(effect)
        assert "Alder District Council ends on 31 March 2023" in said
        assert "East Fells Council takes over from Fellshire County, Alder, Birch. It begins on 1 April 2023" in said
        assert "Arrangements: to decide: 1, pass on: 1, end with their partners: 1." in said
        assert "East Fells joins on 1 April 2023 as lead and answers for it." in said
        confirm = self.step(address, effect, "confirm")
        assert "Step 3 of 3" in words(confirm)
        assert not Council.objects.filter(ended_on__isnull=False).exists()
        done = self.step(address, confirm, "do", reason="The Fellshire Order 2022", public_note="Fellshire gave way to two.")
        assert done.status_code == 302
        told = words(self.client.get(done["Location"]))
        assert "7 councils, 3 arrangements." in told
        assert "The Fellshire Order 2022" in told
        public = words(self.client.get("/changes/"))
        assert "Fellshire gave way to two." in public
        assert "The Fellshire Order 2022" not in public
        assert "Elm District Council: ends on 31 March 2023; is followed by West Fells Council." in told
        assert "Alder leaves on 31 March 2023; East Fells joins on 1 April 2023 as lead and answers for it." in told
        assert f"{of_two.reference} {of_two}: ends on 31 March 2023 as “Partners merged into one council”." in told
        assert ("East Fells", "lead", True, FIRST_DAY, None) in parts_of(shared)
        assert parts_of(countywide) == [
            ("East Fells", "lead", True, FIRST_DAY, None),
            ("Fellshire County", "lead", True, None, EVE),
            ("Outside", "partner", False, None, None),
            ("West Fells", "partner", False, FIRST_DAY, None),
        ]

    def test_choices_are_shown_again_with_what_they_do_before_anything_is_confirmed(self):
        fells = self.fells
        countywide = make_arrangement(fells.county, fells.outside, fells.other)
        key = countywide.partnerships.get(council=fells.county).pk
        address = self.address()
        effect = self.client.get(address)
        looked = self.step(
            address, effect, "look", **{f"takes-{key}": [fells.west.gss_code], f"first-{key}": fells.west.gss_code}
        )
        assert "West Fells joins on 1 April 2023 as lead and answers for it." in words(looked)
        assert Sent(looked.content.decode()).by_name()[f"takes-{key}"] == [fells.west.gss_code]
        confirm = self.step(address, looked, "confirm")
        back = self.step(address, confirm, "back")
        assert Sent(back.content.decode()).by_name()[f"takes-{key}"] == [fells.west.gss_code]
        self.step(address, confirm, "do")
        assert [row[0] for row in parts_of(countywide)] == ["Fellshire County", "Other", "Outside", "West Fells"]

    def test_a_choice_that_can_t_be_is_refused_beside_it(self):
        fells = self.fells
        countywide = make_arrangement(fells.county, fells.outside, fells.other)
        key = countywide.partnerships.get(council=fells.county).pk
        address = self.address()
        effect = self.client.get(address)
        for takes, first, message in [
            (None, None, "nobody would from 1 April 2023"),
            ([fells.east.gss_code, fells.west.gss_code], None, "Choose which of them leads."),
            ([fells.outside.gss_code], None, "Outside Council doesn't follow Fellshire County Council."),
            (["E06999999"], None, "E06999999 doesn't follow Fellshire County Council."),
        ]:
            for deed in ("look", "confirm", "do"):
                with self.subTest(takes=takes, deed=deed):
                    refused = self.step(address, effect, deed, **{f"takes-{key}": takes, f"first-{key}": first})
                    assert refused.status_code == 200
                    assert message in words(refused)
                    assert "Step 2 of 3" in words(refused)
        assert not Council.objects.filter(ended_on__isnull=False).exists()

    def test_nobody_who_has_seen_nothing_decides(self):
        """A confirmation that was made up, without the choices of the form."""
        make_arrangement(self.fells.county, self.fells.outside)
        refused = self.client.post(self.address(), {"deed": "do"})
        assert "Choose which of them take its part on: one, several or none." in words(refused)
        assert not Succession.objects.exists()

    def test_what_has_moved_since_is_shown_anew_and_nothing_is_stored(self):
        fells = self.fells
        shared = make_arrangement(fells.alder, fells.outside)
        address = self.address()
        confirm = self.step(address, self.client.get(address), "confirm")
        make_partnership(shared, fells.cedar)
        for deed in ("do", "confirm", "look"):
            moved = self.step(address, confirm, deed)
            assert "Something has changed since this was worked out, so nothing was written." in words(moved)
            assert "West Fells joins on 1 April 2023 as partner." in words(moved)
        assert not Succession.objects.exists()
        self.step(address, self.step(address, moved, "confirm"), "do")
        assert Succession.objects.count() == 6

    def test_what_moves_at_the_last_moment_is_shown_anew_too(self):
        """Between the reading for the page and the locks of the deed."""
        fells = self.fells
        shared = make_arrangement(fells.alder, fells.outside)
        address = self.address()
        confirm = self.step(address, self.client.get(address), "confirm")
        do = views.reorganise

        def at_the_last_moment(**asked):
            make_partnership(shared, fells.cedar)
            return do(**asked)

        with patch.object(views, "reorganise", at_the_last_moment):
            moved = self.step(address, confirm, "do")
        assert "Something has changed since this was worked out" in words(moved)
        assert not Succession.objects.exists()

    def test_a_row_that_breaks_a_rule_takes_everything_back_and_is_named(self):
        fells = self.fells
        wrong = make_arrangement(fells.elm, fells.outside)
        Partnership.objects.filter(arrangement=wrong, council=fells.elm).update(joined_on=date(2000, 1, 1))
        address = self.address()
        refused = self.step(address, self.step(address, self.client.get(address), "confirm"), "do")
        assert "Joined on 1 January 2000, before the arrangement started" in words(refused)
        assert "East Fells Council takes over from Fellshire County, Alder, Birch. It begins on" in words(refused)
        assert not Council.objects.filter(short_name="East Fells").exists()

    def test_where_all_is_done_there_is_nothing_to_confirm(self):
        make_arrangement(self.fells.alder, self.fells.outside)
        self.fells.reorganise()
        known = self.client.get(PAGE)
        assert "1 April 2023: Alder, Birch, Cedar, Elm, Fellshire County → East Fells, West Fells" in words(known)
        assert "still to pass on" not in words(known)
        (recorded,) = known.context["known"]
        effect = self.client.get(f"{PAGE}?{recorded.query}")
        assert "The register holds all of this already: there is nothing to do." in words(effect)
        assert 'value="confirm"' not in effect.content.decode()

    def test_what_the_council_file_holds_is_offered_with_what_has_not_passed_on(self):
        fells = self.fells
        fells.reorganise()
        shared = make_arrangement(fells.alder, fells.outside)  # as a form wouldn't store it, and files might
        known = self.client.get(PAGE)
        assert "(1 partnership still to pass on)" in words(known)
        address = f"{PAGE}?{known.context['known'][0].query}"
        self.step(address, self.step(address, self.client.get(address), "confirm"), "do")
        assert ("East Fells", "lead", True, FIRST_DAY, None) in parts_of(shared)

    def test_open_returns_are_told_and_done(self):
        fells = self.fells
        with override_settings(REGISTER_TODAY=date(2024, 5, 1)):
            year = make_year(2023)
            make_arrangement(fells.alder, fells.outside)
            make_return(fells.alder, year, ReturnState.SUBMITTED)
            make_return(fells.birch, year)
            address = self.address()
            effect = self.client.get(address)
            assert "Alder District Council wasn't in force on 31 March 2024: its return, submitted, is withdrawn." in words(
                effect
            )
            assert (
                "East Fells Council is asked, taking up what Alder District Council, Birch District Council gave, and its"
                " return is in progress. 1 line comes to it." in words(effect)
            )
            done = self.step(address, self.step(address, effect, "confirm"), "do")
            told = words(self.client.get(done["Location"]))
            assert "Alder District Council, 2023/24: is withdrawn." in told
            assert "East Fells Council, 2023/24: is asked: in progress." in told
        assert set(AnnualReturn.objects.values_list("council__short_name", flat=True)) == {"East Fells", "West Fells"}


class FirstStepTests(PageTestCase):
    def errors(self, **changes) -> dict[str, str]:
        """Each message by the end of its field's id."""
        response = self.client.get(self.address(**changes))
        assert "Step 1 of 3" in words(response)
        assert all(message in words(response) for _, message in response.context["errors"])
        return {where.removeprefix("id_"): message for where, message in response.context["errors"]}

    def test_each_thing_that_can_t_be_is_refused_at_its_field(self):
        fells = self.fells
        assert self.errors(first_day="soon") == {"first_day": "“soon” is no day. Write it like 1 April 2027 or 2027-04-01."}
        assert "out of the register's time" in self.errors(first_day="1 April 1066")["first_day"]
        assert self.errors(**{"f1-gss_code": "E12000001"})["f1-gss_code"] == "A council's code is E06 to E10 and six digits."
        assert self.errors(**{"f1-gss_code": fells.outside.gss_code})["f1-gss_code"] == (
            f"{fells.outside.gss_code} is the code of Outside Council. Choose that council above."
        )
        assert "has this short name" in self.errors(**{"f1-short_name": "Outside"})["f1-short_name"]
        assert self.errors(**{"f1-name": ""})["f1-name"] == "Give the official name of the new council."
        assert self.errors(**{"f1-gss_code": ""})["f1-gss_code"] == "Give the GSS code of the new council."
        assert "not both" in self.errors(**{"f1-council": fells.outside.pk})["f1-council"]
        assert "at least one" in self.errors(**{"f1-takes_over": []})["f1-takes_over"]
        assert (
            self.errors(**{"f1-county": fells.county.pk})["f1-county"] == "Only a district council has a county council above it."
        )
        assert "Select a valid choice" in self.errors(**{"f1-takes_over": "999999999"})["f1-takes_over"]
        assert "named twice" in self.errors(**{"f2-gss_code": fells.east.gss_code})["f2-gss_code"]

    def test_what_the_register_holds_otherwise_is_refused_at_the_council_with_both_days(self):
        Council.objects.filter(pk=self.fells.elm.pk).update(ended_on=date(2022, 3, 31))
        message = self.errors()["f2-takes_over"]
        assert "31 March 2022" in message
        assert "31 March 2023" in message

    def test_a_district_left_without_its_county_is_refused_where_the_county_is_ticked(self):
        message = self.errors(**{"f2-takes_over": [self.fells.county.pk, self.fells.cedar.pk]})["f1-takes_over"]
        assert message.startswith("Elm District Council is a district of Fellshire County Council")

    def test_another_council_can_be_added_and_what_was_given_stays(self):
        response = self.client.get(self.address(step="more"))
        sent = Sent(response.content.decode()).by_name()
        assert sent["blocks"] == ["3"]
        assert sent["f1-name"] == ["East Fells Council"]
        assert sent["f2-takes_over"] == [str(each.pk) for each in [self.fells.cedar, self.fells.elm, self.fells.county]]
        assert response.context["errors"] == []

    def test_the_way_back_from_the_effect_keeps_what_was_given(self):
        effect = self.client.get(self.address())
        again = self.client.get(f"{PAGE}?{effect.context['again']}")
        assert "Step 1 of 3" in words(again)
        assert Sent(again.content.decode()).by_name()["f1-name"] == ["East Fells Council"]

    def test_an_address_made_up_is_step_one(self):
        for made_up in [
            "step=effect",
            "step=effect&blocks=x",
            "step=more&blocks=999999",
            "blocks=-1",
            "step=%FF",
            "f1-council=1",
        ]:
            with self.subTest(made_up):
                response = self.client.get(f"{PAGE}?{made_up}")
                assert response.status_code == 200
                assert "Step 1 of 3" in words(response)


class WhoMayTests(PageTestCase):
    def test_those_who_may_change_councils(self):
        done = self.fells.reorganise()
        pages = [PAGE, reverse("admin:reorganised", args=[done.act])]
        officer = make_user(councils=[self.fells.outside])
        mere_staff = make_user(staff=True)
        for page in pages:
            assert self.client.get(page).status_code == 200
        for user, status in [(officer, 302), (mere_staff, 403)]:
            self.client.force_login(user)
            for page in pages:
                assert self.client.get(page).status_code == status
                assert self.client.post(page, {"deed": "do"}).status_code == status

    def test_an_act_that_never_was_is_not_found(self):
        assert self.client.get(reverse("admin:reorganised", args=[uuid4()])).status_code == 404

    def test_the_list_of_councils_leads_here(self):
        councils = reverse("admin:councils_council_changelist")
        assert f'href="{PAGE}"' in self.client.get(councils).content.decode()
        self.client.force_login(make_user(staff=True))
        assert f'href="{PAGE}"' not in self.client.get(councils).content.decode()


class QueryTests(PageTestCase):
    def queries_of(self, ask) -> int:
        with CaptureQueriesContext(connection) as queries:
            response = ask()
        assert response.status_code == 200
        return len(queries)

    def test_twelve_queries_or_fewer_whatever_the_number_of_partnerships(self):
        fells = self.fells
        counted = {}
        with override_settings(REGISTER_TODAY=date(2024, 5, 1)):
            year = make_year(2023)
            for council in [fells.county, fells.alder, fells.birch, fells.cedar, fells.elm, fells.outside]:
                make_return(council, year, ReturnState.IN_PROGRESS)
            for number in (10, MANY):
                made_of_many([fells.county, fells.outside, fells.alder, fells.other, fells.birch], number)
                address = self.address()
                effect = self.client.get(address)
                counted[number] = {
                    "choose": self.queries_of(lambda: self.client.get(PAGE)),
                    "effect": self.queries_of(lambda address=address: self.client.get(address)),
                    "confirm": self.queries_of(lambda address=address, effect=effect: self.step(address, effect, "confirm")),
                }
            assert Arrangement.objects.count() == 10 + MANY
        assert counted[10] == counted[MANY]
        assert max(counted[MANY].values()) <= MOST_QUERIES, counted

    def test_what_was_done_takes_as_few(self):
        fells = self.fells
        of_few = self.done_with([fells.alder, fells.outside, fells.birch, fells.other], 4, fells.alder)
        of_many = self.done_with([fells.cedar, fells.outside, fells.elm, fells.other], 40, fells.cedar)
        assert of_few == of_many <= MOST_QUERIES

    def done_with(self, councils: list[Council], number: int, ending: Council) -> int:
        made_of_many(councils, number)
        successor = make_council()
        done = self.fells.reorganise(predecessors={ending: [successor]}, successors=[successor])
        address = reverse("admin:reorganised", args=[done.act])
        assert len(self.client.get(address).context["done"].arrangements) == number // 2
        return self.queries_of(lambda: self.client.get(address))
