"""Which of the messages that could be sent are claimed together: one a recipient, as many as Slack's pace takes."""

from collections.abc import Iterable, Sequence

from bot.delivery.pace import KEPT_FOR_REPS, KEPT_FREE, Lane, Pace
from storage.delivery.sending import Ready


def choose(waiting: Iterable[Ready], pace: Pace, in_hand: int, most: int) -> list[Ready]:
    """In their order; what is in hand already may take a call of any kind."""
    left = {lane: pace.room(lane) - in_hand for lane in Lane}
    chosen: dict[str, Ready] = {}
    for one in waiting:
        lanes = _lanes(one)
        if len(chosen) >= most:
            break
        if one.recipient in chosen or any(left[lane] <= _kept(one) for lane in lanes):
            continue
        chosen[one.recipient] = one
        for lane in lanes:
            left[lane] -= 1
    return list(chosen.values())


def _lanes(one: Ready) -> Sequence[Lane]:
    """The calls that sending it may take."""
    if one.kind == "home":
        return (Lane.PUBLISH,)
    if not one.is_new:
        return (Lane.UPDATE,)
    needed = {Lane.POST: True, Lane.OPEN: one.is_unopened, Lane.LOOK: one.is_unsure}
    return [lane for lane, is_needed in needed.items() if is_needed]


def _kept(one: Ready) -> int:
    """How many calls of its kind it leaves to what is more pressing."""
    if one.is_new or one.kind == "home":
        return 0
    if one.is_news:
        return KEPT_FREE
    return 0 if one.kind == "dm" else KEPT_FOR_REPS


def without_posts_over(chosen: Sequence[Ready], left: int) -> list[Ready]:
    """The same, with so many new messages at most."""
    new = [one for one in chosen if one.is_new and one.kind != "home"]
    over = {one.key for one in new[max(0, left) :]}
    return [one for one in chosen if one.key not in over]
