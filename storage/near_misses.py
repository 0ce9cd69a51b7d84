"""Leads near to a path: which to list, and the lists they stand on."""

from collections.abc import Sequence
from datetime import datetime

from storage.database import Session


async def refresh(session: Session, lead_ids: Sequence[str], now: datetime) -> None:
    """Lists on which these leads stand are to show how they stand now."""
