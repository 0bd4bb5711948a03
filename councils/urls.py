"""Addresses of the councils."""

from django.urls import path

from councils.finding import find_council
from councils.views import CouncilCsv, CouncilList

urlpatterns = [
    path("councils/", CouncilList.as_view(), name="councils"),
    path("councils.csv", CouncilCsv.as_view(), name="councils-csv"),
    path("find-your-council/", find_council, name="find-council"),
]
