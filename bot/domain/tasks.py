"""What marketing is asked for: a lead meets a path, and the evidence gate lacks something of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.definition import EvidenceGate
from bot.domain.lead import NURTURED, Check, Facts, Stage, fact

Ending = Literal["passed", "faded", "complete", "consent", "merged", "left"]
"""Why nothing is asked any more: it is with sales; it meets no path; all is there and it may not pass yet; it does not
want to be contacted; it is one with another lead; it is in no nurture any more."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """One field that the gate asks for: not known at all, or known and not verified (`how` says why)."""

    field: str
    value: str | None = None
    how: str = ""
    to_verify: bool = False
    """To know it is not enough: somebody has to say that it is right."""
    wrong: bool = False
    """What is known cannot be right, as far as anybody can tell without asking."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Why and when a task was over, and which rep got the lead, if one did."""

    why: Ending
    at: datetime
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked about a lead, as its message shows it."""

    lead_id: str
    facts: Facts
    stage: Stage
    path: str
    """The label of the path that it meets."""
    since: datetime
    lacking: tuple[Lacking, ...] = ()
    ended: Ended | None = None


def lacking(
    facts: Facts, fields: Iterable[str], gate: EvidenceGate, checks: Mapping[str, Check]
) -> tuple[Lacking, ...]:
    """What the gate lacks of these fields, in their order, with what is known of each."""
    return tuple(
        Lacking(
            field,
            written(fact(facts, field)),
            _how(checks.get(field)),
            to_verify=field in gate.verified or field in checks,
            wrong=field in checks and checks[field].verdict == "wrong",
        )
        for field in fields
    )


def written(value: object) -> str | None:
    """A known value as somebody would type it: of several, one a line."""
    if isinstance(value, tuple):
        return "\n".join(map(str, value)) or None
    return None if value is None or value == "" else str(value)


def _how(check: Check | None) -> str:
    return check.how if check else ""


def ending(
    *, merged: bool, consent: bool | None, with_sales: bool, stage: str, path: str | None, gated: str | None
) -> Ending | None:
    """Why a lead's task is over, or None while it is not; the first reason that holds."""
    over: Mapping[Ending, bool] = {
        "merged": merged,
        "consent": consent is False,
        "passed": with_sales,
        "left": stage not in NURTURED,
        "complete": gated is None and path is not None,
        "faded": gated is None,
    }
    return next((why for why, holds in over.items() if holds), None)
