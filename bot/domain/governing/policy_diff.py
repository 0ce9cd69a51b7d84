"""What one policy says that another does not: line by line of the file, and in words."""

import difflib
from collections.abc import Iterator
from itertools import chain
from typing import Any

from bot.domain.definition import Criterion, EvidenceGate, Path, Persona
from bot.domain.governing.differing import Name, came_or_went, every, gone_and_come, moved, pairs, renamed
from bot.domain.governing.promises_diff import promise_changes
from bot.domain.governing.routing_diff import assignment_changes, segment_changes, team_changes
from bot.domain.policy import Policy, Reason


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
    for old, new in pairs(_all(before, "paths"), _all(after, "paths")):
        yield from came_or_went("path", old, new, _path_asks)
        if old and new:
            yield from _path(old, new, before, after)


def _path_asks(path: Path) -> str:
    asks = [f"{reading} {least}" for reading, least in (("fit", path.fit), ("engagement", path.engagement)) if least]
    return ", ".join([*asks, *(f"needs {one}" for one in path.requires)])


def _path(old: Path, new: Path, before: Policy, after: Policy) -> Iterator[str]:
    yield from renamed(old, new)
    yield from moved(new.label, "fit", old.fit, new.fit)
    yield from moved(new.label, "engagement", old.engagement, new.engagement)
    yield from moved(new.label, "promised times", old.sla, new.sla)
    gone, come = gone_and_come(old.requires, new.requires)
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
    for old, new in pairs(_all(before, "criteria"), _all(after, "criteria")):
        yield from came_or_went("criterion", old, new, _worth)
        if old and new:
            yield from renamed(old, new)
            yield from moved(new.label, "points", old.points, new.points)
            yield from moved(new.label, "counts as", old.reading, new.reading)
            yield from moved(new.label, "half-life", old.half_life, new.half_life)
            yield from ([f"{new.label}: what repeats are worth"] if old.repeats != new.repeats else [])
            yield from ([f"{new.label}: asks for something else"] if old.when != new.when else [])
            yield from ([f"{new.label}: another question for the call"] if old.ask != new.ask else [])


def _worth(criterion: Criterion) -> str:
    return f"{criterion.points} {criterion.reading} points"


def _gates(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    yield from _gate("", before.definition.evidence, after.definition.evidence)
    for old, new in pairs(before.definitions, after.definitions):
        yield from came_or_went("definition", old, new)
        if old and new:
            yield from renamed(old, new)
            yield from _gate(f"{new.label}: ", old.evidence, new.evidence)
            yield from ([f"{new.label}: for other leads"] if old.when != new.when else [])
            yield from ([f"{new.label}: uses other criteria"] if old.uses != new.uses else [])


def _gate(about: str, old: EvidenceGate, new: EvidenceGate) -> Iterator[str]:
    for was, is_now, what in ((old.required, new.required, "known"), (old.verified, new.verified, "verified")):
        gone, come = gone_and_come(was, is_now)
        yield from (f"{about}No lead reaches sales unless {field} is {what}" for field in come)
        yield from (f"{about}{field} need not be {what} any more" for field in gone)


def _personas(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    for old, new in pairs(before.personas, after.personas):
        yield from came_or_went("persona", old, new)
        if old and new and old != new:
            yield f"Persona {new.label}: {', '.join(_different(old, new))}"


def _different(old: Persona, new: Persona) -> Iterator[str]:
    return (field.replace("_", " ") for field in type(new).model_fields if getattr(old, field) != getattr(new, field))


def _reasons(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    for old, new in pairs(before.reasons, after.reasons):
        yield from came_or_went("reason to reject", old, new, _means)
        if old and new:
            yield from renamed(old, new)
            yield from moved(new.label, "means", old.means, new.means)
            yield from moved(new.label, "pause", old.cool_off, new.cool_off)
            yield from moved(new.label, "asks for", old.asks, new.asks)
            yield from moved(
                new.label, "keeps the rep's turn", old.keeps_turn, new.keeps_turn, nothing="by its meaning"
            )


def _means(reason: Reason) -> str:
    return reason.means


def _people(before: Policy, after: Policy, name: Name) -> Iterator[str]:
    for words, old, new in (
        ("signs for sales", before.sign_off.sales, after.sign_off.sales),
        ("signs for marketing", before.sign_off.marketing, after.sign_off.marketing),
        ("answers for marketing", before.roles.marketing, after.roles.marketing),
        ("is an admin", before.roles.admins, after.roles.admins),
    ):
        gone, come = gone_and_come(old, new)
        yield from (f"{name(one)} {words} from now on" for one in come)
        yield from (f"{name(one)} {words} no more" for one in gone)

    leads = (one.marketing_lead and name(one.marketing_lead) for one in (before.roles, after.roles))
    yield from moved("When marketing is late", "Baton tells", *leads, nothing="everybody in marketing")


def _rest(before: Policy, after: Policy, _: Name) -> Iterator[str]:
    if before.company != after.company:
        yield f"The company is called {after.company} now"
    yield from moved("Leads nobody heard of", "are erased after", before.retention, after.retention)
    for same, words in (
        (before.near_miss == after.near_miss, "What counts as a near miss"),
        (before.channels == after.channels, "Where Baton speaks"),
        (before.calendars == after.calendars, "When teams work"),
    ):
        yield from ([] if same else [f"{words} changes"])
    for stage in every(before.stages, after.stages):
        if before.stages.get(stage) != after.stages.get(stage):
            yield f"What “{stage}” means: {after.stages.get(stage, 'as Baton says')}"


TOLD = (
    *(_paths, _criteria, _gates, _personas),
    *(team_changes, segment_changes, assignment_changes, promise_changes),
    *(_reasons, _people, _rest),
)


def _all(policy: Policy, which: str) -> list[Any]:
    return [one for definition in (policy.definition, *policy.definitions) for one in getattr(definition, which)]
