"""Filters that refuse what they don't know, over permission groups, which every Django project has."""

import pytest
from django.contrib.auth.models import Group
from django.http import QueryDict

from sharedservices.common.filters import (
    LONGEST_SEARCH,
    MOST_PROBLEMS,
    BadFilters,
    Chosen,
    Day,
    Moment,
    Objects,
    OneChosen,
    OneObject,
    Search,
    StrictFilterSet,
    WholePounds,
    nearest,
    without_blanks,
)

pytestmark = pytest.mark.django_db

COLOURS = [("red", "Red"), ("green", "Green"), ("dark-blue", "Dark blue")]


class Town:
    """Stands for a row that has a slug and a code."""

    def __init__(self, slug, code):
        self.slug, self.code = slug, code

    def __str__(self):
        return self.slug.capitalize()


TOWNS = [Town("leeds", "E01"), Town("york", "E02")]


class SampleFilter(StrictFilterSet):
    """One filter of each kind; none of them narrows anything."""

    q = Search(method="leave", label="Search")
    colour = Chosen(choices=COLOURS, method="leave")
    size = OneChosen(choices=[("s", "Small"), ("l", "Large")], method="leave")
    town = Objects(
        queryset=lambda: TOWNS,
        codes=("code",),
        former_codes=lambda: {"E99": "york", "E98": "gone"},
        none_label="None",
        method="leave",
    )
    home = OneObject(queryset=lambda: TOWNS, codes=("code",), method="leave")
    amount = WholePounds(method="leave")
    on = Day(method="leave")
    at = Moment(method="leave")

    class Meta:
        model = Group
        fields = []

    def leave(self, rows, name, value):
        return rows


def ask(query, **more):
    filterset = SampleFilter(QueryDict(query), queryset=Group.objects.all(), **more)
    filterset.refuse_bad()
    return filterset


def refused(query, **more):
    with pytest.raises(BadFilters) as refusal:
        ask(query, **more)
    return [problem["message"] for problem in refusal.value.problems]


class TestNames:
    def test_an_unknown_name_is_refused_with_the_nearest_good_one(self):
        assert refused("colur=red") == [
            "colur: no filter has this name. Did you mean “colour”? Good values: q, colour, size, town, home, amount, on, at."
        ]

    def test_capitals_are_a_slip_too(self):
        assert "Did you mean “colour”?" in refused("Colour=red")[0]

    def test_every_unknown_name_is_named(self):
        assert [message.partition(":")[0] for message in refused("colur=red&twon=leeds&colour=red")] == ["colur", "twon"]

    def test_names_of_paging_are_known_where_the_surface_reads_them_and_only_there(self):
        assert refused("page=2")
        ask("page=2", also_known=("page",))
        assert "after: no filter has this name" in refused("after=x", also_known=("page",))[0]
        assert refused("page=1&page=2", also_known=("page",)) == ["page: give one value, not 2."]

    def test_a_long_name_is_cut_short_in_the_message(self):
        assert len(refused("z" * 5_000 + "=1")[0]) < 200

    def test_many_bad_names_get_a_short_answer(self):
        assert len(refused("&".join(f"n{number}=1" for number in range(900)))) == MOST_PROBLEMS


class TestValues:
    def test_blank_values_are_not_given(self):
        assert dict(without_blanks(QueryDict("a=&b=+&c=1&c=&d=%09")).lists()) == {"c": ["1"]}
        assert ask("q=&colour=&size=&town=&home=&amount=&on=&at=").given.urlencode() == ""

    def test_nothing_asked_is_no_problem(self):
        filterset = SampleFilter(None, queryset=Group.objects.all())
        filterset.refuse_bad()
        assert filterset.chosen("town") == []

    def test_repeated_names_mean_any_of(self):
        assert ask("colour=red&colour=green").chosen("colour") == ["red", "green"]
        assert ask("town=york&town=leeds").chosen("town") == [TOWNS[1], TOWNS[0]]

    @pytest.mark.parametrize("name", ["q", "size", "home", "amount", "on", "at"])
    def test_a_second_value_where_one_is_meant_is_refused(self, name):
        value = {"amount": "5", "on": "2014-04-01", "at": "2014-04-01", "size": "s", "home": "york", "q": "a"}[name]
        assert refused(f"{name}={value}&{name}={value}") == [f"{name}: give one value, not 2."]

    def test_a_blank_beside_a_value_does_not_make_two(self):
        assert ask("size=&size=s").chosen("size") == "s"

    def test_an_unknown_value_is_refused_with_the_nearest_good_one(self):
        assert refused("colour=gren") == [
            "colour: “gren” is not one of its values. Did you mean “green”? Good values: red, green, dark-blue."
        ]
        assert refused("size=xl")[0].startswith("size: “xl” is not one of its values.")
        assert "Did you mean “leeds”? Good values: none, leeds, york." in refused("town=leads")[0]
        assert "Good values: leeds, york." in refused("home=nowhere")[0]

    def test_one_bad_value_among_good_ones_is_refused(self):
        assert "“pink”" in refused("colour=red&colour=pink")[0]
        assert "“hull”" in refused("town=leeds&town=hull")[0]

    def test_a_long_value_is_cut_short_in_the_message(self):
        for name in ("colour", "size", "town", "home"):
            assert len(refused(f"{name}={'x' * 10_000}")[0]) < 300

    def test_objects_are_found_by_slug_code_and_former_code_whatever_the_capitals(self):
        for name in ("york", "YORK", "E02", "e02", "E99", "e99"):
            assert ask(f"town={name}").chosen("town") == [TOWNS[1]]
        assert "“E98”" in refused("town=E98")[0], "a code of something that isn't in the list"
        assert ask("home=e02").chosen("home") is TOWNS[1]

    def test_none_is_a_value_where_the_filter_has_one(self):
        assert ask("town=none&town=york").chosen("town") == ["none", TOWNS[1]]
        assert refused("home=none")


class TestSearch:
    def test_a_search_may_be_as_long_as_the_longest_and_no_longer(self):
        assert ask("q=" + "a" * LONGEST_SEARCH).chosen("q") == "a" * LONGEST_SEARCH
        assert refused("q=" + "a" * (LONGEST_SEARCH + 1)) == ["q: Search for at most 200 characters."]

    def test_space_around_it_does_not_matter(self):
        assert ask("q=++ict++").chosen("q") == "ict"


class TestWholePounds:
    @pytest.mark.parametrize(("text", "amount"), [("0", 0), ("-5", -5), ("250000", 250_000), ("%20250%20", 250), ("007", 7)])
    def test_digits_are_pounds(self, text, amount):
        assert ask(f"amount={text}").chosen("amount") == amount

    @pytest.mark.parametrize(
        "text", ["1e5", "1e999", "1.5", "1.0", "£5", "1,000", "1_000", "%D9%A3", "nan", "inf", "0x1", "--1", "9" * 5_000, "%2B5"]
    )
    def test_anything_else_is_refused_with_the_way_to_write_it(self, text):
        message = refused(f"amount={text}")[0]
        assert message in (
            "amount: Write whole pounds in digits, such as 250000.",
            "amount: Ensure this value is less than or equal to 1000000000000.",
        )

    def test_the_largest_is_far_beyond_any_saving_and_fits_the_database(self):
        ask("amount=1000000000000&q=")
        for text in ("1000000000001", "-1000000000001", "99999999999999999999"):
            assert "Ensure this value is" in refused(f"amount={text}")[0]


class TestDays:
    def test_a_day_is_a_date_that_exists(self):
        assert ask("on=2016-02-29").chosen("on").isoformat() == "2016-02-29"
        for text in ("2014-02-30", "2015-02-29", "2014", "01/04/2014", "yesterday", "0000-01-01", "2014-04-01T00:00"):
            assert refused(f"on={text}") == ["on: Write the day like 2014-04-01."]

    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("2014-05-01", "2014-05-01T23:59:59.999999+01:00"),  # a day stands for its end
            ("2014-01-01", "2014-01-01T23:59:59.999999+00:00"),
            ("2014-05-01T09:30", "2014-05-01T09:30:00+01:00"),  # London's summer
            ("2014-05-01T09:30Z", "2014-05-01T09:30:00+00:00"),
            ("2014-05-01T09:30:15%2B02:00", "2014-05-01T09:30:15+02:00"),
        ],
    )
    def test_a_moment_is_london_s_unless_it_says_otherwise(self, text, moment):
        assert ask(f"at={text}").chosen("at").isoformat() == moment

    @pytest.mark.parametrize("text", ["rubbish", "2014-13-01", "2014-05-01T25:00", "2014-05-01 09:30", "T", "1400000000", "now"])
    def test_what_is_no_moment_is_refused(self, text):
        assert refused(f"at={text}") == ["at: Write a day like 2014-05-01 or a moment like 2014-05-01T09:30."]


class TestNearest:
    def test_a_long_list_is_cut_and_says_so(self):
        phrase = nearest("zzz", [f"word{number}" for number in range(40)])
        assert phrase == " Good values: " + ", ".join(f"word{number}" for number in range(12)) + " and 28 more."

    def test_nothing_near_is_not_guessed(self):
        assert nearest("zzz", ["london"]) == " Good values: london."
        assert nearest("zzz", []) == ""

    def test_all_problems_stand_in_the_exception_s_own_words(self):
        with pytest.raises(BadFilters, match=r"colur: .* size: give one value"):
            ask("colur=1&size=s&size=l")
