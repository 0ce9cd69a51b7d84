"""Reading for one click on a card: the whole evidence, and the definition behind it. One read, no lock."""

from datetime import datetime

from bot.domain.dossier import Agreed, Dossier
from bot.domain.handoff import Refusal
from bot.domain.judging.verification import checks
from bot.domain.lead import Proof
from bot.domain.numbers.bookings import totals
from bot.usecases.accounting import bookings
from bot.usecases.deciding.handoffs import UNKNOWN
from storage.database import Database, Session
from storage.deciding import handoffs, stories
from storage.governing import policies
from storage.identifying import leads, merges
from storage.qualifying import signals

TIMELINE = 40
"""So many of the things a lead did are shown one by one."""


async def dossier(database: Database, handoff_id: str, now: datetime) -> Dossier | Refusal:
    """All that is known behind one card, closed ones too."""
    async with database.read() as session:
        handoff = await handoffs.get(session, handoff_id)
        if handoff is None:
            return UNKNOWN
        story = await stories.of_handoff(session, handoff)
        if story.erased_at:
            return UNKNOWN
        done = await signals.of_lead(session, handoff.lead_id)
        lead = await leads.get(session, handoff.lead_id)
        proofs = [Proof.model_validate(one) for one in lead.proofs]
        merged = tuple((one.by, one.at) for one in await merges.that_made(session, lead.id))
        times = totals(await bookings.of_lead(session, lead.merged_into or lead.id, now))
    sure = checks(story.facts, done, proofs, now)
    return Dossier(story, tuple(done[:TIMELINE]), done[-1] if done else None, sure, merged, times)


async def definition_of(database: Database, handoff_id: str) -> Agreed | Refusal:
    """The definition by which this lead was handed over, whatever is in force by now."""
    async with database.read() as session:
        handoff = await handoffs.get(session, handoff_id)
        return await _agreed(session, handoff.policy_version) if handoff else UNKNOWN


async def definition_in_force(database: Database) -> Agreed | None:
    """The definition by which leads are judged now; None where there is no policy yet."""
    async with database.read() as session:
        found = await policies.in_force(session)
        return await _agreed(session, found[0]) if found else None


async def _agreed(session: Session, version: int) -> Agreed:
    row = await policies.get(session, version)
    if row is None:
        raise LookupError(version)
    verdicts = await policies.signatures(session, version)
    signed = tuple((one.person, one.at) for one in verdicts if one.verdict == "signed")
    return Agreed(version, policies.parsed(row), row.in_force_at, signed, replaced=row.state == "replaced")
