"""Addresses of releases and years."""

from django.urls import path, re_path

from arrangements.releases import bridging, changing_pages, methodology, promised, views, year_pages
from arrangements.releases.press import views as press

urlpatterns = [
    path("releases/", views.release_list, name="releases"),
    path("releases/<str:slug>/", views.release_detail, name="release"),
    path("releases/<str:slug>/arrangements/", views.FrozenArrangements.as_view(), name="frozen-arrangements"),
    path("releases/<str:slug>/arrangements.csv", views.FrozenArrangementsCsv.as_view(), name="frozen-arrangements-csv"),
    path("releases/<str:slug>/councils/", views.FrozenCouncils.as_view(), name="frozen-councils"),
    path("releases/<str:slug>/councils.csv", views.FrozenCouncilsCsv.as_view(), name="frozen-councils-csv"),
    path("releases/<str:slug>/figures/<str:key>/", views.figure_detail, name="figure"),
    re_path(r"^releases/(?P<slug>[^/]+)/figures/(?P<name>[^/]+\.(?:html|json))$", promised.document, name="figure-document"),
    path("releases/<str:slug>/files/<str:name>", promised.file, name="released-file"),
    path("releases/<str:slug>/SHA256SUMS", promised.digests, name="digests"),
    path("releases/<str:slug>/bridge/", bridging.BridgePage.as_view(), name="bridge"),
    path("releases/<str:slug>/bridge.csv", bridging.BridgeCsv.as_view(), name="bridge-csv"),
    path("releases/<str:slug>/press/", press.PressPage.as_view(), name="press"),
    path("releases/<str:slug>/press.txt", press.PressText.as_view(), name="press-text"),
    path("years/<slug:slug>/press/", press.YearPress.as_view(), name="year-press"),
    path("years/<slug:slug>/press.txt", press.YearPressText.as_view(), name="year-press-text"),
    path("releases/<str:slug>/changes/", changing_pages.ReleaseChanges.as_view(), name="release-changes"),
    path("releases/<str:slug>/changes.atom", changing_pages.ReleaseChangesAtom.as_view(), name="release-changes-atom"),
    path("releases/<str:slug>/changes.json", changing_pages.ReleaseChangesJson.as_view(), name="release-changes-json"),
    path("methodology/", methodology.methodology, name="methodology"),
    path("published-figures/", methodology.published_figures, name="published-figures"),
    path("published-figures.csv", methodology.published_figures_csv, name="published-figures-csv"),
    path("releases/<str:slug>/charts/<slug:key>.csv", year_pages.release_chart, name="release-chart"),
    path("years/", year_pages.year_list, name="years"),
    path("years/<slug:key>.csv", year_pages.england_chart, name="england-chart"),
    path("years/<slug:slug>/", year_pages.year_detail, name="year"),
]
