"""Changes since a point: whoever applies them, from whichever point, has the lists as they stand."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from arrangements.public.changed import LISTS, MODELS
from arrangements.register.models import Arrangement, BodyPartnership, Partnership, Service, ServiceCategory
from arrangements.tests.builders import make_arrangement, make_partnership, make_service
from councils.models import Council, CouncilName, FormerCode, PartnerBody, Region, Succession
from councils.tests.builders import make_body, make_council
from sharedservices.common.history import written_by
from sharedservices.tests.feeding import TODAY, Fed

CHANGES = "/api/v1/changes/"
EPOCHS = 9  # of three deeds: each kind comes
SEEDS = range(25) if os.environ.get("LONG") == "1" else [20150420]
MOST_QUERIES = 24
Lists = dict[str, dict[str, Any]]


@override_settings(REGISTER_TODAY=TODAY, ZEAL_RAISE=False)
class ChangesSinceTests(Fed, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.feed()

    def setUp(self):
        self.moment = timezone.now() - timedelta(days=90)
        self.later()

    def later(self, by: timedelta = timedelta(hours=2)) -> None:
        """Some hours pass, and what has been written since the last time was begun at their end."""
        self.moment += by
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # events are never changed otherwise
            for model in MODELS:
                table = model.pgh_event_model._meta.db_table
                cursor.execute(f"UPDATE {table} SET pgh_created_at = %s WHERE pgh_created_at = now()", [self.moment])
            cursor.execute("SET LOCAL session_replication_role = origin")

    def download(self) -> Lists:
        """The lists as they stand."""
        found: Lists = {}
        for each in LISTS:
            rows = self.client.get(f"/api/v1/{each.name.replace('_', '-')}/?limit=1000").json()["data"]
            found[each.name] = {str(row[each.key]): row for row in rows}
        return found

    def point(self) -> str:
        """Where to ask for what changes from now on."""
        return self.client.get(CHANGES).json()["links"]["since"]

    def changes(self, point: str, limit: str = "") -> tuple[list[dict[str, Any]], str]:
        """All changes since, and the next point."""
        found, answer = [], {"links": {"next": point + limit}}
        while following := answer["links"].get("next"):
            response = self.client.get(following)
            assert response.status_code == 200, response.content
            answer = response.json()
            found += answer["data"]
        return found, answer["links"]["since"]

    def applied(self, lists: Lists, changes: list[dict[str, Any]]) -> Lists:
        after = {name: dict(items) for name, items in lists.items()}
        for change in changes:
            if change["deed"] == "gone":
                after[change["list"]].pop(change["key"], None)
            else:
                after[change["list"]][change["key"]] = change["item"]
        return after

    # What can happen to the register, by whichever door

    def deeds(self, rng: Random, number: int) -> list[Callable[[], Any]]:
        def some(model: Any) -> Any:
            return rng.choice(list(model.objects.order_by("pk")))

        council, other, arrangement = some(Council), some(Council), some(Arrangement)
        part, service, category = some(Partnership), some(Service), some(ServiceCategory)
        of_it = Arrangement.objects.filter(pk=arrangement.pk)

        def put_an_end_to_one() -> None:
            made = make_arrangement(council, make_council(), name=f"Passing {number}")
            if rng.random() < 0.5:
                self.later()
            made.delete()

        return [
            lambda: Council.objects.filter(pk=council.pk).update(name=f"Council {number}"),
            lambda: Council.objects.filter(pk=council.pk).update(gss_code=f"E06001{number:03}"),
            lambda: Council.objects.filter(pk=council.pk).update(website=f"https://{number}.example"),
            lambda: Council.objects.filter(pk=council.pk).exclude(pk=other.pk).update(kind="district", county=other),
            lambda: CouncilName.objects.create(council=council, name=f"Alias {number}", kind="alias"),
            lambda: FormerCode.objects.create(council=council, code=f"E07009{number:03}", ended_on=date(2013, 3, 31)),
            lambda: Succession.objects.get_or_create(predecessor=self.fourth, successor=self.third),
            lambda: Succession.objects.all().delete(),
            lambda: PartnerBody.objects.filter(pk=self.police.pk).update(name=f"Police {number}"),
            lambda: ServiceCategory.objects.filter(pk=category.pk).update(slug=f"category-{number}", name=f"Category {number}"),
            lambda: Service.objects.filter(pk=service.pk).update(slug=f"service-{number}", name=f"Service {number}"),
            lambda: Service.objects.filter(pk=service.pk).update(category=category),
            lambda: of_it.update(name=f"Arrangement {number}"),
            lambda: of_it.update(main_service=service),
            lambda: arrangement.other_services.add(service),
            lambda: arrangement.other_services.clear(),
            lambda: arrangement.replaces.set([each for each in [some(Arrangement)] if each != arrangement]),
            lambda: make_arrangement(council, make_council(f"New {number}"), name=f"New {number}"),
            put_an_end_to_one,
            lambda: Partnership.objects.filter(pk=part.pk, answers=False).update(role="client"),
            lambda: make_partnership(arrangement, make_council(f"Joining {number}")),
            lambda: make_partnership(arrangement, make_council(f"Mistaken {number}")).delete(),
            lambda: Partnership.objects.filter(pk=make_partnership(arrangement, make_council(f"Moved {number}")).pk).update(
                arrangement=some(Arrangement)
            ),
            lambda: BodyPartnership.objects.create(arrangement=arrangement, body=make_body(f"Body {number}")),
            lambda: BodyPartnership.objects.update(joined_on=date(2014, 1, number % 27 + 1)),
            lambda: make_service(f"another-{number}", f"category-of-{number}"),
        ]

    def test_from_every_point_the_changes_lead_to_the_lists_as_they_stand(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                before = transaction.savepoint()
                self.live_through(Random(seed))
                transaction.savepoint_rollback(before)

    def live_through(self, rng: Random) -> None:
        number, points = 0, [(self.point(), self.download())]
        waiting: list[int] = []
        for _ in range(EPOCHS):
            for _ in range(3):
                number += 1
                kinds = self.deeds(rng, number)
                waiting = waiting or rng.sample(range(len(kinds)), len(kinds))  # so that each comes
                kinds[waiting.pop()]()
            self.later()
            points.append((self.point(), self.download()))
        now = points[-1][1]
        for number, (point, then) in enumerate(points):
            changes, _ = self.changes(point, limit=f"&limit={rng.choice([1, 7, 100])}" if number % 3 == 0 else "")
            assert self.applied(then, changes) == now, f"from the point {number}"
        assert changes == [], "from the last one nothing has changed"

    def test_what_an_item_names_of_other_rows_counts_as_its_own(self):
        county = make_council("Elmshire County Council", kind="county")
        Council.objects.filter(pk=self.fourth.pk).update(kind="district", county=county)
        before, after = make_council("Before Council"), make_council("After Council")
        Succession.objects.create(predecessor=before, successor=after)
        legal = Service.objects.get(slug="legal")
        self.arrangement.other_services.add(legal)
        main = self.arrangement.main_service
        self.later()
        then = self.download()
        for what, rename in {
            "a region": lambda: self.rename(Region.objects.get(pk=self.council.region_id), slug="south"),
            "the county over a district": lambda: self.rename(county, gss_code="E10000901"),
            "a predecessor": lambda: self.rename(before, gss_code="E06000901"),
            "a successor": lambda: self.rename(after, gss_code="E06000902"),
            "a council that takes part": lambda: self.rename(self.council, name="Ashford Borough Council"),
            "a body that takes part": lambda: self.rename(self.police, name="Elmshire Constabulary"),
            "a main service": lambda: self.rename(main, slug="technology"),
            "another service": lambda: self.rename(legal, slug="law"),
            "a category": lambda: self.rename(main.category, slug="offices"),
            "an arrangement with councils": lambda: self.rename(self.arrangement, name="ICT of Ashford"),
            "an arrangement with a body": lambda: self.rename(self.second, name="Parks of Birchley"),
        }.items():
            with self.subTest(what=what):
                point = self.point()
                rename()
                self.later()
                now = self.download()
                assert now != then
                assert self.applied(then, self.changes(point)[0]) == now
                then = now

    def rename(self, row: Any, **values: str) -> None:
        type(row).objects.filter(pk=row.pk).update(**values)

    def test_nothing_more_is_told_than_has_changed(self):
        point = self.point()
        Arrangement.objects.filter(pk=self.second.pk).update(name="Parks of Birchley")
        with written_by(door="test", public_note="It never took part."):
            Partnership.objects.filter(pk=self.party.pk).delete()
        changes, following = self.changes(point)
        told = [(each["list"], each["key"], each["deed"], each["notes"]) for each in changes]
        parts = [str(each.pk) for each in self.second.partnerships.order_by("pk")]
        assert told == [
            ("arrangements", self.arrangement.reference, "changed", ["It never took part."]),
            ("arrangements", self.second.reference, "changed", []),
            ("partnerships", str(self.party.pk), "gone", ["It never took part."]),
            *(("partnerships", part, "changed", []) for part in parts),
            ("body_partnerships", str(self.body_party.pk), "changed", []),
        ]
        assert changes[1]["item"]["name"] == "Parks of Birchley"
        assert self.changes(following)[0] == []

    def test_what_was_begun_before_the_point_and_done_after_it_is_told(self):
        make_council("Early Council")
        self.later()
        point = self.point()
        make_council("Late Council")
        self.later(-timedelta(minutes=30))
        assert "Late Council" in [each["item"]["name"] for each in self.changes(point)[0]]

    def test_another_day_and_another_release_change_what_stands_beside_arrangements(self):
        Arrangement.objects.filter(pk=self.second.pk).update(ended_on=TODAY, end_reason="expired")
        self.later()
        point, then = self.point(), self.download()
        with override_settings(REGISTER_TODAY=TODAY + timedelta(days=1)):
            changes, _ = self.changes(point)
            assert then["arrangements"][self.second.reference]["status"] == "operating"
            assert self.applied(then, changes) == self.download()

    def test_an_answer_about_a_state_is_the_same_bytes_and_a_repeat_is_a_304(self):
        point = self.point()
        Council.objects.filter(pk=self.council.pk).update(website="https://a.example")
        self.later()
        first, second = self.client.get(point), self.client.get(point)
        assert first.content == second.content
        assert self.client.get(point, headers={"If-None-Match": first["ETag"]}).status_code == 304

    def test_points_that_were_never_given_are_refused(self):
        good = self.point().partition("since=")[2]
        for query in (
            "since=x",
            "since=W10",
            "since=" + good[:-9],
            "after=" + good,
            "after=x",
            f"since={good}&after={good}",
            "since=bnVsbA",
        ):
            with self.subTest(query=query):
                response = self.client.get(f"{CHANGES}?{query}")
                (fault,) = response.json()["errors"]
                assert (response.status_code, fault["rule"]) == (400, "a_cursor_given")
        response = self.client.get(f"{CHANGES}?sinse={good}")
        assert response.json()["errors"][0]["example"] == "since"
        assert self.client.get(f"{CHANGES}?limit=0").status_code == 400

    def test_a_point_that_a_backup_does_not_know_is_refused(self):
        make_council("Forgotten Council")
        self.later()
        point = self.point()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DELETE FROM councils_councilevent WHERE name = 'Forgotten Council'")
        (fault,) = self.client.get(point).json()["errors"]
        assert (fault["pointer"], fault["rule"]) == ("/query/since", "a_point_that_stands")

    def test_it_takes_few_queries_however_much_has_changed(self):
        point = self.point()
        taken = []
        for count in (1, 30):
            for number in range(count):
                made = make_arrangement(make_council(), make_council(), name=f"Number {count} {number}")
                BodyPartnership.objects.create(arrangement=made, body=make_body(f"Body {count} {number}"))
            make_service(f"service-{count}", f"category-{count}")
            with CaptureQueriesContext(connection) as captured:
                self.client.get(f"{point}&limit=1000")
            taken.append(len(captured))
        assert taken[0] == taken[1] <= MOST_QUERIES, taken
