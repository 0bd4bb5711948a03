"""The three accounts of the demonstration. They exist only there, and the command prints them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import Group

from councils.models import Council, User

PASSWORD = "look-around-2015"  # noqa: S105 a demonstration's, printed for everyone who starts one
# The third has queries to answer.
OFFICER_OF = ["sutton", "kingston-upon-thames", "redbridge"]


@dataclass(frozen=True)
class People:
    """Who prepares, who approves, and who looks at their councils."""

    analyst: User
    publisher: User
    officer: User

    def as_lines(self) -> list[str]:
        """What to print: role, address, password."""
        councils = ", ".join(council.short_name for council in self.officer.councils.order_by("short_name"))
        return [
            f"analyst    {self.analyst.email}     {PASSWORD}",
            f"publisher  {self.publisher.email}   {PASSWORD}",
            f"officer    {self.officer.email}     {PASSWORD}   ({councils})",
        ]


def make_people() -> People:
    """Make the accounts, or take those that are there."""
    analyst = _staff("analyst@example.org", "Demonstration analyst", "analyst")
    publisher = _staff("publisher@example.org", "Demonstration publisher", "publisher")
    officer = _account("officer@example.org", "Demonstration officer")
    officer.councils.set(Council.objects.filter(slug__in=OFFICER_OF))
    return People(analyst, publisher, officer)


def _staff(email: str, name: str, group: str) -> User:
    user = _account(email, name, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def _account(email: str, name: str, *, is_staff: bool = False) -> User:
    return User.objects.filter(email=email).first() or User.objects.create_user(email, PASSWORD, name=name, is_staff=is_staff)
