"""Pages of a service, a category and a region: how it went over the years, what is shared now, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.generic import View

from arrangements.public import mixes
from arrangements.public.filters import RegisterFilter
from arrangements.public.mixes import Operating
from arrangements.register.models import Arrangement, Service, ServiceCategory
from arrangements.releases import charting
from arrangements.releases.charting import Published
from arrangements.releases.columns import OUTCOME_NAMES
from arrangements.releases.models import ReleasedArrangement
from arrangements.releases.press.phrases import lower_first, the_region
from arrangements.releases.readings import of_outcomes, of_trend
from councils.models import Council, Region
from sharedservices.common.chart_files import chart_file
from sharedservices.common.charts import Chart, Value, bars, trend
from sharedservices.common.today import today

SHOWN = 20
IN_EACH_REGION = "One that touches several regions counts in each."


class TopicPage(View):
    """A page about the arrangements that one filter of the list finds, with `charts` over the years and of today."""

    http_method_names = ["get", "head", "options"]
    # The filter of the list, which is also the name of the page's address and of its template.
    filter_name: str
    topics: QuerySet

    @cached_property
    def topic(self) -> Any:
        """The service, category or region of the address."""
        return get_object_or_404(self.topics, slug=self.kwargs["slug"])

    @cached_property
    def found(self) -> QuerySet:
        """What the list of arrangements finds: operating today, and of this topic. The page and the list never disagree."""
        asked = QueryDict(mutable=True)
        asked.update({self.filter_name: self.topic.slug, "status": "operating"})
        arrangements = Arrangement.objects.visible_to(self.request.user).for_list()
        return RegisterFilter(asked, queryset=arrangements, request=self.request).qs

    @cached_property
    def now(self) -> Operating:
        """The same, to be counted."""
        return Operating.of(self.found)

    def csv(self, key: str) -> str:
        """The address of a chart's file."""
        return reverse(f"{self.filter_name}-chart", args=[self.topic.slug, key])

    def link(self, name: str) -> Any:
        """Leads from a part of a mix to its arrangements of this topic."""
        return lambda code: mixes.listed_by(**{self.filter_name: self.topic.slug, name: code})

    def trends(self) -> Iterator[Chart]:
        """Over the years, from what was published."""
        raise NotImplementedError

    def parts(self) -> Iterator[Chart]:
        """Of the arrangements now."""
        raise NotImplementedError

    def charts(self) -> Iterator[Chart]:
        """All of them, for their files."""
        yield from self.trends()
        yield from self.parts()

    def councils(self) -> list[tuple[Council, int]]:
        """The councils, each with the number of these arrangements in which it is lead or partner now."""
        return [(council, self.now.by_council.get(council.pk, 0)) for council in self.councils_shown()]

    def councils_shown(self) -> QuerySet:
        """Those that take part, by name."""
        return Council.objects.filter(pk__in=self.now.by_council).order_by("short_name")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        context = {
            self.filter_name: self.topic,
            "topic": self.topic,
            "trends": list(self.trends()),
            "parts": [chart for chart in self.parts() if chart.values],
            "count": len(self.now.facts),
            "arrangements": self.found[:SHOWN],
            "listed": mixes.listed_by(**{self.filter_name: self.topic.slug}),
            "councils": self.councils(),
            **self.more_context(),
        }
        return render(request, f"public/{self.filter_name}_page.html", context)

    def more_context(self) -> dict[str, Any]:
        """What else the template shows."""
        return {}


class ChartFile:
    """Mixed into a page: the file of one of its charts."""

    kwargs: dict[str, Any]

    def get(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return chart_file(self.charts(), self.kwargs["key"], self.topic.slug)


class ServicePage(TopicPage):
    """`/services/ict/`: as the main service or one of the others. Counts are of frozen rows; no amount is added up."""

    filter_name = "service"
    topics = Service.objects.select_related("category")

    @cached_property
    def published(self) -> Published:
        """The current releases."""
        return Published.with_figures([])

    @property
    def called(self) -> str:
        """Its name within a sentence."""
        return lower_first(self.topic.name)

    @cached_property
    def counted(self) -> dict[int, dict[str, int]]:
        """How many frozen arrangements of each current release share it, by year and outcome."""
        rows = ReleasedArrangement.objects.filter(release__in=self.published.releases.values()).with_service([self.topic.slug])
        counted: dict[int, dict[str, int]] = {}
        for year, outcome, number in rows.order_by().values_list("release__year", "outcome").annotate(Count("pk")):
            counted.setdefault(year, {})[outcome] = number
        return counted

    def trends(self) -> Iterator[Chart]:
        values = []
        for year in self.published.years:
            release = self.published.releases.get(year.pk)
            if release is None:
                values.append(Value(year.slug, str(year), None, charting.NOTHING_PUBLISHED))
                continue
            number = sum(self.counted.get(year.pk, {}).values())
            href = f"{release.get_absolute_url()}arrangements/?service={self.topic.slug}"
            values.append(Value(year.slug, str(year), number, f"{number:,}", href=href))
        yield Chart(
            key="arrangements",
            title=f"Arrangements sharing {self.called} on 31 March, by year",
            reading=of_trend(f"Arrangements sharing {self.called}", values, "{:,}".format),
            values=tuple(values),
            drawing=trend(values),
            csv=self.csv("arrangements"),
            note="Counted whether it is the main service or one of the others.",
        )

    def parts(self) -> Iterator[Chart]:
        release = self.published.latest
        if release is not None:
            counted = self.counted.get(release.year_id, {})
            base = f"{release.get_absolute_url()}arrangements/?service={self.topic.slug}&outcome="
            values = tuple(
                Value(code, name, counted.get(code, 0), f"{counted.get(code, 0):,}", href=base + code)
                for code, name in OUTCOME_NAMES.items()
            )
            yield Chart(
                key="outcomes",
                title=f"What was reported for them, {release.year}",
                reading=of_outcomes(values),
                values=values,
                drawing=bars(values),
                csv=self.csv("outcomes"),
                of="Outcome",
            )
        yield mixes.mix(
            "regions", "Where it is shared now", self.now.by_region, of=mixes.REGION, csv=self.csv, href=self.link("region"),
            note=IN_EACH_REGION,
        )  # fmt: skip
        yield mixes.mix(
            "governance", "How it is held together", self.now.by_governance, of="Governance form", csv=self.csv,
            href=self.link("governance"),
        )  # fmt: skip


class ServiceChart(ChartFile, ServicePage):
    """`/services/ict/arrangements.csv`: one of its charts."""


class CategoryPage(TopicPage):
    """`/categories/back-office/`: by the main service's category, so that every pound counts in one category only."""

    filter_name = "category"
    topics = ServiceCategory.objects.all()

    def trends(self) -> Iterator[Chart]:
        slug = self.topic.slug
        published = Published.with_figures([f"savings-category:{slug}", f"arrangements-category:{slug}"])
        yield from charting.of_category(published, slug, self.topic.name, self.csv)

    def parts(self) -> Iterator[Chart]:
        yield mixes.mix(
            "services", "Which services they share", self.now.by_service, of="Main service", csv=self.csv,
            href=lambda code: reverse("service", args=[code]),
        )  # fmt: skip
        yield mixes.mix(
            "regions", "Where they are shared now", self.now.by_region, of=mixes.REGION, csv=self.csv,
            href=self.link("region"), note=IN_EACH_REGION,
        )  # fmt: skip
        yield mixes.mix(
            "governance", "How they are held together", self.now.by_governance, of="Governance form", csv=self.csv,
            href=self.link("governance"),
        )  # fmt: skip


class CategoryChart(ChartFile, CategoryPage):
    """`/categories/back-office/savings.csv`: one of its charts."""


class RegionPage(TopicPage):
    """`/regions/london/`: the arrangements that touch it, each counted whole."""

    filter_name = "region"
    topics = Region.objects.all()

    def trends(self) -> Iterator[Chart]:
        slug = self.topic.slug
        published = Published.with_figures([f"arrangements-region:{slug}", f"savings-region:{slug}"])
        yield from charting.of_region(published, slug, self.topic.name, self.csv)

    def parts(self) -> Iterator[Chart]:
        yield mixes.mix(
            "categories", "What is shared", self.now.by_category, of="Category", csv=self.csv, href=self.link("category")
        )
        others = [part for part in self.now.by_region if part[0] != self.topic.slug]
        yield mixes.mix(
            "regions", f"Shared with other regions than {the_region(self.topic.name)}", others, of=mixes.REGION, csv=self.csv,
            href=lambda code: reverse("region", args=[code]), note=IN_EACH_REGION,
        )  # fmt: skip
        yield mixes.mix(
            "governance", "How they are held together", self.now.by_governance, of="Governance form", csv=self.csv,
            href=self.link("governance"),
        )  # fmt: skip

    def councils_shown(self) -> QuerySet:
        """All councils of the region that are in force, those in no arrangement too."""
        return Council.objects.in_region(self.topic).in_force_on(today()).order_by("short_name")

    def more_context(self) -> dict[str, Any]:
        return {"called": the_region(self.topic.name)}


class RegionChart(ChartFile, RegionPage):
    """`/regions/london/arrangements.csv`: one of its charts."""
