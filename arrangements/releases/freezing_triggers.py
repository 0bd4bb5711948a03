"""Rule 8, held by the database: from preparation on nothing changes a frozen row, raw SQL included.

Frozen rows come in while their release has no digest, and go only when the whole release goes, which the database
allows until it is approved. Their foreign key cascades in the database, so a discarded release takes all of them.
"""

import pgtrigger

_RELEASE = "arrangements_release"


def frozen_rows() -> list[pgtrigger.Trigger]:
    """The triggers of a table whose rows belong to a release."""
    return [
        pgtrigger.Trigger(
            name="frozen_once_prepared",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            func=(
                f"IF (SELECT digest FROM {_RELEASE} WHERE id = NEW.release_id) <> '' THEN"  # noqa: S608
                " RAISE EXCEPTION 'This release is prepared: no row can be added to it. Prepare the next revision.';"
                " END IF; RETURN NEW;"
            ),
        ),
        pgtrigger.Trigger(
            name="frozen_for_good",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func="RAISE EXCEPTION 'Released rows never change. A correction is the next revision.';",
        ),
        pgtrigger.Trigger(
            name="discarded_only_whole",
            when=pgtrigger.Before,
            operation=pgtrigger.Delete,
            func=(
                f"IF EXISTS (SELECT 1 FROM {_RELEASE} WHERE id = OLD.release_id) THEN"  # noqa: S608
                " RAISE EXCEPTION 'Released rows are never deleted one by one. Discard the whole release, before it is"
                " approved.'; END IF; RETURN OLD;"
            ),
        ),
        _never_truncated("never_truncated"),
    ]


def _never_truncated(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'Released rows are never emptied.';",
    )


RELEASE_TRIGGERS = [
    pgtrigger.Trigger(
        name="kept_once_approved",
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        func=(
            "IF OLD.approved_at IS NOT NULL THEN"
            " RAISE EXCEPTION 'An approved release is never discarded. A correction is the next revision.';"
            " END IF; RETURN OLD;"
        ),
    ),
    pgtrigger.Trigger(
        name="only_steps_forward",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.digest <> ''"),
        func=(
            "IF ROW(NEW.year_id, NEW.revision, NEW.slug, NEW.kind, NEW.compared_with_id, NEW.prepared_by_id,"
            " NEW.prepared_at, NEW.public_note, NEW.digest)"
            " IS DISTINCT FROM ROW(OLD.year_id, OLD.revision, OLD.slug, OLD.kind, OLD.compared_with_id,"
            " OLD.prepared_by_id, OLD.prepared_at, OLD.public_note, OLD.digest) THEN"
            " RAISE EXCEPTION 'A prepared release never changes. Discard it before it is approved, or prepare the next"
            " revision.'; END IF;"
            " IF OLD.approved_at IS NOT NULL AND ROW(NEW.approved_by_id, NEW.approved_at)"
            " IS DISTINCT FROM ROW(OLD.approved_by_id, OLD.approved_at) THEN"
            " RAISE EXCEPTION 'An approval is never taken back.'; END IF;"
            " IF OLD.published_at <= now() AND NEW.published_at IS DISTINCT FROM OLD.published_at THEN"
            " RAISE EXCEPTION 'A published release stays published.'; END IF;"
            " RETURN NEW;"
        ),
    ),
    _never_truncated("never_truncated"),
]
