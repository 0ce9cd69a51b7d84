"""Passing a lead on to a colleague: whom it can go to, and that it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import availability
from bot.domain.authority import refused
from bot.domain.deciding import answers
from bot.domain.handoff import Agreement, Change, Event, Handoff, Refusal
from bot.domain.lead import Facts
from bot.domain.policy import Policy
from bot.usecases.deciding.agreements import agreement_of
from bot.usecases.deciding.handoffs import UNKNOWN, decide
from storage.assigning import absences, people
from storage.database import Database, Session
from storage.deciding import handoffs
from storage.identifying import leads
from storage.tables import LeadRow


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody a lead can be passed on to."""

    person: str
    name: str
    team: str
    why: str
    """How they stand: `on shift`, `off shift`, `away`, …"""
    back: datetime | None = None
    """When their next shift begins, in their own zone; None for whoever is on shift, or where nobody knows."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose lead it is about, and who could have it: of the own team first, there whoever is at work first."""

    handoff: Handoff
    facts: Facts
    colleagues: tuple[Colleague, ...]


async def choice(database: Database, handoff_id: str, by: str, now: datetime) -> Choice | Refusal:
    """Whom this person can pass the lead on to, or why they cannot; one transaction that locks nothing."""
    async with database.read() as session:
        handoff = await handoffs.get(session, handoff_id)
        if handoff is None:
            return UNKNOWN
        lead = await leads.get(session, handoff.lead_id)
        if lead.erased_at:
            return UNKNOWN
        agreement = await agreement_of(session, handoff)
        if refusal := refused(handoff, Event.PASS_ON, by, agreement):
            return refusal
        past = await _past(session, lead, handoff)
        out = past.turned_down | {handoff.owner or by}
        found = await _colleagues(session, agreement.current, handoff.team, out, now)
    if refusal := answers.too_often(handoff, agreement, past.times):
        return refusal
    return Choice(handoff, Facts.model_validate(lead.facts), tuple(found)) if found else nobody_else(agreement, handoff)


def nobody_else(agreement: Agreement, handoff: Handoff) -> Refusal:
    boss = agreement.team(handoff.team).manager
    return Refusal(f"There is nobody else who could take this lead. Reject it, or ask <@{boss}>.")


async def pass_on(
    database: Database,
    handoff_id: str,
    to: str,
    by: str,
    note: str | None,
    now: datetime,
    *,
    request: str | None = None,
) -> Change | Refusal:
    """Offers the lead to a colleague, once for a request; who passed it on gets it again on new evidence only."""

    async def decision(session: Session, lead: LeadRow, handoff: Handoff, agreement: Agreement) -> Change | Refusal:
        past = await _past(session, lead, handoff)
        decided = answers.pass_on(
            handoff, to, by, agreement, now, note=note, turned_down=past.turned_down, times=past.times
        )
        gone = isinstance(decided, Change) and await people.inactive(session, [to])
        return Refusal(f"The account of <@{to}> is deactivated. Choose somebody else.") if gone else decided

    return await decide(database, handoff_id, now, decision, request)


@dataclass(frozen=True, slots=True)
class _Past:
    turned_down: set[str]
    times: int


async def _past(session: Session, lead: LeadRow, handoff: Handoff) -> _Past:
    """Who has had this lead since its last evidence and did not take it, and how often this handoff was passed on."""
    offers = await handoffs.offers_of(session, handoff.id)
    turned_down = await handoffs.passed_on_by(session, lead.id, lead.evidence_at)
    return _Past(turned_down, sum(offer.ended == "passed on" for offer in offers))


async def _colleagues(
    session: Session, policy: Policy, own_team: str, out: set[str], now: datetime
) -> Sequence[Colleague]:
    """Each colleague once, in the first of their teams; nobody whose account is deactivated."""
    everyone = {rep.email for team in policy.teams for rep in team.reps}
    away, gone = await absences.of(session, everyone, now), await people.inactive(session, everyone)
    names = await people.names(session, everyone)
    found: dict[str, Colleague] = {}
    for team in sorted(policy.teams, key=lambda one: one.id != own_team):
        stand = availability.standings(policy, team, away, gone, now)
        for rep in team.reps:
            zone, one = availability.hours_of(policy, team, rep).zone, stand[rep.email]
            back = None if one.on_shift or one.until is None else one.until.astimezone(ZoneInfo(zone))
            here = Colleague(rep.email, names.get(rep.email, rep.email), team.id, one.why, back)
            found.setdefault(rep.email, here)
    asked = [one for one in found.values() if one.person not in out and one.why != "deactivated"]
    return sorted(asked, key=lambda one: (one.team != own_team, one.why != "on shift", one.name.casefold()))
