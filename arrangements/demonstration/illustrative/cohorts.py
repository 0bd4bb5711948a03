"""How many illustrative arrangements of each kind there are, and which regions each touches.

The numbers follow from the targets in `write_illustrative` and from the real arrangements; the script checks the sums.
"""

from dataclasses import dataclass
from datetime import date

LON, SE, EOE, EM, WM = "london", "south-east", "east-of-england", "east-midlands", "west-midlands"
SW, NW, NE, YH = "south-west", "north-west", "north-east", "yorkshire-and-the-humber"

Quotas = dict[tuple[str, ...], int]


@dataclass(frozen=True)
class Wanted:
    """A particular arrangement that must be among those of its cohort: a service within one county."""

    service: str
    regions: tuple[str, ...]
    county: str


@dataclass(frozen=True)
class Cohort:
    """Arrangements that begin, and perhaps end, in the same stretch of time."""

    name: str
    starts: tuple[date, date] | None
    ends: tuple[date, date] | None
    quotas: Quotas
    wanted: tuple[Wanted, ...] = ()


LASTING = Cohort(
    "operating on 31 March 2013 and on 31 March 2014",
    (date(2001, 4, 1), date(2013, 3, 1)),
    None,
    {
        (LON,): 21, (SE,): 19, (EOE,): 40, (EM,): 38, (SW,): 34, (WM,): 25, (NW,): 24, (YH,): 20, (NE,): 8,
        (LON, SE): 4, (LON, EOE): 3, (SE, SW): 3, (SE, EOE): 2, (SE, EM): 2, (EOE, EM): 5, (EM, WM): 3,
        (EM, YH): 2, (WM, NW): 2, (WM, SW): 2, (NW, YH): 3, (NE, YH): 1, (NW, EM): 1,
    },
    (
        Wanted("ict", (SW,), "devon"), Wanted("ict", (EOE,), "essex"), Wanted("ict", (EM,), "nottinghamshire"),
        Wanted("ict", (YH,), "north-yorkshire-county"), Wanted("ict", (YH,), ""),
    ),
)  # fmt: skip
ENDED = Cohort(
    "operating on 31 March 2013, ended before 31 March 2014",
    (date(2005, 4, 1), date(2012, 10, 1)),
    (date(2013, 3, 31), date(2014, 3, 30)),
    {(LON, SE): 1, (LON,): 1, (SE,): 1, (EM,): 2, (EOE,): 2, (SW,): 2, (WM,): 1, (NW,): 1, (YH,): 1, (NE,): 1},
)
NEW = Cohort(
    "begun between 31 March 2013 and 31 March 2014",
    (date(2013, 4, 1), date(2014, 3, 31)),
    None,
    {
        (LON, SE): 13, (LON,): 11, (LON, EOE): 3, (SE,): 18, (SE, SW): 3, (SE, EOE): 2, (SE, EM): 1,
        (EM,): 2, (EOE,): 1, (SW,): 2, (WM,): 3, (NW,): 2, (YH,): 3, (NE,): 2,
    },
)  # fmt: skip
NEXT = Cohort(
    "begun in 2014/15",
    (date(2014, 4, 1), date(2015, 3, 31)),
    None,
    {
        (LON,): 3, (SE,): 3, (LON, SE): 1, (EOE,): 4, (EM,): 3, (SW,): 3, (WM,): 2, (NW,): 3, (YH,): 2, (NE,): 2,
        (NE, YH): 1,
    },
)  # fmt: skip
LONG_ENDED = Cohort(
    "ended before 31 March 2013",
    (date(2003, 4, 1), date(2009, 4, 1)),
    (date(2010, 6, 30), date(2013, 3, 30)),
    {(EOE,): 1, (SE,): 1, (EM,): 1, (NW,): 1},
)
NOT_BEGUN = Cohort("to begin after the demonstration's day", (date(2015, 5, 1), date(2015, 9, 1)), None, {(SW,): 1, (EM,): 1})
UNKNOWN_START = Cohort("start not known", None, None, {(SE,): 1, (WM,): 1, (YH,): 1})

COHORTS = [LASTING, ENDED, NEW, NEXT, LONG_ENDED, NOT_BEGUN, UNKNOWN_START]
# How many of those that lasted into 2014/15 ended in it, the first of them on 31 March 2014 itself.
ENDING_IN_2014_15 = 8
