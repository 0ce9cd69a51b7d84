"""What must hold whenever everything has come to rest, judged by SQL and by what Slack shows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlmodel import col, select

from storage.database import Database
from storage.tables import CardRow, HandoffRow, HistoryRow, IdentityRow, LeadRow, OfferRow, RaisedRow
from tests.support.workspace import Message, SlackWorkspace


class Harm(StrEnum):
    LOST = "lost"
    DOUBLED = "doubled"
    STUCK = "stuck"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    harm: Harm
    words: str


BOT = "U0000000BOT"
OPEN = ("waiting", "offered")
UNDO_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Stored:
    """Everything that is in the database, as it is."""

    leads: Mapping[str, LeadRow]
    names: Mapping[str, str]
    handoffs: Sequence[HandoffRow]
    offers: Sequence[OfferRow]
    history: Sequence[HistoryRow]
    cards: Sequence[CardRow]
    raised: Sequence[RaisedRow]

    def past(self, handoff: HandoffRow) -> list[HistoryRow]:
        return [row for row in self.history if row.handoff_id == handoff.id]


async def stored(database: Database) -> Stored:
    async with database.read() as session:
        return Stored(
            {row.id: row for row in await session.exec(select(LeadRow))},
            {
                row.value: row.lead_id
                for row in await session.exec(select(IdentityRow).where(IdentityRow.kind == "email"))
            },
            (await session.exec(select(HandoffRow).order_by(col(HandoffRow.number)))).all(),
            (await session.exec(select(OfferRow).order_by(col(OfferRow.id)))).all(),
            (await session.exec(select(HistoryRow).order_by(col(HistoryRow.id)))).all(),
            (await session.exec(select(CardRow))).all(),
            (await session.exec(select(RaisedRow).order_by(col(RaisedRow.at), col(RaisedRow.turn)))).all(),
        )


class Place(NamedTuple):
    channel: str
    ts: str


async def shown(slack: SlackWorkspace, viewers: Mapping[str, str]) -> dict[Place, Message]:
    """Every message of the app in these conversations (each with somebody who is in it), threads included."""
    found = {}
    for channel, viewer in viewers.items():
        for root in await slack.messages(viewer, channel):
            thread = await slack.messages(viewer, channel, root.ts) if root.reply_count else [root]
            for one in thread:
                if one.user == BOT and not one.ephemeral:
                    found[Place(channel, one.ts)] = one
    return found


def faults(db: Stored, messages: Mapping[Place, Message], now: datetime) -> list[Finding]:
    """Whatever is not as it must be."""
    return [
        *_left_behind(db),
        *_cards(db, messages),
        *_repeated(messages),
        *(fault for handoff in db.handoffs for fault in _handoff(db, handoff)),
        *_faces(db, messages, now),
    ]


def unkept(db: Stored, promised: Mapping[str, str]) -> list[Finding]:
    """Leads that a sender was told are stored, and are not."""
    return [
        Finding(Harm.LOST, f"{email} was answered 202 and is not stored")
        for email, lead_id in promised.items()
        if db.names.get(email) != lead_id or lead_id not in db.leads
    ]


def _left_behind(db: Stored) -> Iterable[Finding]:
    for card in db.cards:
        if card.stale or (card.refresh_at and card.wanted > card.shown):
            yield Finding(Harm.STUCK, f"card {card.key} is behind")
        if card.posting_since:
            yield Finding(Harm.STUCK, f"nobody has looked for card {card.key}")


def _cards(db: Stored, messages: Mapping[Place, Message]) -> Iterable[Finding]:
    """Every message is the one place of one card, and every card that has a place is there."""
    places = Counter(Place(c.channel or "", c.ts) for c in db.cards if c.ts)
    for place in messages.keys() - places.keys():
        yield Finding(Harm.DOUBLED, f"nobody knows of the message {messages[place].text[:80]!r} in {place.channel}")
    for place in places.keys() - messages.keys():
        yield Finding(Harm.LOST, f"there is no message at {place}")
    for place, times in places.items():
        if times > 1:
            yield Finding(Harm.WRONG, f"{times} cards share the message at {place}")


def _repeated(messages: Mapping[Place, Message]) -> Iterable[Finding]:
    keys = Counter(message.metadata["event_payload"]["key"] for message in messages.values())
    for place, message in messages.items():
        if keys[message.metadata["event_payload"]["key"]] > 1:
            yield Finding(Harm.DOUBLED, f"{message.text[:80]!r} at {place} is there more than once")


AFTER: Mapping[str, str | None] = {
    "handed over": None,
    "offered": "offered",
    "still waiting": "waiting",
    "pooled": "waiting",
    "reassigned": "offered",
    "passed on": "offered",
    "rerouted": None,
    "sent back to routing": None,
    "accepted": "accepted",
    "claimed": "accepted",
    "taken over": "accepted",
    "followed up": "accepted",
    "rejected": None,
    "recycled": "recycled",
    "undone": "offered",
    "withdrawn": "withdrawn",
}
"""The state after each thing that happens to a handoff; none where it depends on more than that."""
ENDS = {"recycle": "recycled", "disqualify": "disqualified"}
RUNGS = ("reminded", "mentioned", "escalated", "still late")
OF_MARKETING = ("asked marketing", "marketing reminded", "marketing escalated", "marketing answered")
BESIDE = (*RUNGS, *OF_MARKETING, "late", "extended", "paused", "resumed", "attempted", "logged", "clock recomputed")
"""What brings no handoff into another state."""
TAKEN = ("accepted", "claimed", "taken over")
STARTS = ("handed over", "offered", "reassigned", "passed on", "rerouted", "sent back to routing", *TAKEN)


def _handoff(db: Stored, handoff: HandoffRow) -> Iterable[Finding]:
    past, offers = db.past(handoff), [one for one in db.offers if one.handoff_id == handoff.id]
    name = f"handoff {handoff.number} of {handoff.lead_id}"
    if not past:
        yield Finding(Harm.WRONG, f"{name} has no history")
        return
    last, running = past[-1], [one for one in offers if one.ended_at is None]
    state = _state_after(past)
    if state and state != handoff.state:
        yield Finding(Harm.WRONG, f"{name} is {handoff.state}, and after {last.what!r} it should be {state}")
    is_open = handoff.state in OPEN or (handoff.state == "accepted" and handoff.followed_up_at is None)
    if is_open and not (handoff.owner and handoff.due_at):
        yield Finding(Harm.STUCK, f"{name} is open with owner {handoff.owner} and deadline {handoff.due_at}")
    if not is_open and handoff.due_at:
        yield Finding(Harm.WRONG, f"{name} is over and still has a deadline")
    if len(running) != (handoff.state == "offered"):
        yield Finding(Harm.WRONG, f"{name} is {handoff.state} with {len(running)} offers running")
    if running and running[0].rep != handoff.owner:
        yield Finding(Harm.WRONG, f"{name} is offered to {running[0].rep} and owned by {handoff.owner}")
    if handoff.state in ("offered", "accepted") and "undone" not in (one.what for one in past):
        rungs = _rungs_since_the_turn_began(past)
        if handoff.step != rungs:
            yield Finding(Harm.WRONG, f"{name} stands on step {handoff.step}, and {rungs} rungs were fired")


def _state_after(past: Sequence[HistoryRow]) -> str | None:
    state: str | None = None
    for row in past:
        if row.what in BESIDE:
            continue
        state = ENDS.get(row.why.get("means", "")) or AFTER[row.what]
    return state


def _rungs_since_the_turn_began(past: Sequence[HistoryRow]) -> int:
    fired = 0
    for row in past:
        fired = fired + (row.what in RUNGS) if row.what not in STARTS else 0
    return fired


def _faces(db: Stored, messages: Mapping[Place, Message], now: datetime) -> Iterable[Finding]:
    """Every card that can be pressed offers what can be done now, and nothing else."""
    handoffs = {handoff.id: handoff for handoff in db.handoffs}
    for card in db.cards:
        message = messages.get(Place(card.channel or "", card.ts or ""))
        if message is None or card.kind not in ("dm", "channel", "escalation"):
            continue
        told = {row.handoff_id: row.turn for row in db.raised if row.card_key == card.key and not _told_again(db, row)}
        if card.kind == "escalation":
            expected = [label for one, turn in told.items() for label in _acts(handoffs[one], turn)]
        else:
            expected = _buttons(db, card, handoffs[card.handoff_id or ""], now)
        if message.buttons() != expected:
            yield Finding(Harm.WRONG, f"card {card.key} offers {message.buttons()} instead of {expected}")


def _told_again(db: Stored, told: RaisedRow) -> bool:
    """Whether a later message tells the same person of it."""
    same = (row for row in db.raised if (row.handoff_id, row.recipient) == (told.handoff_id, told.recipient))
    return any(row.at > told.at and row.card_key != told.card_key for row in same)


LOG = ["Called, reached", "Called, no answer", "Log follow-up", "Wait for prospect"]


def _acts(handoff: HandoffRow, turn: int) -> list[str]:
    """What a manager can do about it."""
    if handoff.due_at is None or handoff.turn != turn:
        return []
    waits = handoff.state == "waiting" or handoff.paused_at is not None
    return ["Reassign", *([] if waits else ["Extend"]), "Take over"]


def _buttons(db: Stored, card: CardRow, handoff: HandoffRow, now: datetime) -> list[str]:
    state, decided = handoff.state, handoff.decided_at
    if card.kind == "channel":
        return {"offered": ["Accept", "Reject"], "waiting": ["Assign"]}.get(state, [])
    undo = ["Undo"] if handoff.undo and decided and now < decided + UNDO_FOR else []
    if state in (*OPEN, "accepted"):
        if card.recipient != handoff.owner:
            return []
        log = ["Log follow-up"] if handoff.followed_up_at else LOG
        steps = ["Won", "Lost"] if db.leads[handoff.lead_id].stage == "opportunity" else ["Opportunity", "Won", "Lost"]
        accepted = [*log, *steps, "Ask marketing", *undo]
        answers = ["Accept", "Reject", "Pass on", "Ask marketing"]
        return {"offered": answers, "waiting": ["Assign"], "accepted": accepted}[state]
    return undo if card.recipient in (handoff.owner, handoff.decided_by) else []


def histories(db: Stored) -> dict[str, list[str]]:
    """What happened to each lead's handoffs, by the lead's e-mail."""
    told: dict[str, list[str]] = {}
    names = {lead_id: email for email, lead_id in db.names.items()}
    for handoff in db.handoffs:
        told.setdefault(names[handoff.lead_id], []).extend(row.what for row in db.past(handoff))
    return told


def astray(
    happened: Mapping[str, Sequence[str]], expected: Mapping[str, Sequence[str]], *, over: bool
) -> Iterable[Finding]:
    """Where history is not what this story always leads to: the whole of it when it is over, else its beginning."""
    for email in happened.keys() | expected.keys():
        is_now, should_be = list(happened.get(email, ())), list(expected.get(email, ()))
        if is_now != (should_be if over else should_be[: len(is_now)]):
            harm = Harm.LOST if len(is_now) < len(should_be) and over else Harm.WRONG
            yield Finding(harm, f"{email}: {is_now} happened instead of {should_be}")


def miscounted(
    messages: Mapping[Place, Message], expected: Mapping[str, tuple[int, int]], dms: Mapping[str, str]
) -> Iterable[Finding]:
    """Conversations that do not hold as many messages, and replies in threads, as this story always leads to."""
    roots: Counter[str] = Counter()
    replies: Counter[str] = Counter()
    for place, message in messages.items():
        where = dms.get(place.channel, place.channel)
        is_reply = message.thread_ts not in (None, message.ts)
        (replies if is_reply else roots)[where] += 1
    for where in roots.keys() | replies.keys() | expected.keys():
        is_now, should_be = (roots[where], replies[where]), expected.get(where, (0, 0))
        if is_now != should_be:
            harm = Harm.DOUBLED if is_now > should_be else Harm.LOST
            yield Finding(harm, f"{where} holds {is_now} messages and replies instead of {should_be}")
