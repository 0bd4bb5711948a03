"""Counts that may stay below a most."""


class AtMost(int):
    """A number that equals all that aren't greater, for `assertNumQueries`."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and int(other) <= int(self)

    __hash__ = int.__hash__
