"""What one policy says that another does not: line by line of the file, and in words."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

from bot.domain.definition import Criterion, EvidenceGate, Path, Persona
from bot.domain.policy import Policy, Reason
from bot.domain.promises import DEFAULT_SLAS, Sla
from bot.domain.teams import Team
from bot.domain.values import Value

Name = Callable[[str], str]
"""How people read somebody whom a policy names."""
Kept = TypeVar("Kept", bound=Value)


def changed_lines(before: str, after: str) -> list[str]:
    """The lines that go (`- …`) and come (`+ …`), in the file's order; comments and empty lines do not count."""
    old, new = (list(filter(None, map(_told, text.splitlines()))) for text in (before, after))
    return [line for line in difflib.ndiff(old, new) if line[:2] in {"- ", "+ "}]


def _told(line: str) -> str:
    return "" if line.lstrip().startswith("#") else line.rstrip()


def told_changes(before: Policy, after: Policy, name: Name = str) -> list[str]:
    """A sentence for each change that people argue about; what has none is in the lines of the file alone."""
    return list(chain.from_iterable(told(before, after, name) for told in TOLD))


def _paths(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    for old, new in _pairs(_all(before, "paths"), _all(after, "paths")):
        yield from _came_or_went("path", old, new, _path_asks)
        if old and new:
            yield from _path(old, new, before, after)


def _path_asks(path: Path) -> str:
    asks = [f"{reading} {least}" for reading, least in (("fit", path.fit), ("engagement", path.engagement)) if least]
    return ", ".join([*asks, *(f"needs {one}" for one in path.requires)])


def _path(old: Path, new: Path, before: Policy, after: Policy) -> Iterator[str]:
    yield from _renamed(old, new)
    yield from _moved(new.label, "fit", old.fit, new.fit)
    yield from _moved(new.label, "engagement", old.engagement, new.engagement)
    yield from _moved(new.label, "promised times", old.sla, new.sla)
    gone, come = _gone_and_come(old.requires, new.requires)
    yield from (f"{new.label}: {_criterion_label(after, one)} is needed now" for one in come)
    yield from (f"{new.label}: {_criterion_label(before, one)} is not needed any more" for one in gone)
    if old.evidence and new.evidence:
        yield from _gate(f"{new.label}: ", old.evidence, new.evidence)
    elif old.evidence != new.evidence:
        yield f"{new.label}: {'a gate of its own' if new.evidence else 'the gate of all paths'}"


def _criterion_label(policy: Policy, criterion_id: str) -> str:
    found = policy.criterion(criterion_id)
    return found.label if found else criterion_id


def _criteria(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    for old, new in _pairs(_all(before, "criteria"), _all(after, "criteria")):
        yield from _came_or_went("criterion", old, new, _worth)
        if old and new:
            yield from _renamed(old, new)
            yield from _moved(new.label, "points", old.points, new.points)
            yield from _moved(new.label, "counts as", old.reading, new.reading)
            yield from _moved(new.label, "half-life", old.half_life, new.half_life)
            yield from ([f"{new.label}: what repeats are worth"] if old.repeats != new.repeats else [])
            yield from ([f"{new.label}: asks for something else"] if old.when != new.when else [])


def _worth(criterion: Criterion) -> str:
    return f"{criterion.points} {criterion.reading} points"


def _gates(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    yield from _gate("", before.definition.evidence, after.definition.evidence)
    for old, new in _pairs(before.definitions, after.definitions):
        yield from _came_or_went("definition", old, new)
        if old and new:
            yield from _gate(f"{new.label}: ", old.evidence, new.evidence)
            yield from ([f"{new.label}: for other leads"] if old.when != new.when else [])
            yield from ([f"{new.label}: uses other criteria"] if old.uses != new.uses else [])


def _gate(about: str, old: EvidenceGate, new: EvidenceGate) -> Iterator[str]:
    for was, is_now, what in ((old.required, new.required, "known"), (old.verified, new.verified, "verified")):
        gone, come = _gone_and_come(was, is_now)
        yield from (f"{about}No lead reaches sales unless {field} is {what}" for field in come)
        yield from (f"{about}{field} need not be {what} any more" for field in gone)


def _personas(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    for old, new in _pairs(before.personas, after.personas):
        yield from _came_or_went("persona", old, new)
        if old and new and old != new:
            yield f"Persona {new.label}: {', '.join(_different(old, new))}"


def _different(old: Persona, new: Persona) -> Iterator[str]:
    return (field.replace("_", " ") for field in type(new).model_fields if getattr(old, field) != getattr(new, field))


def _teams(before: Policy, after: Policy, name: Name) -> Iterator[str]:
    teams = {team.id: team for team in before.teams}, {team.id: team for team in after.teams}
    for team in _every(*teams):
        old, new = (side.get(team) for side in teams)
        if old and new:
            yield from _team(old, new, name)
        else:
            yield f"{'New team' if new else 'Team gone'}: {team}"


def _team(old: Team, new: Team, name: Name) -> Iterator[str]:
    about = f"Team {new.id}"
    yield from _moved(about, "manager", name(old.manager), name(new.manager))
    directors = (one.director and name(one.director) for one in (old, new))
    yield from _moved(about, "director", *directors)
    yield from _moved(about, "calendar", old.calendar, new.calendar)
    yield from ([f"{about}: another channel"] if old.channel != new.channel else [])
    reps = {rep.email: rep for rep in old.reps}, {rep.email: rep for rep in new.reps}
    for person in _every(*reps):
        was, is_now = (side.get(person) for side in reps)
        if was and is_now:
            yield from _moved(f"{about}, {name(person)}", "weight", was.weight, is_now.weight)
            yield from _moved(f"{about}, {name(person)}", "daily cap", was.daily_cap, is_now.daily_cap)
        else:
            yield f"{about}: {name(person)} is {'in' if is_now else 'out'}"


def _slas(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    named = [*DEFAULT_SLAS, *before.sla, *after.sla]
    for sla in dict.fromkeys(named):
        yield from _sla(sla, before, after)


def _sla(sla: str, before: Policy, after: Policy) -> Iterator[str]:
    about = f"Promised times “{sla}”"
    if not _promised(before, sla) or not _promised(after, sla):
        yield f"{'New promised times' if _promised(after, sla) else 'Promised times gone'}: {sla}"
        return
    yield from _moved(about, "marketing hands over within", before.marketing_handoff(sla), after.marketing_handoff(sla))
    answers = before.clock(sla, "acceptance"), after.clock(sla, "acceptance")
    follow_ups = before.clock(sla, "follow_up"), after.clock(sla, "follow_up")
    for words, late, (old, new) in (
        ("sales answers", "answers", answers),
        ("first follow-up", "follows up", follow_ups),
    ):
        yield from _moved(about, f"{words} within", old.within, new.within)
        yield from ([f"{about}: what happens when nobody {late}"] if old.ladder != new.ladder else [])
    yield from _moved(about, "e-mail after", before.email_after(sla), after.email_after(sla))


def _promised(policy: Policy, sla: str) -> Sla | None:
    return policy.sla.get(sla) or DEFAULT_SLAS.get(sla)


def _reasons(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    for old, new in _pairs(before.reasons, after.reasons):
        yield from _came_or_went("reason to reject", old, new, _means)
        if old and new:
            yield from _renamed(old, new)
            yield from _moved(new.label, "means", old.means, new.means)
            yield from _moved(new.label, "pause", old.cool_off, new.cool_off)
            yield from _moved(new.label, "asks for", old.asks, new.asks)


def _means(reason: Reason) -> str:
    return reason.means


def _people(before: Policy, after: Policy, name: Name) -> Iterator[str]:
    for words, old, new in (
        ("signs for sales", before.sign_off.sales, after.sign_off.sales),
        ("signs for marketing", before.sign_off.marketing, after.sign_off.marketing),
        ("answers for marketing", before.roles.marketing, after.roles.marketing),
        ("is an admin", before.roles.admins, after.roles.admins),
    ):
        gone, come = _gone_and_come(old, new)
        yield from (f"{name(one)} {words} from now on" for one in come)
        yield from (f"{name(one)} {words} no more" for one in gone)


def _rest(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    yield from _moved("Leads nobody heard of", "are erased after", before.retention, after.retention)
    for same, words in (
        (before.routing == after.routing, "Which team gets which lead"),
        (before.near_miss == after.near_miss, "What counts as a near miss"),
        (before.channels == after.channels, "Where Baton speaks"),
        (before.calendars == after.calendars, "When teams work"),
    ):
        yield from ([] if same else [f"{words} changes"])
    for stage in _every(before.stages, after.stages):
        if before.stages.get(stage) != after.stages.get(stage):
            yield f"What “{stage}” means: {after.stages.get(stage, 'as Baton says')}"


TOLD = (_paths, _criteria, _gates, _personas, _teams, _slas, _reasons, _people, _rest)


def _all(policy: Policy, which: str) -> list[Any]:
    return [one for definition in (policy.definition, *policy.definitions) for one in getattr(definition, which)]


def _pairs(before: Sequence[Kept], after: Sequence[Kept]) -> Iterator[tuple[Any, Any]]:
    """What has the same id in both, one of them None where it came or went."""
    old, new = ({vars(one)["id"]: one for one in side} for side in (before, after))
    return ((old.get(one), new.get(one)) for one in _every(old, new))


def _every(before: Mapping[Any, object], after: Mapping[Any, object]) -> Iterable[Any]:
    return dict.fromkeys((*before, *after))


def _came_or_went(what: str, old: Any, new: Any, more: Callable[[Any], str] = lambda _: "") -> Iterator[str]:
    if old is None:
        yield ", ".join(filter(None, (f"New {what}: {new.label}", more(new))))
    elif new is None:
        yield f"{what.capitalize()} gone: {old.label}"


def _renamed(old: Any, new: Any) -> Iterator[str]:
    if old.label != new.label:
        yield f"“{old.label}” is called “{new.label}” now"


def _moved(about: str, what: str, old: object, new: object) -> Iterator[str]:
    if old != new:
        yield f"{about}: {what} {_shown(old)} → {_shown(new)}"


def _shown(value: object) -> str:
    return "none" if value is None else str(value)


def _gone_and_come(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    return [one for one in old if one not in new], [one for one in new if one not in old]
