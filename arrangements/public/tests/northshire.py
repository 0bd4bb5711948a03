"""A small published register for the map and the home page: a county with two districts, two single-tier councils, two years.

Northshire lies over Alder and Birch; Yew and Oak are single-tier. ICT is shared by Alder and Yew, waste by these and the
county, parks by Birch and the county; ICT alone was there in 2012/13 too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from arrangements.register.models import Arrangement
from arrangements.tests.builders import accept_all, make_arrangement, make_release, make_saving, make_service, make_year
from councils.models import Council
from councils.tests.builders import make_council, make_region


@dataclass(frozen=True)
class Northshire:
    """What was made."""

    county: Council
    alder: Council
    birch: Council
    yew: Council
    oak: Council
    ict: Arrangement


def make_northshire() -> Northshire:
    """Make everything, releases of 2012/13 and 2013/14 included."""
    north, south = make_region("North West"), make_region("South East")
    county = make_council("Northshire County Council", "county", north, short_name="Northshire")
    alder, birch = (
        make_council(f"{name} District Council", "district", north, county=county, short_name=name, hex_q=at, hex_r=0)
        for at, name in enumerate(["Alder", "Birch"])
    )
    yew, oak = (make_council(f"{name} Council", region=south, hex_q=at, hex_r=1) for at, name in enumerate(["Yew", "Oak"]))
    since = {"started_on": date(2013, 4, 1)}
    ict = make_arrangement(alder, yew, name="ICT")
    waste = make_arrangement(alder, yew, county, name="Waste", service=make_service("waste", "environment"), **since)
    parks = make_arrangement(birch, county, name="Parks", service=make_service("parks", "environment"), **since)
    before, year = make_year(2012), make_year(2013)
    make_saving(ict, before, 1_000_000)
    make_saving(ict, year, 1_500_000)
    make_saving(waste, year, -2_000_000)
    make_saving(parks, year, outcome="withheld")
    for each in (before, year):
        accept_all(each)
        make_release(each)
    return Northshire(county, alder, birch, yew, oak, ict)
