"""The policy: everything configurable, as frozen values.

In a policy as written, people are e-mail addresses (or Slack ids) and channels are names. `resolved` gives the same
policy with Slack ids in their place; that is what is stored, and all that the rest of the domain ever sees.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from bot.domain.calendars import Calendar as Calendar  # noqa: PLC0414 -- part of the policy, and read from here
from bot.domain.definition import (
    Criterion,
    Definition,
    EvidenceGate,
    Id,
    Label,
    NearMiss,
    Path,
    Persona,
    ProductDefinition,
    Words,
)
from bot.domain.durations import Duration
from bot.domain.lead import Stage
from bot.domain.promises import DEFAULT_SLAS, Attempts, Clock, Sla, SlaRule
from bot.domain.references import ChannelRef, PersonRef, Retention
from bot.domain.teams import Assignment, Rule, Segment, Team
from bot.domain.values import Value


class Channels(Value):
    leads: ChannelRef | None = None
    marketing: ChannelRef | None = None
    escalations: ChannelRef | None = None


class Roles(Value):
    marketing: tuple[PersonRef, ...] = ()
    marketing_lead: PersonRef | None = None
    """Who hears when marketing is late; without one everybody in `marketing` does."""
    admins: tuple[PersonRef, ...] = ()


class SignOff(Value):
    """Who must sign a policy before it is in force: every one of them."""

    sales: tuple[PersonRef, ...] = ()
    marketing: tuple[PersonRef, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.sales, *self.marketing)))


class Reason(Value):
    """Why sales may refuse a lead, what that means, and what the rep must add."""

    id: Id
    label: Annotated[str, Field(min_length=1, max_length=75)]
    means: Literal["recycle", "disqualify", "reroute"]
    cool_off: Duration | None = None
    asks: Literal["evidence", "detail"] | None = None
    keeps_turn: bool | None = None
    """Whether the rep's turn is not used up; where it is not said, for whatever is the lead's fault."""

    @property
    def gives_turn_back(self) -> bool:
        """By default for all reasons but those that send a good lead back and ask the rep for nothing."""
        return self.means != "recycle" or self.asks is not None if self.keeps_turn is None else self.keeps_turn


DEFAULT_REASONS = (
    Reason(
        id="wrong-person",
        label="Not a decision maker",
        means="recycle",
        cool_off=Duration.parse("30 days"),
        asks="evidence",
    ),
    Reason(id="bad-timing", label="Not now", means="recycle", cool_off=Duration.parse("90 days")),
    Reason(id="bad-data", label="Contact data is wrong", means="recycle", asks="detail"),
    Reason(id="not-mine", label="Not my territory", means="reroute"),
    Reason(id="customer", label="Already a customer", means="disqualify"),
    Reason(id="other", label="Something else", means="recycle", asks="detail"),
)


DEFAULT_CALENDAR = Calendar()


class Policy(Value):
    """All rules of one company; `company`, `teams` and `definition` are enough to run."""

    company: Label
    calendars: Mapping[Id, Calendar] = Field(default_factory=dict)
    channels: Channels = Channels()
    roles: Roles = Roles()
    sign_off: SignOff = SignOff()
    definition: Definition
    definitions: tuple[ProductDefinition, ...] = ()
    """More of them, for products or personas of their own; asked before `definition`."""
    personas: tuple[Persona, ...] = ()
    near_miss: NearMiss | None = None
    stages: Mapping[Stage, Words] = Field(default_factory=dict)
    """What the two teams mean by each stage, in their own words."""
    teams: Annotated[tuple[Team, ...], Field(min_length=1)]
    segments: tuple[Segment, ...] = ()
    routing: tuple[Rule, ...] = ()
    assignment: Assignment = Assignment()
    sla: Mapping[Id, Sla] = Field(default_factory=dict)
    sla_for: tuple[SlaRule, ...] = ()
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1, max_length=100)] = DEFAULT_REASONS
    retention: Retention | None = None

    def forgets_before(self, now: datetime) -> datetime | None:
        """Leads last heard of before this are erased; None: no lead ever is."""
        return now - timedelta(seconds=self.retention.amount) if self.retention else None

    def team(self, team_id: str) -> Team | None:
        return next((team for team in self.teams if team.id == team_id), None)

    def calendar(self, team_id: str) -> Calendar:
        """The team's calendar; Monday to Friday, 09:00 to 17:00 UTC where none is named."""
        team = self.team(team_id)
        return self.calendars.get(team.calendar if team else "default", DEFAULT_CALENDAR)

    def segment(self, segment_id: str | None) -> Segment | None:
        return next((segment for segment in self.segments if segment.id == segment_id), None)

    def sla_of(self, path: Path, segment: str | None, team: str) -> str:
        """The name of the promises that hold for a lead of this path and segment with this team."""
        asked = {"path": path.id, "segment": segment, "team": team}
        fits = (
            rule.sla
            for rule in self.sla_for
            if all(getattr(rule, name) in {None, value} for name, value in asked.items())
        )
        return next(fits, path.sla)

    def clock(self, sla: str, which: Literal["acceptance", "follow_up", "returned", "question"]) -> Clock:
        """The clock of a named SLA; what it leaves out comes from `default`, then from Baton."""
        clock: Clock = self._promised(sla, which)
        return clock

    def attempts(self, sla: str) -> Attempts | None:
        """What is promised after the first touch; nothing, unless this SLA or `default` says so."""
        own = self.sla.get(sla), self.sla.get("default")
        return next((one.attempts for one in own if one and one.attempts), None)

    def pause(self, sla: str) -> Duration:
        """The longest that a clock stands still for the prospect."""
        longest: Duration = self._promised(sla, "pause")
        return longest

    def marketing_handoff(self, sla: str) -> Duration:
        """How soon marketing promises to hand over a lead, with the same fall-backs as `clock`."""
        promise: Duration = self._promised(sla, "marketing_handoff")
        return promise

    def email_after(self, sla: str) -> Duration | Literal["at once"]:
        """How long a card stays unopened before its e-mail; what one's own `fast` leaves out is Baton's `at once`."""
        own = self.sla.get(sla)
        fast = DEFAULT_SLAS[sla].email_after if sla == "fast" else None
        after: Duration | Literal["at once"] = (
            (own and own.email_after) or fast or self._promised("default", "email_after")
        )
        return after

    def _promised(self, sla: str, which: str) -> Any:
        own, given = self.sla, DEFAULT_SLAS
        candidates = (own.get(sla) or given.get(sla), own.get("default"), given["default"])
        return next(promise for candidate in candidates if (promise := getattr(candidate, which, None)))

    def reason(self, reason_id: str) -> Reason | None:
        return next((reason for reason in self.reasons if reason.id == reason_id), None)

    @property
    def all_definitions(self) -> tuple[Definition, ...]:
        """Every definition in the order in which they are asked: those of products first."""
        return *self.definitions, self.definition

    def path(self, path_id: str | None) -> Path | None:
        return next((path for one in self.all_definitions if (path := one.path(path_id))), None)

    def gate(self, path_id: str | None) -> EvidenceGate:
        """What sales must know before it gets a lead by this path; nothing where there is no such path."""
        found = ((one, path) for one in self.all_definitions if (path := one.path(path_id)))
        return next((one.gate(path) for one, path in found), EvidenceGate())

    def criterion(self, criterion_id: str) -> Criterion | None:
        return next((found for one in self.all_definitions if (found := one.criterion(criterion_id))), None)

    def criteria_of(self, definition: Definition) -> tuple[Criterion, ...]:
        """All that a definition asks: what it uses of the main one, then its own criteria."""
        uses = definition.uses if isinstance(definition, ProductDefinition) else ()
        used = (self.definition.criterion(criterion_id) for criterion_id in uses)
        return *filter(None, used), *definition.criteria

    def persona(self, persona_id: str) -> Persona | None:
        return next((persona for persona in self.personas if persona.id == persona_id), None)

    def stored(self) -> str:
        """As JSON without empty sections, so that a release that does not know a new one can read it."""
        written = self.model_dump(mode="json", exclude_none=True)
        if self.assignment == Assignment():
            del written["assignment"]
        kept = _without_empty(written)
        return json.dumps(kept, separators=(",", ":"), ensure_ascii=False)

    def people(self) -> Iterator[str]:
        """Every person named, each once."""
        return iter(dict.fromkeys(_named(self.model_dump(mode="json"), PEOPLE_AT)))

    def channel_names(self) -> Iterator[str]:
        """Every channel named, each once."""
        return iter(dict.fromkeys(_named(self.model_dump(mode="json"), CHANNELS_AT)))

    def resolved(self, person: Callable[[str], str], channel: Callable[[str], str]) -> "Policy":
        """The same policy with Slack ids for people and channels."""
        written = self.model_dump(mode="json")
        for places, found in ((PEOPLE_AT, person), (CHANNELS_AT, channel)):
            for container, key in _slots(written, places):
                container[key] = found(container[key])
        return Policy.model_validate(written)


def _without_empty(written: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in written.items():
        if isinstance(value, dict):
            kept[key] = _without_empty(value)
        elif isinstance(value, list):
            kept[key] = [_without_empty(item) if isinstance(item, dict) else item for item in value]
        else:
            kept[key] = value
    return {key: value for key, value in kept.items() if value not in ({}, [])}


PEOPLE_AT = (
    "roles.marketing.*",
    "roles.marketing_lead",
    "assignment.catch_all",
    "roles.admins.*",
    "sign_off.sales.*",
    "sign_off.marketing.*",
    "teams.*.manager",
    "teams.*.director",
    "teams.*.reps.*.email",
)
CHANNELS_AT = ("channels.leads", "channels.marketing", "channels.escalations", "teams.*.channel")
"""Where people and channels stand in a policy; `*` is every item of a list."""


def _slots(written: Any, places: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    """The container and key of everything that is written at these places."""
    for place in places:
        *steps, last = place.split(".")
        containers = [written]
        for step in steps:
            containers = [item for node in containers for item in (node if step == "*" else [node[step]])]
        for container in containers:
            for key in range(len(container)) if last == "*" else [last]:
                if container[key] is not None:
                    yield container, key


def _named(written: Any, places: tuple[str, ...]) -> Iterator[str]:
    return (container[key] for container, key in _slots(written, places))
