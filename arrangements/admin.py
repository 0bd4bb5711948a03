"""The admin of every room, so that Django finds it."""

from arrangements.public.mistakes import admin as mistakes_admin  # noqa: F401
from arrangements.register import admin as register_admin  # noqa: F401
from arrangements.releases import admin as releases_admin  # noqa: F401
from arrangements.releases.press import admin as press_admin  # noqa: F401
from arrangements.returns import admin as returns_admin  # noqa: F401
from arrangements.returns import lists as returns_lists  # noqa: F401
from arrangements.returns import query_admin  # noqa: F401
from arrangements.returns.chasing import admin as chasing_admin  # noqa: F401
from arrangements.returns.followup import admin as followup_admin  # noqa: F401
from arrangements.returns.importing import admin as importing_admin  # noqa: F401
