"""What a policy may say, but hardly means."""

from collections.abc import Iterator, Mapping
from itertools import permutations

from bot.domain.definition import (
    Condition,
    Criterion,
    Definition,
    EvidenceGate,
    FieldCondition,
    Not,
    Path,
    PersonaCondition,
    SignalCondition,
    leaves,
)
from bot.domain.lead import Reading
from bot.domain.linting import ladder_doubts, promise_checks, work_doubts
from bot.domain.linting.implication import implies, options_of
from bot.domain.linting.most_points import most_points, worth
from bot.domain.linting.written import Finding, Step
from bot.domain.policy import Policy
from bot.domain.references import AT_ONCE
from bot.domain.teams import Rule

Place = tuple[Step, ...]


def doubts(policy: Policy) -> Iterator[Finding]:
    """Everything that an admin should look at again before a policy is applied."""
    for check in (*CHECKS, *promise_checks.DOUBTS, *work_doubts.DOUBTS, *ladder_doubts.DOUBTS):
        yield from check(policy)


def _definitions(policy: Policy) -> Iterator[tuple[Place, Definition]]:
    yield ("definition",), policy.definition
    for number, definition in enumerate(policy.definitions):
        yield ("definitions", number), definition


def _paths(policy: Policy) -> Iterator[Finding]:
    for place, definition in _definitions(policy):
        criteria = policy.criteria_of(definition)
        for number, path in enumerate(definition.paths):
            here = (*place, "paths", number)
            if not (path.fit or path.engagement or path.requires):
                yield Finding(here, "every lead qualifies by this path")
            yield from _out_of_reach(here, path, criteria)
            first = next((one for one in definition.paths[:number] if _opens_earlier(definition, one, path)), None)
            if first:
                yield Finding(here, f"never counts: path `{first.id}` before it is met whenever this one is")


def _out_of_reach(place: Place, path: Path, criteria: tuple[Criterion, ...]) -> Iterator[Finding]:
    needs: Mapping[Reading, int] = {"fit": path.fit, "engagement": path.engagement}
    for reading, needed in needs.items():
        every = sum(worth(one) for one in criteria if one.reading == reading)
        most = most_points(criteria, reading, path.requires)
        if needed > every:
            yield Finding((*place, reading), f"no lead can reach {needed}: all criteria give {every}")
        elif most is not None and needed > most:
            given = f"criteria that can hold together give {most}"
            yield Finding((*place, reading), f"no lead can reach {needed}: {given}")
    if most_points(criteria, "fit", path.requires) is None:
        yield Finding((*place, "requires"), "no lead can meet all of these: they ask for different values of one field")
    required = [one for one in criteria if one.id in path.requires]
    for one, other in permutations(required, 2):
        if isinstance(other.when, Not) and implies(one.when, other.when.not_):
            yield Finding((*place, "requires"), f"no lead can meet all of these: `{other.id}` denies `{one.id}`")


def _opens_earlier(definition: Definition, one: Path, other: Path) -> bool:
    """Whether `one` is met and past its gate whenever `other` is."""
    return (
        one.fit <= other.fit
        and one.engagement <= other.engagement
        and set(one.requires) <= set(other.requires)
        and _asks_no_more(definition.gate(one), definition.gate(other))
    )


def _asks_no_more(one: EvidenceGate, other: EvidenceGate) -> bool:
    known = {*other.required, *other.verified}
    return set(one.required) <= known and set(one.verified) <= set(other.verified)


def _twice(policy: Policy) -> Iterator[Finding]:
    for place, definition in _definitions(policy):
        criteria = policy.criteria_of(definition)
        used = len(criteria) - len(definition.criteria)
        for number, one in enumerate(definition.criteria):
            earlier = (other for other in criteria[: used + number] if other.reading == one.reading)
            same = next((other.id for other in earlier if other.when == one.when), None)
            if same:
                yield Finding((*place, "criteria", number, "when"), f"counts twice: criterion `{same}` asks the same")


def _routing(policy: Policy) -> Iterator[Finding]:
    asks = [rule.when or rule.segment for rule in policy.routing]
    if asks and all(asks) and policy.assignment.catch_all is None:
        yield Finding(("routing",), "no rule holds for every lead; end with one that has no `when`")
    for number, rule in enumerate(policy.routing):
        before = next((one for one in policy.routing[:number] if _holds_with(one, rule)), None)
        if before:
            holds = "holds whenever this one does" if before.when or before.segment else "always holds"
            yield Finding(("routing", number), f"never reached: rule `{before.id}` before it {holds}")


def _holds_with(one: Rule, other: Rule) -> bool:
    """Whether `one` holds whenever `other` does."""
    return one.segment in {None, other.segment} and implies(other.when, one.when)


def _segments(policy: Policy) -> Iterator[Finding]:
    asked = {rule.segment for rule in policy.routing} | {rule.segment for rule in policy.sla_for}
    for number, segment in enumerate(policy.segments):
        if segment.id not in asked and segment.value == 1:
            yield Finding(("segments", number), f"no rule and no promise asks for segment `{segment.id}`")
        before = next((one for one in policy.segments[:number] if implies(segment.when, one.when)), None)
        if before:
            yield Finding(("segments", number), f"no lead's: segment `{before.id}` before it holds whenever it does")


def _skills(policy: Policy) -> Iterator[Finding]:
    asked = {skill for rule in policy.routing for skill in rule.skills}
    for number, team in enumerate(policy.teams):
        for place, rep in enumerate(team.reps):
            unused = [skill for skill in rep.skills if skill not in asked]
            if unused:
                where = ("teams", number, "reps", place, "skills")
                yield Finding(where, f"no rule asks for the skill `{unused[0]}`")


def _takers(policy: Policy) -> Iterator[Finding]:
    for number, team in enumerate(policy.teams):
        if all(rep.takes for rep in team.reps) and not (team.backup or policy.assignment.catch_all):
            told = "its manager is asked about every lead that none of its reps takes; name a `backup` or a `catch_all`"
            yield Finding(("teams", number, "reps"), told)


def _half_lives(policy: Policy) -> Iterator[Finding]:
    for place, criterion in _criteria(policy):
        if criterion.half_life and not any(isinstance(leaf, SignalCondition) for leaf in leaves(criterion.when)):
            yield Finding((*place, "half_life"), "only points for signals fade; a fact has no date")


def _windows(policy: Policy) -> Iterator[Finding]:
    for place, condition in _conditions(policy):
        for leaf in leaves(condition):
            if isinstance(leaf, SignalCondition) and leaf.within and leaf.at_least == 1:
                yield Finding(place, "`within` says nothing about one signal; did you mean `recent`, or more of them?")


def _countries(policy: Policy) -> Iterator[Finding]:
    told = "countries are known by two letters, such as DE"
    for place, condition in _conditions(policy):
        asked = (leaf for leaf in leaves(condition) if isinstance(leaf, FieldCondition))
        options = (option for leaf in asked if leaf.field == "company.country" for option in options_of(leaf))
        if any(isinstance(option, str) and len(option) != 2 for option in options):
            yield Finding(place, told)
    for number, persona in enumerate(policy.personas):
        if any(len(country) != 2 for country in persona.countries):
            yield Finding(("personas", number, "countries"), told)


def _personas(policy: Policy) -> Iterator[Finding]:
    every = [leaf for _, condition in _conditions(policy) for leaf in leaves(condition)]
    asked = {leaf.persona for leaf in every if isinstance(leaf, PersonaCondition)}
    for number, persona in enumerate(policy.personas):
        if persona.id not in asked:
            yield Finding(("personas", number), f"no criterion, definition or rule asks for persona `{persona.id}`")


def _sign_off(policy: Policy) -> Iterator[Finding]:
    sides = {"sales": policy.sign_off.sales, "marketing": policy.sign_off.marketing}
    missing = [side for side, people in sides.items() if not people]
    if len(missing) == 1:
        yield Finding(("sign_off",), f"nobody of {missing[0]} signs; an agreement needs both teams")


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


def _criteria(policy: Policy) -> Iterator[tuple[Place, Criterion]]:
    for place, definition in _definitions(policy):
        for number, criterion in enumerate(definition.criteria):
            yield (*place, "criteria", number), criterion


def _conditions(policy: Policy) -> Iterator[tuple[Place, Condition]]:
    for place, criterion in _criteria(policy):
        yield (*place, "when"), criterion.when
    for number, definition in enumerate(policy.definitions):
        if definition.when:
            yield ("definitions", number, "when"), definition.when
    for number, segment in enumerate(policy.segments):
        yield ("segments", number, "when"), segment.when
    for number, rule in enumerate(policy.routing):
        if rule.when:
            yield ("routing", number, "when"), rule.when
    for number, team in enumerate(policy.teams):
        for nth, rep in enumerate(team.reps):
            if rep.takes:
                yield ("teams", number, "reps", nth, "takes"), rep.takes


CHECKS = (
    _paths,
    _twice,
    _routing,
    _segments,
    _skills,
    _takers,
    _half_lives,
    _windows,
    _countries,
    _personas,
    _sign_off,
    _ladders,
    _emails,
)
