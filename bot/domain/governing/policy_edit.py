"""The changes to a definition that anybody can propose without touching the file."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.domain.definition import Criterion, FieldCondition, Path
from bot.domain.durations import Duration
from bot.domain.fields import FIELDS, NUMBERS, YES_OR_NO
from bot.domain.lead import Reading
from bot.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Threshold:
    """A path asks for so much of one reading."""

    path: str
    reading: Reading
    least: int


@dataclass(frozen=True, slots=True)
class Points:
    """A criterion is worth so much."""

    criterion: str
    points: int


@dataclass(frozen=True, slots=True)
class Addition:
    """One more criterion, at the end of the main definition."""

    criterion: Criterion


Edit = Threshold | Points | Addition


def edited(policy: Policy, edit: Edit) -> Policy:
    """The same policy with this one thing changed, in whichever of its definitions that stands."""
    definition = _edited(policy.definition, edit, main=True)
    definitions = tuple(_edited(one, edit, main=False) for one in policy.definitions)
    return policy.model_copy(update={"definition": definition, "definitions": definitions})


def _edited(definition: Any, edit: Edit, *, main: bool) -> Any:
    if isinstance(edit, Addition):
        more = (edit.criterion,) if main else ()
        return definition.model_copy(update={"criteria": (*definition.criteria, *more)})
    if isinstance(edit, Threshold):
        paths = tuple(_with(path, edit.path, edit.reading, edit.least) for path in definition.paths)
        return definition.model_copy(update={"paths": paths})
    criteria = tuple(_with(one, edit.criterion, "points", edit.points) for one in definition.criteria)
    return definition.model_copy(update={"criteria": criteria})


def _with(one: Path | Criterion, wanted: str, field: str, value: int) -> Any:
    return one.model_copy(update={field: value}) if one.id == wanted else one


def now_is(policy: Policy, edit: Threshold | Points) -> int | None:
    """What stands there now; None where there is no such path or criterion."""
    if isinstance(edit, Threshold):
        path = policy.path(edit.path)
        return getattr(path, edit.reading) if path else None
    criterion = policy.criterion(edit.criterion)
    return criterion.points if criterion else None


def id_for(label: str, policy: Policy) -> str:
    """An id made of the words of a label, such as `budget-known`, that nothing in the policy has yet."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "criterion"
    definitions = policy.all_definitions
    taken = {one.id for definition in definitions for one in definition.criteria}
    taken |= {one.id for definition in definitions for one in definition.paths}
    return next(name for number in range(1, len(taken) + 2) if (name := _numbered(stem, number)) not in taken)


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"


ASKABLE = tuple(field for field in FIELDS if field not in {"external_id", "consent", "time_zone"})
"""Fields that a criterion may sensibly ask about."""


def _is(field: str, written: str) -> Mapping[str, Any]:
    if field in YES_OR_NO:
        return {"equals": _yes_or_no(written)}
    return {"equals": _number(written) if field in NUMBERS else written}


def _one_of(field: str, written: str) -> Mapping[str, Any]:
    options = [option for part in written.split(",") if (option := part.strip())]
    if not options:
        raise ValueError("Write one or more values, with commas between.")
    return {"one_of": [next(iter(_is(field, option).values())) for option in options]}


def _bound(operator: str) -> "Reader":
    def read(field: str, written: str) -> Mapping[str, Any]:
        if field not in NUMBERS:
            raise ValueError("Only the number of people can be larger or smaller. Choose another comparison.")
        return {operator: _number(written)}

    return read


def _contains(field: str, written: str) -> Mapping[str, Any]:
    if field in NUMBERS | YES_OR_NO:
        raise ValueError("This is not a text. Choose another comparison.")
    words = [re.escape(word) for part in written.split(",") if (word := part.strip())]
    if not words:
        raise ValueError("Write one or more words, with commas between.")
    return {"matches": f"(?i){'|'.join(words)}"}


def _yes_or_no(written: str) -> bool:
    if written.lower() in {"yes", "true", "no", "false"}:
        return written.lower() in {"yes", "true"}
    raise ValueError("Write yes or no.")


def _number(written: str) -> int:
    digits = re.sub(r"[ ,._']", "", written)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise ValueError("Write a whole number.")
    return int(digits)


Reader = Callable[[str, str], Mapping[str, Any]]
OPERATORS: Mapping[str, Reader] = {
    "known": lambda _field, _written: {"known": True},
    "is": _is,
    "one_of": _one_of,
    "contains": _contains,
    "at_least": _bound("at_least"),
    "at_most": _bound("at_most"),
}
"""What a field can be asked, and how the value that was written beside it reads."""


def field_condition(field: str, operator: str, written: str) -> FieldCondition | str:
    """The condition that these three say, or what is wrong with the value."""
    if operator != "known" and not written:
        return "Write what to compare with."
    try:
        return FieldCondition(field=field, **OPERATORS[operator](field, written))
    except ValidationError as error:
        return str(error.errors()[0]["msg"]).removeprefix("Value error, ").capitalize()
    except ValueError as error:
        return str(error)


def within(written: str | None) -> Duration | str | None:
    """How long a stretch of time `14 days` is; words where it is none."""
    if not written:
        return None
    try:
        duration = Duration.parse(written)
    except ValueError:
        return "Write a length of time such as 14 days."
    return duration if duration.kind == "wall" else "Write a plain length of time such as 14 days."
