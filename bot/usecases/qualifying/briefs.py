"""What marketing wrote of its campaigns: read by whoever works with leads, written by marketing."""

from datetime import datetime

from bot.domain.authority import MAY, Ask, may_not, roles_of
from bot.domain.briefs import Brief
from bot.domain.handoff import Refusal
from storage.accounting import receipts
from storage.database import Database, Session
from storage.governing import policies
from storage.qualifying import briefs

MOST = 50


async def every(database: Database) -> list[Brief]:
    """The latest written first."""
    async with database.read() as session:
        return await briefs.every(session, MOST)


async def of_campaign(database: Database, name: str) -> Brief | None:
    async with database.read() as session:
        return await briefs.of_campaign(session, name)


async def may_write(database: Database, by: str) -> bool:
    """Whether this person is offered to write."""
    async with database.read() as session:
        return await _refusal(session, by) is None


async def opening(database: Database, campaign: str, by: str) -> Brief | Refusal | None:
    """What the form shows: what is there already, if anything; or why this person may not write."""
    async with database.read() as session:
        return await _refusal(session, by) or await briefs.of_campaign(session, campaign)


async def write(database: Database, brief: Brief, now: datetime, *, request: str) -> Brief | Refusal:
    """Stores it in place of what was there, and open cards show it; what was sent twice is done once."""
    async with database.write() as session:
        refusal = await _refusal(session, brief.by)
        if refusal:
            return refusal
        if await receipts.done(session, request, now):
            await briefs.save(session, brief)
            await briefs.refresh_cards(session, brief.campaign, now)
        return brief


async def _refusal(session: Session, by: str) -> Refusal | None:
    """By the policy in force alone: whom it does not name does not write."""
    found = await policies.in_force(session)
    policy = found[1] if found else None
    roles = roles_of(by, policy)
    return None if MAY[Ask.WRITE_BRIEF] & roles else may_not(Ask.WRITE_BRIEF, roles, policy)
