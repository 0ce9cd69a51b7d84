"""Finding who gets a lead: whose it is anyway, else the team by rules, and of it whose turn it is."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.assigning.choice import Choice
from bot.domain.assigning.choosing import (
    Reps,
    Wanted,
    able,
    back_at,
    could,
    in_order,
    preferred,
    seen,
    snapshot,
    waits_for_hours,
)
from bot.domain.assigning.ledger import in_turn, out_of_turn, weights_of
from bot.domain.assigning.rules import Routed, greatest_value, profile_of, route, segment_of, with_backups
from bot.domain.availability import Standing
from bot.domain.business_time import opening_after
from bot.domain.definition import Path
from bot.domain.handoff import Change, Target
from bot.domain.judging.conditions import Profile
from bot.domain.policy import Policy
from bot.domain.teams import Segment, Team
from bot.usecases.assigning.availability import standings
from bot.usecases.assigning.tallies import Tally
from bot.usecases.identifying.accounts import Keeper, keeper, note_account
from bot.usecases.qualifying.known import Known, Lead, known_of
from storage.assigning import openings, people, turns
from storage.database import Session
from storage.deciding import handoffs
from storage.tables import LeadRow

FULL = timedelta(minutes=10)
"""How soon a lead is tried again where everybody on shift has as many open leads as they may."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: anyone but `without` in any team but `without_teams`, or only in `team` and its backups."""

    team: str | None = None
    without: frozenset[str] = frozenset()
    without_teams: tuple[str, ...] = ()
    path: Path | None = None
    """By which the lead qualified: it names what is promised."""
    leaving: str | None = None
    """The team whose rep loses the lead in the same transaction."""


@dataclass(frozen=True, slots=True)
class Look:
    """All that is known of a lead when somebody is looked for."""

    lead: Lead
    policy: Policy
    search: Search
    wanted: Wanted
    segment: Segment | None
    kept: Keeper | None
    routed: Routed | None
    now: datetime

    @property
    def teams(self) -> list[Team]:
        """All whose reps may get or lose the lead."""
        named = (self.policy.team(self.search.leaving or ""), self.kept.team if self.kept else None)
        return [*filter(None, named), *self.chain]

    @property
    def asked_first(self) -> list[Team]:
        """Those of them among whose reps the lead mostly stays."""
        return self.teams[:1]

    @property
    def chain(self) -> list[Team]:
        return with_backups(self.policy, self.routed.team, self.search.without_teams) if self.routed else []


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a lead goes to, and why; what that changes in the team's ledger is in the choice."""

    target: Target
    choice: Choice


async def find(
    session: Session, lead: LeadRow, policy: Policy, search: Search, now: datetime, known: Known | None = None
) -> Target | None:
    """The team, and the rep whose turn it is; a rep found here has had that turn. None: no rule leads anywhere.

    Whose lead it is anyway gets it out of turn, while they are on shift. The caller holds the lead's lock.
    """
    known = known or await known_of(session, lead)
    await note_account(session, lead)
    look = await looked(session, lead, policy, search, now, known)
    ledgers = await turns.lock(session, look.teams)  # before counting: leads given out at this very moment count too
    tally = Tally(ledgers)
    target = await given(session, look, tally)
    await save(session, tally)
    return target


async def given(session: Session, look: Look, tally: Tally) -> Target | None:
    """Whom the lead goes to, which the tally counts; the caller has locked its ledgers, and saves them."""
    found = await decided(session, look, tally)
    if found is None:
        return None
    tally.count(found.choice, found.target.rep)
    return replace(found.target, why={"choice": found.choice.stored()} if found.target.rep else {})


async def save(session: Session, tally: Tally) -> None:
    await turns.save(session, {team: tally.ledgers[team] for team in sorted(tally.booked)})


def told(change: Change, target: Target | None) -> Change:
    """The change, and why its new offer is whose it is."""
    if target is None or change.offered_to is None or change.offered_to != target.rep:
        return change
    return replace(change, offer_why={**change.offer_why, **target.why})


async def looked(session: Session, lead: Lead, policy: Policy, search: Search, now: datetime, known: Known) -> Look:
    """What routing knows of the lead; nothing is written."""
    gave_up = await handoffs.passed_on_by(session, lead.id, lead.evidence_at) if known.past else ()
    passed_on = frozenset(gave_up)
    profile = profile_of(policy, known.facts, known.signals, now)
    kept = await keeper(session, lead, known, policy, search.without | passed_on, earlier=True)
    if kept and (search.team not in {None, kept.team.id} or kept.team.id in search.without_teams):
        kept = None
    routed = _within_team(policy, profile, search.team) if search.team else route(policy, profile, search.without_teams)
    segment = segment_of(policy, profile)
    wanted = Wanted(
        lead.id,
        profile,
        segment.value if segment else 1,
        greatest_value(policy),
        routed.rule.skills if routed and routed.rule else (),
        passed_on,
        search.without,
    )
    return Look(lead, policy, search, wanted, segment, kept, routed, now)


def _within_team(policy: Policy, profile: Profile, team_id: str) -> Routed | None:
    """The team, and the rule that would have led to it."""
    team, others = policy.team(team_id), {team.id for team in policy.teams} - {team_id}
    return (route(policy, profile, others) or Routed(team, None)) if team else None


async def decided(session: Session, look: Look, tally: Tally) -> Found | None:
    """Whom the lead goes to as things stand; writes nothing."""
    kept = await _kept(session, look, tally) if look.kept else None
    if kept or look.routed is None:
        return kept or await _catch_all(session, look, None)
    for team in look.chain:
        reps = await reps_of(session, look.policy, team, tally, look.now)
        found = await _in_team(session, look, reps)
        if found:
            return found
    return await _catch_all(session, look, tally)


async def _kept(session: Session, look: Look, tally: Tally) -> Found | None:
    """To whose it is anyway, or waiting for them; None where they cannot have it soon enough."""
    kept = look.kept
    if kept is None:
        return None
    reps = await reps_of(session, look.policy, kept.team, tally, look.now)
    standing, everybody = reps.standings[kept.rep], seen(reps, look.wanted)
    choice = snapshot(kept.how, reps, look.wanted, segment=look.segment)
    if standing.on_shift:
        weights = weights_of(kept.team, {*able(everybody), kept.rep})
        wanted = look.wanted
        booked = out_of_turn(reps.ledger, kept.rep, weights, wanted.value, wanted.greatest, wanted.lead)
        target = Target(kept.team.id, kept.rep, account=kept.account)
        return Found(target, choice.model_copy(update={"booked": booked}))
    if waits_for_hours(standing) and _within(look, standing):
        return Found(Target(kept.team.id, None, account=kept.account, opens_at=standing.until), choice)
    return None


def _within(look: Look, standing: Standing) -> bool:
    longest = timedelta(seconds=look.policy.assignment.sticky.wait.amount)
    return standing.until is not None and standing.until - look.now <= longest


async def _in_team(session: Session, look: Look, reps: Reps) -> Found | None:
    """To the rep whose turn it is, open to all of the team, or waiting for a shift; None: nobody of it can have it.

    Where all that it waits for is a full hand, the manager is asked: nobody knows when one is empty.
    """
    wanted, team = look.wanted, reps.team
    everybody = seen(reps, wanted)
    choice = _by_rule(look, reps)
    free = able(everybody)
    if free and team.hands_out == "claim":
        return Found(Target(team.id, None, pooled=True), choice)
    if free:
        candidates, _ = preferred(team, free, wanted)
        rep = in_order(reps, candidates, wanted)[0]
        booked = in_turn(rep, weights_of(team, candidates), wanted.value, wanted.lead)
        return Found(Target(team.id, rep), choice.model_copy(update={"booked": booked}))
    awaited = [reps.standings[rep] for rep in could(everybody) if waits_for_hours(reps.standings[rep])]
    if awaited:
        opens_at = await _opening(session, look, reps, back_at(everybody, reps, look.now, FULL))
        all_full = all(standing.on_shift for standing in awaited)
        return Found(Target(team.id, None, nobody_left=all_full, opens_at=opens_at), choice)
    return None


def _by_rule(look: Look, reps: Reps) -> Choice:
    first = look.routed.team.id if look.routed else None
    return snapshot(
        "load" if reps.team.hands_out == "load" else "turn",
        reps,
        look.wanted,
        rule=look.routed.rule if look.routed else None,
        segment=look.segment,
        instead_of=first if first != reps.team.id else None,
        keeper=look.kept.rep if look.kept else None,
    )


async def _catch_all(session: Session, look: Look, tally: Tally | None) -> Found | None:
    """To the person who gets what nobody else can have; else to whoever is back first, and the manager is asked."""
    others = (team for team in look.policy.teams if team.id not in look.search.without_teams)
    team = look.routed.team if look.routed else next(others, look.policy.teams[0])
    person = look.policy.assignment.catch_all
    not_them = look.search.without | look.wanted.passed_on
    if person and person not in not_them and not await people.inactive(session, [person]):
        return Found(Target(team.id, person), Choice(by="catch all", team=team.id, rule=_rule(look)))
    if look.routed is None or tally is None:
        return None
    reps = await reps_of(session, look.policy, team, tally, look.now)
    opens_at = back_at(seen(reps, look.wanted), reps, look.now, FULL)
    return Found(Target(team.id, None, nobody_left=True, opens_at=opens_at), _by_rule(look, reps))


def _rule(look: Look) -> str | None:
    return look.routed.rule.id if look.routed and look.routed.rule else None


async def _opening(session: Session, look: Look, reps: Reps, at: datetime | None) -> datetime:
    """When a lead that waits is given out: one after the other once the shift begins, but what is urgent at once."""
    opens = at or opening_after(look.policy.calendar(reps.team.id), look.now)
    if _is_urgent(look, reps.team):
        return opens
    last = await openings.last_due(session, reps.team.id, opens, but=look.lead.id)
    return last + timedelta(seconds=look.policy.assignment.release_every.amount) if last else opens


def _is_urgent(look: Look, team: Team) -> bool:
    if look.search.path is None:
        return False
    sla = look.policy.sla_of(look.search.path, look.segment.id if look.segment else None, team.id)
    return look.policy.clock(sla, "acceptance").is_urgent


async def reps_of(session: Session, policy: Policy, team: Team, tally: Tally, now: datetime) -> Reps:
    """How the reps of a team stand, and what they have been given today, this week, and have in hand."""
    stand = await standings(session, policy, team, now)
    return Reps(team, stand, await tally.work_of(session, policy, team, now), tally.ledger_of(team))
