"""A small year, ready to be released: enough to have every kind of row and figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from arrangements.register.models import Arrangement
from arrangements.returns.models import FinancialYear
from arrangements.returns.vocabulary import ReturnState
from arrangements.tests.builders import (
    accept_all,
    make_analyst,
    make_arrangement,
    make_saving,
    make_service,
    make_year,
    waive_all,
)
from councils.models import Council, PartnerBody
from councils.tests.builders import make_body, make_council, make_region

# Before and after the usual moment of `make_release`, noon on 20 May 2014.
BEFORE = datetime(2014, 5, 20, 11, 59, 59, 999999, tzinfo=UTC)
MOMENT = datetime(2014, 5, 20, 12, tzinfo=UTC)


@dataclass(frozen=True)
class SmallYear:
    """2013/14 with all returns accepted: two arrangements with a figure, one without."""

    year: FinancialYear
    kent: Council
    ashford: Council
    camden: Council
    sutton: Council
    outsider: Council
    police: PartnerBody
    ict: Arrangement
    waste: Arrangement
    legal: Arrangement


def leave_one_out(small: SmallYear) -> None:
    """The outsider has made no return, and the year goes without it for a reason."""
    nothing = {"submitted_by": None, "submitted_at": None, "accepted_by": None, "accepted_at": None}
    small.year.returns.filter(council=small.outsider).update(state=ReturnState.NOT_STARTED, **nothing)
    waive_all(small.year, make_analyst())


def make_small_year(first: int = 2013) -> SmallYear:
    """Five councils in two regions, three arrangements: £300,000, -£20,000 and one not aimed at savings."""
    london = make_region("London")
    kent = make_council("Kent County Council", kind="county", short_name="Kent")
    ashford = make_council("Ashford Borough Council", kind="district", county=kent, short_name="Ashford")
    camden = make_council("London Borough of Camden", kind="london_borough", region=london, short_name="Camden")
    sutton = make_council("London Borough of Sutton", kind="london_borough", region=london, short_name="Sutton")
    outsider = make_council("Made-up Borough Council", kind="district", short_name="Made-up")
    police = make_body("Kent Police")
    year = make_year(first)
    ict = make_arrangement(kent, camden, name="ICT service", service=make_service("ict"))
    waste = make_arrangement(
        ashford, kent, name="Waste partnership", service=make_service("waste", "environment-waste-transport"), bodies=[police]
    )
    legal = make_arrangement(camden, sutton, name="Legal service", service=make_service("legal"), clients=[ashford])
    accept_all(year)
    make_saving(ict, year, 300_000)
    make_saving(waste, year, -20_000)
    make_saving(legal, year, outcome="not_aimed")
    return SmallYear(year, kent, ashford, camden, sutton, outsider, police, ict, waste, legal)
