"""When one condition holds, does another? Where it cannot be told, no."""

from bot.domain.definition import AllOf, AnyOf, Condition, FieldCondition, Not, SignalCondition
from bot.domain.durations import Duration
from bot.domain.judging.conditions import answered_by
from bot.domain.lead import Scalar


def implies(one: Condition | None, other: Condition | None) -> bool:
    """Whether `other` holds of every lead of which `one` does; None holds of every lead."""
    if other is None or one is None or one == other:
        return other is None or one == other
    if isinstance(one, AnyOf):
        return all(implies(part, other) for part in one.any)
    if isinstance(other, AllOf):
        return all(implies(one, part) for part in other.all)
    some_part = isinstance(one, AllOf) and any(implies(part, other) for part in one.all)
    of_some = isinstance(other, AnyOf) and any(implies(one, part) for part in other.any)
    return some_part or of_some or _asks_more(one, other)


def _asks_more(one: Condition, other: Condition) -> bool:
    if isinstance(one, FieldCondition) and isinstance(other, FieldCondition):
        return one.field == other.field and _narrower(one, other)
    if isinstance(one, SignalCondition) and isinstance(other, SignalCondition):
        return _more(one, other)
    return isinstance(one, Not) and isinstance(other, Not) and implies(other.not_, one.not_)


def _narrower(one: FieldCondition, other: FieldCondition) -> bool:
    options = options_of(one)
    if other.known is not None or one.known is not None:
        return other.known is True and one.known is not False
    if options:  # text in any case: what a pattern says of it cannot be told
        return other.matches is None and all(answered_by(other, option) for option in options)
    if one.at_least is not None and other.at_least is not None:
        return one.at_least >= other.at_least
    if one.at_most is not None and other.at_most is not None:
        return one.at_most <= other.at_most
    return one.matches is not None and one.matches == other.matches


def options_of(asked: FieldCondition) -> tuple[Scalar, ...]:
    """The values a condition names; none where it asks otherwise."""
    return (asked.equals,) if asked.equals is not None else asked.one_of or ()


def _more(one: SignalCondition, other: SignalCondition) -> bool:
    """Whether more is asked: of the same kind as many or more, in as short a time or a shorter one."""
    return (
        one.signal.casefold() == other.signal.casefold()
        and other.url in (None, "*", one.url)
        and one.at_least >= other.at_least
        and (other.seconds or 0) <= (one.seconds or 0)
        and (other.at_least == 1 or _shorter(one.within, other.within))
        and _shorter(one.recent, other.recent)
    )


def _shorter(one: Duration | None, other: Duration | None) -> bool:
    return other is None or (one is not None and one.amount <= other.amount)
