"""What may be read, and rings otherwise than one would think: doubts about ladders."""

from collections.abc import Iterator

from bot.domain.linting.written import Finding, Step
from bot.domain.policy import Policy
from bot.domain.promises import Clock, Rung

Place = tuple[Step, ...]
ENDS_QUIETLY = {"pool": "open to the whole team", "mention": "mentioned in the channel"}


def ladders(policy: Policy) -> Iterator[Finding]:
    """Rungs of sales' own clocks that reach nobody, come in an odd order, or never."""
    for name, sla in policy.sla.items():
        for which, clock in (("acceptance", sla.acceptance), ("follow_up", sla.follow_up)):
            if clock:
                yield from _of_clock(policy, ("sla", name, which), clock)


def _of_clock(policy: Policy, place: Place, clock: Clock) -> Iterator[Finding]:
    rungs, last = clock.ladder, len(clock.ladder) - 1
    for number, rung in enumerate(rungs):
        if told := _of_rung(policy, rungs, number):
            yield Finding((*place, "ladder", number), told)
        if rung.do == "recycle" and clock.hours == "rep":
            told = "each new rep's own hours move the way back to marketing; say `hours: team`"
            yield Finding((*place, "hours"), told)
    if clock.repeats is not None and rungs[last].do == "recycle":
        yield Finding((*place, "repeats"), "the ladder ends with `recycle`, so that nothing is repeated")


def _of_rung(policy: Policy, rungs: tuple[Rung, ...], number: int) -> str | None:
    rung, later = rungs[number], rungs[number + 1 :]
    if not later and rung.do in ENDS_QUIETLY:
        return f"nobody hears of a lead that stays {ENDS_QUIETLY[rung.do]}; go on to `escalate` or `recycle`"
    if rung.do == "pool" and any(one.do == "reassign" for one in later):
        return "what is open to the whole team goes to one rep again later; put `reassign` first"
    if rung.do == "pool" and any(one.do == "pool" for one in rungs[:number]):
        return "it is open to the whole team already; this only mentions it again"
    if rung.do == "mention" and not policy.channels.leads and any(team.channel is None for team in policy.teams):
        return "not every team has a channel; without one this is a reminder"
    return None


DOUBTS = (ladders,)
