"""What a policy may say, but hardly means."""

from collections.abc import Iterator

from bot.domain.definition import Condition, FieldCondition
from bot.domain.policy import AT_ONCE, Policy
from bot.domain.policy_checks import Finding, Step


def doubts(policy: Policy) -> Iterator[Finding]:
    """Everything that an admin should look at again before a policy is applied."""
    for check in (_paths, _routing, _half_lives, _countries, _ladders, _emails):
        yield from check(policy)


def _paths(policy: Policy) -> Iterator[Finding]:
    criteria = policy.definition.criteria
    most = {reading: sum(c.points for c in criteria if c.reading == reading) for reading in ("fit", "engagement")}
    for number, path in enumerate(policy.definition.paths):
        place = ("definition", "paths", number)
        for reading, needed in (("fit", path.fit), ("engagement", path.engagement)):
            if needed > most[reading]:
                yield Finding((*place, reading), f"no lead can reach {needed}: all criteria give {most[reading]}")
        if not (path.fit or path.engagement or path.requires):
            yield Finding(place, "every lead qualifies by this path")


def _routing(policy: Policy) -> Iterator[Finding]:
    always = next((number for number, rule in enumerate(policy.routing) if rule.when is None), None)
    if policy.routing and always is None:
        yield Finding(("routing",), "no rule holds for every lead; end with one that has no `when`")
    elif always is not None and always + 1 < len(policy.routing):
        before = policy.routing[always].id
        yield Finding(("routing", always + 1), f"never reached: rule `{before}` before it always holds")


def _half_lives(policy: Policy) -> Iterator[Finding]:
    for number, criterion in enumerate(policy.definition.criteria):
        if criterion.half_life and isinstance(criterion.when, FieldCondition):
            place = ("definition", "criteria", number, "half_life")
            yield Finding(place, "only points for signals fade; a fact has no date")


def _countries(policy: Policy) -> Iterator[Finding]:
    for place, condition in _conditions(policy):
        if isinstance(condition, FieldCondition) and condition.field == "company.country":
            options = condition.one_of or (condition.equals,)
            if any(isinstance(option, str) and len(option) != 2 for option in options):
                yield Finding(place, "countries are known by two letters, such as DE")


def _ladders(policy: Policy) -> Iterator[Finding]:
    for name, sla in policy.sla.items():
        rungs = sla.acceptance.ladder if sla.acceptance else ()
        recycled = next((number for number, rung in enumerate(rungs) if rung.do == "recycle"), len(rungs))
        if recycled + 1 < len(rungs):
            place = ("sla", name, "acceptance", "ladder", recycled + 1)
            yield Finding(place, "never reached: the lead is back with marketing by then")


def _emails(policy: Policy) -> Iterator[Finding]:
    for name, sla in policy.sla.items():
        after, within = policy.email_after(name), policy.clock(name, "acceptance").within
        if after == AT_ONCE or not {after.kind, within.kind} <= COUNTED_IN_SECONDS:
            continue
        if after.amount >= within.amount:
            place = ("sla", name, "email_after") if sla.email_after else ("sla", name)
            yield Finding(place, f"an e-mail after {after} is too late for an answer within {within}; say `{AT_ONCE}`")


COUNTED_IN_SECONDS = {"wall", "business"}


def _conditions(policy: Policy) -> Iterator[tuple[tuple[Step, ...], Condition | None]]:
    for number, criterion in enumerate(policy.definition.criteria):
        yield ("definition", "criteria", number, "when"), criterion.when
    for number, rule in enumerate(policy.routing):
        yield ("routing", number, "when"), rule.when
