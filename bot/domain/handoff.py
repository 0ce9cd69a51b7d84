"""One handoff: its states, and what may happen in each.

`TRANSITIONS` is the whole state machine; what is not in it is refused, with words for the person.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from bot.domain.lead import Scoring, Stage
from bot.domain.policy import Calendar, Policy
from bot.domain.promises import Clock
from bot.domain.teams import Team
from bot.domain.values import Value

ALWAYS = Calendar(hours={"mon-sun": ("00:00-24:00",)})
UNDO_FOR = timedelta(minutes=5)
BATON = "baton"
"""Who did it, when no person did."""


Origin = Literal["path", "hand", "claim"]
"""What made a lead a handoff: a path it met, marketing's own judgement, or a rep who claimed a near miss."""


class State(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    RECYCLED = "recycled"
    DISQUALIFIED = "disqualified"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    OFFER = "offer"
    ACCEPT = "accept"
    REJECT = "reject"
    ASSIGN = "assign"
    TAKE_OVER = "take over"
    DEADLINE = "deadline"
    FOLLOW_UP = "follow up"
    OUTCOME = "outcome"
    WITHDRAW = "withdraw"
    LOSE_OWNER = "lose owner"
    UNDO = "undo"
    PASS_ON = "pass on"  # noqa: S105 -- a lead is passed on, no password
    EXTEND = "extend"
    PAUSE = "pause"
    RESUME = "resume"


S, E = State, Event
TRANSITIONS: Mapping[State, Mapping[Event, frozenset[State]]] = {
    S.WAITING: {
        E.OFFER: frozenset({S.OFFERED}),
        E.ACCEPT: frozenset({S.ACCEPTED}),
        E.ASSIGN: frozenset({S.OFFERED}),
        E.TAKE_OVER: frozenset({S.ACCEPTED}),
        E.DEADLINE: frozenset({S.WAITING, S.OFFERED, S.RECYCLED}),
        E.WITHDRAW: frozenset({S.WITHDRAWN}),
        E.OUTCOME: frozenset({S.WITHDRAWN}),
        E.LOSE_OWNER: frozenset({S.WAITING, S.OFFERED}),
    },
    S.OFFERED: {
        E.ACCEPT: frozenset({S.ACCEPTED}),
        E.REJECT: frozenset({S.RECYCLED, S.DISQUALIFIED, S.OFFERED, S.WAITING}),
        E.PASS_ON: frozenset({S.OFFERED}),
        E.ASSIGN: frozenset({S.OFFERED}),
        E.TAKE_OVER: frozenset({S.ACCEPTED}),
        E.EXTEND: frozenset({S.OFFERED}),
        E.DEADLINE: frozenset({S.OFFERED, S.WAITING, S.RECYCLED}),
        E.WITHDRAW: frozenset({S.WITHDRAWN}),
        E.OUTCOME: frozenset({S.ACCEPTED, S.WITHDRAWN}),
        E.LOSE_OWNER: frozenset({S.WAITING, S.OFFERED}),
    },
    S.ACCEPTED: {
        E.ASSIGN: frozenset({S.OFFERED}),
        E.TAKE_OVER: frozenset({S.ACCEPTED}),
        E.EXTEND: frozenset({S.ACCEPTED}),
        E.PAUSE: frozenset({S.ACCEPTED}),
        E.RESUME: frozenset({S.ACCEPTED}),
        E.DEADLINE: frozenset({S.ACCEPTED, S.OFFERED, S.WAITING, S.RECYCLED}),
        E.FOLLOW_UP: frozenset({S.ACCEPTED}),
        E.OUTCOME: frozenset({S.ACCEPTED}),
        E.WITHDRAW: frozenset({S.WITHDRAWN}),
        E.LOSE_OWNER: frozenset({S.WAITING, S.OFFERED}),
        E.UNDO: frozenset({S.OFFERED, S.WAITING}),
    },
    S.RECYCLED: {E.UNDO: frozenset({S.OFFERED})},
    S.DISQUALIFIED: {E.UNDO: frozenset({S.OFFERED})},
    S.WITHDRAWN: {},
}


class Handoff(Value):
    """One passage of a lead to sales, with the clock that runs on it."""

    id: str
    lead_id: str
    number: int
    state: State
    policy_version: int
    path: str
    sla: str
    team: str
    owner: str | None = None
    scoring: Scoring = Scoring()
    created_at: datetime
    first_offered_at: datetime | None = None
    offered_at: datetime | None = None
    clock_from: datetime | None = None
    recycle_from: datetime | None = None
    deadline_at: datetime | None = None
    due_at: datetime | None = None
    step: int = 0
    turn: int = 0
    accepted_at: datetime | None = None
    followed_up_at: datetime | None = None
    closed_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    detail: str | None = None
    disputed: str | None = None
    undo: Mapping[str, Any] | None = None
    without_teams: tuple[str, ...] = ()
    ask_manager: bool = False
    owner_gone: bool = False
    backoff: int = 0
    origin: Origin = "path"
    qualified_by: str | None = None
    note: str | None = None
    cool_off_until: datetime | None = None
    segment: str | None = None
    zone: str | None = None
    value: int = 1
    pooled_at: datetime | None = None
    touched_at: datetime | None = None
    attempts: int = 0
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    clock_version: int | None = None

    @property
    def is_pooled(self) -> bool:
        """Whether any rep of the team may take it."""
        return self.state is S.WAITING and self.pooled_at is not None

    @property
    def is_open(self) -> bool:
        """Waiting, offered, or accepted and not yet followed up."""
        return self.state in {S.WAITING, S.OFFERED} or (self.state is S.ACCEPTED and self.followed_up_at is None)

    def undo_until(self) -> datetime | None:
        """Until when the last decision can be taken back."""
        return self.decided_at + UNDO_FOR if self.undo and self.decided_at else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """The policy a handoff was made under, and the one in force, which says who works where and when."""

    own: Policy
    current: Policy
    timing: Policy | None = None
    """By whose promises the clock runs, where a later policy recomputed it; else by `own`."""

    def team(self, team_id: str) -> Team:
        return self.current.team(team_id) or self.own.team(team_id) or self.current.teams[0]

    def calendar(self, team_id: str) -> Calendar:
        return (self.current if self.current.team(team_id) else self.own).calendar(team_id)

    @property
    def promises(self) -> Policy:
        return self.timing or self.own

    def clock(self, handoff: Handoff) -> Clock:
        """The clock that runs: for the answer, then for the first touch, then for the attempts to reach the lead."""
        if handoff.state is not S.ACCEPTED:
            return self.promises.clock(handoff.sla, "acceptance")
        first_touch = self.promises.clock(handoff.sla, "follow_up")
        attempts = self.promises.attempts(handoff.sla) if handoff.touched_at else None
        return first_touch.model_copy(update={"within": attempts.within}) if attempts else first_touch

    def hours(self, handoff: Handoff) -> Calendar:
        """The working hours by which the handoff's clock runs."""
        of_team = self.calendar(handoff.team)
        match self.clock(handoff).hours:
            case "always":
                return ALWAYS
            case "lead" if handoff.zone:
                return of_team.model_copy(update={"zone": handoff.zone})
            case "rep" if handoff.owner:
                return self.hours_of(handoff.owner, handoff.team)
            case _:
                return of_team

    def hours_of(self, rep: str, team_id: str) -> Calendar:
        """When a rep works: their own calendar where they have one, else that of the team."""
        found = self.team(team_id).rep(rep)
        own = found.calendar if found else None
        return self.current.calendars.get(own, self.calendar(team_id)) if own else self.calendar(team_id)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An expected no, in words for the person (Slack mrkdwn: mentions and date tokens, never text from outside)."""

    words: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A message wanted beside the cards of the handoff."""

    kind: str
    recipient: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """All that follows from one event."""

    handoff: Handoff
    what: str
    who: str
    why: Mapping[str, Any] = field(default_factory=dict)
    offer_ended: str | None = None
    offered_to: str | None = None
    offer_why: Mapping[str, Any] = field(default_factory=dict)
    """Why it is offered to this rep: `choice`, where routing chose; `handed_on`, by whom and with which words."""
    offer_resumed: bool = False
    notices: tuple[Notice, ...] = ()
    stage: Stage | None = None
    cool_off_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where routing would send a handoff now: a team, and a rep of it who can take it (or nobody, now or ever)."""

    team: str
    rep: str | None
    nobody_left: bool = False
    """Every rep of the team has passed on this lead, or is deactivated: no opening changes that."""
    account: int | None = None
    """The account by which it is this team's, and this rep's, whatever the rules say."""
    pooled: bool = False
    """No rep is chosen: it is open to every rep of the team, and the first who wants it takes it."""
    opens_at: datetime | None = None
    """When whoever could take it begins a shift, and it is its turn to be given out; None: the team's next opening."""
    why: Mapping[str, Any] = field(default_factory=dict)
    """The choice, as it is kept with the offer."""


def next_number(past: Iterable[Handoff]) -> int:
    """Of the next handoff of a lead after these, some of them perhaps of leads that were merged into it."""
    numbers = [handoff.number for handoff in past]
    return max(len(numbers), *numbers, 0) + 1


def what_happened(handoff: Handoff) -> str:
    """Words for somebody who comes too late, or too early."""
    when = f" {moment(handoff.decided_at)}" if handoff.decided_at else ""
    by = f"<@{handoff.decided_by}>" if handoff.decided_by else "Nobody"
    took = "claimed" if handoff.origin == "claim" and handoff.decided_by == handoff.qualified_by else "accepted"
    if handoff.is_pooled:
        return "This lead is open to the whole team: whoever accepts it first has it."
    return {
        S.WAITING: "This lead is open to every rep of its team: whoever accepts it first has it."
        if handoff.is_pooled
        else "Nobody is on shift for this lead yet. It is offered at the next opening.",
        S.OFFERED: f"<@{handoff.owner}> has this lead and has not answered yet.",
        S.ACCEPTED: f"{by} {took} this lead{when}{' and has followed up' if handoff.followed_up_at else ''}.",
        S.RECYCLED: f"{by} sent this lead back to marketing{when}."
        if handoff.decided_by
        else "Nobody answered in time. This lead is back with marketing.",
        S.DISQUALIFIED: f"{by} disqualified this lead{when}.",
        S.WITHDRAWN: "This lead was withdrawn.",
    }[handoff.state]


def moment(at: datetime) -> str:
    """A date token: every reader sees their own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%d %b %H:%M} UTC>"
