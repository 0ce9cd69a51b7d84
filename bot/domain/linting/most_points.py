"""The most points that one lead can have: criteria about one field hold together only where one value meets them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.domain.definition import Criterion, FieldCondition
from bot.domain.fields import SEVERAL
from bot.domain.judging.conditions import answered_by
from bot.domain.lead import Reading, Scalar
from bot.domain.linting.implication import options_of

ANYTHING_ELSE = "\N{HORIZONTAL ELLIPSIS}"
"""Some text that no condition names."""


def most_points(criteria: Sequence[Criterion], reading: Reading, required: Collection[str] = ()) -> int | None:
    """The most that one lead meeting all of `required` can have; None when no lead can meet all of them.

    Never less than the truth: conditions on patterns, signals, personas and other conditions are taken to hold.
    """
    by_field: defaultdict[str, list[Criterion]] = defaultdict(list)
    most = 0
    for criterion in criteria:
        when = criterion.when
        if isinstance(when, FieldCondition) and when.field not in SEVERAL:
            by_field[when.field].append(criterion)
        elif criterion.reading == reading:
            most += worth(criterion)
    for several in by_field.values():
        of_field = _most_by_one_value(several, reading, required)
        if of_field is None:
            return None
        most += of_field
    return most


def worth(criterion: Criterion) -> int:
    """All that a criterion can give; what speaks against a lead gives nothing."""
    return max(criterion.points, 0) + (criterion.repeats.most if criterion.repeats else 0)


def _most_by_one_value(criteria: Sequence[Criterion], reading: Reading, required: Collection[str]) -> int | None:
    sums = []
    for value in _candidates(criterion.when for criterion in criteria if isinstance(criterion.when, FieldCondition)):
        held = [one for one in criteria if isinstance(one.when, FieldCondition) and _may_hold(one.when, value)]
        if {one.id for one in criteria if one.id in required} <= {one.id for one in held}:
            sums.append(sum(worth(one) for one in held if one.reading == reading))
    return max(sums, default=None)


def _candidates(asked: Iterable[FieldCondition]) -> Iterator[Scalar | None]:
    """Values of which one is the best: nothing, something else, and whatever is named or a bound."""
    yield from (None, ANYTHING_ELSE)
    for condition in asked:
        yield from options_of(condition)
        yield from (bound for bound in (condition.at_least, condition.at_most) if bound is not None)


def _may_hold(condition: FieldCondition, value: Scalar | None) -> bool:
    if condition.known is not None:
        return condition.known is (value is not None)
    return value is not None and (condition.matches is not None or answered_by(condition, value))
