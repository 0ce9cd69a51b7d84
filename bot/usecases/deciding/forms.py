"""What a form needs to know before it opens: one read, no lock."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.authority import may_not_ask_marketing, refused
from bot.domain.handoff import Agreement, Event, Handoff, Refusal
from bot.domain.lead import Facts
from bot.usecases.accounting.marketing_clocks import CLOSED
from bot.usecases.deciding.agreements import agreement_of
from bot.usecases.deciding.handoffs import UNKNOWN
from storage.assigning import people
from storage.database import Database
from storage.deciding import handoffs
from storage.delivery import cards
from storage.identifying import leads


@dataclass(frozen=True, slots=True)
class Opening:
    """The handoff a form is about, whose lead it is, and the rules for it."""

    handoff: Handoff
    facts: Facts
    agreement: Agreement


async def opening(database: Database, handoff_id: str, event: Event, by: str) -> Opening | Refusal:
    """What the form shows, or why this person may not fill it."""
    found = await _opening(database, handoff_id)
    if isinstance(found, Refusal):
        return found
    return refused(found.handoff, event, by, found.agreement) or found


async def _opening(database: Database, handoff_id: str) -> Opening | Refusal:
    async with database.read() as session:
        handoff = await handoffs.get(session, handoff_id)
        if handoff is None:
            return UNKNOWN
        agreement = await agreement_of(session, handoff)
        lead = await leads.get(session, handoff.lead_id)
    if lead.erased_at:
        return UNKNOWN
    return Opening(handoff, Facts.model_validate(lead.facts), agreement)


async def asking_marketing(database: Database, handoff_id: str, by: str) -> Opening | Refusal:
    """The lead a question is about, or why this person may not ask."""
    found = await _opening(database, handoff_id)
    if isinstance(found, Refusal):
        return found
    return CLOSED if found.handoff.closed_at else may_not_ask_marketing(found.handoff, by, found.agreement) or found


async def reps_to_choose(database: Database, opened: Opening) -> list[tuple[str, str]]:
    """The team's reps but the owner, as Slack id and name."""
    team = opened.agreement.team(opened.handoff.team)
    reps = [rep.email for rep in team.reps if rep.email != opened.handoff.owner]
    async with database.read() as session:
        names = await people.names(session, reps)
        gone = await people.inactive(session, reps)
    return [(rep, names.get(rep, rep)) for rep in reps if rep not in gone]


async def open_home(database: Database, person: str, now: datetime) -> None:
    """From now on this person's App Home is kept up to date."""
    async with database.write() as session:
        await cards.want_home(session, person, now)
