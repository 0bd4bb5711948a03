"""Puts drafts, answers, states and questions into the files' rows."""

from datetime import date
from pathlib import Path

from arrangements.demonstration.illustrative import tables
from arrangements.demonstration.illustrative.drafts import Draft, Part
from arrangements.demonstration.illustrative.reporting import Answer

SOURCE = "Illustrative: made up for the demonstration"


def write_drafts(folder: Path, drafts: list[Draft]) -> None:
    """Arrangements and the parts of councils and bodies in them, by key."""
    ordered = sorted(drafts, key=lambda draft: draft.key)
    tables.write(folder / "arrangements.csv", tables.ARRANGEMENT_COLUMNS, map(_arrangement, ordered))
    parts = [_partnership(draft, part) for draft in ordered for part in draft.parts]
    tables.write(folder / "partnerships.csv", tables.PARTNERSHIP_COLUMNS, parts)
    bodies = [_body(draft, part) for draft in ordered for part in draft.bodies]
    tables.write(folder / "body_partnerships.csv", tables.BODY_COLUMNS, bodies)


def write_answers(path: Path, answers: dict[str, dict[str, Answer]]) -> None:
    """The answers of each year, by year and key."""
    rows = [_saving(key, year, answer) for year, of in answers.items() for key, answer in sorted(of.items())]
    tables.write(path, tables.SAVING_COLUMNS, rows)


def write_returns(path: Path, states: dict[str, dict[str, str]]) -> None:
    """The state of each return, by year and council."""
    rows = [{"gss_code": gss, "year": year, "state": state} for year, of in states.items() for gss, state in of.items()]
    tables.write(path, tables.RETURN_COLUMNS, rows)


def write_queries(path: Path, queries: list[dict[str, str]]) -> None:
    """The questions about lines of queried returns."""
    tables.write(path, tables.QUERY_COLUMNS, queries)


def _arrangement(draft: Draft) -> dict[str, str | date | None]:
    return {
        "key": draft.key,
        "name": draft.name,
        "summary": draft.summary,
        "main_service": draft.main_service,
        "other_services": ";".join(draft.other_services),
        "governance": draft.governance,
        "aims": ";".join(draft.aims),
        "started_on": draft.started,
        "start_precision": draft.precision,
        "ended_on": draft.ended,
        "end_reason": draft.end_reason,
        "replaces": ";".join(draft.replaces),
        "source": SOURCE,
    }


def _partnership(draft: Draft, part: Part) -> dict[str, str | date | None]:
    return {
        "key": draft.key,
        "gss_code": part.party,
        "role": part.role,
        "answers": "yes" if part.answers else "no",
        "joined_on": part.joined,
        "left_on": part.left,
    }


def _body(draft: Draft, part: Part) -> dict[str, str | date | None]:
    return {"key": draft.key, "body": part.party, "joined_on": part.joined, "left_on": part.left}


def _saving(key: str, year: str, answer: Answer) -> dict[str, str | int | None]:
    outcome, amount, note = answer
    return {"key": key, "year": year, "outcome": outcome, "amount": amount, "note": note}
