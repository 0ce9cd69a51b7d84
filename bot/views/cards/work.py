"""What happens once a rep has a lead, as parts of a card: what is expected next, the log of it, and the buttons."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.handoff import State
from bot.domain.lead import Stage
from bot.domain.story import FollowUp, Outcome, Story
from bot.domain.touches import WAITS, next_attempt_by
from bot.views.blocks import DAY, Json, Leaf, bold, bullets, button, date, leaf, line, quoted, user
from bot.views.ids import Action
from bot.views.text import clip, known
from bot.views.wording import HOW, OUTCOMES, SALES, lead_in_short, overdue

TOUCHES = 3
"""So many of the log stand on the card."""

CURRENCY = 10
"""Characters of a currency: a code, or what another system calls it."""
STATUS: Sequence[tuple[str, Action]] = (
    ("opportunity", Action.OPPORTUNITY),
    ("won", Action.WON),
    ("lost", Action.LOST),
)
PAST = {Stage.OPPORTUNITY: {"opportunity"}, Stage.WON: {"opportunity", "won"}, Stage.LOST: {"lost"}}
"""What is not asked any more, for it has come to that already."""


def log_buttons(story: Story, _now: datetime) -> list[Json]:
    """A call with one click, anything else by a form; until all is done that was promised, waiting too."""
    handoff, lead = story.handoff, lead_in_short(story.facts)
    if handoff.state is not State.ACCEPTED:
        return []
    log = button("Log follow-up", Action.LOG_FOLLOW_UP, handoff.id, about=f"with {lead}")
    if not handoff.is_open:
        return [log]
    if handoff.paused_at:
        return [button("Go on", Action.RESUME, handoff.id, about=f"with {lead}", style="primary"), log]
    return [*call_buttons(story), log, button("Wait for prospect", Action.PAUSE, handoff.id, about=lead)]


def call_buttons(story: Story) -> list[Json]:
    """One click logs a call: on the card, and on what reminds of it."""
    lead = lead_in_short(story.facts)
    return [
        button("Called, reached", Action.LOG_REACHED, story.handoff.id, about=lead, style="primary"),
        button("Called, no answer", Action.LOG_NO_ANSWER, story.handoff.id, about=lead),
    ]


def status_buttons(story: Story) -> list[Json]:
    """What has not become of the lead yet: a lost one may still be won."""
    if story.handoff.state is not State.ACCEPTED:
        return []
    lead, past = lead_in_short(story.facts), PAST.get(story.stage, set())
    return [button(SALES[kind], action, story.handoff.id, about=lead) for kind, action in STATUS if kind not in past]


def standing(story: Story, viewer: str, now: datetime) -> tuple[Json | None, ...]:
    """What became of an accepted lead or what is expected next, and the newest of what was done about it."""
    return (_sold(story, viewer), _expected(story, viewer, now), *_log(story, viewer))


def _sold(story: Story, viewer: str) -> Json | None:
    told = story.outcome
    if told is None:
        return None
    reason = known(told.reason or "") if viewer == story.handoff.owner else None
    because: tuple[Leaf, ...] = (" ", quoted(reason)) if reason else ()
    return line(bold(f"{SALES[told.kind]} "), date(told.at, DAY), *amount_of(told), ".", *because)


def amount_of(told: Outcome) -> tuple[str, ...]:
    """`, 12,000 EUR`, or nothing."""
    if told.amount is None:
        return ()
    number = f"{told.amount:,.2f}".removesuffix(".00")
    return (", ", " ".join(filter(None, (number, clip(known(told.currency or "") or "", CURRENCY)))))


def _expected(story: Story, viewer: str, now: datetime) -> Json | None:
    handoff = story.handoff
    if handoff.followed_up_at:
        told = story.outcome or _touches(story)
        return None if told else line(bold("Followed up "), date(handoff.followed_up_at), ".")
    if handoff.paused_until:
        until = date(handoff.paused_until)
        return line(bold("Waiting for the prospect until "), until, ".", *_why_waiting(story, viewer))
    if handoff.deadline_at is None:
        return None
    if handoff.touched_at:
        return _attempts(story, now)
    if overdue(handoff, now):
        return line(bold("First follow-up overdue"), " since ", date(handoff.deadline_at), ".")
    return line(bold("First follow-up by "), date(handoff.deadline_at), ".")


def _attempts(story: Story, now: datetime) -> Json | None:
    """`Attempt 2 of 4 by Thu 14:00, all by Fri 14:00.`"""
    handoff = story.handoff
    following, last = next_attempt_by(handoff, story.agreement), handoff.deadline_at
    promised = story.agreement.promises.attempts(handoff.sla)
    if following is None or last is None or promised is None:
        return None
    which = bold(f"Attempt {handoff.attempts + 1} of {promised.count}")
    if now >= last:
        return line(which, bold(" overdue"), " since ", date(last), ".")
    when: tuple[Leaf, ...] = (" was expected ", date(following)) if now >= following else (" by ", date(following))
    return line(which, *when, *((", all by ", date(last)) if following < last else ()), ".")


def _why_waiting(story: Story, viewer: str) -> tuple[Leaf, ...]:
    waits = [one for one in story.follow_ups if one.how == WAITS]
    why = known(waits[-1].note or "") if waits and viewer == story.handoff.owner else None
    return (" ", quoted(why)) if why else ()


def _touches(story: Story) -> list[FollowUp]:
    """The newest first."""
    told = [one for one in reversed(story.follow_ups) if one.how != WAITS]
    return sorted(told, key=lambda one: one.at, reverse=True)


def _log(story: Story, viewer: str) -> tuple[Json | None, ...]:
    touches = _touches(story)
    rest = len(touches) - TOUCHES
    shown = (followed_up(one, viewer, notes=viewer == story.handoff.owner) for one in touches[:TOUCHES])
    return (*shown, line(f"and {rest} more") if rest > 0 else None)


def followed_up(touch: FollowUp, viewer: str, *, notes: bool) -> Json | None:
    """`Followed up today 15:00: Call, no answer. “Asked for a call on Monday.”`"""
    note: tuple[Leaf, ...] = (" ", quoted(touch.note)) if notes and touch.note and known(touch.note) else ()
    by: tuple[Leaf, ...] = () if touch.by == viewer else (" by ", user(touch.by))
    return line(bold("Followed up "), date(touch.at), *by, f": {what_came(touch)}.", *note)


def what_came(touch: FollowUp) -> str:
    """`Call, no answer`."""
    how, outcome = HOW.get(touch.how, touch.how), OUTCOMES.get(touch.outcome, touch.outcome)
    return f"{how}, {outcome[:1].lower()}{outcome[1:]}"


def tried(story: Story, viewer: str) -> tuple[Json | None, ...]:
    """What those before did, for whoever is to go on; their notes for the owner alone."""
    touches = _touches(story)
    if not touches:
        return ()
    lines = (
        line(
            what_came(one),
            ", ",
            date(one.at),
            " by ",
            user(one.by),
            *((" ", quoted(one.note)) if viewer == story.handoff.owner and one.note and known(one.note) else ()),
        )
        for one in touches[:TOUCHES]
    )
    rest = len(touches) - TOUCHES
    return (
        line(bold("Tried so far"), leaf(f" ({len(touches)} times)") if rest > 0 else None),
        bullets(lines),
    )
