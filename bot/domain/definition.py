"""What a qualified lead is, as both teams write it: conditions, criteria, personas, paths and the evidence gate."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_serializer, model_validator

from bot.domain.durations import Duration
from bot.domain.judging.patterns import checked_pattern
from bot.domain.lead import Reading, Scalar
from bot.domain.values import Value


def _plain(written: Duration) -> Duration:
    if written.kind != "wall":
        raise ValueError("write a plain duration such as `14 days`, not business time")
    return written


Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Label = Annotated[str, Field(min_length=1, max_length=100)]
Words = Annotated[str, Field(min_length=1, max_length=500)]
Pattern = Annotated[Words, AfterValidator(checked_pattern)]
PlainDuration = Annotated[Duration, AfterValidator(_plain)]

DEEPEST = 5
"""So many conditions inside one another are all that anybody can read."""


class FieldCondition(Value):
    """A question to one fact; exactly one operator. Text compares case-insensitively."""

    field: Words
    equals: Scalar | None = None
    one_of: Annotated[tuple[Scalar, ...], Field(min_length=1)] | None = None
    at_least: float | None = None
    at_most: float | None = None
    matches: Pattern | None = None
    known: bool | None = None

    @model_validator(mode="after")
    def _one_operator(self) -> Self:
        given = [name for name, value in self if name != "field" and value is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of equals, one_of, at_least, at_most, matches, known")
        return self


class SignalCondition(Value):
    """At least so many signals of a kind (and url), within any window of that length when one is named.

    `seconds` is the least time spent on each; `recent` is how long ago the last of them may be, counted back from now.
    """

    signal: Words
    url: Words | None = None
    at_least: Annotated[int, Field(ge=1)] = 1
    within: PlainDuration | None = None
    seconds: Annotated[int, Field(ge=1)] | None = None
    recent: PlainDuration | None = None


class PersonaCondition(Value):
    """The lead is one of these people: fits the persona of this id."""

    persona: Id


class AllOf(Value):
    """Every one of these holds."""

    all: Annotated[tuple["Condition", ...], Field(min_length=1, max_length=20)]


class AnyOf(Value):
    """At least one of these holds."""

    any: Annotated[tuple["Condition", ...], Field(min_length=1, max_length=20)]


class Not(Value):
    """This does not hold."""

    not_: "Condition" = Field(alias="not")

    @model_serializer(mode="wrap")
    def _as_written(self, dump: Any) -> dict[str, Any]:
        (inner,) = dump(self).values()  # whichever name the caller asks for: a condition is known by its word
        return {"not": inner}


KINDS: Mapping[str, type[Value]] = {
    "signal": SignalCondition,
    "persona": PersonaCondition,
    "all": AllOf,
    "any": AnyOf,
    "not": Not,
}
"""The word by which a condition is known; any other is about a field."""


def _asks(written: object) -> str:
    if isinstance(written, Mapping):
        return next((kind.__name__ for word, kind in KINDS.items() if word in written), FieldCondition.__name__)
    kinds: tuple[type[Value], ...] = (FieldCondition, *KINDS.values())
    return next((kind.__name__ for kind in kinds if isinstance(written, kind)), FieldCondition.__name__)


Condition = Annotated[
    Annotated[FieldCondition, Tag("FieldCondition")]
    | Annotated[SignalCondition, Tag("SignalCondition")]
    | Annotated[PersonaCondition, Tag("PersonaCondition")]
    | Annotated[AllOf, Tag("AllOf")]
    | Annotated[AnyOf, Tag("AnyOf")]
    | Annotated[Not, Tag("Not")],
    Discriminator(_asks),
]
for _nested in (AllOf, AnyOf, Not):
    _nested.model_rebuild()


def parts(condition: Condition) -> tuple[Condition, ...]:
    """The conditions directly inside this one."""
    if isinstance(condition, AllOf):
        return condition.all
    if isinstance(condition, AnyOf):
        return condition.any
    return (condition.not_,) if isinstance(condition, Not) else ()


def leaves(condition: Condition) -> Iterator[FieldCondition | SignalCondition | PersonaCondition]:
    """The questions that a condition asks in the end, in its order."""
    if isinstance(condition, FieldCondition | SignalCondition | PersonaCondition):
        yield condition
    for part in parts(condition):
        yield from leaves(part)


def _depth(condition: Condition) -> int:
    return 1 + max(map(_depth, parts(condition)), default=0)


def _readable(condition: Condition) -> Condition:
    if _depth(condition) > DEEPEST:
        raise ValueError(f"no more than {DEEPEST} conditions inside one another; make criteria of the parts")
    return condition


Question = Annotated[Condition, AfterValidator(_readable)]
"""A condition where it stands by itself: in a criterion, a rule, a definition."""


class Repeats(Value):
    """Each further signal beyond those asked for is worth so many points more, up to so many in all."""

    points: Annotated[int, Field(ge=1, le=1000)]
    most: Annotated[int, Field(ge=1, le=1000)]


class Criterion(Value):
    """One line of the definition, worth points on one reading; points below zero speak against the lead."""

    id: Id
    label: Label
    reading: Reading
    points: Annotated[int, Field(ge=-1000, le=1000)]
    half_life: PlainDuration | None = None
    repeats: Repeats | None = None
    ask: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """What a rep may ask when this is missing."""
    when: Question


class EvidenceGate(Value):
    """Fields without which no lead reaches sales."""

    required: tuple[str, ...] = ()
    verified: tuple[str, ...] = ()


class Path(Value):
    """One way to qualify: least fit, least engagement, and criteria that must be met."""

    id: Id
    label: Label
    fit: Annotated[int, Field(ge=0)] = 0
    engagement: Annotated[int, Field(ge=0)] = 0
    requires: tuple[str, ...] = ()
    sla: str = "default"
    evidence: EvidenceGate | None = None
    """In place of the definition's gate, where this path asks for more or less."""


class Persona(Value):
    """Whom we sell to: a lead fits when everything that is named here fits; pain points are what to ask about."""

    id: Id
    label: Label
    industries: tuple[Label, ...] = ()
    titles: tuple[Label, ...] = ()
    """Words of a job title; one of them is enough."""
    countries: tuple[Label, ...] = ()
    employees_from: Annotated[int, Field(ge=0)] | None = None
    employees_to: Annotated[int, Field(ge=0)] | None = None
    pain_points: tuple[Label, ...] = ()
    questions: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = ()
    """What a rep may open a conversation with."""


class Definition(Value):
    """Criteria, the paths they open, and the gate before sales."""

    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    paths: Annotated[tuple[Path, ...], Field(min_length=1)]
    evidence: EvidenceGate = EvidenceGate()

    def path(self, path_id: str | None) -> Path | None:
        return next((path for path in self.paths if path.id == path_id), None)

    def criterion(self, criterion_id: str) -> Criterion | None:
        return next((criterion for criterion in self.criteria if criterion.id == criterion_id), None)

    def gate(self, path: Path) -> EvidenceGate:
        return path.evidence or self.evidence


class ProductDefinition(Definition):
    """A definition of its own for a product or persona; `uses` adds criteria of the main definition by id.

    Its criteria and paths have ids of their own, so that every id of a policy means one thing.
    """

    id: Id
    label: Label
    when: Question | None = None
    """Whose leads it judges; without it, everybody's."""
    uses: tuple[str, ...] = ()


class NearMiss(Value):
    """How close to a path counts as near: so many points short in all, or so many required criteria."""

    points: Annotated[int, Field(ge=0, le=1000)] = 10
    criteria: Annotated[int, Field(ge=0, le=5)] = 1


Day = Literal["mon", "tue", "wed", "thu", "fri"]
