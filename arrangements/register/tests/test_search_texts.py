"""A search text is never stale: each table it is made from, changed by each door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.test import TestCase

from arrangements.register.models import (
    Arrangement,
    BodyPartnership,
    FormerName,
    OtherService,
    Partnership,
    SearchText,
    Service,
    ServiceCategory,
)
from arrangements.tests.builders import make_arrangement, make_partnership, make_service
from councils.models import Council, CouncilName, FormerCode, PartnerBody
from councils.tests.builders import make_body, make_council


def run(sql: str, *values: Any) -> None:
    """Raw SQL, as somebody at a database prompt would write it."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def empty(table: str) -> None:
    """Take all rows of the table at once, when nothing waits for the end of the transaction any more."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f"TRUNCATE {table}")


def texts() -> list[dict[str, Any]]:
    """Every search text, as it stands."""
    return list(SearchText.objects.order_by("pk").values())


def must_be_fresh() -> None:
    """Fail if computing all texts anew changes one, or an arrangement has none."""
    kept = texts()
    assert [text["arrangement_id"] for text in kept] == list(Arrangement.objects.order_by("pk").values_list("pk", flat=True))
    run("SELECT search_refresh(ARRAY(SELECT id FROM arrangements_arrangement))")
    assert texts() == kept


class DoorTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.sutton, cls.other = make_council("Sutton Council"), make_council("Kingston Council")
        cls.body, cls.legal = make_body("Surrey Police"), make_service("legal")
        cls.one = make_arrangement(cls.sutton, cls.other, name="One team", bodies=[cls.body])
        cls.two = make_arrangement(
            cls.sutton, make_council("Merton Council"), name="Two teams", service=make_service("waste", "streets")
        )
        cls.one.other_services.add(cls.legal)
        FormerName.objects.create(arrangement=cls.one, name="Pilot")
        CouncilName.objects.create(council=cls.sutton, name="Cheam", kind="alias")
        FormerCode.objects.create(council=cls.sutton, code="E09800001", ended_on="2010-03-31")

    def after(self, deed: Callable[[], Any], *, comes: str = "", goes: str = "", of: Arrangement | None = None) -> None:
        """Do the deed and take it back: `comes` finds the arrangement only afterwards, `goes` only before; all is fresh."""
        of = of or self.one
        with transaction.atomic():
            before = {text: self.finds(text, of) for text in (comes, goes) if text}
            deed()
            after = {text: self.finds(text, of) for text in (comes, goes) if text}
            must_be_fresh()
            transaction.set_rollback(True)
        assert (before.get(comes, False), after.get(comes, True)) == (False, True), f"{comes} doesn't come"
        assert (before.get(goes, True), after.get(goes, False)) == (True, False), f"{goes} doesn't go"
        must_be_fresh()

    def finds(self, text: str, arrangement: Arrangement) -> bool:
        return Arrangement.objects.found_by(text).filter(pk=arrangement.pk).exists()

    def test_an_arrangement(self):
        one, key = self.one, self.one.pk

        def save():
            one.name = "Zebra"
            one.save()

        for name, deed in {
            "save": save,
            "update": lambda: Arrangement.objects.filter(pk=key).update(name="Zebra"),
            "bulk update": lambda: Arrangement.objects.bulk_update([Arrangement(pk=key, name="Zebra")], ["name"]),
            "SQL": lambda: run("UPDATE arrangements_arrangement SET name = 'Zebra' WHERE id = %s", key),
        }.items():
            with self.subTest(name):
                self.after(deed, comes="zebra", goes="one team")
        with self.subTest("reference"):
            self.after(
                lambda: run("UPDATE arrangements_arrangement SET reference = 'SSR-90001' WHERE id = %s", key),
                comes="SSR-90001", goes=self.one.reference,
            )  # fmt: skip
        with self.subTest("main service"):
            waste = Service.objects.get(slug="waste")
            self.after(lambda: Arrangement.objects.filter(pk=key).update(main_service=waste), comes="streets", goes="back office")

    def test_arrangements_come_and_go(self):
        made = {"name": "Zebra", "main_service": make_service(), "started_on": date(2010, 4, 1)}
        columns = [field.column for field in Arrangement._meta.concrete_fields if field.name not in {"id", "reference", "name"}]
        same = ", ".join(columns)
        for name, deed in {
            "create": lambda: Arrangement.objects.create(**made),
            "bulk": lambda: Arrangement.objects.bulk_create([Arrangement(**made), Arrangement(**{**made, "name": "Yak"})]),
            "SQL": lambda: run(
                f"INSERT INTO arrangements_arrangement (name, {same}) SELECT 'Zebra', {same} FROM arrangements_arrangement"
                " WHERE id = %s", self.one.pk,
            ),
        }.items():  # fmt: skip
            with self.subTest(name), transaction.atomic():
                deed()
                assert Arrangement.objects.found_by("zebra").count() == 1
                must_be_fresh()
                transaction.set_rollback(True)
        key = self.two.pk
        for name, deed in {
            "delete": Arrangement.objects.filter(pk=key).delete,
            "SQL": lambda: run("DELETE FROM arrangements_arrangement WHERE id = %s", key),
        }.items():
            with self.subTest(f"{name} takes it away"), transaction.atomic():
                Partnership.objects.filter(arrangement=key).delete()
                deed()
                assert not SearchText.objects.filter(text__contains="two teams").exists()
                must_be_fresh()
                transaction.set_rollback(True)

    def test_former_names(self):
        key, names = self.one.pk, FormerName.objects.filter(arrangement=self.one)
        for name, deed in {
            "create": lambda: FormerName.objects.create(arrangement=self.one, name="Zebra"),
            "bulk": lambda: FormerName.objects.bulk_create([FormerName(arrangement=self.one, name="Zebra")]),
            "SQL": lambda: run(
                "INSERT INTO arrangements_formername (arrangement_id, name, version) VALUES (%s, 'Zebra', 1)", key
            ),
        }.items():
            with self.subTest(name):
                self.after(deed, comes="zebra")
        for name, deed in {
            "update": lambda: names.update(name="Zebra"),
            "SQL": lambda: run("UPDATE arrangements_formername SET name = 'Zebra' WHERE arrangement_id = %s", key),
        }.items():
            with self.subTest(name):
                self.after(deed, comes="zebra", goes="pilot")
        for name, deed in {
            "delete": names.delete,
            "SQL": lambda: run("DELETE FROM arrangements_formername"),
            "truncate": lambda: empty("arrangements_formername"),
        }.items():
            with self.subTest(name):
                self.after(deed, goes="pilot")
        with self.subTest("to another arrangement"):
            self.after(lambda: names.update(arrangement=self.two), goes="pilot")
            self.after(lambda: names.update(arrangement=self.two), comes="pilot", of=self.two)

    def test_other_services(self):
        parks = make_service("parks")
        links = OtherService.objects.filter(arrangement=self.one)
        for name, deed in {
            "add": lambda: self.one.other_services.add(parks),
            "SQL": lambda: run(
                "INSERT INTO arrangements_arrangement_other_services (arrangement_id, service_id) VALUES (%s, %s)",
                self.one.pk, parks.pk,
            ),
        }.items():  # fmt: skip
            with self.subTest(name):
                self.after(deed, comes="parks")
        with self.subTest("update"):
            self.after(lambda: links.update(service=parks), comes="parks", goes="legal")
        for name, deed in {
            "clear": self.one.other_services.clear,
            "SQL": lambda: run("DELETE FROM arrangements_arrangement_other_services"),
            "truncate": lambda: empty("arrangements_arrangement_other_services"),
        }.items():
            with self.subTest(name):
                self.after(deed, goes="legal")

    def test_services_and_their_categories(self):
        legal, waste = self.legal, Service.objects.get(slug="waste")
        streets = ServiceCategory.objects.get(slug="streets")
        self.after(lambda: Service.objects.filter(pk=legal.pk).update(name="Zebra"), comes="zebra", goes="legal")
        self.after(lambda: run("UPDATE arrangements_service SET name = 'Zebra' WHERE slug = 'waste'"), comes="zebra", of=self.two)
        self.after(
            lambda: ServiceCategory.objects.filter(pk=streets.pk).update(name="Zebra"), comes="zebra", goes="streets", of=self.two
        )
        back_office = ServiceCategory.objects.get(slug="back-office")
        self.after(
            lambda: Service.objects.filter(pk=waste.pk).update(category=back_office),
            comes="back office",
            goes="streets",
            of=self.two,
        )

    def test_partnerships(self):
        ely, parts = make_council("Ely Council", gss_code="E06123456"), Partnership.objects.filter(arrangement=self.one)
        kingston = parts.filter(council=self.other)
        for name, deed in {
            "create": lambda: make_partnership(self.one, ely),
            "bulk": lambda: Partnership.objects.bulk_create([Partnership(arrangement=self.one, council=ely)]),
            "SQL": lambda: run(
                "INSERT INTO arrangements_partnership (version, arrangement_id, council_id, role, answers)"
                " VALUES (1, %s, %s, 'partner', false)",
                self.one.pk, ely.pk,
            ),
        }.items():  # fmt: skip
            with self.subTest(name):
                self.after(deed, comes="ely")
                self.after(deed, comes="E06123456")
        with self.subTest("update"):
            self.after(lambda: kingston.update(council=ely), comes="ely", goes="kingston")
        for name, deed in {
            "delete": kingston.delete,
            "SQL": lambda: run("DELETE FROM arrangements_partnership WHERE council_id = %s", self.other.pk),
            "truncate": lambda: empty("arrangements_partnership"),
        }.items():
            with self.subTest(name):
                self.after(deed, goes="kingston")

    def test_partnerships_of_bodies(self):
        fire = make_body("Fens Fire")
        links = BodyPartnership.objects.filter(arrangement=self.one)
        self.after(lambda: BodyPartnership.objects.create(arrangement=self.one, body=fire), comes="fens")
        self.after(lambda: links.update(body=fire), comes="fens", goes="surrey")
        self.after(links.delete, goes="surrey")
        self.after(lambda: run("DELETE FROM arrangements_bodypartnership"), goes="surrey")
        self.after(lambda: empty("arrangements_bodypartnership"), goes="surrey")

    def test_councils_and_bodies(self):
        councils = Council.objects.filter(pk=self.other.pk)
        self.after(lambda: councils.update(name="Zebra Council", short_name="Zebra"), comes="zebra", goes="kingston")
        self.after(lambda: run("UPDATE councils_council SET short_name = 'Zebra' WHERE id = %s", self.other.pk), comes="zebra")
        self.after(lambda: councils.update(gss_code="E06654321"), comes="E06654321", goes=self.other.gss_code)
        self.after(lambda: PartnerBody.objects.update(name="Zebra Police"), comes="zebra", goes="surrey")

    def test_other_names_and_former_codes_of_councils(self):
        sutton, names, codes = self.sutton, CouncilName.objects, FormerCode.objects
        self.after(lambda: names.create(council=sutton, name="Zebra", kind="alias"), comes="zebra")
        self.after(lambda: names.update(name="Zebra"), comes="zebra", goes="cheam")
        self.after(lambda: names.update(council=self.other), goes="cheam", of=self.two)
        self.after(lambda: run("DELETE FROM councils_councilname"), goes="cheam")
        self.after(lambda: empty("councils_councilname"), goes="cheam")
        self.after(lambda: codes.create(council=sutton, code="E09800002", ended_on="2009-03-31"), comes="E09800002")
        self.after(lambda: codes.update(code="E09800003"), comes="E09800003", goes="E09800001")
        self.after(codes.all().delete, goes="E09800001")
        self.after(lambda: empty("councils_formercode"), goes="E09800001")

    def test_what_no_text_speaks_of_leaves_the_texts_alone(self):
        run("UPDATE arrangements_searchtext SET text = text || 'mark'")
        Arrangement.objects.update(summary="More", started_on="2011-04-01")
        Partnership.objects.update(left_on="2015-03-31", role="partner")
        Council.objects.update(population=7)
        Service.objects.update(slug="other-slug") if Service.objects.count() == 1 else Service.objects.filter(slug="ict").update(
            slug="it"
        )
        assert SearchText.objects.filter(text__endswith="mark").count() == Arrangement.objects.count()
