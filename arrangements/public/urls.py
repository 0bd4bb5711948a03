"""Addresses of the register as it stands."""

from django.urls import path

from arrangements.public import (
    arrangement_page,
    changes,
    council_page,
    data,
    finding_partners,
    map_page,
    officers,
    topic_pages,
    views,
    words,
)
from arrangements.public.mistakes.views import arrangement_mistake, council_mistake

urlpatterns = [
    path("arrangements/", views.ArrangementList.as_view(), name="arrangements"),
    path("arrangements.csv", views.ArrangementCsv.as_view(), name="arrangements-csv"),
    path("arrangements/<str:reference>/", arrangement_page.arrangement_page, name="arrangement"),
    path("arrangements/<str:reference>/<slug:key>.csv", arrangement_page.arrangement_chart, name="arrangement-chart"),
    path("arrangements/<str:reference>/mistake/", arrangement_mistake, name="arrangement-mistake"),
    path("map/", map_page.map_page, name="map"),
    path("data/", data.data, name="data"),
    path("data/files.json", data.files, name="data-files"),
    path("data/register/<slug:files_id>/<str:name>", data.register_file, name="register-file"),
    path("councils/<slug:slug>/", council_page.council_page, name="council"),
    path("councils/<slug:slug>/<slug:key>.csv", council_page.council_chart, name="council-chart"),
    path("services/<slug:slug>/", topic_pages.ServicePage.as_view(), name="service"),
    path("services/<slug:slug>/<slug:key>.csv", topic_pages.ServiceChart.as_view(), name="service-chart"),
    path("categories/<slug:slug>/", topic_pages.CategoryPage.as_view(), name="category"),
    path("categories/<slug:slug>/<slug:key>.csv", topic_pages.CategoryChart.as_view(), name="category-chart"),
    path("regions/<slug:slug>/", topic_pages.RegionPage.as_view(), name="region"),
    path("regions/<slug:slug>/<slug:key>.csv", topic_pages.RegionChart.as_view(), name="region-chart"),
    path("councils/<slug:slug>/mistake/", council_mistake, name="council-mistake"),
    path("changes/", changes.RegisterChanges.as_view(), name="changes"),
    path("changes.atom", changes.RegisterChangesAtom.as_view(), name="changes-atom"),
    path("find-a-partner/", finding_partners.find_a_partner, name="find-a-partner"),
    path("coverage/", words.coverage, name="coverage"),
    path("data/dictionary/", words.dictionary, name="dictionary"),
    path("accessibility/", words.accessibility, name="accessibility"),
    path("privacy/", words.privacy, name="privacy"),
    path("licence/", words.licence, name="licence"),
    path("cite/", words.citing, name="citing"),
    path("my-council/", officers.my_councils, name="my-council"),
    path("my-council/<slug:slug>/", officers.my_council, name="my-council-detail"),
    path("my-council/<slug:slug>/queries/<int:key>/", officers.query, name="my-council-query"),
    path("my-council/<slug:slug>/preview/", officers.preview, name="my-council-preview"),
    path("my-council/<slug:slug>/board-paper/", officers.board_paper, name="board-paper"),
    path("my-council/<slug:slug>/board-paper.csv", officers.board_paper_csv, name="board-paper-csv"),
    path("my-council/<slug:slug>/board-paper.xlsx", officers.board_paper_xlsx, name="board-paper-xlsx"),
]
