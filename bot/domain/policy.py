"""The policy: everything configurable, as frozen values.

In a policy as written, people are e-mail addresses (or Slack ids) and channels are names. `resolved` gives the same
policy with Slack ids in their place; that is what is stored, and all that the rest of the domain ever sees.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.domain.calendars import Calendar as Calendar  # noqa: PLC0414 -- part of the policy, and read from here
from bot.domain.durations import Duration
from bot.domain.lead import Reading, Scalar
from bot.domain.patterns import checked_pattern
from bot.domain.values import Value

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Label = Annotated[str, Field(min_length=1, max_length=100)]
PersonRef = Annotated[str, Field(min_length=3, max_length=254, json_schema_extra={"x-ref": "person"})]
ChannelRef = Annotated[str, Field(min_length=2, max_length=81, json_schema_extra={"x-ref": "channel"})]


def _percent(written: object) -> object:
    if isinstance(written, str) and written.endswith("%") and written[:-1].strip().isdigit():
        return int(written[:-1])
    raise ValueError("write a share such as `50%`")


Percent = Annotated[int, BeforeValidator(lambda v: v if isinstance(v, int) else _percent(v)), Field(ge=1, le=10_000)]


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


class FieldCondition(Value):
    """A question to one fact; exactly one operator. Text compares case-insensitively."""

    field: str
    equals: Scalar | None = None
    one_of: tuple[Scalar, ...] | None = None
    at_least: float | None = None
    at_most: float | None = None
    matches: Annotated[str, AfterValidator(checked_pattern)] | None = None
    known: bool | None = None

    @model_validator(mode="after")
    def _one_operator(self) -> "FieldCondition":
        given = [name for name, value in self if name != "field" and value is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of equals, one_of, at_least, at_most, matches, known")
        return self


class SignalCondition(Value):
    """At least so many signals of a kind (and url), within any window of that length when one is named."""

    signal: str
    url: str | None = None
    at_least: Annotated[int, Field(ge=1)] = 1
    within: Duration | None = None


Condition = Annotated[FieldCondition | SignalCondition, Field(union_mode="left_to_right")]


class Criterion(Value):
    id: Id
    label: Label
    reading: Reading
    points: Annotated[int, Field(ge=0, le=1000)]
    half_life: Duration | None = None
    when: Condition


class Path(Value):
    """One way to qualify: least fit, least engagement, and criteria that must be met."""

    id: Id
    label: Label
    fit: int = 0
    engagement: int = 0
    requires: tuple[str, ...] = ()
    sla: str = "default"


class EvidenceGate(Value):
    """Fields without which no lead reaches sales."""

    required: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()


class Definition(Value):
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    paths: Annotated[tuple[Path, ...], Field(min_length=1)]
    evidence: EvidenceGate = EvidenceGate()


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
    when: Condition | None = None
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


class Reason(Value):
    """Why sales may refuse a lead, what that means, and what the rep must add."""

    id: Id
    label: Annotated[str, Field(min_length=1, max_length=75)]
    means: Literal["recycle", "disqualify", "reroute"]
    cool_off: Duration | None = None
    asks: Literal["evidence", "detail"] | None = None


def _clock(within: str, *ladder: tuple[int, Step]) -> Clock:
    return Clock(within=Duration.parse(within), ladder=tuple(Rung(at=at, do=do) for at, do in ladder))


DEFAULT_SLA = Sla(
    marketing_handoff=Duration.parse("12 hours"),
    acceptance=_clock("4 business hours", (50, "remind"), (100, "escalate"), (150, "reassign"), (300, "recycle")),
    follow_up=_clock("same business day", (100, "remind"), (150, "escalate")),
)

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


class Policy(Value):
    """All rules of one company; `company`, `teams` and `definition` are enough to run."""

    company: Label
    calendars: Mapping[str, Calendar] = Field(default_factory=dict)
    channels: Channels = Channels()
    roles: Roles = Roles()
    sign_off: SignOff = SignOff()
    definition: Definition
    teams: Annotated[tuple[Team, ...], Field(min_length=1)]
    routing: tuple[Rule, ...] = ()
    sla: Mapping[str, Sla] = Field(default_factory=dict)
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1, max_length=100)] = DEFAULT_REASONS

    def team(self, team_id: str) -> Team | None:
        return next((team for team in self.teams if team.id == team_id), None)

    def calendar(self, team_id: str) -> Calendar:
        """The team's calendar; Monday to Friday, 09:00 to 17:00 UTC where none is named."""
        team = self.team(team_id)
        return self.calendars.get(team.calendar if team else "default", Calendar())

    def clock(self, sla: str, which: Literal["acceptance", "follow_up"]) -> Clock:
        """The clock of a named SLA; what it leaves out comes from `default`, then from Baton."""
        for candidate in (self.sla.get(sla), self.sla.get("default"), DEFAULT_SLA):
            clock = candidate and getattr(candidate, which)
            if isinstance(clock, Clock):
                return clock
        raise LookupError(which)

    def marketing_handoff(self, sla: str) -> Duration:
        for candidate in (self.sla.get(sla), self.sla.get("default")):
            if candidate and candidate.marketing_handoff:
                return candidate.marketing_handoff
        return DEFAULT_SLA.marketing_handoff or Duration.parse("12 hours")

    def reason(self, reason_id: str) -> Reason | None:
        return next((reason for reason in self.reasons if reason.id == reason_id), None)

    def path(self, path_id: str | None) -> Path | None:
        return next((path for path in self.definition.paths if path.id == path_id), None)

    def managers_of(self, team_id: str) -> frozenset[str]:
        """Who may act for a team: its manager, its director and the admins."""
        team = self.team(team_id)
        own = {team.manager, team.director} if team else set()
        return frozenset(filter(None, own)) | frozenset(self.roles.admins)

    def people(self) -> Iterator[str]:
        """Every person named, each once."""
        return iter(dict.fromkeys(_references(self.model_dump(mode="json"), PEOPLE_AT)))

    def channel_names(self) -> Iterator[str]:
        """Every channel named, each once."""
        return iter(dict.fromkeys(_references(self.model_dump(mode="json"), CHANNELS_AT)))

    def resolved(self, person: Callable[[str], str], channel: Callable[[str], str]) -> "Policy":
        """The same policy with Slack ids for people and channels."""
        written = self.model_dump(mode="json")
        _replace(written, PEOPLE_AT, person)
        _replace(written, CHANNELS_AT, channel)
        return Policy.model_validate(written)


PEOPLE_AT = (
    ("roles", "marketing", "*"),
    ("roles", "admins", "*"),
    ("sign_off", "sales", "*"),
    ("sign_off", "marketing", "*"),
    ("teams", "*", "manager"),
    ("teams", "*", "director"),
    ("teams", "*", "reps", "*", "email"),
)
CHANNELS_AT = (("channels", "leads"), ("channels", "marketing"), ("channels", "escalations"), ("teams", "*", "channel"))


def _slots(node: Any, steps: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) that a path with `*` for any list item leads to, where something is written."""
    step, rest = steps[0], steps[1:]
    for key in range(len(node)) if step == "*" else (step,):
        if not rest and node[key] is not None:
            yield node, key
        elif rest:
            yield from _slots(node[key], rest)


def _references(written: Any, places: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    for place in places:
        yield from (str(container[key]) for container, key in _slots(written, place))


def _replace(written: Any, places: tuple[tuple[str, ...], ...], by: Callable[[str], str]) -> None:
    for place in places:
        for container, key in _slots(written, place):
            container[key] = by(container[key])
