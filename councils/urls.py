"""Addresses of the councils."""

from django.urls import path

from councils.views import CouncilCsv, CouncilList

urlpatterns = [
    path("councils/", CouncilList.as_view(), name="councils"),
    path("councils.csv", CouncilCsv.as_view(), name="councils-csv"),
]
