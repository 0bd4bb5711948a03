"""Addresses of releases and years."""

from django.urls import path

from arrangements.releases import bridging, views
from arrangements.releases.press import views as press

urlpatterns = [
    path("releases/", views.release_list, name="releases"),
    path("releases/<str:slug>/", views.release_detail, name="release"),
    path("releases/<str:slug>/arrangements/", views.FrozenArrangements.as_view(), name="frozen-arrangements"),
    path("releases/<str:slug>/arrangements.csv", views.FrozenArrangementsCsv.as_view(), name="frozen-arrangements-csv"),
    path("releases/<str:slug>/councils/", views.FrozenCouncils.as_view(), name="frozen-councils"),
    path("releases/<str:slug>/councils.csv", views.FrozenCouncilsCsv.as_view(), name="frozen-councils-csv"),
    path("releases/<str:slug>/figures/<str:key>/", views.figure_detail, name="figure"),
    path("releases/<str:slug>/files/<str:name>", views.released_file, name="released-file"),
    path("releases/<str:slug>/bridge/", bridging.BridgePage.as_view(), name="bridge"),
    path("releases/<str:slug>/bridge.csv", bridging.BridgeCsv.as_view(), name="bridge-csv"),
    path("releases/<str:slug>/press/", press.PressPage.as_view(), name="press"),
    path("releases/<str:slug>/press.txt", press.PressText.as_view(), name="press-text"),
    path("years/<slug:slug>/press/", press.YearPress.as_view(), name="year-press"),
    path("years/<slug:slug>/press.txt", press.YearPressText.as_view(), name="year-press-text"),
    path("years/<slug:slug>/", views.year_detail, name="year"),
]
