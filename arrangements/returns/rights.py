"""Who may do what with a return, whichever door they come by: LGA staff by their groups, officers with those they see."""

from __future__ import annotations

from typing import Any

# LGA staff keep returns by this permission, as on the return's page in the admin.
KEEP_RETURNS = "arrangements.change_annualreturn"


def may_answer(user: Any) -> bool:
    """Whether the person may answer and submit the returns that are visible to them."""
    return user.has_perm(KEEP_RETURNS) if user.is_staff else user.councils.exists()


def may_judge(user: Any) -> bool:
    """Whether the person may query, accept and reopen returns."""
    return user.is_staff and user.has_perm(KEEP_RETURNS)
