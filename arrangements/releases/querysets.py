"""What can be said of releases and their frozen rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from arrangements.register.vocabulary import Role
from councils.models import FormerCode
from sharedservices.common.today import now
from sharedservices.common.versions import VersionedQuerySet

# Where a frozen arrangement keeps the codes of the councils in each role.
ROLE_COLUMNS: dict[str, str] = {Role.LEAD: "leads", Role.PARTNER: "partners_only", Role.CLIENT: "clients"}


def codes_of(councils: list[Any]) -> list[str]:
    """Every code under which a frozen row may name the councils: the present ones and the former ones.

    A council keeps what was read of it, since a page asks about the same one for each of its counts.
    """
    unread = [council for council in councils if not hasattr(council, "codes_ever")]
    former = FormerCode.objects.filter(council__in=unread).values_list("council", "code") if unread else []
    for council in unread:
        council.codes_ever = [council.gss_code]
    for key, code in former:
        next(council for council in unread if council.pk == key).codes_ever.append(code)
    return [code for council in councils for code in council.codes_ever]


def _visible(user: Any, prefix: str = "") -> Q:
    """Public from its moment on; LGA staff see what isn't public yet."""
    if getattr(user, "sees_unpublished", False):
        return Q()
    return Q(**{f"{prefix}published_at__lte": now()})


class ReleaseQuerySet(VersionedQuerySet):
    """The language of releases."""

    def visible_to(self, user: Any) -> Self:
        """Published ones; LGA staff see those in preparation too."""
        return self.filter(_visible(user))

    def published(self, at: datetime | None = None) -> Self:
        """Public at the moment, or now: the moment of publication is reached."""
        return self.filter(published_at__lte=at or now())

    def of_year(self, year: Any) -> Self:
        """Releases of the year."""
        return self.filter(year=year)

    def before(self, release: Any) -> Self:
        """Releases of earlier years, and earlier revisions of its year."""
        same_year = Q(year=release.year_id, revision__lt=release.revision)
        return self.filter(Q(year__starts_on__lt=release.year.starts_on) | same_year)

    def newest_first(self) -> Self:
        """Latest year first, and in it the highest revision."""
        return self.order_by("-year__starts_on", "-revision")

    def current(self) -> Self:
        """Of each year, the published release with the highest revision."""
        later = self.model.objects.published().filter(year=OuterRef("year"), revision__gt=OuterRef("revision"))
        return self.published().filter(~Exists(later))

    def latest(self, at: datetime | None = None) -> Any:  # type: ignore[override]
        """The published release of the latest year with the highest revision, or None."""
        return self.published(at).newest_first().select_related("year", "compared_with__year").first()

    def with_superseded(self) -> Self:
        """Annotate `is_superseded`: a later revision of the year is public; and of the next, `superseded_by` and `_at`."""
        later = self.model.objects.published().filter(year=OuterRef("year"), revision__gt=OuterRef("revision"))
        following = later.order_by("revision")
        return self.annotate(
            is_superseded=Exists(later),
            superseded_by=Subquery(following.values("slug")[:1]),
            superseded_at=Subquery(following.values("published_at")[:1]),
        )


class FrozenQuerySet(QuerySet):
    """For whatever belongs to a release."""

    def visible_to(self, user: Any) -> Self:
        """Rows of published releases; LGA staff see all."""
        return self.filter(_visible(user, "release__"))

    def of(self, release: Any) -> Self:
        """The rows of one release."""
        return self.filter(release=release)


class ReleasedArrangementQuerySet(FrozenQuerySet):
    """The language of frozen arrangements: the register's words, read from the row's own values."""

    def touching_region(self, slugs: list[str]) -> Self:
        """At least one lead or partner council of the regions."""
        return self.filter(regions__overlap=slugs)

    def touching_county(self, counties: list[Any]) -> Self:
        """One of the counties, or a district under them, is lead or partner."""
        return self.filter(counties__overlap=codes_of(counties))

    def involving(self, councils: list[Any]) -> Self:
        """At least one of the councils is lead or partner."""
        return self.filter(involved__overlap=codes_of(councils))

    def in_roles(self, roles: list[str], councils: list[Any] | None) -> Self:
        """A council holds one of the roles: one of those named, be there none, or where that is None any."""
        held = Q(pk__in=[])
        for role in roles:
            column = ROLE_COLUMNS[role]
            held |= Q(**{f"{column}__overlap": codes_of(councils)}) if councils is not None else ~Q(**{column: []})
        return self.filter(held)

    def with_service(self, slugs: list[str]) -> Self:
        """The service is the main one or one of the others."""
        return self.filter(services__overlap=slugs)

    def found_by(self, text: str) -> Self:
        """Every word of the text stands in its names, reference, services, category or parties; or nearly all of it does."""
        words = Q()
        for word in text.split()[:12]:
            words &= Q(search__icontains=word) | Q(category_name__icontains=word)
        matching = self.filter(words)
        return matching if matching.exists() else self.filter(search__trigram_word_similar=text.strip()[:100])


class ReleasedCouncilQuerySet(FrozenQuerySet):
    """The language of frozen councils."""

    def asked(self) -> Self:
        """Councils that were asked for a return."""
        return self.filter(asked=True)

    def involved(self) -> Self:
        """Councils that are lead or partner in an arrangement operating on 31 March."""
        return self.filter(arrangements__gt=0)

    def not_involved(self) -> Self:
        """Councils that are neither."""
        return self.filter(arrangements=0)
