"""What a new policy changes in what sales and marketing promise each other."""

from collections.abc import Iterator
from typing import Literal

from bot.domain.governing.differing import Name, moved
from bot.domain.policy import Policy
from bot.domain.promises import DEFAULT_SLAS, Attempts, Clock, Sla

Promised = Literal["acceptance", "follow_up", "returned", "question"]
CLOCKS: tuple[tuple[Promised, str, str], ...] = (
    ("acceptance", "sales answers", "nobody answers"),
    ("follow_up", "first follow-up", "nobody follows up"),
    ("returned", "marketing answers what came back", "marketing does not answer what came back"),
    ("question", "marketing answers a question", "marketing does not answer a question"),
)
"""Each clock, what it promises, and who is late."""


def promise_changes(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    """Promised times by name, and for which leads they hold."""
    if before.sla_for != after.sla_for:
        yield "Which promised times hold for which lead changes"
    for sla in dict.fromkeys([*DEFAULT_SLAS, *before.sla, *after.sla]):
        yield from _sla(sla, before, after)


def _sla(sla: str, before: Policy, after: Policy) -> Iterator[str]:
    about = f"Promised times “{sla}”"
    if not _promised(before, sla) or not _promised(after, sla):
        yield f"{'New promised times' if _promised(after, sla) else 'Promised times gone'}: {sla}"
        return
    yield from moved(about, "marketing hands over within", before.marketing_handoff(sla), after.marketing_handoff(sla))
    for which, promised, late in CLOCKS:
        yield from _clock(about, promised, late, before.clock(sla, which), after.clock(sla, which))
    tries = _tries(before.attempts(sla)), _tries(after.attempts(sla))
    yield from moved(about, "attempts to reach a lead", *tries, nothing="the first alone")
    yield from moved(about, "waiting for the prospect at most", before.pause(sla), after.pause(sla))
    yield from moved(about, "e-mail after", before.email_after(sla), after.email_after(sla))


def _clock(about: str, promised: str, late: str, old: Clock, new: Clock) -> Iterator[str]:
    yield from moved(about, f"{promised} within", old.within, new.within)
    yield from ([f"{about}: what happens when {late}"] if old.ladder != new.ladder else [])
    yield from moved(f"{about}, {promised}", "hours of", old.hours or "team", new.hours or "team")
    yield from moved(f"{about}, {promised}", "the last step is repeated", old.repeats, new.repeats, nothing="for ever")


def _tries(attempts: Attempts | None) -> str | None:
    return f"{attempts.count} within {attempts.within}" if attempts else None


def _promised(policy: Policy, sla: str) -> Sla | None:
    return policy.sla.get(sla) or DEFAULT_SLAS.get(sla)
