"""What marketing is asked for about a lead, read at the moment of sending."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain import tasks as domain
from bot.domain.judging.verification import checks
from bot.domain.lead import Facts, Proof, Stage
from bot.views.blocks import Message
from bot.views.operating.erased import erased
from bot.views.qualifying import tasks as views
from storage.database import Session
from storage.governing import policies
from storage.identifying import leads
from storage.qualifying import signals, tasks
from storage.tables import CardRow


async def task(session: Session, row: CardRow, now: datetime) -> Message | None:
    """The message as it should be; None where it was never shown and is over."""
    lead = await leads.get(session, row.lead_id or "")
    if lead.erased_at:
        return erased(lead.erased_at) if row.ts else None
    ended = row.details.get(tasks.ENDED)
    if ended and row.ts is None:
        return None
    found = await policies.in_force(session)
    path = found[1].path(row.details["path"]) if found else None
    facts = Facts.model_validate(lead.facts)
    lacking: tuple[domain.Lacking, ...] = ()
    if found and not ended:
        done, proofs = await signals.of_lead(session, lead.id), map(Proof.model_validate, lead.proofs)
        gate = found[1].gate(lead.gated)
        lacking = domain.lacking(facts, lead.lacking, gate, checks(facts, done, list(proofs), now, lead.lacking))
    return views.task(
        domain.Task(
            lead.id,
            facts,
            Stage(lead.stage),
            path.label if path else "what sales asks for",
            datetime.fromisoformat(row.details["since"]),
            lacking,
            _ended(ended) if ended else None,
        )
    )


def _ended(written: Mapping[str, Any]) -> domain.Ended:
    return domain.Ended(written["why"], datetime.fromisoformat(written["at"]), written["to"])
