"""What a writer says of itself is stored once for a transaction, not once more for each row that it writes.

The trail's triggers ask for it at every row. As pghistory makes the function, each row reads the whole of what was said
(the reasons of single rows among it), in a subtransaction, and writes it again where it differs: the time of a bulk
write grew with the square of its rows.
"""

from django.db import migrations

# The setting `register.context_attached` ends with the transaction, or with the savepoint that is rolled back, as the row does.
ATTACH = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS pghistory_context.id%TYPE LANGUAGE plpgsql AS $$
DECLARE
    context text := nullif(current_setting('pghistory.context_id', true), '');
    said text := nullif(current_setting('pghistory.context_metadata', true), '');
    attached text := context || ':' || length(said);
BEGIN
    IF attached IS NULL THEN
        RETURN NULL;
    END IF;
    IF current_setting('register.context_attached', true) IS DISTINCT FROM attached THEN
        INSERT INTO pghistory_context (id, metadata, created_at, updated_at) VALUES (context::uuid, said::jsonb, now(), now())
            ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata, updated_at = excluded.updated_at
            WHERE pghistory_context.metadata <> excluded.metadata;
        PERFORM set_config('register.context_attached', attached, true);
    END IF;
    RETURN context::uuid;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("councils", "0006_people_places_and_names_carry_versions"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]
    operations = [migrations.RunSQL(ATTACH, migrations.RunSQL.noop)]
