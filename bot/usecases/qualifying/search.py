"""Reading for people who ask: who has a lead."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.lead import NURTURED, Facts, Stage
from storage.database import Database
from storage.deciding import handoffs
from storage.governing import policies
from storage.identifying import leads

MOST = 10
WORDS = 20
"""More tell nobody apart, and a thousand of them are more than SQLite compares at once."""


@dataclass(frozen=True, slots=True)
class Known:
    """A lead, and who has it when a handoff is open."""

    facts: Facts
    stage: Stage
    owner: str | None
    deadline_at: datetime | None
    near: str | None = None
    """The label of the path it nearly meets, while it is in nurture."""


async def find(database: Database, text: str) -> list[Known]:
    """Leads whose name, company or e-mail contains each of the first words, with the owner of their open handoff."""
    found = []
    async with database.read(much=True) as session:
        in_force = await policies.in_force(session)
        for lead in await leads.find(session, " ".join(text.split()[:WORDS]), MOST):
            newest = next(iter(await handoffs.of_lead(session, lead.id)), None)
            holds = newest and newest.is_open
            near = in_force[1].path(lead.near) if in_force and lead.stage in NURTURED else None
            found.append(
                Known(
                    Facts.model_validate(lead.facts),
                    Stage(lead.stage),
                    newest.owner if newest and holds else None,
                    newest.deadline_at if newest and holds else None,
                    near.label if near else None,
                )
            )
    return found
