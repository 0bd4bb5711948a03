"""The columns of the register as it stands: for the pages' downloads, the API and the files of the register."""

from __future__ import annotations

from arrangements.register.vocabulary import Governance, Role, StartPrecision
from arrangements.releases.columns import shorthand
from sharedservices.common.columns import Column, day, flag, label, number, text
from sharedservices.common.today import today

STATUS_CODES = ["not-started", "operating", "ended"]

ARRANGEMENT_COLUMNS: dict[str, Column] = {
    "reference": text(lambda row: row.reference, "Its reference, never used again.", key=True),
    "name": text(lambda row: row.name, "Its name."),
    "category": text(lambda row: row.main_service.category.slug, "Slug of its main service’s category."),
    "category_name": label(lambda row: row.main_service.category.name, "category"),
    "main_service": text(lambda row: row.main_service.slug, "Slug of its main service."),
    "main_service_name": label(lambda row: row.main_service.name, "main_service"),
    "governance": text(lambda row: row.governance, "Code of its governance form.", codes=Governance.values),
    "governance_name": label(lambda row: row.get_governance_display(), "governance"),
    "started_on": day(lambda row: row.started_on, "Its first day, as exact as `start_precision` says; empty where unknown."),
    "start_precision": text(lambda row: row.start_precision, "How exactly its start is known.", codes=StartPrecision.values),
    "ended_on": day(lambda row: row.ended_on, "Its last day, inclusive; empty while it lasts."),
    "end_reason": text(lambda row: row.end_reason, "Why it ended."),
    "status": text(lambda row: row.status_on(today()), "Today.", codes=STATUS_CODES),
    "lead_name": text(lambda row: row.lead_name, "Name of the lead council today; empty where there is none."),
    "parties": number(lambda row: row.parties, "Lead and partner councils and bodies: on 31 March of the year, or today."),
    "outcome": text(lambda row: row.outcome, "As in the latest release of the year asked for, or of all; empty if not in it."),
    "saving_pounds": number(
        lambda row: row.saving, "As released: net, whole pounds. Empty unless the outcome is `figure`.", missing=shorthand
    ),
    "illustrative": flag(lambda row: row.is_illustrative, "Whether it is made up for the demonstration."),
    "source": text(lambda row: row.source, "Where the facts come from."),
}

PARTNERSHIP_COLUMNS: dict[str, Column] = {
    "id": number(lambda row: row.pk, "Its number."),
    "arrangement": text(lambda row: row.arrangement.reference, "Reference of the arrangement."),
    "arrangement_name": label(lambda row: row.arrangement.name, "arrangement"),
    "council": text(lambda row: row.council.gss_code, "GSS code of the council."),
    "council_name": label(lambda row: row.council.name, "council"),
    "role": text(lambda row: row.role, "Its part.", codes=Role.values),
    "role_name": label(lambda row: row.get_role_display(), "role"),
    "answers": flag(lambda row: row.answers, "Whether this council makes the return for the arrangement."),
    "joined_on": day(lambda row: row.joined_on, "First day; empty: since the arrangement began."),
    "left_on": day(lambda row: row.left_on, "Last day, inclusive; empty: still in, or until the arrangement’s end."),
    "illustrative": flag(lambda row: row.arrangement.is_illustrative, "Whether it is made up for the demonstration."),
}

BODY_PARTNERSHIP_COLUMNS: dict[str, Column] = {
    "id": number(lambda row: row.pk, "Its number."),
    "arrangement": text(lambda row: row.arrangement.reference, "Reference of the arrangement."),
    "arrangement_name": label(lambda row: row.arrangement.name, "arrangement"),
    "body": text(lambda row: row.body.slug, "Slug of the body."),
    "body_name": label(lambda row: row.body.name, "body"),
    "joined_on": day(lambda row: row.joined_on, "First day; empty: since the arrangement began."),
    "left_on": day(lambda row: row.left_on, "Last day, inclusive; empty: still in, or until the arrangement’s end."),
    "illustrative": flag(lambda row: row.arrangement.is_illustrative, "Whether it is made up for the demonstration."),
}

SUCCESSION_COLUMNS: dict[str, Column] = {
    "predecessor": text(lambda row: row.predecessor.gss_code, "GSS code of the council that ended."),
    "predecessor_name": label(lambda row: row.predecessor.name, "predecessor"),
    "successor": text(lambda row: row.successor.gss_code, "GSS code of the council that took over."),
    "successor_name": label(lambda row: row.successor.name, "successor"),
    "last_day": day(lambda row: row.predecessor.ended_on, "The predecessor’s last day in force."),
}

SERVICE_COLUMNS: dict[str, Column] = {
    "slug": text(lambda row: row.slug, "The service in addresses.", key=True),
    "name": text(lambda row: row.name, "Its name."),
    "category": text(lambda row: row.category.slug, "Slug of the category that its money counts under."),
    "category_name": label(lambda row: row.category.name, "category"),
}

CATEGORY_COLUMNS: dict[str, Column] = {
    "slug": text(lambda row: row.slug, "The category in addresses.", key=True),
    "name": text(lambda row: row.name, "Its name."),
}

YEAR_COLUMNS: dict[str, Column] = {
    "slug": text(lambda row: row.slug, "The year in addresses: 2013-14.", key=True),
    "name": text(str, "As it is shown: 2013/14."),
    "starts_on": day(lambda row: row.starts_on, "1 April."),
    "ends_on": day(lambda row: row.ends_on, "31 March, the day that decides what operated in it."),
    "latest_release": text(lambda row: row.latest_release, "Its latest public release; empty before the first."),
}
