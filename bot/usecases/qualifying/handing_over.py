"""Handing leads over to sales: one that is known, or several newcomers at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.deciding import deadlines
from bot.domain.definition import Path
from bot.domain.handoff import Agreement, Handoff, Origin, Target
from bot.domain.lead import Scoring
from bot.domain.policy import Policy
from bot.usecases.assigning import assignment
from bot.usecases.assigning.availability import ask_about
from bot.usecases.assigning.tallies import Tally
from bot.usecases.deciding.changes import Decided, apply, begin
from bot.usecases.deciding.passages import new_handoff
from bot.usecases.qualifying import tasks
from bot.usecases.qualifying.known import Known, Lead, known_of
from storage.assigning import turns
from storage.database import Session
from storage.qualifying import near_misses
from storage.tables import LeadRow

Rules = tuple[int, Policy]
"""The policy in force, and its version."""


@dataclass(frozen=True, slots=True)
class Qualified:
    """A lead that is to go to sales, and by what."""

    lead: Lead
    known: Known
    scoring: Scoring
    path: Path


async def hand_over(
    session: Session,
    lead: LeadRow,
    scoring: Scoring,
    path: Path,
    rules: Rules,
    now: datetime,
    known: Known | None = None,
    *,
    origin: Origin = "path",
    by: str | None = None,
    note: str | None = None,
) -> Handoff:
    """A new handoff of a locked lead without an open one, by the rules in force.

    A person (`by`, with a `note`) may hand over what met no path; the nearest one says then which promises hold.
    """
    _, policy = rules
    known = known or await known_of(session, lead)
    target = await assignment.find(session, lead, policy, assignment.Search(path=path), now, known)
    lead.qualified_at = now
    if origin == "hand":  # a person's word takes back what sales made of the lead before
        lead.recycled_at, lead.recycled_count, lead.cool_off_until = None, 0, None
    one = Qualified(lead, known, scoring, path)
    begun = _begun(one, target, rules, now, origin=origin, by=by, note=note)
    await apply(session, lead, None, begun.change, begun.agreement, now)
    await tasks.follow(session, lead, now)
    await near_misses.refresh(session, [lead.id], now)
    return begun.handoff


async def hand_over_newcomers(
    session: Session, every: Sequence[Qualified], rules: Rules, now: datetime
) -> dict[str, Handoff]:
    """The handoffs of leads that were stored a moment ago as ones that go to sales, by the leads' ids.

    They are given out in their order, each by what those before it have left.
    """
    handoffs: dict[str, Handoff] = {}
    for some in _of_other_accounts(every):
        for begun in await _begin_some(session, some, rules, now):
            handoffs[begun.handoff.lead_id] = begun.handoff
    return handoffs


def _of_other_accounts(every: Sequence[Qualified]) -> Iterator[Sequence[Qualified]]:
    """Parts in which no two are of one account, for the second goes to whoever got the first."""
    some: list[Qualified] = []
    for one in every:
        if one.lead.account_id and one.lead.account_id in {other.lead.account_id for other in some}:
            yield some
            some = []
        some.append(one)
    yield some


async def _begin_some(session: Session, every: Sequence[Qualified], rules: Rules, now: datetime) -> list[Decided]:
    _, policy = rules
    looks = [
        await assignment.looked(session, one.lead, policy, assignment.Search(path=one.path), now, one.known)
        for one in every
    ]
    tally = Tally(await turns.lock(session, [team for look in looks for team in look.teams]))
    await ask_about(session, [team for look in looks for team in look.asked_first], now)
    begun: list[Decided] = []
    not_stored: list[Decided] = []
    for one, look in zip(every, looks, strict=True):
        target = await assignment.given(session, look, tally)
        not_stored.append(_begun(one, target, rules, now))
        if target is None or target.rep is None:  # when the next one's wait ends depends on this one's
            await begin(session, not_stored, now)
            begun += not_stored
            not_stored = []
            tally.all_stored()
    await assignment.save(session, tally)
    await begin(session, not_stored, now)
    return begun + not_stored


def _begun(
    one: Qualified,
    target: Target | None,
    rules: Rules,
    now: datetime,
    *,
    origin: Origin = "path",
    by: str | None = None,
    note: str | None = None,
) -> Decided:
    policy, scoring = rules[1], one.scoring
    team = target.team if target else policy.teams[0].id
    handoff = new_handoff(one.lead, one.known, one.path, rules, team, scoring, now, origin=origin, by=by, note=note)
    why = {"path": one.path.id, "fit": scoring.fit, "engagement": scoring.engagement}
    why |= {"account": target.account} if target and target.account else {}
    why |= {"origin": origin, "by": by} if by else {}
    agreement = Agreement(policy, policy)
    change = deadlines.start(handoff, target, agreement, now, why)
    return Decided(assignment.told(change, target), agreement)
