"""A lead's next passage to sales, before anybody has it."""

import secrets
from datetime import datetime

from bot.domain.definition import Path
from bot.domain.handoff import Handoff, Origin, State, next_number
from bot.domain.lead import Scoring
from storage import handoffs
from storage.database import Session
from storage.tables import LeadRow


async def new_handoff(
    session: Session,
    lead: LeadRow,
    path: Path,
    policy_version: int,
    team: str,
    scoring: Scoring,
    now: datetime,
    *,
    origin: Origin,
    by: str | None,
    note: str | None = None,
) -> Handoff:
    """The next handoff of a locked lead without an open one; nothing is stored yet."""
    return Handoff(
        id=secrets.token_hex(8),
        lead_id=lead.id,
        number=next_number(await handoffs.of_lead(session, lead.id)),
        state=State.WAITING,
        policy_version=policy_version,
        path=path.id,
        sla=path.sla,
        team=team,
        scoring=scoring,
        created_at=now,
        origin=origin,
        qualified_by=by,
        note=note,
    )
