"""One number tells the public state: it changes with every transaction that writes what the public reads.

`public_state` is a log that is only added to, so that no writer waits for another; the state is the sum of its weights.
They are random, so that a database that went back to a backup never comes to a state that it was in before. Now and
then a writer folds the log into one row, which leaves the sum as it was. A row with a moment counts from then on.
"""

from django.db import migrations

TABLE = """
CREATE TABLE public_state (weight numeric NOT NULL, from_moment timestamptz);
COMMENT ON TABLE public_state IS 'The sum of the weights whose moment is reached tells one public state from another.';
"""

FUNCTIONS = """
CREATE FUNCTION public_state_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF random() < 0.01 THEN
        WITH folded AS (
            DELETE FROM public_state WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM public_state WHERE from_moment IS NULL FOR UPDATE SKIP LOCKED
            )) RETURNING weight
        )
        INSERT INTO public_state (weight) SELECT sum(weight) FROM folded HAVING count(*) > 0;
    END IF;
    INSERT INTO public_state (weight) VALUES (1 + trunc(random() * 1e12));
    RETURN NULL;
END
$$;

-- Let every statement that writes the table move the public state. For migrations of every room.
CREATE FUNCTION public_state_watches(watched regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER public_state_moves AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s'
        ' FOR EACH STATEMENT EXECUTE FUNCTION public_state_moves()', watched
    );
END
$$;
"""

WATCHED = ["region", "council", "councilname", "formercode", "succession", "partnerbody"]


class Migration(migrations.Migration):
    dependencies = [("councils", "0007_changes_are_found_by_their_moment")]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE public_state"),
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION public_state_watches(regclass); DROP FUNCTION public_state_moves()"),
        migrations.RunSQL(
            [f"SELECT public_state_watches('councils_{name}')" for name in WATCHED],
            [f"DROP TRIGGER public_state_moves ON councils_{name}" for name in WATCHED],
        ),
    ]
