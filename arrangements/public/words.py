"""Pages of words: what is covered, what every column means, accessibility, privacy, licence, and how to cite.

What can be counted or listed is read from where it stands, so that the words can't fall behind: coverage from the releases'
stored figures, the dictionary from the columns of the files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from arrangements.public import columns as register_columns
from arrangements.register.models import Arrangement, Service
from arrangements.releases import columns as released_columns
from arrangements.releases.models import Release, ReleasedFigure
from arrangements.releases.press.citing import address_of, quotation, said_of
from arrangements.returns.models import FinancialYear
from arrangements.returns.vocabulary import NOT_RETURNED, Outcome
from councils import columns as council_columns
from councils.models import Council
from sharedservices.common.columns import DAY, FLAG, NUMBER, TEXT, Columns
from sharedservices.common.today import today

# What the page of coverage says of each release: the figures' ids, and how the page heads them.
COVERED = {
    "councils-asked": "Councils asked",
    "councils-involved": "Councils involved",
    "arrangements": "Arrangements",
    f"arrangements-outcome:{Outcome.FIGURE}": "Of these with an amount",
    f"arrangements-outcome:{NOT_RETURNED}": "Of these not returned",
}
KINDS = {TEXT: "Text", NUMBER: "Whole number", DAY: "Day, 2014-04-01", FLAG: "yes or no"}


@dataclass(frozen=True)
class Described:
    """A file and its columns. `of` is the part of the page that it stands in."""

    of: str
    name: str
    says: str
    columns: Columns

    @property
    def address(self) -> str:
        """Its place on the page."""
        return f"{self.of}-{self.name}"

    def lines(self) -> list[dict[str, Any]]:
        """A line for each column: name, kind in words, meaning, and its closed list."""
        return [
            {
                "id": f"{self.address}-{name}",
                "name": name,
                "kind": KINDS[each.kind],
                "says": each.says,
                "codes": each.codes,
                "is_key": each.is_key,
            }
            for name, each in self.columns.items()
        ]


# A test holds this list to the files that are really made.
OF_A_RELEASE = [
    Described("release", "arrangements", "Arrangements operating on 31 March, with outcome and saving.",
              released_columns.ARRANGEMENT_COLUMNS),
    Described("release", "councils", "Councils in force on 31 March: asked or not, involved or not.",
              released_columns.COUNCIL_COLUMNS),
    Described("release", "figures", "Every published figure.", released_columns.FIGURE_COLUMNS),
]  # fmt: skip
OF_THE_REGISTER = [
    Described("register", "arrangements", "Every arrangement, ended ones too, with the outcome of the latest release.",
              register_columns.ARRANGEMENT_COLUMNS),
    Described("register", "partnerships", "Each council’s part in each arrangement.", register_columns.PARTNERSHIP_COLUMNS),
    Described("register", "body_partnerships", "Each other body’s part in each arrangement.",
              register_columns.BODY_PARTNERSHIP_COLUMNS),
    Described("register", "councils", "Principal councils of England since 2010.", council_columns.COUNCIL_COLUMNS),
    Described("register", "successions", "Which council took over from which.", register_columns.SUCCESSION_COLUMNS),
    Described("register", "bodies", "Partners outside the principal councils.", council_columns.BODY_COLUMNS),
    Described("register", "services", "What is shared.", register_columns.SERVICE_COLUMNS),
    Described("register", "categories", "What services belong to.", register_columns.CATEGORY_COLUMNS),
    Described("register", "regions", "The nine English regions.", council_columns.REGION_COLUMNS),
]  # fmt: skip


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """`/coverage/`: who is asked, which years there are, what is in and what isn't."""
    releases = list(Release.objects.current().newest_first().select_related("year"))
    figures = {
        (figure.release_id, figure.key): figure
        for figure in ReleasedFigure.objects.filter(release__in=releases, key__in=COVERED).only(
            "release_id", "key", "display", "label"
        )
    }
    held = Arrangement.objects.aggregate(
        all=Count("pk"),
        illustrative=Count("pk", filter=Q(is_illustrative=True)),
        without_start=Count("pk", filter=Q(started_on=None)),
        ended=Count("pk", filter=Q(ended_on__lt=today())),
    )
    context = {
        "releases": [(each, [figures.get((each.pk, key)) for key in COVERED]) for each in releases],
        "headings": COVERED.values(),
        "held": held,
        "councils": Council.objects.in_force_on(today()).count(),
        "services": Service.objects.count(),
        "year": FinancialYear.objects.in_collection(today()),
    }
    return render(request, "public/coverage.html", context)


@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """`/data/dictionary/`: every column of every open file, from the definitions that the files are written by."""
    parts = [
        ("Files of a release", "Frozen when the release is prepared; the same for ever.", OF_A_RELEASE),
        ("Files of the register as it stands", "Made anew when the register has changed.", OF_THE_REGISTER),
    ]
    return render(request, "public/dictionary.html", {"parts": parts})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """`/accessibility/`: what was done so that everybody can use it, how it was tested, and what is known to be wrong."""
    return render(request, "public/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """`/privacy/`: what is kept about whom, and for how long."""
    return render(request, "public/privacy.html")


@require_safe
def licence(request: HttpRequest) -> HttpResponse:
    """`/licence/`: what may be done with the data, and whose facts they rest on."""
    return render(request, "public/licence.html")


@require_safe
def citing(request: HttpRequest) -> HttpResponse:
    """`/cite/`: how a figure, a release, a row and the register are cited, with a line of the latest release to copy."""
    release = Release.objects.latest()
    figure = ReleasedFigure.objects.filter(release=release).order_by("position").first() if release else None
    context: dict[str, Any] = {"release": release, "figure": figure}
    if release and figure:
        address = address_of(request, release, f"figures/{figure.key}/")
        context["quotation"] = quotation(said_of(figure, release), release, address)
    return render(request, "public/citing.html", context)
