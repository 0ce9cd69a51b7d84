"""Two leads are one person: which of them speaks for both, what is known of both, and what ends with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.handoff import Change, Handoff, State
from bot.domain.lead import Facts, Stage

REACHED = {"opportunity": Stage.OPPORTUNITY, "won": Stage.WON, "lost": Stage.LOST}
ENDED = frozenset({Stage.WON, Stage.LOST})
LATE = float("inf")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the leads, with its handoffs (whatever their order) and the latest outcome (`""`: none)."""

    id: str
    created_at: datetime
    handoffs: Sequence[Handoff] = ()
    outcome: str = ""


def in_hand(handoff: Handoff, outcome: str = "") -> bool:
    """Whether somebody has it, or it waits for a rep: open, or accepted and not over."""
    return handoff.is_open or (handoff.state is State.ACCEPTED and REACHED.get(outcome) not in ENDED)


def survivor(one: Candidate, other: Candidate) -> tuple[Candidate, Candidate]:
    """Who goes on, and who is absorbed: whoever knows the person best keeps them.

    Followed up goes before accepted, offered, waiting, handed over at some time, and never; then the older goes on.
    """
    first, second = sorted((one, other), key=_precedence)
    return first, second


def _precedence(lead: Candidate) -> tuple[int, float, float, str]:
    held = [handoff for handoff in lead.handoffs if in_hand(handoff, lead.outcome)]
    best = min(held, key=_nearness, default=None)
    nearness = _nearness(best) if best else 4 if lead.handoffs else 5
    since = (best.accepted_at or best.created_at).timestamp() if best else LATE
    return nearness, since, lead.created_at.timestamp(), lead.id


def _nearness(handoff: Handoff) -> int:
    if handoff.state is State.ACCEPTED:
        return 0 if handoff.followed_up_at else 1
    return 2 if handoff.state is State.OFFERED else 3


def yielded(handoff: Handoff, by: str, why: Mapping[str, Any], now: datetime) -> Change:
    """It ends here, because somebody else has the person: one person never has two reps."""
    ended = {"state": State.WITHDRAWN, "closed_at": now, "due_at": None, "undo": None}
    return Change(handoff.model_copy(update=ended), "withdrawn", by, why, offer_ended="withdrawn")


def folded(told: Iterable[tuple[datetime, Facts]]) -> Facts:
    """All that was told, the newer over the older; of nothing there is no folding."""
    first, *others = [facts for _, facts in sorted(told, key=lambda one: one[0])]
    for newer in others:
        first = first.merged(newer)
    return first


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a lead stands by all its handoffs and the latest outcome."""

    stage: Stage
    recycled_at: datetime | None = None
    recycled_count: int = 0
    cool_off_until: datetime | None = None


def standing(handoffs: Sequence[Handoff], outcome: str) -> Standing:
    """What is open decides, then what sales reached, then who accepted, then how the last handoff ended.

    What was withdrawn decides nothing; without anything else a lead is with marketing.
    """
    over = [one for one in handoffs if one.state in OVER]
    last = max(over, key=lambda one: one.closed_at or one.created_at, default=None)
    opened = next((one for one in handoffs if one.is_open), None)
    if opened:
        stage = Stage.SQL if opened.state is State.ACCEPTED else Stage.MQL
    elif outcome:
        stage = REACHED[outcome]
    elif any(one.state is State.ACCEPTED for one in handoffs):
        stage = Stage.SQL
    else:
        stage = OVER[last.state] if last else Stage.PROSPECT
    return Standing(stage, **_recycled(handoffs))


OVER: Mapping[State, Stage] = {State.RECYCLED: Stage.RECYCLED, State.DISQUALIFIED: Stage.DISQUALIFIED}


def _recycled(handoffs: Sequence[Handoff]) -> dict[str, Any]:
    """Returns since a person last handed it over: their word begins the count anew."""
    anew = max((one.created_at for one in handoffs if one.origin == "hand"), default=None)
    back = [one for one in handoffs if one.state is State.RECYCLED and (anew is None or one.created_at >= anew)]
    last = max(back, key=lambda one: one.closed_at or one.created_at, default=None)
    return {
        "recycled_count": len(back),
        "recycled_at": last and last.closed_at,
        "cool_off_until": last and last.cool_off_until,
    }
