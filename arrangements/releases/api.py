"""The API's releases: what was published, the frozen rows behind it, the figures, the savings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Prefetch, QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from arrangements.releases.columns import (
    ARRANGEMENT_COLUMNS,
    COUNCIL_COLUMNS,
    FIGURE_COLUMNS,
    RELEASE_AND_YEAR,
    RELEASE_COLUMNS,
)
from arrangements.releases.correcting import notice_of
from arrangements.releases.filters import (
    FigureFilter,
    FrozenCouncilFilter,
    FrozenFigureFilter,
    FrozenFilter,
    PicksARelease,
    SavingFilter,
)
from arrangements.releases.models import (
    Release,
    ReleasedArrangement,
    ReleasedCouncil,
    ReleasedDocument,
    ReleasedFigure,
    ReleasedFile,
)
from arrangements.releases.provenance import provenance
from arrangements.returns.models import FinancialYear
from sharedservices.common.api import LICENCE, ReadList, refuse_names
from sharedservices.common.filters import OneObject
from sharedservices.common.ordering import OrderedFilterSet, Orders


class PartySerializer(serializers.Serializer):
    """A council's part in a frozen arrangement."""

    gss_code = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    role = serializers.CharField()
    region = serializers.CharField()
    county = serializers.CharField()


class BodySerializer(serializers.Serializer):
    """A partner body's part in a frozen arrangement."""

    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()


class ReleasedArrangementSerializer(serializers.Serializer):
    """An arrangement operating on 31 March, as it stood when the release was prepared."""

    reference = serializers.CharField()
    name = serializers.CharField()
    outcome = serializers.CharField()
    saving = serializers.IntegerField(allow_null=True, source="amount", help_text="Whole pounds; null unless a figure.")
    category = serializers.CharField()
    main_service = serializers.CharField()
    services = serializers.ListField(child=serializers.CharField())
    governance = serializers.CharField()
    started_on = serializers.DateField()
    start_precision = serializers.CharField()
    answering = serializers.CharField(help_text="GSS code of the council that answers for it.")
    councils = PartySerializer(many=True, source="partners")
    bodies = BodySerializer(many=True)
    regions = serializers.ListField(child=serializers.CharField())
    illustrative = serializers.BooleanField(source="is_illustrative")


class SavingSerializer(ReleasedArrangementSerializer):
    """A released saving: the frozen row, and the release and year it belongs to."""

    release = serializers.CharField(source="release.slug")
    year = serializers.CharField(source="release.year.slug")


class ReleasedCouncilSerializer(serializers.Serializer):
    """A council in force on 31 March, as it stood when the release was prepared."""

    gss_code = serializers.CharField()
    slug = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField()
    region = serializers.CharField()
    county = serializers.CharField()
    asked = serializers.BooleanField()
    return_state = serializers.CharField(source="state")
    answers_for = serializers.IntegerField(source="answered_for")
    arrangements = serializers.IntegerField()
    involved = serializers.BooleanField(source="is_involved")


class FigureSerializer(serializers.Serializer):
    """A figure as published: its value, how it is shown, what it means, and the frozen list that makes it."""

    id = serializers.CharField(source="key")
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField()
    display = serializers.CharField()
    definition = serializers.CharField()
    rounding = serializers.CharField()
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    rows = serializers.SerializerMethodField(help_text="Address of the frozen list that makes it.")
    row_count = serializers.IntegerField()
    release = serializers.CharField(source="release.slug")
    page = serializers.SerializerMethodField(help_text="Address of its page.")

    def get_rows(self, figure: ReleasedFigure) -> str:
        base = reverse("api-release-arrangements-list", args=[figure.release.slug], request=self.context["request"])
        return base.removesuffix("arrangements/") + figure.rows

    def get_page(self, figure: ReleasedFigure) -> str:
        return reverse("figure", args=[figure.release.slug, figure.key], request=self.context["request"])


class FigureInputsSerializer(FigureSerializer):
    """A figure with all that went into it."""

    inputs = serializers.JSONField()


class WeighedRowSerializer(serializers.Serializer):
    """A frozen row behind a figure. `amount` times `weight`, summed over the rows, is the figure or its part."""

    key = serializers.CharField(help_text="Reference of an arrangement, or GSS code of a council.")
    amount = serializers.IntegerField(allow_null=True, help_text="What it counts: whole pounds, or 1.")
    weight = serializers.IntegerField(help_text="1: it counts once. 0: it is left out.")
    reason = serializers.CharField(help_text="Why it is left out; empty where it counts.")


class TermSerializer(serializers.Serializer):
    """Another figure that enters this one."""

    role = serializers.CharField(help_text="minuend, subtrahend, numerator, denominator or among.")
    release = serializers.CharField()
    figure = serializers.CharField()
    value = serializers.IntegerField(allow_null=True)


class ProvenanceSerializer(serializers.Serializer):
    """How a figure is made, so that it can be made again."""

    id = serializers.CharField()
    value = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField()
    display = serializers.CharField()
    definition = serializers.CharField()
    rounding = serializers.CharField()
    formula = serializers.ChoiceField(
        choices=["sum", "difference", "per_cent", "rank"],
        help_text=(
            "sum: of amount times weight over the rows. difference: minuend less subtrahend. per_cent: numerator as a per"
            " cent of the denominator. rank: one more than the number of larger values among."
        ),
    )
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    terms = TermSerializer(many=True)
    rows = WeighedRowSerializer(many=True)


class PromisedSerializer(serializers.Serializer):
    """Bytes that never change: their name, size and digest."""

    name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()


class DocumentSerializer(PromisedSerializer):
    """A figure's own document."""

    href = serializers.SerializerMethodField()

    def get_href(self, document: ReleasedDocument) -> str:
        slug = self.context["view"].release.slug
        return reverse("figure-document", args=[slug, document.name], request=self.context["request"])


class DocumentedFigureSerializer(FigureSerializer):
    """A figure and its documents, whose bytes never change. The JSON one is what the figure's address here answers."""

    documents = DocumentSerializer(many=True)


class FileSerializer(PromisedSerializer):
    """A file of a release."""

    href = serializers.SerializerMethodField()

    def get_href(self, file: Any) -> str:
        return reverse("released-file", args=[file.release.slug, file.name], request=self.context["request"])


class NoteSerializer(serializers.Serializer):
    """What a release was published without, and why."""

    gate = serializers.CharField()
    count = serializers.IntegerField()
    said = serializers.CharField()
    reason = serializers.CharField()


class CorrectionSerializer(serializers.Serializer):
    """A figure that a revision corrects, as it was and as it is, and the arrangements that moved it."""

    id = serializers.CharField(source="key")
    label = serializers.CharField()  # type: ignore[assignment]
    old = serializers.CharField()
    new = serializers.CharField()
    old_value = serializers.IntegerField(allow_null=True)
    new_value = serializers.IntegerField(allow_null=True)
    because = serializers.ListField(child=serializers.CharField(), help_text="References of arrangements.")


class ChangedSerializer(serializers.Serializer):
    """One thing about a frozen arrangement that a revision corrects."""

    what = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()


class CorrectedRowSerializer(serializers.Serializer):
    """A frozen arrangement that a revision corrects."""

    reference = serializers.CharField()
    changes = ChangedSerializer(many=True)


class NoticeSerializer(serializers.Serializer):
    """What a revision corrects in the one before it; the reason is the release's public note."""

    since = serializers.CharField(source="since.slug", help_text="The revision that is corrected.")
    reason = serializers.CharField(source="release.public_note")
    published_at = serializers.DateTimeField(source="release.published_at")
    figures = CorrectionSerializer(many=True)
    arrangements = CorrectedRowSerializer(many=True, source="rows")


class ReleaseSerializer(serializers.Serializer):
    """A release: which year and revision, how settled, since when public, with which digest and files."""

    slug = serializers.CharField()
    year = serializers.CharField(source="year.slug")
    revision = serializers.IntegerField()
    kind = serializers.CharField()
    compared_with = serializers.CharField(source="compared_with.slug", allow_null=True, default=None)
    published_at = serializers.DateTimeField()
    is_superseded = serializers.BooleanField()
    superseded_by = serializers.CharField(allow_null=True, help_text="The next revision, if it is public.")
    superseded_at = serializers.DateTimeField(allow_null=True)
    public_note = serializers.CharField()
    digest = serializers.CharField()
    digests = serializers.SerializerMethodField(help_text="Address of the SHA-256 of every file and figure document.")
    files = serializers.SerializerMethodField()

    def get_digests(self, release: Release) -> str:
        return reverse("digests", args=[release.slug], request=self.context["request"])

    def get_files(self, release: Release) -> Any:
        for file in release.files.all():
            file.release = release
        return FileSerializer(release.files.all(), many=True, context=self.context).data


class WholeReleaseSerializer(ReleaseSerializer):
    """A release, what it was published without, and what it corrects in the revision before it; null for a first revision."""

    notes = NoteSerializer(many=True)
    corrections = serializers.SerializerMethodField()

    @extend_schema_field(NoticeSerializer(allow_null=True))
    def get_corrections(self, release: Release) -> Any:
        notice = notice_of(release)
        return NoticeSerializer(notice, context=self.context).data if notice else None


class ReleaseFilter(OrderedFilterSet):
    """Which releases: of a year, or all."""

    year = OneObject(queryset=FinancialYear.objects.all(), method="of_year", label="Financial year")

    orders = Orders({"newest": -F("pk"), "published": F("published_at")}, unique="slug", steady=True)

    class Meta:
        model = Release
        fields: Sequence[str] = []

    def of_year(self, releases: Any, name: str, year: FinancialYear) -> Any:
        return releases.of_year(year)


class ReleaseViewSet(ReadList):
    """Public releases, newest first."""

    serializer_class = ReleaseSerializer
    filterset_class = ReleaseFilter
    columns = RELEASE_COLUMNS
    lookup_field = "slug"
    lookup_value_regex = r"[0-9a-z.-]+"

    def get_queryset(self) -> QuerySet[Any]:
        """With their files, less the bytes."""
        return (
            Release.objects.visible_to(self.request.user)
            .with_superseded()
            .select_related("year", "compared_with")
            .prefetch_related(Prefetch("files", ReleasedFile.objects.defer("content")))
        )

    def get_serializer_class(self) -> type[serializers.Serializer]:
        return WholeReleaseSerializer if self.action == "retrieve" else ReleaseSerializer


class OfRelease(ReadList):
    """Frozen rows of the release in the address; 404 while it isn't public."""

    @cached_property
    def release(self) -> Release:
        """The release in the address."""
        found = Release.objects.visible_to(self.request.user).select_related("year").filter(slug=self.kwargs["release"]).first()
        if found is None:
            raise Http404
        return found

    def release_in_meta(self) -> str | None:
        return self.release.slug


class ReleaseArrangementViewSet(OfRelease):
    """The arrangements frozen in a release."""

    serializer_class = ReleasedArrangementSerializer
    queryset = ReleasedArrangement.objects.all()
    filterset_class = FrozenFilter
    columns = ARRANGEMENT_COLUMNS
    lookup_field = "reference"

    def get_queryset(self) -> QuerySet[Any]:
        """The release's rows."""
        return ReleasedArrangement.objects.of(self.release)


class ReleaseCouncilViewSet(OfRelease):
    """The councils frozen in a release: asked or not, involved or not."""

    serializer_class = ReleasedCouncilSerializer
    queryset = ReleasedCouncil.objects.all()
    filterset_class = FrozenCouncilFilter
    columns = COUNCIL_COLUMNS
    lookup_field = "gss_code"

    def get_queryset(self) -> QuerySet[Any]:
        """The release's councils."""
        return ReleasedCouncil.objects.of(self.release)


class OfPickedRelease(ReadList):
    """Rows of the public release that the address picks."""

    filterset: PicksARelease

    def release_in_meta(self) -> str | None:
        picked = self.filterset.picked
        return picked.slug if picked else None


class SavingViewSet(OfPickedRelease):
    """Released outcomes and amounts: of the latest release, or the one that `year`, `release` or `as_of` picks."""

    serializer_class = SavingSerializer
    filterset_class = SavingFilter
    columns = {**RELEASE_AND_YEAR, **ARRANGEMENT_COLUMNS}

    def get_queryset(self) -> QuerySet[Any]:
        """Rows of public releases."""
        return ReleasedArrangement.objects.visible_to(self.request.user).select_related("release__year")


class FigureViewSet(OfPickedRelease):
    """Published figures: of the latest release, or the one that `year`, `release` or `as_of` picks."""

    serializer_class = FigureSerializer
    filterset_class = FigureFilter
    columns = {**RELEASE_AND_YEAR, **FIGURE_COLUMNS}

    def get_queryset(self) -> QuerySet[Any]:
        """Figures of public releases."""
        return ReleasedFigure.objects.visible_to(self.request.user).select_related("release__year").defer("inputs")


class ReleaseFigureViewSet(OfRelease):
    """The figures of a release; each by its id, with all that went into it. `documents` names its permanent ones."""

    serializer_class = DocumentedFigureSerializer
    queryset = ReleasedFigure.objects.all()
    filterset_class = FrozenFigureFilter
    columns = FIGURE_COLUMNS
    lookup_field = "key"
    lookup_value_regex = "[a-z0-9:_-]+"

    def get_queryset(self) -> QuerySet[Any]:
        """The release's figures, with the digests of their documents."""
        documents = Prefetch("documents", ReleasedDocument.objects.defer("content").order_by("name"))
        return ReleasedFigure.objects.of(self.release).select_related("release__compared_with").prefetch_related(documents)

    def get_serializer_class(self) -> type[serializers.Serializer]:
        return FigureInputsSerializer if self.action == "retrieve" else DocumentedFigureSerializer

    def links_of(self, item: Any) -> dict[str, str]:
        """To the rows, weights and exclusions that make it."""
        return {"inputs": reverse("api-release-figure-inputs", args=[item.release.slug, item.key], request=self.request)}


class OfLatestRelease(OfRelease):
    """The same of the latest release. `/releases/2013-14.r1/` pins one for ever."""

    @cached_property
    def release(self) -> Release:
        """The latest one."""
        found = Release.objects.latest()
        if found is None:
            raise Http404
        return found


class LatestFigureViewSet(OfLatestRelease, ReleaseFigureViewSet):
    """A figure of the latest release, with all that went into it. `/releases/2013-14.r1/figures/` pins one for ever."""


class FigureInputs(OfRelease):
    """What makes a figure: the formula, and each row that enters it or is left out, with its weight and why."""

    serializer_class = ProvenanceSerializer
    queryset = ReleasedFigure.objects.all()
    filterset_class = FrozenFigureFilter

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The figure of the release in the address."""
        refuse_names(request)
        figure = ReleasedFigure.objects.of(self.release).select_related("release").filter(key=self.kwargs["key"]).first()
        if figure is None:
            raise Http404
        links = {
            "self": request.build_absolute_uri(),
            "figure": reverse("api-release-figures-detail", args=[self.release.slug, figure.key], request=request),
        }
        meta = {"count": 1, "release": self.release.slug, "licence": LICENCE}
        return Response({"data": ProvenanceSerializer(provenance(figure)).data, "meta": meta, "links": links})


class LatestFigureInputs(OfLatestRelease, FigureInputs):
    """What makes a figure of the latest release: the formula, and each row with its weight, or why it is left out."""
