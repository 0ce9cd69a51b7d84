"""What was found of a lead, in a rep's words: what evidence and gaps show."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import takewhile

from bot.domain.definition import SignalCondition
from bot.domain.durations import Duration
from bot.domain.lead import Scalar, Signal

LONGEST_FOUND = 120
HIDDEN: Mapping[str, Callable[[str], str]] = {
    "email": lambda address: "…" + address[address.rfind("@") :],
    "phone": lambda number: "…" + number[-2:],
}
"""How evidence shows contact details: it is read in channels, where they must not stand."""
NOT_KNOWN = "not known"


def seen(condition: SignalCondition, done: Sequence[Signal]) -> str:
    """How often, what, within which time, and the last one; of a single one, what and which."""
    last, count = done[-1].at, len(done)
    told = what(condition)
    detail = done[-1].label or done[-1].url or ""
    if count > 1 and done[-2].at == last:  # of the same instant: told alike in whatever order they came
        detail = max(one.label or one.url or "" for one in takewhile(lambda one: one.at == last, reversed(done)))
    if count > 1:
        told = f"{count} × {told}{_within(condition)}"
    if detail:
        told = f"{told}, {'last ' * (count > 1)}{detail}"
    return _short(told)


def few(condition: SignalCondition, count: int) -> str:
    """So many of those that are asked for."""
    return _short(f"{count} of {condition.at_least} × {what(condition)}{_within(condition)}")


def what(condition: SignalCondition) -> str:
    """The kind of signal that is asked for, and its length."""
    length = f" of {least(condition)}" if condition.seconds else ""
    return condition.signal.replace("_", " ") + length


def least(condition: SignalCondition) -> str:
    """The shortest time on a page that counts."""
    return f"{Duration('wall', condition.seconds or 0)} or more"


def _within(condition: SignalCondition) -> str:
    return f" in {condition.within}" if condition.within else ""


def shown(name: str, known: Sequence[Scalar]) -> str:
    """Values of a field as evidence shows them: contact details only by their end, nothing longer than a line."""
    show = HIDDEN.get(name, str)
    if not known:
        return NOT_KNOWN
    return _short(", ".join(_yes_or_no(value) if isinstance(value, bool) else show(str(value)) for value in known))


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def together(found: Iterable[str]) -> str:
    """Several things that were found, each once."""
    return _short("; ".join(dict.fromkeys(filter(None, found))))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_FOUND else text[: LONGEST_FOUND - 1] + "…"
