"""Which messages may be sent now, who has them in hand, and how sending them ended."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
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
card, one, person = CARD.c, CARD.alias("one").c, SQLModel.metadata.tables["person"].c
NOW = bindparam("now", type_=card.created_at.type)


@dataclass(frozen=True, slots=True)
class Closed:
    """What may not be sent right now: to whom, and of messages those that are new or already shown.

    Of new ones less may be closed: those to people whose direct messages are still `unopened`, and those that an
    attempt of `unsure` outcome may have posted already. Of those already shown, what only has `news`, or all but the
    `others` than a rep's own card.
    """

    recipients: Collection[str] = ()
    new: bool = False
    unopened: bool = False
    unsure: bool = False
    shown: bool = False
    news: bool = False
    others: bool = False
    homes: bool = False
    rest: timedelta = BETWEEN_POSTS
    """Between two posts to one recipient."""


KINDS = tuple(one.name for one in fields(Closed) if one.type == "bool" or one.type is bool)


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that could be sent now, and what sending it takes."""

    key: str
    recipient: str
    kind: str
    is_new: bool
    is_news: bool
    is_unopened: bool = False
    """It is for somebody whose direct messages are still to be opened."""
    is_unsure: bool = False
    """It may have been posted already: that is looked for first."""


def _closed(name: str) -> Any:
    return bindparam(f"no_{name}", type_=Boolean)


DM: Any = literal_column("'dm'")
HOME: Any = literal_column("'home'")
ANYBODY: Any = literal_column("''")
PEOPLE: Any = literal_column("'U'")
"""No values, by which no index could be chosen. From the last on ids are those of people: they begin with U or W, and
those of channels with C, D or G; of those later than none PostgreSQL expects fewer than of those that are not null."""


Condition = ColumnElement[bool]


def _is_new(its: Any) -> Condition:
    return and_(its.ts.is_(None), its.kind != HOME)


def _is_shown(its: Any) -> Condition:
    return cast(Condition, its.ts.is_not(None))


def _is_home(its: Any) -> Condition:
    return cast(Condition, its.kind == HOME)


def _is_person(recipient: Any) -> Condition:
    return cast(Condition, recipient >= PEOPLE)


def _is_unopened(recipient: Any) -> Condition:
    """Whether it is not known yet where to write to them."""
    opened = exists().where(person.slack_id == recipient, person.dm_channel.is_not(None))
    return and_(_is_person(recipient), ~opened)


def _may_be_new_to(recipient: Any) -> Condition:
    return and_(~_closed("new"), or_(~_closed("unopened"), ~_is_unopened(recipient)))


def _may_change_for(recipient: Any) -> Condition:
    return and_(~_closed("shown"), or_(~_closed("others"), _is_person(recipient)))


def _may_post(its: Any) -> Condition:
    return or_(~_closed("unsure"), its.posting_since.is_(None))


def _may_change(its: Any) -> Condition:
    return or_(~_closed("others"), its.kind == DM)


def _has_time(its: Any) -> Condition:
    """Its turn has come, and nobody has it in hand."""
    return and_(its.retry_at <= NOW, is_unheld(its, NOW))


def _open(its: Any) -> Condition:
    """It may go, and the kind of call it takes is not closed."""
    calls = (
        and_(_is_new(its), _may_be_new_to(its.recipient), _may_post(its)),
        and_(_is_shown(its), _may_change_for(its.recipient), _may_change(its)),
        and_(_is_home(its), ~_closed("homes")),
    )
    return and_(_has_time(its), or_(*calls))


def _is_free(recipient: Any) -> ColumnElement[bool]:
    """Nobody writes to them at this moment, or has just written to them: in this process or another."""
    just_posted = select(card.recipient).where(card.posted_at > bindparam("rested", type_=card.created_at.type))
    in_hand = select(card.recipient).where(card.lease_until > NOW)
    closed: Any = bindparam("recipients", expanding=True)
    return and_(recipient.not_in(closed), recipient.not_in(union_all(just_posted, in_hand)))


Test = Callable[[Any], Condition]
LOOKED_AT = (card.key, card.recipient, card.kind, card.ts, card.stale, card.posting_since, card.created_at)


def _first_of_each(name: str, its: Test, may: Test, may_for: Test) -> Any:
    """Of everybody for whom some of these are behind, the one that comes first; an index steps from one to the next.

    However many messages wait, only as many are looked at as there are people and channels they are for, and none
    for those to whom none of these `may` go: whatever is closed is closed for all of a kind.
    """
    waits = select(func.min(card.recipient).label("recipient")).where(card.stale, its(card)).cte(name, recursive=True)
    after = select(func.min(card.recipient)).where(card.stale, its(card), card.recipient > waits.c.recipient)
    waits = waits.union_all(select(after.scalar_subquery()).where(waits.c.recipient > ANYBODY))
    first = (
        select(one.key)
        .where(one.recipient == waits.c.recipient, one.stale, its(one), _has_time(one), may(one))
        .order_by(one.created_at, one.kind != DM, one.key)
        .limit(1)
        .scalar_subquery()
    )
    return select(*LOOKED_AT).join_from(waits, CARD, card.key == first).where(may_for(waits.c.recipient))


def _homes() -> Any:
    """Nobody has more than one."""
    return select(*LOOKED_AT).where(~_closed("homes"), card.stale, _is_home(card), _has_time(card))


def _news() -> Any:
    due = (~_closed("news"), ~card.stale, card.refresh_at <= NOW, _open(card), _is_free(card.recipient))
    return select(select(*LOOKED_AT).where(*due).order_by(card.refresh_at).limit(NEWS_AT_ONCE).subquery())


_could = union_all(
    _first_of_each("to_post", _is_new, _may_post, _may_be_new_to),
    _first_of_each("to_change", _is_shown, _may_change, _may_change_for),
    _homes(),
    _news(),
).subquery()
_its = _could.c
READY = (
    select(
        *(_its.key, _its.recipient, _its.kind),
        *(_its.ts.is_(None).label("is_new"), (~_its.stale).label("is_news")),
        *(_is_unopened(_its.recipient).label("is_unopened"), _its.posting_since.is_not(None).label("is_unsure")),
    )
    .where(_is_free(_its.recipient))
    .order_by(_its.created_at, _its.kind != DM, _its.key)
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

    Of each recipient one new message and one to change, and beside them perhaps some that have news.
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
    kinds = {f"no_{kind}": getattr(closed, kind) for kind in KINDS}
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
