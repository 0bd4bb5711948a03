"""A register with as many lines to answer as one likes: made by a few statements of SQL, the same in every run."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction

from arrangements.demonstration.files import SERVICES, read
from arrangements.register.models import Service, ServiceCategory
from arrangements.returns.models import FinancialYear
from councils.loading import load as load_councils

# Each arrangement has the council of its number and one to three of the next ones; a fixed mix by remainders.
ARRANGEMENTS = """
INSERT INTO arrangements_arrangement
    (version, reference, name, summary, main_service_id, governance, aims, started_on, start_precision, end_reason,
     contact, source, source_url, is_illustrative)
SELECT 1, 'SSR-' || lpad(n::text, greatest(4, length(n::text)), '0'),
       c.short_name || ' and neighbours ' || lower(s.name) || ' ' || n, '', s.id, 'not_known', '{}', '2010-04-01', 'day', '',
       '', '', '',
       true
FROM generate_series(1, %(count)s) AS n
JOIN (SELECT id, short_name, row_number() OVER (ORDER BY id) - 1 AS at, count(*) OVER () AS of FROM councils_council
      WHERE kind NOT IN ('city_of_london', 'isles_of_scilly') AND started_on <= '2015-03-31'
        AND (ended_on IS NULL OR ended_on >= '2015-03-31')) AS c ON c.at = n %% c.of
JOIN (SELECT id, name, row_number() OVER (ORDER BY id) - 1 AS at, count(*) OVER () AS of FROM arrangements_service) AS s
     ON s.at = (n / 7) %% s.of
"""
PARTNERSHIPS = """
INSERT INTO arrangements_partnership (version, arrangement_id, council_id, role, answers)
SELECT 1, a.id, c.id, CASE WHEN k = 0 THEN 'lead' ELSE 'partner' END, k = 0
FROM (SELECT id, substr(reference, 5)::int AS n FROM arrangements_arrangement) AS a
CROSS JOIN LATERAL generate_series(0, 1 + a.n %% 3) AS k
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS at, count(*) OVER () AS of FROM councils_council
      WHERE kind NOT IN ('city_of_london', 'isles_of_scilly') AND started_on <= '2015-03-31'
        AND (ended_on IS NULL OR ended_on >= '2015-03-31')) AS c ON c.at = (a.n + k) %% c.of
"""
RETURNS = """
INSERT INTO arrangements_annualreturn (version, year_id, council_id, state)
SELECT 1, %(year)s, id, 'not_started' FROM councils_council
WHERE kind NOT IN ('city_of_london', 'isles_of_scilly') AND started_on <= '2015-03-31'
  AND (ended_on IS NULL OR ended_on >= '2015-03-31')
"""
# Last year: amounts for four in five, words for the others. This year: an eighth is answered already.
LAST_YEAR = """
INSERT INTO arrangements_reportedsaving (version, arrangement_id, year_id, outcome, amount, note)
SELECT 1, id, %(year)s, CASE WHEN id %% 5 = 0 THEN 'not_calculated' ELSE 'figure' END,
       CASE WHEN id %% 5 = 0 THEN NULL ELSE 10000 + (id * 7919) %% 900000 END, 'Last year'
FROM arrangements_arrangement
"""
THIS_YEAR = """
INSERT INTO arrangements_reportedsaving (version, arrangement_id, year_id, outcome, amount, note)
SELECT 1, arrangement_id, %(year)s, outcome, amount + amount / 50, 'Council return' FROM arrangements_reportedsaving
WHERE outcome = 'figure' AND arrangement_id %% 8 = 0
"""


def fill(arrangements: int) -> FinancialYear:
    """So many operating arrangements, the year 2013/14 answered and 2014/15 being collected, which is returned."""
    with transaction.atomic():
        load_councils()
        for row in read(SERVICES):
            category, _ = ServiceCategory.objects.get_or_create(slug=row["category"], defaults={"name": row["category_name"]})
            Service.objects.get_or_create(slug=row["service"], defaults={"name": row["service_name"], "category": category})
        before, year = (
            FinancialYear.objects.create(
                starts_on=date(first, 4, 1), opens_on=date(first + 1, 4, 1), closes_on=date(first + 1, 5, 8)
            )
            for first in (2013, 2014)
        )
        with connection.cursor() as cursor:
            cursor.execute(ARRANGEMENTS, {"count": arrangements})
            cursor.execute(PARTNERSHIPS, {})
            for each in (before, year):
                cursor.execute(RETURNS, {"year": each.pk})
            cursor.execute(LAST_YEAR, {"year": before.pk})
            cursor.execute(THIS_YEAR, {"year": year.pk})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    year.refresh_from_db()
    return year
