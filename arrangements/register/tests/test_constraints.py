"""Each rule of the register broken once: refused with its words when asked first, and by the database when not."""

from collections import Counter
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test import TestCase

from arrangements.register.models import Arrangement, BodyPartnership, FormerName, Partnership, Service, ServiceCategory
from arrangements.register.vocabulary import EndReason, Governance, Role, StartPrecision
from arrangements.tests.builders import make_arrangement, make_partnership, make_service
from councils.tests.builders import make_body, make_council

BEFORE, EDGE, AFTER = date(2014, 3, 30), date(2014, 3, 31), date(2014, 4, 1)
ALREADY_IN = "This council is already in the arrangement during that period."
ALREADY_ANSWERS = "Another council already answers for this arrangement during that period."
ALREADY_LEADS = "Another council already leads this arrangement during that period."


class RuleTests(TestCase):
    """How a rule is seen to be held."""

    def assert_refused(self, one, message, constraint):
        """`full_clean` says the message; the database names the constraint."""
        self.assert_not_clean(one, message)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            one.save()

    def assert_not_clean(self, one, message):
        with pytest.raises(ValidationError) as refused:
            one.full_clean()
        assert message in refused.value.messages

    def assert_accepted(self, one):
        one.full_clean()
        one.save()


class ArrangementRuleTests(RuleTests):
    @classmethod
    def setUpTestData(cls):
        cls.arrangement = make_arrangement()

    def test_it_ends_on_or_after_it_starts(self):
        self.arrangement.started_on = EDGE
        self.arrangement.ended_on, self.arrangement.end_reason = EDGE, EndReason.EXPIRED
        self.assert_accepted(self.arrangement)
        self.arrangement.ended_on = BEFORE
        message = "The end date can't be before the start date."
        self.assert_refused(self.arrangement, message, "arrangements_arrangement_ends_on_or_after_it_starts")

    def test_an_unknown_start_has_no_date_and_a_known_one_has(self):
        message = "Give a start date with its precision, or leave the date empty and choose “Not known”."
        self.arrangement.start_precision = StartPrecision.UNKNOWN
        self.assert_refused(self.arrangement, message, "a_start_is_a_date_or_unknown")
        self.arrangement.started_on = None
        self.assert_accepted(self.arrangement)
        for precision in (StartPrecision.DAY, StartPrecision.MONTH, StartPrecision.YEAR):
            self.arrangement.start_precision = precision
            self.assert_refused(self.arrangement, message, "a_start_is_a_date_or_unknown")

    def test_an_end_has_a_reason_and_a_reason_an_end(self):
        message = "An end date needs a reason, and a reason an end date."
        self.arrangement.ended_on = EDGE
        self.assert_refused(self.arrangement, message, "an_end_has_a_reason")
        self.arrangement.end_reason = EndReason.DISSOLVED
        self.assert_accepted(self.arrangement)
        self.arrangement.ended_on = None
        self.assert_refused(self.arrangement, message, "an_end_has_a_reason")

    def test_its_governance_and_precision_are_of_their_lists(self):
        for field, constraint in [
            ("governance", "arrangements_arrangement_governance_is_of_its_list"),
            ("start_precision", "arrangements_arrangement_start_precision_is_of_its_list"),
        ]:
            arrangement = Arrangement.objects.get(pk=self.arrangement.pk)
            setattr(arrangement, field, "hearsay")
            self.assert_refused(arrangement, "Value 'hearsay' is not a valid choice.", constraint)

    def test_the_lists_say_what_they_hold_when_the_field_doesnt(self):
        self.arrangement.governance = "hearsay"
        with pytest.raises(ValidationError, match=f"The governance must be one of: {', '.join(Governance.values)}."):
            self.arrangement.validate_constraints()
        self.arrangement.governance, self.arrangement.aims = Governance.OTHER, ["fame"]
        with pytest.raises(ValidationError, match="Each aim must be one of: savings, resilience, quality, capacity, income."):
            self.arrangement.validate_constraints()

    def test_its_aims_are_of_their_list(self):
        self.arrangement.aims = ["savings", "income"]
        self.assert_accepted(self.arrangement)
        self.arrangement.aims = ["savings", "fame"]
        message = "Item 2 in the array did not validate: Value 'fame' is not a valid choice."
        self.assert_refused(self.arrangement, message, "aims_are_of_their_list")

    def test_a_reference_is_of_its_form_and_one_arrangements_own(self):
        message, other = "A reference looks like SSR-0001.", make_arrangement()
        for reference in ("SSR-001", "ssr-0001", "SSR-0001x", "SSR_0001", ""):
            self.arrangement.reference = reference
            with pytest.raises(ValidationError, match=message):
                self.arrangement.validate_constraints()
            with pytest.raises(IntegrityError, match="a_reference_is_of_its_form"), transaction.atomic():
                self.arrangement.save()
        self.arrangement.reference = other.reference
        self.assert_refused(self.arrangement, "Arrangement with this Reference already exists.", "reference")

    def test_it_has_each_former_name_once(self):
        FormerName.objects.create(arrangement=self.arrangement, name="Old name")
        self.assert_accepted(FormerName(arrangement=make_arrangement(), name="Old name"))
        twice = FormerName(arrangement=self.arrangement, name="Old name")
        self.assert_refused(twice, "This former name is already recorded.", "an_arrangement_has_each_former_name_once")

    def test_what_others_hang_on_cant_be_deleted(self):
        for one in (self.arrangement.main_service, self.arrangement.main_service.category):
            with pytest.raises(ProtectedError):
                one.delete()
        with pytest.raises(ProtectedError):
            self.arrangement.partnerships.get(answers=True).council.delete()


class ServiceRuleTests(RuleTests):
    def test_a_slug_and_a_name_are_given_once(self):
        service = make_service("ict")
        self.assert_refused(
            Service(slug="ict", name="Other", category=service.category), "Service with this Slug already exists.", "slug"
        )
        self.assert_refused(
            Service(slug="other", name=service.name, category=service.category), "Service with this Name already exists.", "name"
        )
        category = service.category
        self.assert_refused(
            ServiceCategory(slug=category.slug, name="Other"), "Service category with this Slug already exists.", "slug"
        )
        self.assert_refused(
            ServiceCategory(slug="other", name=category.name), "Service category with this Name already exists.", "name"
        )


class PartnershipRuleTests(RuleTests):
    @classmethod
    def setUpTestData(cls):
        cls.lead, cls.partner, cls.other = make_council(), make_council(), make_council()
        cls.arrangement = make_arrangement(cls.lead, cls.partner)

    def another(self, council=None, **fields):
        """A further partnership, not stored yet."""
        return Partnership(arrangement=self.arrangement, council=council or self.other, **{"role": Role.PARTNER, **fields})

    def end(self, council, on):
        self.arrangement.partnerships.filter(council=council).update(left_on=on)

    def test_a_council_is_in_an_arrangement_once_at_a_time(self):
        self.assert_refused(self.another(self.partner), ALREADY_IN, "a_council_is_in_an_arrangement_once_at_a_time")

    def test_a_council_may_leave_and_come_back_the_day_after(self):
        self.end(self.partner, EDGE)
        for joined_on in (BEFORE, EDGE):
            again = self.another(self.partner, joined_on=joined_on)
            self.assert_refused(again, ALREADY_IN, "a_council_is_in_an_arrangement_once_at_a_time")
        self.assert_accepted(self.another(self.partner, joined_on=AFTER))

    def test_a_council_may_be_in_two_arrangements_at_once(self):
        self.assert_accepted(Partnership(arrangement=make_arrangement(), council=self.partner))

    def test_one_council_answers_at_a_time(self):
        taking_over = self.another(answers=True)
        self.assert_refused(taking_over, ALREADY_ANSWERS, "one_council_answers_for_an_arrangement_at_a_time")
        self.end(self.lead, EDGE)
        taking_over.joined_on = EDGE
        self.assert_refused(taking_over, ALREADY_ANSWERS, "one_council_answers_for_an_arrangement_at_a_time")
        taking_over.joined_on = AFTER
        self.assert_accepted(taking_over)

    def test_an_answering_council_of_an_earlier_period_hinders_nobody(self):
        self.end(self.lead, EDGE)
        self.assert_accepted(self.another(answers=True, joined_on=AFTER))
        assert Counter(self.arrangement.partnerships.filter(answers=True).values_list("council", flat=True)) == Counter(
            [self.lead.pk, self.other.pk]
        )

    def test_one_council_leads_at_a_time(self):
        leading = self.another(role=Role.LEAD)
        self.assert_refused(leading, ALREADY_LEADS, "one_council_leads_an_arrangement_at_a_time")
        self.end(self.lead, EDGE)
        leading.joined_on = EDGE
        self.assert_refused(leading, ALREADY_LEADS, "one_council_leads_an_arrangement_at_a_time")
        leading.joined_on = AFTER
        self.assert_accepted(leading)

    def test_an_arrangement_may_have_no_lead(self):
        """As with a joint committee: a partner answers."""
        arrangement = make_arrangement(make_council())
        arrangement.partnerships.update(role=Role.PARTNER)
        self.assert_accepted(Partnership(arrangement=arrangement, council=self.other, role=Role.PARTNER))

    def test_a_client_does_not_answer(self):
        self.end(self.lead, EDGE)
        client = self.another(role=Role.CLIENT, answers=True, joined_on=AFTER)
        message = "A client can't answer for an arrangement; a lead or partner council does."
        self.assert_refused(client, message, "a_client_does_not_answer")
        client.answers = False
        self.assert_accepted(client)

    def test_a_role_is_of_its_list(self):
        self.assert_refused(
            self.another(role="friend"), "Value 'friend' is not a valid choice.", "arrangements_partnership_role_is_of_its_list"
        )

    def test_it_leaves_on_or_after_the_day_it_joined(self):
        partnership = self.another(joined_on=EDGE, left_on=EDGE)
        self.assert_accepted(partnership)
        partnership.left_on = BEFORE
        message = "The end date can't be before the start date."
        self.assert_refused(partnership, message, "arrangements_partnership_ends_on_or_after_it_starts")

    def test_raw_sql_is_held_to_the_same_rules(self):
        with pytest.raises(IntegrityError, match="one_council_answers"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE arrangements_partnership SET answers = true WHERE arrangement_id = %s", [self.arrangement.pk])

    def test_a_bulk_update_is_held_to_the_same_rules(self):
        with pytest.raises(DatabaseError, match="one_council_leads"), transaction.atomic():
            self.arrangement.partnerships.update(role=Role.LEAD)


class BodyPartnershipRuleTests(RuleTests):
    def test_a_body_is_in_an_arrangement_once_at_a_time_and_may_come_back(self):
        body = make_body()
        arrangement = make_arrangement(bodies=[body])
        twice = BodyPartnership(arrangement=arrangement, body=body)
        message = "This body is already in the arrangement during that period."
        self.assert_refused(twice, message, "a_body_is_in_an_arrangement_once_at_a_time")
        arrangement.body_partnerships.update(left_on=EDGE)
        twice.joined_on = EDGE
        self.assert_refused(twice, message, "a_body_is_in_an_arrangement_once_at_a_time")
        twice.joined_on = AFTER
        self.assert_accepted(twice)

    def test_it_leaves_on_or_after_the_day_it_joined(self):
        partnership = BodyPartnership(arrangement=make_arrangement(), body=make_body(), joined_on=EDGE, left_on=BEFORE)
        message = "The end date can't be before the start date."
        self.assert_refused(partnership, message, "arrangements_bodypartnership_ends_on_or_after_it_starts")


class MembershipPeriodTests(RuleTests):
    """A part lies within the arrangement's period and within the party's life; `clean` says so for councils and bodies."""

    @classmethod
    def setUpTestData(cls):
        ended = {"ended_on": date(2016, 3, 31), "end_reason": EndReason.EXPIRED}
        cls.arrangement = make_arrangement(name="Testford and friends", started_on=date(2012, 4, 1), **ended)

    def part(self, council=None, **fields):
        return Partnership(arrangement=self.arrangement, council=council or make_council(), role=Role.PARTNER, **fields)

    def test_it_joins_on_the_first_day_at_the_earliest(self):
        self.part(joined_on=date(2012, 4, 1)).full_clean()
        self.assert_not_clean(
            self.part(joined_on=date(2012, 3, 31)),
            "Joined on 31 March 2012, before the arrangement started on 1 April 2012. Leave it empty for a founding party.",
        )

    def test_it_joins_and_leaves_on_the_last_day_at_the_latest(self):
        self.part(joined_on=date(2016, 3, 31), left_on=date(2016, 3, 31)).full_clean()
        message = "1 April 2016 is after the arrangement ended on 31 March 2016. Leave it empty to end with the arrangement."
        self.assert_not_clean(self.part(left_on=date(2016, 4, 1)), message)
        self.assert_not_clean(self.part(joined_on=date(2016, 4, 1)), message)

    def test_a_founding_party_leaves_on_the_first_day_at_the_earliest(self):
        self.part(left_on=date(2012, 4, 1)).full_clean()
        message = "31 March 2012 is before the arrangement started on 1 April 2012."
        self.assert_not_clean(self.part(left_on=date(2012, 3, 31)), message)

    def test_without_dates_of_its_own_it_has_the_arrangements(self):
        part = self.part()
        part.full_clean()
        assert (part.first_day, part.last_day) == (date(2012, 4, 1), date(2016, 3, 31))
        days = [date(2012, 3, 31), date(2012, 4, 1), date(2016, 3, 31), date(2016, 4, 1)]
        assert [part.in_force_on(day) for day in days] == [False, True, True, False]

    def test_with_dates_of_its_own_both_its_days_count(self):
        part = self.part(joined_on=date(2013, 4, 1), left_on=EDGE)
        days = [date(2013, 3, 31), date(2013, 4, 1), EDGE, AFTER]
        assert [part.in_force_on(day) for day in days] == [False, True, True, False]

    def test_a_council_takes_part_from_its_first_day(self):
        council = make_council(name="Newford Council", started_on=date(2013, 4, 1))
        self.part(council, joined_on=date(2013, 4, 1)).full_clean()
        self.assert_not_clean(
            self.part(council, joined_on=date(2013, 3, 31)),
            "Newford Council began on 1 April 2013 and can't take part from 31 March 2013."
            " Record its predecessor up to the day before.",
        )
        self.assert_not_clean(
            self.part(council),
            "Newford Council began on 1 April 2013 and can't take part from 1 April 2012."
            " Record its predecessor up to the day before.",
        )

    def test_a_council_takes_part_until_its_last_day(self):
        council = make_council(name="Oldford Council", ended_on=date(2015, 3, 31))
        self.part(council, left_on=date(2015, 3, 31)).full_clean()
        for part, until in [
            (self.part(council, left_on=date(2015, 4, 1)), "until 1 April 2015"),
            (self.part(council), "until 31 March 2016"),
        ]:
            self.assert_not_clean(
                part,
                f"Oldford Council ended on 31 March 2015 and can't take part {until}."
                " Let it leave on 31 March 2015 at the latest.",
            )

    def test_a_council_that_ends_cant_take_part_without_an_end(self):
        council = make_council(name="Oldford Council", ended_on=date(2015, 3, 31))
        part = Partnership(arrangement=make_arrangement(), council=council)
        self.assert_not_clean(
            part,
            "Oldford Council ended on 31 March 2015 and can't take part without an end."
            " Let it leave on 31 March 2015 at the latest.",
        )

    def test_a_council_of_time_immemorial_may_always_have_taken_part(self):
        self.part(make_council(kind="city_of_london", started_on=None)).full_clean()

    def test_a_body_is_held_to_its_life_too_where_its_dates_are_known(self):
        BodyPartnership(arrangement=self.arrangement, body=make_body()).full_clean()
        body = make_body(name="Old Police", started_on=date(2012, 4, 2), ended_on=date(2015, 3, 31))
        part = BodyPartnership(arrangement=self.arrangement, body=body)
        self.assert_not_clean(
            part,
            "Old Police began on 2 April 2012 and can't take part from 1 April 2012."
            " Record its predecessor up to the day before.",
        )
        part.joined_on, part.left_on = date(2012, 4, 2), date(2015, 3, 31)
        part.full_clean()

    def test_where_the_start_is_unknown_a_founding_party_is_not_judged_by_it(self):
        arrangement = make_arrangement(started_on=None, start_precision=StartPrecision.UNKNOWN)
        part = Partnership(arrangement=arrangement, council=make_council(started_on=date(2013, 4, 1)))
        part.full_clean()
        assert part.first_day is None

    def test_a_form_that_leaves_a_party_out_hears_of_that_alone(self):
        with pytest.raises(ValidationError) as refused:
            Partnership(arrangement=self.arrangement).full_clean()
        assert list(refused.value.message_dict) == ["council"]

    def test_a_part_is_called_after_both(self):
        council = make_council(name="Newford Council")
        assert str(make_partnership(self.arrangement, council)) == "Newford Council in Testford and friends"
