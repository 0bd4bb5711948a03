"""The demonstration's files keep the rules of the register and meet the published totals."""

import itertools
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import median

import pytest

from arrangements.demonstration.tests.register_files import (
    ALWAYS,
    DATA,
    ENDS,
    ROOT,
    Arrangement,
    arrangements,
    asked_on,
    bodies,
    both,
    categories,
    councils,
    involved,
    life,
    lines,
    operating,
    released,
    rows,
    savings,
    states,
    touching,
)
from arrangements.demonstration.write_illustrative import main as write_illustrative

MARK = " (illustrative)"
FIRST, SECOND, THIRD = ENDS.values()
LOOKED_AT = (date(2010, 1, 1), date(2026, 12, 31))
GOVERNANCE = {
    "joint_committee", "lead_authority", "shared_staff", "jointly_owned_company", "joint_contract", "service_agreement",
    "informal", "other", "not_known",
}  # fmt: skip
AIMS = {"savings", "resilience", "quality", "capacity", "income"}
PRECISIONS = {"day", "month", "year", "unknown"}
END_REASONS = {"partners_merged", "replaced", "brought_in_house", "dissolved", "expired", "other"}
OUTCOMES = {"figure", "not_calculated", "not_aimed", "too_early", "withheld"}
CATEGORIES = {
    "back-office", "environment-waste-transport", "procurement-assets", "customer-services", "management",
    "adults-children-health", "regulation-planning-building", "culture-housing-other",
}  # fmt: skip
OTHER_REGIONS = {
    "north-east", "north-west", "yorkshire-and-the-humber", "east-midlands", "west-midlands", "east-of-england", "south-west",
}  # fmt: skip


def every() -> list[Arrangement]:
    """All arrangements."""
    return list(arrangements().values())


def real() -> list[Arrangement]:
    """The real ones."""
    return [arrangement for arrangement in every() if arrangement.is_real]


def illustrative() -> list[Arrangement]:
    """The illustrative ones."""
    return [arrangement for arrangement in every() if not arrangement.is_real]


class TestServices:
    def test_there_are_eight_categories_and_30_to_45_services(self):
        services = rows("arrangements/register/data/services.csv")
        assert {row["category"] for row in services} == CATEGORIES
        assert 30 <= len(services) <= 45
        assert len({row["service"] for row in services}) == len({row["service_name"] for row in services}) == len(services)
        assert len({(row["category"], row["category_name"]) for row in services}) == len(CATEGORIES)

    def test_every_service_of_an_arrangement_is_on_the_list(self):
        for arrangement in every():
            assert arrangement.services <= set(categories()), arrangement.key

    def test_the_main_service_is_not_named_again_among_the_others(self):
        for arrangement in every():
            others = list(filter(None, arrangement.row["other_services"].split(";")))
            assert len(arrangement.services) == 1 + len(others), arrangement.key


class TestArrangements:
    def test_keys_and_names_are_slugs_and_words_used_once(self):
        assert len(arrangements()) == len(both("arrangements.csv"))
        assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) for key in arrangements())
        assert len({arrangement.row["name"] for arrangement in every()}) == len(arrangements())
        assert all(len(arrangement.row["name"]) <= 160 for arrangement in every())

    def test_illustrative_ones_say_so_in_name_summary_and_source_and_real_ones_do_not(self):
        for arrangement in illustrative():
            assert arrangement.row["name"].endswith(MARK)
            assert "Made up for the demonstration." in arrangement.row["summary"]
            assert arrangement.row["source"].startswith("Illustrative")
            assert not arrangement.row["source_url"]
        assert not any("illustrative" in arrangement.row["name"].lower() for arrangement in real())

    def test_every_real_one_has_a_source_with_an_address(self):
        for arrangement in real():
            assert arrangement.row["source"], arrangement.key
            assert re.match(r"https?://[^ ]+$", arrangement.row["source_url"]), arrangement.key
            assert len(arrangement.row["source_url"]) <= 500

    def test_lists_hold_known_words(self):
        for arrangement in every():
            row = arrangement.row
            assert row["governance"] in GOVERNANCE, row["key"]
            assert set(filter(None, row["aims"].split(";"))) <= AIMS, row["key"]
            assert row["start_precision"] in PRECISIONS, row["key"]
            assert row["end_reason"] in END_REASONS | {""}, row["key"]
            assert row["summary"].endswith("."), row["key"]

    def test_nobody_is_named_as_a_contact(self):
        assert not any(arrangement.row["contact"] for arrangement in every())

    def test_a_start_is_a_date_or_unknown(self):
        for arrangement in every():
            assert bool(arrangement.row["started_on"]) == (arrangement.row["start_precision"] != "unknown"), arrangement.key

    def test_a_month_is_held_as_its_first_day_and_a_year_as_1_april(self):
        for arrangement in every():
            precision, start = arrangement.row["start_precision"], arrangement.period[0]
            if precision == "month":
                assert start.day == 1, arrangement.key
            if precision == "year":
                assert (start.month, start.day) == (4, 1), arrangement.key

    def test_an_end_has_a_reason_and_comes_after_the_start(self):
        for arrangement in every():
            assert bool(arrangement.row["ended_on"]) == bool(arrangement.row["end_reason"]), arrangement.key
            assert arrangement.period[0] <= arrangement.period[1], arrangement.key

    def test_what_is_replaced_ended_as_replaced_before_its_successor_began(self):
        replaced = set()
        for later in every():
            for key in filter(None, later.row["replaces"].split(";")):
                earlier = arrangements()[key]
                replaced.add(key)
                assert earlier.row["end_reason"] == "replaced", key
                assert earlier.period[1] + timedelta(days=1) == later.period[0], key
        assert replaced == {arrangement.key for arrangement in every() if arrangement.row["end_reason"] == "replaced"}


class TestRealArrangements:
    def test_a_start_in_2014_counts_on_31_march_2014_only_where_the_source_gives_an_earlier_day(self):
        begun = {a.key for a in real() if a.period[0].year == 2014 and a.operates_on(SECOND)}
        assert begun == {"shared-services-partnership-hampshire", "star-procurement"}
        assert {a.key for a in real() if a.period[0].year == 2014} - begun == {
            "achieving-for-children", "cosocius", "onesource", "stour-valley-and-poole-partnership", "strata",
        }  # fmt: skip

    def test_no_saving_is_held_for_any_of_them(self):
        assert rows("arrangements/demonstration/data/real/savings.csv") == ()
        told = {row["key"] for row in both("savings.csv") + both("corrections.csv") + both("queries.csv")}
        assert not told & {arrangement.key for arrangement in real()}

    @pytest.mark.parametrize(
        "lineage",
        [
            ["publica", "2020-partnership", "go-shared-services", "cotswold-and-west-oxfordshire"],
            ["cheshire-shared-ict", "cosocius", "cheshire-shared-services"],
            ["cheshire-shared-finance-and-hr", "cosocius"],
            ["stour-valley-and-poole-partnership", "stour-valley-partnership"],
            ["bi-borough", "tri-borough"],
            ["south-london-legal-partnership", "merton-and-richmond-legal"],
            ["worcestershire-regulatory-services-second", "worcestershire-regulatory-services"],
        ],
    )
    def test_lineages_are_kept(self, lineage: list[str]):
        for later, earlier in itertools.pairwise(lineage):
            assert arrangements()[later].row["replaces"] == earlier

    @pytest.mark.parametrize(
        "left_out", ["mid kent services", "worcester city council's", "lgss procurement", "greater manchester councils"]
    )
    def test_umbrellas_parts_and_single_views_are_left_out(self, left_out: str):
        assert not any(left_out in arrangement.row["name"].lower() for arrangement in every())

    def test_partners_that_became_one_council_ended_their_arrangement_the_day_before(self):
        merged = {a.key: a.row["ended_on"] for a in real() if a.row["end_reason"] == "partners_merged"}
        assert merged == {
            "suffolk-coastal-and-waveney": "2019-03-31",
            "west-suffolk": "2019-03-31",
            "somerset-waste-partnership": "2023-03-31",
            "hambleton-and-richmondshire-agreements": "2023-03-31",
        }

    def test_several_have_partners_outside_councils(self):
        with_bodies = {a.key for a in operating(SECOND) if a.is_real and any(part.on(SECOND) for part in a.body_parts)}
        assert with_bodies >= {"hoople", "shared-services-partnership-hampshire"}
        joined_later = {a.key for a in operating(THIRD) if a.is_real and any(part.on(THIRD) for part in a.body_parts)}
        assert "devon-audit-partnership" in joined_later


class TestParties:
    def test_words_are_known(self):
        for row in both("partnerships.csv"):
            assert row["role"] in {"lead", "partner", "client"}, row
            assert row["answers"] in {"yes", "no"}, row
            assert row["gss_code"] in councils(), row
        assert {row["body"] for row in both("body_partnerships.csv")} <= set(bodies())

    def test_every_period_lies_within_the_arrangement_and_the_life_of_the_party(self):
        for arrangement in every():
            for part, lives in [(p, councils()) for p in arrangement.parts] + [(p, bodies()) for p in arrangement.body_parts]:
                first, last = part.period
                born, died = life(lives[part.party])
                assert first <= last, (arrangement.key, part)
                assert arrangement.period[0] <= first, (arrangement.key, part)
                assert last <= arrangement.period[1], (arrangement.key, part)
                assert first == ALWAYS or born <= first, (arrangement.key, part)
                assert last <= died, (arrangement.key, part)

    def test_where_the_start_is_unknown_the_founders_were_there_in_2013(self):
        for arrangement in every():
            if not arrangement.row["started_on"]:
                founders = [p.party for p in arrangement.parts if p.period[0] == ALWAYS]
                assert len(founders) > 1, arrangement.key
                assert all(life(councils()[gss])[0] <= FIRST for gss in founders), arrangement.key

    def test_a_party_is_in_an_arrangement_once_at_a_time(self):
        for arrangement in every():
            periods = defaultdict(list)
            for part in (*arrangement.parts, *arrangement.body_parts):
                periods[part.party].append(part.period)
            for party, held in periods.items():
                held.sort()
                for (_, last), (first, _) in itertools.pairwise(held):
                    assert last < first, (arrangement.key, party)

    def test_there_are_two_parties_one_answer_and_at_most_one_lead_on_every_day(self):
        for arrangement in every():
            for on in arrangement.turning_days(since=LOOKED_AT[0], until=LOOKED_AT[1]):
                parties = {part.party for part in (*arrangement.parts, *arrangement.body_parts) if part.on(on)}
                leads = [part.party for part in arrangement.parts if part.on(on) and part.role == "lead"]
                assert len(parties) >= 2, (arrangement.key, on)
                assert len(arrangement.answering_on(on)) == 1, (arrangement.key, on)
                assert len(leads) <= 1, (arrangement.key, on)
                assert not leads or leads == arrangement.answering_on(on), (arrangement.key, on)

    @pytest.mark.parametrize("on", ENDS.values())
    def test_one_council_answers_for_each_arrangement_on_31_march(self, on: date):
        assert all(len(arrangement.answering_on(on)) == 1 for arrangement in operating(on))

    def test_a_client_does_not_answer(self):
        assert not any(part.answers and part.role == "client" for a in every() for part in a.parts)

    def test_some_have_clients_some_no_lead_some_bodies_some_changing_partners(self):
        made_up = illustrative()
        assert sum(any(p.role == "client" for p in a.parts) for a in made_up) >= 10
        assert sum(not any(p.role == "lead" for p in a.parts) for a in made_up) >= 100
        assert sum(bool(a.body_parts) for a in made_up) >= 20
        moves = [r for r in both("partnerships.csv") if r["folder"] == "illustrative" and "2012" <= r["joined_on"][:4] <= "2015"]
        assert len(moves) >= 20

    @pytest.mark.parametrize("kind", ["city_of_london", "isles_of_scilly"])
    def test_the_city_and_scilly_take_no_part(self, kind: str):
        assert {row["gss_code"] for row in both("partnerships.csv")}.isdisjoint(
            gss for gss, row in councils().items() if row["kind"] == kind
        )

    def test_a_council_that_ended_is_followed_by_its_successor_or_ends_the_arrangement(self):
        heirs = defaultdict(set)
        for row in rows("councils/data/successions.csv"):
            heirs[row["predecessor"]].add(row["successor"])
        for arrangement in illustrative():
            for part in arrangement.parts:
                died = life(councils()[part.party])[1]
                if part.period[1] == died and arrangement.period[1] != died:
                    next_day = died + timedelta(days=1)
                    assert any(p.on(next_day) and p.party in heirs[part.party] for p in arrangement.parts), arrangement.key


class TestReturns:
    @pytest.mark.parametrize("year", ENDS)
    def test_351_councils_are_asked_and_each_has_one_return(self, year: str):
        asked = [row["gss_code"] for row in both("returns.csv") if row["year"] == year]
        assert len(asked) == 351
        assert set(asked) == asked_on(ENDS[year])

    @pytest.mark.parametrize("year", ENDS)
    def test_a_council_that_answers_for_a_real_arrangement_has_not_started_and_answers_for_nothing_else(self, year: str):
        for gss, keys in lines(year).items():
            kinds = {arrangements()[key].is_real for key in keys}
            assert len(kinds) == 1, gss
            if kinds == {True}:
                assert states(year)[gss] == "not_started", gss

    @pytest.mark.parametrize("year", ["2012-13", "2013-14"])
    def test_in_the_closed_years_every_other_return_is_accepted_but_for_three(self, year: str):
        for_real = {gss for gss, keys in lines(year).items() if any(arrangements()[key].is_real for key in keys)}
        silent = {gss for gss, state in states(year).items() if state != "accepted"}
        assert set(states(year).values()) == {"accepted", "not_started"}
        assert for_real <= silent
        assert len(silent - for_real) == 3

    def test_in_the_open_year_returns_are_in_every_state_in_good_numbers(self):
        assert Counter(states("2014-15").values()) == {
            "not_started": 169, "in_progress": 40, "submitted": 70, "queried": 12, "accepted": 60,
        }  # fmt: skip

    @pytest.mark.parametrize("year", ENDS)
    def test_the_lines_answered_agree_with_the_state(self, year: str):
        answered = set(savings(year))
        for gss, state in states(year).items():
            mine = lines(year).get(gss, set())
            if state == "not_started":
                assert not mine & answered, gss
            elif state == "in_progress":
                assert mine & answered, gss
                assert mine - answered, gss
            else:
                assert mine <= answered, gss

    @pytest.mark.parametrize("year", ENDS)
    def test_savings_exist_only_for_lines(self, year: str):
        told = [row["key"] for row in both("savings.csv") if row["year"] == year]
        assert len(told) == len(set(told))
        assert set(told) <= {key for keys in lines(year).values() for key in keys}

    def test_an_amount_goes_with_a_figure(self):
        for row in both("savings.csv") + both("corrections.csv"):
            assert row["year"] in ENDS, row
            assert row["outcome"] in OUTCOMES, row
            assert bool(row["amount"]) == (row["outcome"] == "figure"), row
            assert re.fullmatch(r"(-?\d+)?", row["amount"]), row

    def test_one_that_was_not_set_up_to_save_does_not_aim_at_savings(self):
        for row in both("savings.csv"):
            if row["outcome"] == "not_aimed":
                assert "savings" not in arrangements()[row["key"]].row["aims"], row["key"]

    def test_queries_stand_on_queried_returns_and_every_one_of_those_has_one(self):
        queried = {gss for gss, state in states("2014-15").items() if state == "queried"}
        assert {row["gss_code"] for row in both("queries.csv")} == queried
        for row in both("queries.csv"):
            assert row["year"] == "2014-15"
            assert row["key"] in lines("2014-15")[row["gss_code"]]
            assert row["text"].endswith("?")

    def test_a_query_says_what_is_so(self):
        holds = {
            "same-as-last-year": lambda now, before: now == before,
            "three-times": lambda now, before: now > 3 * before,
            "a-third": lambda now, before: now < before / 3,
            "round-million": lambda now, before: now % 1_000_000 == 0,
            "": lambda now, before: True,
        }
        for row in both("queries.csv"):
            now, before = (savings(year)[row["key"]][1] for year in ("2014-15", "2013-14"))
            assert holds[row["rule"]](now, before), row


class TestTheFirstYear:
    """2012/13."""

    def test_savings_before_and_after_the_corrections(self):
        assert sum(released("2012-13").values()) == 278_000_000
        assert sum(released("2012-13", corrected=True).values()) == 274_000_000

    def test_the_corrections_change_published_answers_and_say_why(self):
        before, after = savings("2012-13"), savings("2012-13", corrected=True)
        corrected = both("corrections.csv")
        assert {row["year"] for row in corrected} == {"2012-13"}
        assert {key for key in after if after[key] != before[key]} == {row["key"] for row in corrected}
        assert all(row["note"] for row in corrected)

    def test_arrangements_and_councils(self):
        assert len(operating(FIRST)) == 325
        assert len(involved(FIRST)) == 337

    def test_regions(self):
        assert len(touching("london", FIRST)) == 34
        assert len(touching("south-east", FIRST)) == 42

    def test_the_categories_are_plausible(self):
        amounts = released("2012-13", corrected=True)
        back_office = sum(amount for key, amount in amounts.items() if _category(key) == "back-office")
        assert 55_000_000 < back_office < 61_000_000


class TestTheSecondYear:
    """2013/14, the year of the article."""

    def test_savings(self):
        assert sum(released("2013-14").values()) == 357_000_000
        first = sum(released("2012-13", corrected=True).values())
        assert sum(released("2013-14").values()) - first == 83_000_000

    def test_environment_waste_and_transport_comes_first_and_back_office_second(self):
        totals: Counter[str] = Counter()
        for key, amount in released("2013-14").items():
            totals[_category(key)] += amount
        assert totals.most_common(2) == [("environment-waste-transport", 84_000_000), ("back-office", 75_000_000)]
        assert round(100 * totals["back-office"] / totals.total()) == 21
        assert set(totals) == CATEGORIES

    def test_arrangements_and_councils(self):
        assert len(operating(SECOND)) == 383
        assert len(involved(SECOND)) == 337
        assert involved(SECOND) <= asked_on(SECOND)
        assert round(100 * 337 / len(asked_on(SECOND))) == 96

    def test_london_and_the_south_east_grow_and_share_twelve_of_the_new_ones(self):
        assert len(touching("london", SECOND)) == 60
        assert len(touching("south-east", SECOND)) == 79
        both_then, both_now = (touching("london", on) & touching("south-east", on) for on in (FIRST, SECOND))
        assert len(both_now) - len(both_then) == 12

    @pytest.mark.parametrize("region", sorted(OTHER_REGIONS))
    def test_no_other_region_falls_or_gains_26(self, region: str):
        assert 0 <= len(touching(region, SECOND)) - len(touching(region, FIRST)) <= 25

    @pytest.mark.parametrize("county", ["Devon", "Essex", "Kent"])
    def test_ict_is_shared_in_the_county(self, county: str):
        gss = next(c["gss_code"] for c in councils().values() if c["kind"] == "county" and c["short_name"] == county)
        area = {gss} | {c["gss_code"] for c in councils().values() if c["county"] == gss}
        assert any(a.involved_on(SECOND) & area for a in _sharing_ict())

    @pytest.mark.parametrize("region", ["east-midlands", "yorkshire-and-the-humber"])
    def test_ict_is_shared_in_the_region(self, region: str):
        assert any(region in a.regions_on(SECOND) for a in _sharing_ict())

    @pytest.mark.parametrize(
        "boroughs", [{"Kingston upon Thames", "Sutton"}, {"Westminster", "Kensington and Chelsea", "Hammersmith and Fulham"}]
    )
    def test_ict_is_shared_by_the_boroughs_of_the_article(self, boroughs: set[str]):
        members = [{councils()[gss]["short_name"] for gss in a.involved_on(SECOND)} for a in _sharing_ict() if a.is_real]
        assert boroughs in members


class TestTheAmountsLookReal:
    def test_not_all_are_round(self):
        amounts = [amount for amount in released("2013-14").values() if amount > 0]
        assert 0.3 < sum(amount % 1_000 != 0 for amount in amounts) / len(amounts) < 0.7

    def test_a_few_are_large_and_many_small(self):
        amounts = sorted(amount for amount in released("2013-14").values() if amount > 0)
        assert amounts[-1] < 20_000_000
        assert sum(amounts) / len(amounts) > 1.3 * median(amounts)

    @pytest.mark.parametrize("year", ["2012-13", "2013-14"])
    def test_some_are_nothing_and_some_are_losses(self, year: str):
        assert sum(amount == 0 for amount in released(year).values()) == 4
        assert sum(amount < 0 for amount in released(year).values()) == 4

    def test_no_amount_leaps_from_year_to_year(self):
        before, now = released("2012-13", corrected=True), released("2013-14")
        ratios = [now[key] / before[key] for key in now if before.get(key, 0) > 0 and now[key] > 0]
        assert len(ratios) > 100
        assert all(0.3 < ratio < 3 for ratio in ratios)
        assert 1 < median(ratios) < 1.25

    def test_the_bridge_has_every_part(self):
        before, now = savings("2012-13", corrected=True), savings("2013-14")
        on_first, on_second = ({a.key for a in operating(on)} for on in (FIRST, SECOND))
        assert any(before[key][1] for key in before if key not in on_second)
        assert any(now[key][1] for key in now if key not in on_first)
        assert any((before[key][1] is None) != (now[key][1] is None) for key in before if key in now)


def test_the_script_writes_these_very_files(tmp_path):
    write_illustrative(tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in (DATA / "illustrative").iterdir()}
    assert written == kept


def test_the_files_are_utf_8_with_line_feeds_alone():
    for path in [*DATA.rglob("*.csv"), ROOT / "arrangements" / "register" / "data" / "services.csv"]:
        content = path.read_bytes()
        assert b"\r" not in content, path.name
        assert content.decode("utf-8").endswith("\n"), path.name


def _category(key: str) -> str:
    return categories()[arrangements()[key].row["main_service"]]


def _sharing_ict() -> list[Arrangement]:
    return [arrangement for arrangement in operating(SECOND) if "ict" in arrangement.services]
