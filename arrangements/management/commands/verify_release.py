"""`manage.py verify_release [2013-14.r1 …]`: prove releases from what is stored, by code that shares nothing with the figures."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from arrangements.releases.models import Release
from arrangements.releases.verifying import faults_of


class Command(BaseCommand):
    """Recomputes every figure of the releases named, or of all, from their open files; checks digests and hashes.

    Exit code 1, with a line for each fault, if anything doesn't hold.
    """

    help = "Recompute every figure of the releases named, or of all, from their open files; check digests and hashes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("release", nargs="*", help="such as 2013-14.r1; all prepared releases if none is named")

    def handle(self, *args: Any, **options: Any) -> None:
        releases = Release.objects.select_related("year", "compared_with__year").exclude(digest="").newest_first()
        if options["release"]:
            known = set(releases.values_list("slug", flat=True))
            unknown = [slug for slug in options["release"] if slug not in known]
            if unknown:
                raise CommandError(f"There is no release {', '.join(unknown)}. There are: {', '.join(sorted(known))}.")
            releases = releases.filter(slug__in=options["release"])
        failed = 0
        for release in releases:
            found = faults_of(release)
            failed += bool(found)
            self.stdout.write(f"{release.slug}: {len(found)} faults" if found else f"{release.slug}: proved, every figure agrees")
            for fault in found:
                self.stdout.write(f"  {fault}")
        if failed:
            raise CommandError(f"{failed} of {len(releases)} releases don't hold.")
