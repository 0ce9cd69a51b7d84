"""Words for a difference between two versions of the same thing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from bot.domain.values import Value

Name = Callable[[str], str]
"""How people read somebody whom a policy names."""
Kept = TypeVar("Kept", bound=Value)


def pairs(before: Sequence[Kept], after: Sequence[Kept]) -> Iterator[tuple[Any, Any]]:
    """What has the same id in both, one of them None where it came or went."""
    old, new = ({vars(one)["id"]: one for one in side} for side in (before, after))
    return ((old.get(one), new.get(one)) for one in every(old, new))


def every(before: Mapping[Any, object], after: Mapping[Any, object]) -> Iterable[Any]:
    """The keys of both, each once."""
    return dict.fromkeys((*before, *after))


def came_or_went(what: str, old: Any, new: Any, more: Callable[[Any], str] = lambda _: "") -> Iterator[str]:
    """Says so where one of them is None."""
    if old is None:
        yield ", ".join(filter(None, (f"New {what}: {new.label}", more(new))))
    elif new is None:
        yield f"{what.capitalize()} gone: {old.label}"


def renamed(old: Any, new: Any) -> Iterator[str]:
    if old.label != new.label:
        yield f"“{old.label}” is called “{new.label}” now"


def moved(about: str, what: str, old: object, new: object, *, nothing: str = "none") -> Iterator[str]:
    """`about: what old → new`, where they differ."""
    if old != new:
        yield f"{about}: {what} {_shown(old, nothing)} → {_shown(new, nothing)}"


def _shown(value: object, nothing: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or nothing
    return nothing if value is None else str(value)


def gone_and_come(old: Sequence[str], new: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is in the first alone, and what is in the second alone."""
    return [one for one in old if one not in new], [one for one in new if one not in old]
