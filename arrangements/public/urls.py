"""Addresses of the register as it stands."""

from django.urls import path

from arrangements.public import changes, data, map_page, views

urlpatterns = [
    path("arrangements/", views.ArrangementList.as_view(), name="arrangements"),
    path("arrangements.csv", views.ArrangementCsv.as_view(), name="arrangements-csv"),
    path("arrangements/<str:reference>/", views.arrangement_detail, name="arrangement"),
    path("map/", map_page.map_page, name="map"),
    path("data/", data.data, name="data"),
    path("data/files.json", data.files, name="data-files"),
    path("data/register/<slug:files_id>/<str:name>", data.register_file, name="register-file"),
    path("councils/<slug:slug>/", views.council_detail, name="council"),
    path("changes/", changes.RegisterChanges.as_view(), name="changes"),
    path("changes.atom", changes.RegisterChangesAtom.as_view(), name="changes-atom"),
    path("my-council/", views.my_councils, name="my-council"),
    path("my-council/<slug:slug>/", views.my_council, name="my-council-detail"),
]
