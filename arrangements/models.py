"""The models of every room, so that Django finds them."""

from arrangements.public.mistakes.models import *  # noqa: F403
from arrangements.register.models import *  # noqa: F403
from arrangements.releases.models import *  # noqa: F403
from arrangements.releases.press.models import *  # noqa: F403
from arrangements.releases.published_series import *  # noqa: F403
from arrangements.returns.chasing.models import *  # noqa: F403
from arrangements.returns.followup.models import *  # noqa: F403
from arrangements.returns.importing.models import *  # noqa: F403
from arrangements.returns.models import *  # noqa: F403
