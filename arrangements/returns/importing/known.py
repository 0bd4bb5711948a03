"""What has to be known of arrangements to find the line that a row is about, read for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Upper

from arrangements.register.models import Arrangement, FormerName, Partnership
from arrangements.register.parties import FEWEST_PARTIES
from arrangements.returns.models import FinancialYear
from sharedservices.common.among import among
from sharedservices.common.names import telling_words

# Looking for names that resemble one takes a few milliseconds each; a file of nothing but unknown names is another matter.
MOST_LOOKED_FOR = 100
RESEMBLING = """
SELECT wanted.number, near.id
FROM unnest(%s::int[], %s::text[]) AS wanted(number, name)
CROSS JOIN LATERAL (
    SELECT id FROM arrangements_arrangement
    WHERE upper(name) %% upper(wanted.name) ORDER BY similarity(upper(name), upper(wanted.name)) DESC, id LIMIT 3
) AS near
"""


@dataclass(frozen=True, slots=True)
class KnownArrangement:
    """An arrangement as of the year's 31 March: who answers for it (a council's key, or None) and how many take part."""

    pk: int
    reference: str
    name: str
    is_operating: bool
    answering: int | None
    parties: int

    @property
    def is_short_of_parties(self) -> bool:
        """It operates with fewer than two parties."""
        return self.is_operating and self.parties < FEWEST_PARTIES


class Arrangements:
    """Arrangements by reference, by the councils in them and by name: one query or two for each question."""

    def __init__(self, year: FinancialYear) -> None:
        self.year = year
        self.by_pk: dict[int, KnownArrangement] = {}
        self.by_reference: dict[str, KnownArrangement] = {}

    def with_references(self, references: Iterable[str]) -> None:
        """Read those."""
        self._read(Arrangement.objects.filter(among("reference", set(references))))

    def called(self, names: Iterable[str]) -> dict[str, list[KnownArrangement]]:
        """Those that bear exactly one of the names now, capitals apart, by the name in capitals."""
        wanted = {name.upper() for name in names}
        found: dict[str, list[KnownArrangement]] = defaultdict(list)
        if wanted:
            rows = Arrangement.objects.alias(capitals=Upper("name")).filter(among("capitals", wanted))
            for known in self._read(rows):
                found[known.name.upper()].append(known)
        return found

    def of_councils(self, councils: Iterable[int]) -> dict[int, dict[str, list[KnownArrangement]]]:
        """Those in which the councils take part, or took part, by council and by the telling words of every name."""
        wanted = set(councils)
        if not wanted:
            return {}
        parts = Partnership.objects.filter(council__in=wanted)
        pairs = set(parts.values_list("council_id", "arrangement_id"))
        known = {each.pk: each for each in self._read(Arrangement.objects.filter(pk__in=parts.values("arrangement")))}
        names = defaultdict(set)
        for each in known.values():
            names[each.pk].add(telling_words(each.name))
        for pk, name in FormerName.objects.filter(among("arrangement", known)).values_list("arrangement_id", "name"):
            names[pk].add(telling_words(name))
        found: dict[int, dict[str, list[KnownArrangement]]] = defaultdict(lambda: defaultdict(list))
        for council, pk in sorted(pairs):
            for words in names[pk]:
                found[council][words].append(known[pk])
        return found

    def resembling(self, names: dict[int, str]) -> dict[int, list[KnownArrangement]]:
        """For the names of rows, by their numbers, the arrangements with names most like them; of the first hundred rows."""
        if not names:
            return {}
        asked = dict(list(names.items())[:MOST_LOOKED_FOR])
        with connection.cursor() as cursor:
            cursor.execute(RESEMBLING, [list(asked), list(asked.values())])
            pairs = cursor.fetchall()
        self._read(Arrangement.objects.filter(among("pk", {pk for _, pk in pairs} - set(self.by_pk))))
        found: dict[int, list[KnownArrangement]] = defaultdict(list)
        for number, pk in pairs:
            found[number].append(self.by_pk[pk])
        return found

    def _read(self, rows: QuerySet[Any]) -> list[KnownArrangement]:
        day = self.year.ends_on
        facts = rows.with_answering_council_on(day).with_party_count(day).order_by("pk")  # type: ignore[attr-defined]
        read = [
            KnownArrangement(
                pk,
                reference,
                name,
                started is not None and started <= day and (ended is None or day <= ended),
                answering,
                parties,
            )
            for pk, reference, name, started, ended, answering, parties in facts.values_list(
                "pk", "reference", "name", "started_on", "ended_on", "answering_council_id", "parties"
            )
        ]
        self.by_pk |= {known.pk: known for known in read}
        self.by_reference |= {known.reference: known for known in read}
        return read
