"""Which messages may be sent now, who has them in hand, and how sending them ended."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlmodel import SQLModel

from storage.asking import ask, ask_first, tell
from storage.database import Session
from storage.rows import alone, is_unheld
from storage.tables import CardRow

BETWEEN_POSTS = timedelta(seconds=1)
"""Slack drops or hides what comes faster in one channel."""
NEWS_AT_ONCE = 100
"""So many messages that only have news are looked at, those that waited longest."""

CARD = SQLModel.metadata.tables["card"]
card, one = CARD.c, CARD.alias("one").c
NOW = bindparam("now", type_=card.created_at.type)


@dataclass(frozen=True, slots=True)
class Closed:
    """What may not be sent right now: to whom, and of messages those that are new or already shown.

    Of those already shown, less may be closed: what only has `news`, or all but the `others` than a rep's own card.
    """

    recipients: Collection[str] = ()
    new: bool = False
    shown: bool = False
    news: bool = False
    others: bool = False
    homes: bool = False
    rest: timedelta = BETWEEN_POSTS
    """Between two posts to one recipient."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that could be sent now, and what sending it takes."""

    key: str
    recipient: str
    kind: str
    is_new: bool
    is_news: bool


def _closed(name: str) -> Any:
    return bindparam(f"no_{name}", type_=Boolean)


def _open(its: Any) -> ColumnElement[bool]:
    """Its turn has come, nobody has it in hand, and the kind of call it takes is not closed."""
    return and_(
        its.retry_at <= NOW,
        is_unheld(its, NOW),
        or_(~_closed("new"), its.ts.is_not(None), its.kind == "home"),
        or_(~_closed("shown"), its.ts.is_(None)),
        or_(~_closed("others"), its.ts.is_(None), its.kind == "dm"),
        or_(~_closed("homes"), its.kind != "home"),
    )


def _is_free(recipient: Any) -> ColumnElement[bool]:
    """Nobody writes to them at this moment, or has just written to them: in this process or another."""
    just_posted = select(card.recipient).where(card.posted_at > bindparam("rested", type_=card.created_at.type))
    in_hand = select(card.recipient).where(card.lease_until > NOW)
    closed: Any = bindparam("recipients", expanding=True)
    return and_(recipient.not_in(closed), recipient.not_in(union_all(just_posted, in_hand)))


def _first_of_each() -> Any:
    """Of everybody for whom something is behind, the message that comes first; an index steps from one to the next.

    However many messages wait, only as many are looked at as there are people and channels they are for.
    """
    waits = select(func.min(card.recipient).label("recipient")).where(card.stale).cte("waits", recursive=True)
    after = select(func.min(card.recipient)).where(card.stale, card.recipient > waits.c.recipient).scalar_subquery()
    waits = waits.union_all(select(after).select_from(waits).where(waits.c.recipient.is_not(None)))
    first = (
        select(one.key)
        .where(one.recipient == waits.c.recipient, one.stale, _open(one))
        .order_by(one.created_at, one.kind != "dm", one.key)
        .limit(1)
        .scalar_subquery()
    )
    return select(first.label("key")).select_from(waits).where(_is_free(waits.c.recipient))


def _news() -> Any:
    due = (~_closed("news"), ~card.stale, card.refresh_at <= NOW, _open(card), _is_free(card.recipient))
    return select(select(card.key).where(*due).order_by(card.refresh_at).limit(NEWS_AT_ONCE).subquery().c.key)


READY = (
    select(
        *(card.key, card.recipient, card.kind),
        *(card.ts.is_(None).label("is_new"), (~card.stale).label("is_news")),
    )
    .where(card.key.in_(union_all(_first_of_each(), _news())))
    .order_by(card.created_at, card.kind != "dm", card.key)
    .limit(bindparam("most", type_=Integer))
)
_chosen = (
    select(card.key)
    .where(card.key.in_(bindparam("keys", expanding=True)), or_(card.stale, card.refresh_at <= NOW), _open(card))
    .where(_is_free(card.recipient))
    .with_for_update(skip_locked=True)
    .cte("chosen")
)
CLAIM = (
    update(CARD)
    .where(card.key.in_(select(_chosen.c.key)))
    .values(
        attempt=card.attempt + 1,
        lease_until=bindparam("until"),
        posting_since=case((card.ts.is_(None), func.coalesce(card.posting_since, NOW)), else_=None),
    )
    .returning(*card)
)
_posted = select(card.key).where(card.posted_at > bindparam("since", type_=card.created_at.type))
_posting = select(card.key).where(card.lease_until > NOW, card.posting_since.is_not(None))
POSTS = select(func.count()).select_from(union_all(_posted, _posting).subquery())


OF_KEYS = select(CARD).where(card.key.in_(bindparam("keys", expanding=True)))


async def of_keys(session: Session, keys: Collection[str]) -> dict[str, CardRow]:
    """These messages as they stand, by their keys."""
    rows = await ask(session, OF_KEYS, keys=sorted(keys)) if keys else ()
    return {row.key: CardRow(**row._mapping) for row in rows}


async def ready(session: Session, now: datetime, closed: Closed, most: int) -> list[Ready]:
    """What could be sent now, the oldest first, and of a handoff's the rep's own card; takes no lock.

    Of each recipient one message that is behind, and beside it perhaps some that have news.
    """
    rows = await ask(session, READY, most=most, **_moment(now, closed))
    return [Ready(**row._mapping) for row in rows]


async def claim(
    session: Session, keys: Sequence[str], now: datetime, lease: timedelta, closed: Closed
) -> list[CardRow]:
    """Takes those of these messages that still may be sent, for as long as the lease; nobody else sends them meanwhile.

    The caller names one a recipient. On a message that was never shown, `posting_since` becomes `now`, unless an
    earlier attempt left it set: then the message may already be in Slack, and whoever claims looks before posting.
    Claims come one after another, so that no two are for the same recipient.
    """
    await alone(session, "claim a card")
    rows = await ask(session, CLAIM, keys=list(keys), until=now + lease, **_moment(now, closed))
    claimed = {row.key: CardRow(**row._mapping) for row in rows}
    return [claimed[key] for key in keys if key in claimed]


def _moment(now: datetime, closed: Closed) -> dict[str, Any]:
    kinds = {f"no_{kind}": getattr(closed, kind) for kind in ("new", "shown", "news", "others", "homes")}
    return {**kinds, "recipients": sorted(closed.recipients), "now": now, "rested": now - closed.rest}


async def count_posts(session: Session, since: datetime, now: datetime) -> int:
    """How many messages all processes have posted since then, or are about to; nobody claims one meanwhile."""
    await alone(session, "claim a card")
    counted = await ask_first(session, POSTS, since=since, now=now)
    return int(counted[0]) if counted else 0


@dataclass(frozen=True, slots=True)
class Ended:
    """How one attempt at a message ended: which columns change."""

    key: str
    attempt: int
    columns: Mapping[str, Any]


HELD = select(card.key, card.attempt).where(card.key.in_(bindparam("keys", expanding=True)))
HELD = HELD.with_for_update(skip_locked=True)  # waits for nobody, as below


async def settle(session: Session, ended: Sequence[Ended]) -> set[str]:
    """Writes how attempts ended; the keys of those that were: of the others the claim was lost to somebody else.

    Of several also those are left that somebody else is writing to: each of them can be waited for alone.
    """
    if len(ended) == 1:
        (it,) = ended
        is_ours = await tell(session, _settled(tuple(sorted(it.columns))), _values(it))
        return {it.key} if is_ours else set()
    held = await ask(session, HELD, keys=[one.key for one in ended])
    attempts: dict[str, int] = {row.key: row.attempt for row in held}
    ours = [one for one in ended if attempts.get(one.key) == one.attempt]
    by_columns: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for one in ours:
        by_columns.setdefault(tuple(sorted(one.columns)), []).append(_values(one))
    for columns, rows in by_columns.items():
        await tell(session, _settled(columns), rows)
    return {one.key for one in ours}


def _values(ended: Ended) -> Mapping[str, Any]:
    return {
        "its_key": ended.key,
        "its_attempt": ended.attempt,
        **{f"its_{name}": value for name, value in ended.columns.items()},
    }


@lru_cache(maxsize=64)
def _settled(columns: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(f"its_{name}", type_=CARD.c[name].type) for name in columns}
    if "shown" in columns:
        values["stale"] = card.wanted > values["shown"]
    its = (card.key == bindparam("its_key"), card.attempt == bindparam("its_attempt"))
    return update(CARD).where(*its).values(lease_until=None, **values)


_replies = (
    select(card.key)
    .where(
        card.handoff_id.in_(bindparam("handoffs", expanding=True)),
        card.parent.in_(bindparam("parents", expanding=True)),
        card.stale,
    )
    .with_for_update(skip_locked=True)  # waits for nobody: who decides about a lead locks its cards in their own order
    .cte("replies")
)
WAKE = update(CARD).where(card.key.in_(select(_replies.c.key))).values(retry_at=NOW)


async def wake_replies(session: Session, parents: Mapping[str, str], now: datetime) -> None:
    """What waits for these messages, which it answers, need not wait any more; each is named with its handoff."""
    if parents:
        await tell(session, WAKE, {"parents": list(parents), "handoffs": sorted(set(parents.values())), "now": now})
