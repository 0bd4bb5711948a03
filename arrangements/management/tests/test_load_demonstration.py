"""Where the demonstration is refused: beside real returns, and outside a demonstration."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings

from arrangements.demonstration.load import load
from arrangements.register.models import Arrangement
from arrangements.tests.builders import make_arrangement, make_return, make_saving, make_year
from councils.models import Council, User
from sharedservices.common.errors import RuleBroken


class WhereItIsRefusedTests(TestCase):
    def test_outside_a_demonstration(self):
        with pytest.raises(RuleBroken, match="loads only where REGISTER_DEMONSTRATION=on"):
            load(lambda line: None)
        with pytest.raises(CommandError, match="REGISTER_DEMONSTRATION=on"):
            call_command("load_demonstration", stdout=io.StringIO())
        assert not Council.objects.exists()
        assert not User.objects.exists()

    @override_settings(REGISTER_DEMONSTRATION=True)
    def test_beside_a_real_return(self):
        arrangement = make_arrangement()
        make_return(arrangement.partnerships.get(answers=True).council, make_year(2013))
        self.assert_refused()

    @override_settings(REGISTER_DEMONSTRATION=True)
    def test_beside_a_real_answer(self):
        make_saving(make_arrangement(), make_year(2013))
        self.assert_refused()

    def assert_refused(self) -> None:
        councils, arrangements = Council.objects.count(), Arrangement.objects.count()
        with pytest.raises(CommandError, match="The demonstration loads only into an empty register"):
            call_command("load_demonstration", stdout=io.StringIO())
        assert (Council.objects.count(), Arrangement.objects.count()) == (councils, arrangements)
        assert not User.objects.filter(email="publisher@example.org").exists()
