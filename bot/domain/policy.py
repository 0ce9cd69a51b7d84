"""The policy: everything configurable, as frozen values.

In a policy as written, people are e-mail addresses (or Slack ids) and channels are names. `resolved` gives the same
policy with Slack ids in their place; that is what is stored, and all that the rest of the domain ever sees.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from bot.domain.calendars import Calendar as Calendar  # noqa: PLC0414 -- part of the policy, and read from here
from bot.domain.definition import (
    Criterion,
    Definition,
    Id,
    Label,
    NearMiss,
    Path,
    Persona,
    PlainDuration,
    ProductDefinition,
    Question,
    Words,
)
from bot.domain.durations import Duration
from bot.domain.lead import Stage
from bot.domain.values import Value

PERSON = r"[^\s@]+@[^\s@]+|[UW][A-Z0-9]{2,}"
CHANNEL = r"#[^\s#@]{1,80}|[CG][A-Z0-9]{2,}"


def _fits(pattern: str, expected: str) -> AfterValidator:
    def check(written: str) -> str:
        if not re.fullmatch(pattern, written):
            raise ValueError(expected)
        return written

    return AfterValidator(check)


def _percent(written: object) -> object:
    if isinstance(written, int) and not isinstance(written, bool):
        return written
    if isinstance(written, str) and re.fullmatch("[0-9]{1,6} ?%", written):
        return int(written[:-1])
    raise ValueError("write a share such as `50%`")


SHORTEST_RETENTION = timedelta(days=30)


def _no_slip(written: Duration) -> Duration:
    """What is erased does not come back: a slip of the keyboard must not erase everything."""
    if written.amount < SHORTEST_RETENTION.total_seconds():
        raise ValueError(f"write at least `{SHORTEST_RETENTION.days} days`: what is erased does not come back")
    return written


AT_ONCE: Literal["at once"] = "at once"


def _delay(written: object) -> object:
    try:
        return AT_ONCE if written == AT_ONCE else Duration.parse(written)
    except ValueError as error:
        raise ValueError(f"{error}, or `{AT_ONCE}`") from None


PersonRef = Annotated[
    str,
    Field(max_length=254),
    _fits(PERSON, "write an e-mail address, or a Slack id such as U012ABCDEF"),
    WithJsonSchema({"type": "string", "maxLength": 254, "pattern": f"^({PERSON})$"}),
]
ChannelRef = Annotated[
    str,
    _fits(CHANNEL, 'write a channel such as "#new-leads" (in quotes), or a Slack id such as C012ABCDEF'),
    WithJsonSchema({"type": "string", "pattern": f"^({CHANNEL})$"}),
]
Percent = Annotated[
    int,
    BeforeValidator(_percent),
    Field(ge=1, le=10_000),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": "^[0-9]{1,6} ?%$"}, {"type": "integer", "minimum": 1}]}),
]
Retention = Annotated[PlainDuration, AfterValidator(_no_slip)]
Delay = Annotated[Duration | Literal["at once"], BeforeValidator(_delay)]


class Channels(Value):
    leads: ChannelRef | None = None
    marketing: ChannelRef | None = None
    escalations: ChannelRef | None = None


class Roles(Value):
    marketing: tuple[PersonRef, ...] = ()
    admins: tuple[PersonRef, ...] = ()


class SignOff(Value):
    """Who must sign a policy before it is in force: every one of them."""

    sales: tuple[PersonRef, ...] = ()
    marketing: tuple[PersonRef, ...] = ()

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.sales, *self.marketing)))


class Rep(Value):
    email: PersonRef
    """E-mail address as written, Slack id once resolved."""
    weight: Annotated[int, Field(ge=1, le=100)] = 1
    daily_cap: Annotated[int, Field(ge=1)] | None = None


class Team(Value):
    id: Id
    manager: PersonRef
    director: PersonRef | None = None
    channel: ChannelRef | None = None
    calendar: str = "default"
    reps: Annotated[tuple[Rep, ...], Field(min_length=1)]

    def has(self, person: str) -> bool:
        return any(rep.email == person for rep in self.reps)


class Rule(Value):
    """A routing rule: the first whose condition holds names the team; without a condition it always holds."""

    id: Id
    when: Question | None = None
    team: str


Step = Literal["remind", "escalate", "reassign", "recycle"]


class Rung(Value):
    """At this share of the promised time, do this."""

    at: Percent
    do: Step
    to: Literal["manager", "director"] = "manager"


class Clock(Value):
    """A promised time and the ladder of what happens at which share of it."""

    within: Duration
    ladder: Annotated[tuple[Rung, ...], Field(min_length=1)]


class Sla(Value):
    marketing_handoff: Duration | None = None
    acceptance: Clock | None = None
    follow_up: Clock | None = None
    email_after: Delay | None = None
    """How long a rep may leave the card alone before an e-mail says the same."""


class Reason(Value):
    """Why sales may refuse a lead, what that means, and what the rep must add."""

    id: Id
    label: Annotated[str, Field(min_length=1, max_length=75)]
    means: Literal["recycle", "disqualify", "reroute"]
    cool_off: Duration | None = None
    asks: Literal["evidence", "detail"] | None = None


def _clock(within: str, *ladder: tuple[int, Step]) -> Clock:
    return Clock(within=Duration.parse(within), ladder=tuple(Rung(at=at, do=do) for at, do in ladder))


DEFAULT_SLAS: Mapping[str, Sla] = {
    "default": Sla(
        marketing_handoff=Duration.parse("12 hours"),
        acceptance=_clock("4 business hours", (50, "remind"), (100, "escalate"), (150, "reassign"), (300, "recycle")),
        follow_up=_clock("same business day", (100, "remind"), (150, "escalate")),
        email_after=Duration.parse("30 minutes"),
    ),
    "fast": Sla(
        acceptance=_clock("15 minutes", (50, "remind"), (100, "reassign"), (200, "escalate")), email_after=AT_ONCE
    ),
}
"""What is promised where the policy does not say."""

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
    routing: tuple[Rule, ...] = ()
    sla: Mapping[Id, Sla] = Field(default_factory=dict)
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

    def clock(self, sla: str, which: Literal["acceptance", "follow_up"]) -> Clock:
        """The clock of a named SLA; what it leaves out comes from `default`, then from Baton."""
        clock: Clock = self._promised(sla, which)
        return clock

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
        kept = {key: value for key, value in self.model_dump(mode="json", exclude_none=True).items() if value}
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


PEOPLE_AT = (
    "roles.marketing.*",
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
