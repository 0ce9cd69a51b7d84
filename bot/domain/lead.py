"""A lead: one person at one company, and the dated things they did."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeVar

from pydantic import Field

from bot.domain.values import Value

V = TypeVar("V", bound=Value)
Scalar = str | int | float | bool
Reading = Literal["fit", "engagement"]


class Stage(StrEnum):
    """Where a lead stands; each stage has exactly one owner: marketing up to `MQL` offered, then the rep."""

    SUSPECT = "suspect"
    PROSPECT = "prospect"
    MQL = "mql"
    SQL = "sql"
    OPPORTUNITY = "opportunity"
    WON = "won"
    LOST = "lost"
    RECYCLED = "recycled"
    DISQUALIFIED = "disqualified"


NURTURED = frozenset({Stage.SUSPECT, Stage.PROSPECT, Stage.RECYCLED})
"""Stages in which a lead is marketing's and may still qualify."""


class Company(Value):
    name: str | None = None
    domain: str | None = None
    industry: str | None = None
    employees: int | None = None
    country: str | None = None
    region: str | None = None


class Bant(Value):
    budget: str | None = None
    authority: str | None = None
    need: str | None = None
    timing: str | None = None


class Facts(Value):
    """All that is known of a lead, in normalised form; None means unknown."""

    source: str
    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    title: str | None = None
    company: Company = Company()
    campaign: str | None = None
    contact_requested: bool | None = None
    language: str | None = None
    time_zone: str | None = None
    consent: bool | None = None
    bant: Bant = Bant()
    pain_points: tuple[str, ...] = ()
    attributes: Mapping[str, Scalar] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """The person's name, else how they can be told apart."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or self.email or self.phone or "Unnamed lead"

    def merged(self, newer: "Facts") -> "Facts":
        """These facts with every known newer one over them; a null never erases a known fact."""
        known = {key: value for key, value in newer if value is not None}
        known["company"] = _over(self.company, newer.company)
        known["bant"] = _over(self.bant, newer.bant)
        known["pain_points"] = newer.pain_points or self.pain_points
        known["attributes"] = {**self.attributes, **newer.attributes}
        return self.model_copy(update=known)


def _over(older: V, newer: V) -> V:
    return older.model_copy(update=newer.model_dump(exclude_none=True))


def fact(facts: Facts, path: str) -> object:
    """The value at a dotted path (`company.employees`, `attributes.plan`), or None where nothing is known."""
    found: object = facts
    for step in path.split("."):
        if isinstance(found, Value):  # asked first, being far quicker than whether it is a mapping
            found = getattr(found, step, None)
        else:
            found = found.get(step) if isinstance(found, Mapping) else None
    return found


class Signal(Value):
    """One dated thing a lead did; `seconds` is time spent, where the sender knows it."""

    id: str | None = None
    kind: str
    at: datetime
    label: str | None = None
    url: str | None = None
    seconds: int | None = None


Verdict = Literal["verified", "plausible", "wrong"]


class Check(Value):
    """How sure one field is, and how that is known, in a few words without the field's value."""

    field: str
    verdict: Verdict
    how: str
    at: datetime | None = None
    """When it became so, where somebody or something dated made it so."""


class Proof(Value):
    """Somebody of ours vouched for the value of a field; it counts only while the field has this value."""

    field: str
    value: str
    by: str
    at: datetime


class Evidence(Value):
    """One criterion a lead met: its label, the value or signal that met it, when, and how sure that is.

    `weak` has faded below half of its points, or stands on a field that is wrong.
    """

    criterion: str
    label: str
    reading: Reading
    points: int
    found: str
    at: datetime | None = None
    verified: bool = False
    weak: bool = False
    how: str = ""


class Gap(Value):
    """One criterion a lead does not meet: nothing is known, it is on the way, or what is known speaks against it."""

    criterion: str
    label: str
    reading: Reading
    points: int
    why: Literal["unknown", "short", "contrary"]
    found: str = ""
    ask: str = ""
    """What a rep may ask to find out; empty where nothing is to be asked."""


class Near(Value):
    """The path that lacks least, and what it lacks: points of each reading, and criteria it requires."""

    path: str
    fit: int = 0
    engagement: int = 0
    criteria: tuple[str, ...] = ()


class Scoring(Value):
    """What the definition says of a lead at one moment; `path` is the first path met and past the evidence gate."""

    definition: str | None = None
    """Which of the product definitions spoke; None: the main one."""
    fit: int = 0
    engagement: int = 0
    grade: str = ""
    """Fit as a letter and engagement as a digit, `A1` at best; the two are never one number."""
    evidence: tuple[Evidence, ...] = ()
    gaps: tuple[Gap, ...] = ()
    personas: tuple[str, ...] = ()
    path: str | None = None
    gated: str | None = None
    """The path that is met, but for the evidence gate."""
    lacking: tuple[str, ...] = ()
    """Fields that the evidence gate asks for and the lead has not (or not verified)."""
    near: Near | None = None
    """Where no path is met: the one nearest to it, when that is near by the policy's `near_miss`."""
