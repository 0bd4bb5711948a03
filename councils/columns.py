"""The columns of this room's CSV files: for the pages' downloads, the API and the files of the register."""

from __future__ import annotations

from sharedservices.common.columns import Column, day, label, text

COUNCIL_COLUMNS: dict[str, Column] = {
    "gss_code": text(lambda council: council.gss_code, "The council’s GSS code.", key=True),
    "slug": text(lambda council: council.slug, "The council in addresses."),
    "name": text(lambda council: council.name, "The name it bears now, or bore on its last day."),
    "kind": text(lambda council: council.kind, "Code of its kind."),
    "kind_name": label(lambda council: council.get_kind_display(), "kind"),
    "region": text(lambda council: council.region.slug, "Slug of its region."),
    "region_name": label(lambda council: council.region.name, "region"),
    "county": text(lambda council: council.county.gss_code if council.county else "", "GSS code of the county over a district."),
    "county_name": label(lambda council: council.county.name if council.county else "", "county"),
    "started_on": day(lambda council: council.started_on, "First day in its present kind; empty for the City of London."),
    "ended_on": day(lambda council: council.ended_on, "Last day in force, inclusive; empty while it lasts."),
    "website": text(lambda council: council.website, "Its site."),
}

REGION_COLUMNS: dict[str, Column] = {
    "gss_code": text(lambda region: region.gss_code, "The region’s GSS code.", key=True),
    "slug": text(lambda region: region.slug, "The region in addresses."),
    "name": text(lambda region: region.name, "Its name."),
}

BODY_COLUMNS: dict[str, Column] = {
    "slug": text(lambda body: body.slug, "The body in addresses.", key=True),
    "name": text(lambda body: body.name, "Its name."),
    "kind": text(lambda body: body.kind, "Code of its kind."),
    "kind_name": label(lambda body: body.get_kind_display(), "kind"),
    "region": text(lambda body: body.region.slug, "Slug of its region."),
    "region_name": label(lambda body: body.region.name, "region"),
    "started_on": day(lambda body: body.started_on, "First day; empty where it is not known."),
    "ended_on": day(lambda body: body.ended_on, "Last day, inclusive; empty while it lasts."),
}
