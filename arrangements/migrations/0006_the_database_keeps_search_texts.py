"""The database keeps a text of each arrangement for the search, by whatever door rows change.

`search_words` reduces a text to its telling words; `search_refresh` computes the texts of some arrangements anew and notes
the words that are new. The triggers that call it stand on the register's models (`register/search_triggers.py`), and here
on the tables of councils, whose room lies below and knows nothing of arrangements.
"""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

SPELLED = """
CREATE FUNCTION search_spelled(written text) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    -- Small letters and figures, no accents, one space round each word; hyphens, strokes and underscores stay in words.
    SELECT ' ' || regexp_replace(
        translate(replace(lower(unaccent(written)), '&', ' and '), '''’‘`.', ''), '[^a-z0-9/_-]+', ' ', 'g'
    ) || ' '
$$
"""

WORDS = """
CREATE FUNCTION search_words(written text) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    -- The telling words in a row: "London Borough of Hammersmith & Fulham" is "hammersmith fulham".
    SELECT btrim(regexp_replace(translate(regexp_replace(search_spelled(written),
        ' (?:london borough|royal borough|metropolitan|borough|district|unitary|city|county|councils?|corporation'
        '|of|the|and|ua|lb|rb|mbc|mdc|bc|dc|cc)(?= )', '', 'g'
    ), '-/_', '   '), ' +', ' ', 'g'))
$$
"""

REFRESH = r"""
CREATE FUNCTION search_refresh(ids bigint[]) RETURNS void LANGUAGE plpgsql
-- It runs for one arrangement and for fifty thousand, often before the database has counted its rows: hash joins suit both.
SET enable_nestloop = off SET jit = off AS $$
BEGIN
    IF coalesce(cardinality(ids), 0) = 0 THEN
        RETURN;
    END IF;
    -- Whoever is writing one of these texts has ended before the next statement looks at anything.
    PERFORM 1 FROM arrangements_searchtext WHERE arrangement_id = ANY (ids) ORDER BY arrangement_id FOR UPDATE;
    WITH arrangement AS MATERIALIZED (
        SELECT id, reference, name, main_service_id FROM arrangements_arrangement WHERE id = ANY (ids)
    ), member AS MATERIALIZED (
        SELECT DISTINCT arrangement_id AS id, council_id FROM arrangements_partnership WHERE arrangement_id = ANY (ids)
    ), said AS MATERIALIZED (
        SELECT id, name, true AS own FROM arrangement
        UNION SELECT arrangement_id, name, true FROM arrangements_formername WHERE arrangement_id = ANY (ids)
        UNION SELECT arrangement.id, service.name, false
            FROM arrangement JOIN arrangements_service AS service ON service.id = main_service_id
        UNION SELECT arrangement.id, category.name, false
            FROM arrangement JOIN arrangements_service AS service ON service.id = main_service_id
            JOIN arrangements_servicecategory AS category ON category.id = category_id
        UNION SELECT arrangement_id, service.name, false
            FROM arrangements_arrangement_other_services JOIN arrangements_service AS service ON service.id = service_id
            WHERE arrangement_id = ANY (ids)
        UNION SELECT member.id, council.name, false FROM member JOIN councils_council AS council ON council.id = council_id
        UNION SELECT member.id, short_name, false FROM member JOIN councils_council AS council ON council.id = council_id
        UNION SELECT member.id, name, false FROM member JOIN councils_councilname USING (council_id)
        UNION SELECT arrangement_id, body.name, false
            FROM arrangements_bodypartnership JOIN councils_partnerbody AS body ON body.id = body_id
            WHERE arrangement_id = ANY (ids)
    ), spelled AS MATERIALIZED (  -- each name once, however many arrangements say it
        SELECT name, lower(name) AS written, search_words(name) AS telling, search_spelled(name) AS spelled
        FROM (SELECT DISTINCT name FROM said) AS names
    ), joined AS MATERIALIZED (  -- tri-borough is also triborough
        SELECT name, string_agg(translate(word, '-/_', ''), ' ') AS joined
        FROM spelled, unnest(string_to_array(spelled, ' ')) AS word WHERE word ~ '[a-z0-9][-/_]+[a-z0-9]' GROUP BY name
    ), piece AS (
        SELECT id, piece, bool_or(own) AS own
        FROM said JOIN spelled USING (name) LEFT JOIN joined USING (name),
            unnest(ARRAY[' ' || telling || ' ', ' ' || joined || ' ', nullif(written, telling)]) AS piece
        WHERE piece IS NOT NULL GROUP BY id, piece
    ), word AS (
        SELECT id, unnest(string_to_array(translate(concat_ws(' ', spelled, joined), '-/_', '   '), ' ')) AS word
        FROM said JOIN spelled USING (name) LEFT JOIN joined USING (name)
        UNION SELECT id, lower(reference) FROM arrangement
        UNION SELECT member.id, lower(gss_code) FROM member JOIN councils_council AS council ON council.id = council_id
        UNION SELECT member.id, lower(code) FROM member JOIN councils_formercode USING (council_id)
    ), kept AS (
        INSERT INTO arrangements_searchtext AS kept (arrangement_id, name, names, text, words)
        SELECT id, telling, names, text, words
        FROM arrangement JOIN spelled USING (name)
            JOIN (
                SELECT id, '|' || string_agg(piece, '|' ORDER BY piece) || '|' AS text,
                    '|' || string_agg(piece, '|' ORDER BY piece) FILTER (WHERE own) || '|' AS names
                FROM piece GROUP BY id
            ) AS texts USING (id)
            JOIN (SELECT id, array_agg(word ORDER BY word) AS words FROM word WHERE word <> '' GROUP BY id) AS words USING (id)
        ON CONFLICT (arrangement_id) DO UPDATE
            SET name = EXCLUDED.name, names = EXCLUDED.names, text = EXCLUDED.text, words = EXCLUDED.words
            WHERE (kept.name, kept.names, kept.text, kept.words)
                IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.names, EXCLUDED.text, EXCLUDED.words)
        RETURNING words
    )
    -- Two at once may note the same word twice: nobody has to wait, and it does no harm.
    INSERT INTO arrangements_searchword (word)
    SELECT word FROM (SELECT DISTINCT unnest(words) AS word FROM kept) AS said
    WHERE word ~ '^[a-z]+$' AND NOT EXISTS (SELECT FROM arrangements_searchword AS known WHERE known.word = said.word);
END
$$
"""

GOES_WITH_ITS_ARRANGEMENT = """
ALTER TABLE arrangements_searchtext ADD CONSTRAINT search_text_goes_with_its_arrangement
FOREIGN KEY (arrangement_id) REFERENCES arrangements_arrangement (id) ON DELETE CASCADE
"""

COUNCILS = """
CREATE FUNCTION search_after_councils() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_refresh(ARRAY(
        SELECT arrangement_id FROM arrangements_partnership WHERE council_id IN (
            SELECT id FROM (SELECT id, name, short_name, gss_code FROM new_rows
                            EXCEPT SELECT id, name, short_name, gss_code FROM old_rows) AS changed)));
    RETURN NULL;
END
$$
"""

NAMES_AND_CODES = """
CREATE FUNCTION search_after_names_and_codes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    councils bigint[];
BEGIN
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        councils := ARRAY(SELECT council_id FROM new_rows);
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        councils := councils || ARRAY(SELECT council_id FROM old_rows);
    END IF;
    -- Whoever is making one of these councils a partner holds it until the partnership can be seen.
    PERFORM 1 FROM councils_council WHERE id = ANY (councils) ORDER BY id FOR NO KEY UPDATE;
    PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM arrangements_partnership WHERE council_id = ANY (councils)));
    RETURN NULL;
END
$$
"""

BODIES = """
CREATE FUNCTION search_after_bodies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_refresh(ARRAY(
        SELECT arrangement_id FROM arrangements_bodypartnership WHERE body_id IN (
            SELECT id FROM (SELECT id, name FROM new_rows EXCEPT SELECT id, name FROM old_rows) AS changed)));
    RETURN NULL;
END
$$
"""

ALL = """
CREATE FUNCTION search_after_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_refresh(ARRAY(SELECT id FROM arrangements_arrangement));
    RETURN NULL;
END
$$
"""

ROWS = {
    "INSERT": "NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
}
ON_LOWER_TABLES = [
    ("councils_council", "UPDATE", "search_after_councils"),
    ("councils_partnerbody", "UPDATE", "search_after_bodies"),
    *(
        (table, operation, "search_after_names_and_codes")
        for table in ("councils_councilname", "councils_formercode")
        for operation in ROWS
    ),
    *((table, "TRUNCATE", "search_after_truncate") for table in ("councils_councilname", "councils_formercode")),
]
FUNCTIONS = [
    (SPELLED, "search_spelled(text)"),
    (WORDS, "search_words(text)"),
    (REFRESH, "search_refresh(bigint[])"),
    (COUNCILS, "search_after_councils()"),
    (NAMES_AND_CODES, "search_after_names_and_codes()"),
    (BODIES, "search_after_bodies()"),
    (ALL, "search_after_truncate()"),
]


def trigger(table: str, operation: str, function: str) -> migrations.RunSQL:
    """Once a statement, after it."""
    name = f"search_text_after_{operation.lower()}"
    rows = f"REFERENCING {ROWS[operation]}" if operation in ROWS else ""
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {operation} ON {table} {rows} FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("arrangements", "0005_queries_say_what_they_are_about"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "arrangement",
                    models.OneToOneField(
                        db_constraint=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="arrangements.arrangement",
                    ),
                ),
                ("name", models.TextField(db_collation="C", db_index=True, help_text="The telling words of its name.")),
                ("names", models.TextField(help_text="Its name and former names.")),
                (
                    "text",
                    models.TextField(help_text="These, and the names of its services, their category, its councils and bodies."),
                ),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        help_text="Every whole word of the text, the reference and the councils' codes.",
                        size=None,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.TextField(db_index=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(GOES_WITH_ITS_ARRANGEMENT, migrations.RunSQL.noop),
        *(migrations.RunSQL(made, f"DROP FUNCTION {named}") for made, named in FUNCTIONS),
        *(trigger(*each) for each in ON_LOWER_TABLES),
        pgtrigger.migrations.AddTrigger(
            model_name="arrangement",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM 1 FROM arrangements_service WHERE id IN (SELECT main_service_id FROM new_rows) ORDER BY id FOR SHARE; PERFORM 1 FROM arrangements_servicecategory WHERE id IN (SELECT category_id FROM arrangements_service WHERE id IN (SELECT main_service_id FROM new_rows)) ORDER BY id FOR SHARE;PERFORM search_refresh(ARRAY(SELECT id FROM new_rows)); RETURN NULL;",
                    hash="c35d506a10221bd3c80b759f92bdc16b039b1c9e",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_search_text_after_insert_08c03",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="arrangements_arrangement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="arrangement",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM 1 FROM arrangements_service WHERE id IN (SELECT main_service_id FROM ((SELECT id, reference, name, main_service_id FROM old_rows EXCEPT SELECT id, reference, name, main_service_id FROM new_rows) UNION (SELECT id, reference, name, main_service_id FROM new_rows EXCEPT SELECT id, reference, name, main_service_id FROM old_rows)) AS changed) ORDER BY id FOR SHARE; PERFORM 1 FROM arrangements_servicecategory WHERE id IN (SELECT category_id FROM arrangements_service WHERE id IN (SELECT main_service_id FROM ((SELECT id, reference, name, main_service_id FROM old_rows EXCEPT SELECT id, reference, name, main_service_id FROM new_rows) UNION (SELECT id, reference, name, main_service_id FROM new_rows EXCEPT SELECT id, reference, name, main_service_id FROM old_rows)) AS changed)) ORDER BY id FOR SHARE;PERFORM search_refresh(ARRAY(SELECT id FROM ((SELECT id, reference, name, main_service_id FROM old_rows EXCEPT SELECT id, reference, name, main_service_id FROM new_rows) UNION (SELECT id, reference, name, main_service_id FROM new_rows EXCEPT SELECT id, reference, name, main_service_id FROM old_rows)) AS changed)); RETURN NULL;",
                    hash="3b9c2caa0e0d05497cd298d661656ca90f377617",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_search_text_after_update_3f52a",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="arrangements_arrangement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bodypartnership",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM 1 FROM councils_partnerbody WHERE id IN (SELECT body_id FROM new_rows) ORDER BY id FOR SHARE;PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM new_rows)); RETURN NULL;",
                    hash="da944196eea058eff08d8ffe838b2dc42ec485df",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_search_text_after_insert_9f86e",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="arrangements_bodypartnership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bodypartnership",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM 1 FROM councils_partnerbody WHERE id IN (SELECT body_id FROM ((SELECT id, arrangement_id, body_id FROM old_rows EXCEPT SELECT id, arrangement_id, body_id FROM new_rows) UNION (SELECT id, arrangement_id, body_id FROM new_rows EXCEPT SELECT id, arrangement_id, body_id FROM old_rows)) AS changed) ORDER BY id FOR SHARE;PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM ((SELECT id, arrangement_id, body_id FROM old_rows EXCEPT SELECT id, arrangement_id, body_id FROM new_rows) UNION (SELECT id, arrangement_id, body_id FROM new_rows EXCEPT SELECT id, arrangement_id, body_id FROM old_rows)) AS changed)); RETURN NULL;",
                    hash="212bfe816a5f736c2473753707c2acea3680a3bf",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_search_text_after_update_9550f",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="arrangements_bodypartnership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bodypartnership",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM old_rows)); RETURN NULL;",
                    hash="e2202441843bbe31d890bbc8359030f240f4357f",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_search_text_after_delete_88fd4",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="arrangements_bodypartnership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bodypartnership",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM search_refresh(ARRAY(SELECT id FROM arrangements_arrangement)); RETURN NULL;",
                    hash="11a1eb0cca948a08b536cdb85b97d7d9460f8468",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_search_text_after_truncate_a294d",
                    table="arrangements_bodypartnership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formername",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM new_rows)); RETURN NULL;",
                    hash="66ccd61b7f45b6bd3924c22365b99efc74c1c8b9",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_search_text_after_insert_4fb94",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="arrangements_formername",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formername",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM ((SELECT id, arrangement_id, name FROM old_rows EXCEPT SELECT id, arrangement_id, name FROM new_rows) UNION (SELECT id, arrangement_id, name FROM new_rows EXCEPT SELECT id, arrangement_id, name FROM old_rows)) AS changed)); RETURN NULL;",
                    hash="bb97d369f0c2137151c6e3fa8b176be18d4b78cf",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_search_text_after_update_55292",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="arrangements_formername",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formername",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM old_rows)); RETURN NULL;",
                    hash="c752b55a0e9f456d51591aa41255ba00d4595382",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_search_text_after_delete_42012",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="arrangements_formername",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="formername",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM search_refresh(ARRAY(SELECT id FROM arrangements_arrangement)); RETURN NULL;",
                    hash="76bad7417edf69b20c0f3a8437a0b4ac3be7f20e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_search_text_after_truncate_c441b",
                    table="arrangements_formername",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="otherservice",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM 1 FROM arrangements_service WHERE id IN (SELECT service_id FROM new_rows) ORDER BY id FOR SHARE;PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM new_rows)); RETURN NULL;",
                    hash="8b99f2e1fe5edabd6489ddaa234c1029b4693d24",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_search_text_after_insert_74cc5",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="arrangements_arrangement_other_services",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="otherservice",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM 1 FROM arrangements_service WHERE id IN (SELECT service_id FROM ((SELECT id, arrangement_id, service_id FROM old_rows EXCEPT SELECT id, arrangement_id, service_id FROM new_rows) UNION (SELECT id, arrangement_id, service_id FROM new_rows EXCEPT SELECT id, arrangement_id, service_id FROM old_rows)) AS changed) ORDER BY id FOR SHARE;PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM ((SELECT id, arrangement_id, service_id FROM old_rows EXCEPT SELECT id, arrangement_id, service_id FROM new_rows) UNION (SELECT id, arrangement_id, service_id FROM new_rows EXCEPT SELECT id, arrangement_id, service_id FROM old_rows)) AS changed)); RETURN NULL;",
                    hash="3805a3a86ce4ddafcaa9546dffc08d8ec703ac59",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_search_text_after_update_905c9",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="arrangements_arrangement_other_services",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="otherservice",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM old_rows)); RETURN NULL;",
                    hash="651d61bb9aa7061a4ebb150834077503418f124f",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_search_text_after_delete_2ac8b",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="arrangements_arrangement_other_services",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="otherservice",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM search_refresh(ARRAY(SELECT id FROM arrangements_arrangement)); RETURN NULL;",
                    hash="c05ea8ff8617810f7b0f3b6cea4de3ff9df5e046",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_search_text_after_truncate_7d0af",
                    table="arrangements_arrangement_other_services",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partnership",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM 1 FROM councils_council WHERE id IN (SELECT council_id FROM new_rows) ORDER BY id FOR SHARE;PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM new_rows)); RETURN NULL;",
                    hash="ce0ab24acf1db1a6c273face5cef2905d1698fb5",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_search_text_after_insert_92e1e",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="arrangements_partnership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partnership",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM 1 FROM councils_council WHERE id IN (SELECT council_id FROM ((SELECT id, arrangement_id, council_id FROM old_rows EXCEPT SELECT id, arrangement_id, council_id FROM new_rows) UNION (SELECT id, arrangement_id, council_id FROM new_rows EXCEPT SELECT id, arrangement_id, council_id FROM old_rows)) AS changed) ORDER BY id FOR SHARE;PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM ((SELECT id, arrangement_id, council_id FROM old_rows EXCEPT SELECT id, arrangement_id, council_id FROM new_rows) UNION (SELECT id, arrangement_id, council_id FROM new_rows EXCEPT SELECT id, arrangement_id, council_id FROM old_rows)) AS changed)); RETURN NULL;",
                    hash="79acf580232ca73ad267b5322e1960d618f4302f",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_search_text_after_update_74606",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="arrangements_partnership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partnership",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM search_refresh(ARRAY(SELECT arrangement_id FROM old_rows)); RETURN NULL;",
                    hash="9a212fd5b9e425e7c6d21150edfacf2058795dc2",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_search_text_after_delete_9252d",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="arrangements_partnership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partnership",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM search_refresh(ARRAY(SELECT id FROM arrangements_arrangement)); RETURN NULL;",
                    hash="eb754c1aaace9ec37290c6e9fed5d67d37e24261",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_search_text_after_truncate_7e153",
                    table="arrangements_partnership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="service",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM 1 FROM arrangements_servicecategory WHERE id IN (SELECT category_id FROM ((SELECT id, name, category_id FROM old_rows EXCEPT SELECT id, name, category_id FROM new_rows) UNION (SELECT id, name, category_id FROM new_rows EXCEPT SELECT id, name, category_id FROM old_rows)) AS changed) ORDER BY id FOR SHARE;PERFORM search_refresh(ARRAY(SELECT id FROM arrangements_arrangement WHERE main_service_id IN (SELECT id FROM ((SELECT id, name, category_id FROM old_rows EXCEPT SELECT id, name, category_id FROM new_rows) UNION (SELECT id, name, category_id FROM new_rows EXCEPT SELECT id, name, category_id FROM old_rows)) AS changed) UNION SELECT arrangement_id FROM arrangements_arrangement_other_services WHERE service_id IN (SELECT id FROM ((SELECT id, name, category_id FROM old_rows EXCEPT SELECT id, name, category_id FROM new_rows) UNION (SELECT id, name, category_id FROM new_rows EXCEPT SELECT id, name, category_id FROM old_rows)) AS changed))); RETURN NULL;",
                    hash="0b41b86234a782d4a9414d5112a79b0e71aa4117",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_search_text_after_update_ca875",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="arrangements_service",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="servicecategory",
            trigger=pgtrigger.compiler.Trigger(
                name="search_text_after_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="PERFORM search_refresh(ARRAY(SELECT arrangement.id FROM arrangements_arrangement AS arrangement JOIN arrangements_service AS service ON service.id = arrangement.main_service_id WHERE service.category_id IN (SELECT id FROM ((SELECT id, name FROM old_rows EXCEPT SELECT id, name FROM new_rows) UNION (SELECT id, name FROM new_rows EXCEPT SELECT id, name FROM old_rows)) AS changed))); RETURN NULL;",
                    hash="3bc07e0fd113bebdc0271571786d6791507f6387",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_search_text_after_update_e2d1f",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="arrangements_servicecategory",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="searchtext",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("text", name="gin_trgm_ops"), name="search_text_by_any_part"
            ),
        ),
        migrations.AddIndex(
            model_name="searchtext",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("names", name="gin_trgm_ops"), name="search_text_by_part_of_name"
            ),
        ),
        migrations.AddIndex(
            model_name="searchtext",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="search_text_by_whole_word"),
        ),
    ]
