"""References: SSR-0001 onwards, never given twice."""

from django.db import connection, transaction
from django.test import TestCase

from arrangements.register.models import Arrangement
from arrangements.tests.builders import make_arrangement, make_service


def new_reference() -> str:
    """The reference of an arrangement just made."""
    return make_arrangement().reference


def number_of(reference: str) -> int:
    return int(reference.removeprefix("SSR-"))


def go_on_from(number: int) -> None:
    """Let the sequence give the number next; undone with the test."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE arrangement_reference RESTART WITH %s", [number])


class ReferenceTests(TestCase):
    def test_each_is_one_more_than_the_last(self):
        assert number_of(new_reference()) + 1 == number_of(new_reference())

    def test_the_first_is_padded_to_four_figures(self):
        go_on_from(1)
        assert [new_reference() for _ in range(2)] == ["SSR-0001", "SSR-0002"]

    def test_the_ten_thousandth_has_five_figures_and_is_as_good_as_any(self):
        go_on_from(9_999)
        assert [new_reference() for _ in range(3)] == ["SSR-9999", "SSR-10000", "SSR-10001"]
        Arrangement.objects.get(reference="SSR-10000").full_clean()

    def test_a_deleted_arrangements_reference_is_not_given_again(self):
        last = make_arrangement()
        last.partnerships.all().delete()
        last.delete()
        assert number_of(new_reference()) > number_of(last.reference)

    def test_one_that_was_rolled_back_is_not_given_again(self):
        with transaction.atomic():
            undone = new_reference()
            transaction.set_rollback(True)
        assert not Arrangement.objects.filter(reference=undone).exists()
        assert number_of(new_reference()) > number_of(undone)

    def test_the_database_gives_it_whatever_the_door(self):
        service, before = make_service(), new_reference()
        made = Arrangement.objects.bulk_create(
            Arrangement(name=name, main_service=service, start_precision="unknown") for name in ("One", "Other")
        )
        assert [number_of(one.reference) for one in made] == [number_of(before) + 1, number_of(before) + 2]

    def test_a_change_of_the_arrangement_leaves_it_alone(self):
        arrangement = make_arrangement()
        before = arrangement.reference
        arrangement.name = "Another name"
        arrangement.save()
        arrangement.refresh_from_db()
        assert arrangement.reference == before
