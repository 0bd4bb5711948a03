"""What is written of the register moves the public state at once; a release does from its moment of publication on."""

from django.db import migrations

WATCHED = [
    "servicecategory",
    "service",
    "arrangement",
    "arrangement_other_services",
    "arrangement_replaces",
    "formername",
    "partnership",
    "bodypartnership",
    "financialyear",
]

RELEASES = """
CREATE FUNCTION public_state_moves_at_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public_state (weight, from_moment) VALUES (1 + trunc(random() * 1e12), NEW.published_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER public_state_moves AFTER INSERT OR UPDATE OF published_at ON arrangements_release
FOR EACH ROW WHEN (NEW.published_at IS NOT NULL) EXECUTE FUNCTION public_state_moves_at_publication();
INSERT INTO public_state (weight, from_moment) SELECT 1 + trunc(random() * 1e12), published_at
FROM arrangements_release WHERE published_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("arrangements", "0020_notes_go_with_their_release"),
        ("councils", "0008_the_database_tells_one_public_state_from_another"),
    ]

    operations = [
        migrations.RunSQL(
            [f"SELECT public_state_watches('arrangements_{name}')" for name in WATCHED],
            [f"DROP TRIGGER public_state_moves ON arrangements_{name}" for name in WATCHED],
        ),
        migrations.RunSQL(
            RELEASES,
            "DROP TRIGGER public_state_moves ON arrangements_release; DROP FUNCTION public_state_moves_at_publication()",
        ),
    ]
