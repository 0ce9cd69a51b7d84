"""Promised times after accepting that a policy may hold, but that hardly mean what they say."""

from collections.abc import Iterator

from bot.domain.linting.written import Finding
from bot.domain.policy import Policy


def attempts_leave_no_time(policy: Policy) -> Iterator[Finding]:
    """All attempts within no more time than the first touch has: only the first would ever be waited for."""
    for name, sla in policy.sla.items():
        if sla.attempts is None:
            continue
        first, every = policy.clock(name, "follow_up").within, sla.attempts.within
        if first.kind == every.kind and every.amount <= first.amount:
            told = f"no time is left after the first of {sla.attempts.count}, which `follow_up` gives {first}"
            yield Finding(("sla", name, "attempts", "within"), told)


DOUBTS = (attempts_leave_no_time,)
