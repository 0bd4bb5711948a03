"""The trail: every write leaves an event with who, when, by which door, why, old and new.

Triggers in the database write the events, so bulk writes and raw SQL leave them too. What a writer says of itself
(actor, door, reason) travels as context; without one, the database role stands for the actor.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pghistory
import pghistory.middleware
import pghistory.models
from django.db import connection, models
from django.db.models import Func
from django.http import HttpRequest
from pghistory import runtime

ModelClass = TypeVar("ModelClass", bound=type[models.Model])


class SessionUser(Func):
    """The database role that opened the connection."""

    template = "SESSION_USER"
    output_field = models.TextField()


class RecordedEvent(pghistory.models.Event):
    """What every event knows besides the row: the database role that wrote it."""

    pgh_role = models.TextField("database role", db_default=SessionUser(), editable=False)

    class Meta:
        abstract = True


def recorded(*exclude: str) -> Callable[[ModelClass], ModelClass]:
    """Class decorator: keep an event of each insertion, change and deletion of the model's rows, as `<Model>Event`.

    `exclude` names fields that the trail leaves out (those the database computes, and secrets).
    """

    def track(model: ModelClass) -> ModelClass:
        return pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=list(exclude) or None,
            model_name=f"{model.__name__}Event",
        )(model)

    return track


def recorded_links(model: ModelClass) -> ModelClass:
    """Class decorator for a proxy of a many-to-many table: an event when a link is made or broken."""
    return pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), obj_field=None, model_name=f"{model.__name__}Event")(
        model
    )


@contextmanager
def written_by(
    *,
    door: str,
    user: Any = None,
    reason: str = "",
    reasons: Mapping[str, Mapping[Any, str]] | None = None,
    public_note: str = "",
    token: str = "",
) -> Iterator[UUID]:
    """Say of the writes within, and of no others: by which door, by whom, and why. Inner values win over outer ones.

    `reasons` are those of single rows, by a column of theirs and its value; they win over `reason`. So one act, with one
    context, may write many rows at once and say of each why. A reason is for the LGA; the `public_note` is for everyone.
    A `token` is the name of the one by which a program came.
    Gives the key of that context.
    """
    said: dict[str, Any] = {"door": door}
    if user is not None and user.pk:
        said["user"] = user.pk
    if reason:
        said["reason"] = reason
    if public_note:
        said["public_note"] = public_note
    if token:
        said["token"] = token
    if reasons:
        said["reasons"] = {column: {str(value): why for value, why in each.items()} for column, each in reasons.items()}
    outer = getattr(runtime._tracker, "value", None)
    if outer is None:
        with pghistory.context(**said) as context:
            yield context.id
        _stop_saying()
        return
    # pghistory would say the inner words of the outer writes too, so the inner writes get a context of their own.
    runtime._tracker.value = runtime.Context(id=uuid4(), metadata={**outer.metadata, **said})
    try:
        yield runtime._tracker.value.id
    finally:
        runtime._tracker.value = outer


def _stop_saying() -> None:
    """Keep what was said from what the same transaction writes next; the database forgets it only with the transaction."""
    if connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pghistory.context_id', '', true)")


class DoorMiddleware(pghistory.middleware.HistoryMiddleware):
    """Says for every request who is signed in and by which door they came."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().get_context(request)
        door = "page"
        if request.path.startswith("/admin/"):
            door = "admin"
        elif request.path.startswith("/api/"):
            door = "API"
        return {**context, "door": door}
