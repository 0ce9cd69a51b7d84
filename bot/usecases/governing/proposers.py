"""Whoever proposed a policy hears what the others said of it, and what became of it."""

import re
from datetime import datetime
from typing import Literal

from storage.database import Session
from storage.delivery import cards
from storage.tables import PolicyRow

SLACK_ID = re.compile("[UW][A-Z0-9]{7,}")
News = Literal["objected", "in force", "withdrawn", "replaced"]


def is_person(by: str) -> bool:
    """Whether a policy was put up by somebody in Slack, and not by whoever typed a command."""
    return SLACK_ID.fullmatch(by) is not None


async def tell_proposer(session: Session, row: PolicyRow, news: News, by: str, now: datetime) -> None:
    """A message to whoever proposed it in Slack, unless they did this themselves."""
    if not is_person(row.applied_by) or row.applied_by == by:
        return
    key = f"proposal:{row.version}:{news}:{by}:{int(now.timestamp())}"
    details = {"news": news, "by": by}
    await cards.want(session, key, "proposal", row.applied_by, now, policy_version=row.version, details=details)
