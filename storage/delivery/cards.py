"""Desired Slack messages: what should be shown, what was, and who is working on it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import String, bindparam, case, union_all
from sqlmodel import SQLModel, and_, col, func, select, update

from storage.asking import tell
from storage.database import Session
from storage.rows import inserts
from storage.tables import CardRow


def _once_more(now: Any) -> dict[str, Any]:
    """A message that was up to date waits from now on; one that has to wait goes on doing so."""
    return {
        "wanted": col(CardRow.wanted) + 1,
        "retry_at": case((col(CardRow.stale), col(CardRow.retry_at)), else_=now),
        "stale": True,
    }


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message there is to be; one key is one message for ever."""

    key: str
    kind: str
    recipient: str
    handoff_id: str | None = None
    lead_id: str | None = None
    policy_version: int | None = None
    parent: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def _wants(new: Any) -> Any:
    again = _once_more(new.excluded.retry_at)
    return new.on_conflict_do_update(index_elements=["key"], set_=again)


WANT = {dialect: _wants(new) for dialect, new in inserts(CardRow).items()}


async def want(
    session: Session,
    key: str,
    kind: str,
    recipient: str,
    now: datetime,
    *,
    handoff_id: str | None = None,
    lead_id: str | None = None,
    policy_version: int | None = None,
    parent: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """There is such a message, and it shows the present state."""
    one = Wanted(key, kind, recipient, handoff_id, lead_id, policy_version, parent, details or {})
    await want_these(session, [one], now)


async def want_these(session: Session, wanted: Iterable[Wanted], now: datetime) -> None:
    """There are such messages, and they show the present state; what another answers comes after it."""
    await tell(session, WANT[session.get_bind().dialect.name], [_values(one, now) for one in wanted])


def _values(one: Wanted, now: datetime) -> dict[str, Any]:
    return {
        "key": one.key,
        "kind": one.kind,
        "recipient": one.recipient,
        "handoff_id": one.handoff_id,
        "lead_id": one.lead_id,
        "policy_version": one.policy_version,
        "parent": one.parent,
        "details": dict(one.details),
        "wanted": 1,
        "shown": 0,
        "stale": True,
        "attempt": 0,
        "failures": 0,
        "retry_at": now,
        "created_at": now,
    }


CARD, RAISED = (SQLModel.metadata.tables[name] for name in ("card", "raised"))
NOW, OF = bindparam("now", type_=CARD.c.retry_at.type), bindparam("of", type_=String)


def _once_more_in_order(which: Any) -> Any:
    locked = select(CARD.c.key).where(which).order_by(CARD.c.key).with_for_update().cte("locked")
    return update(CARD).where(CARD.c.key.in_(select(locked.c.key))).values(_once_more(NOW))


OWN = select(CARD.c.key).where(CARD.c.handoff_id == OF)
BESIDE_OTHERS = select(RAISED.c.card_key).where(RAISED.c.handoff_id == OF)
THESE = select(CARD.c.key).where(CARD.c.key.in_(bindparam("keys", expanding=True)))
REFRESH_HANDOFF = _once_more_in_order(CARD.c.key.in_(union_all(OWN, BESIDE_OTHERS, THESE)))  # each by its index
REFRESH_THESE = _once_more_in_order(CARD.c.key.in_(bindparam("keys", expanding=True)))


async def refresh_handoff(
    session: Session, handoff_id: str, now: datetime, homes: Collection[str] = (), these: Collection[str] = ()
) -> None:
    """Every message about the handoff, or that tells of it beside others, is to show its present state, and so are the
    App Homes of these people, and these messages.

    Locked in one order, for two handoffs may stand in the same messages, and many share a manager.
    """
    shown = {"of": handoff_id, "keys": [*map(_home, homes), *these], "now": now}
    await tell(session, REFRESH_HANDOFF, shown)


async def refresh_lead(session: Session, lead_id: str, now: datetime) -> None:
    """Every message about the lead itself, beside those about its handoffs, is to show its present state."""
    await session.exec(update(CardRow).where(col(CardRow.lead_id) == lead_id).values(_once_more(now)))


async def refresh_these(session: Session, keys: Collection[str], now: datetime) -> None:
    """These messages are to show the present state; locked in one order, for two may refresh the same ones."""
    if keys:
        await tell(session, REFRESH_THESE, {"keys": list(keys), "now": now})


async def refresh_with_news(session: Session, handoff_id: str, now: datetime) -> None:
    """Every message about the handoff is to show what is new of the lead, as soon as nothing more pressing waits."""
    values = {"wanted": CardRow.wanted + 1, "refresh_at": now}
    await session.exec(update(CardRow).where(col(CardRow.handoff_id) == handoff_id).values(**values))


async def refresh_policy(session: Session, version: int, now: datetime) -> None:
    await session.exec(update(CardRow).where(col(CardRow.policy_version) == version).values(_once_more(now)))


async def refresh(session: Session, which: Any, now: datetime) -> None:
    """Every message of these is to show its present state."""
    await session.exec(update(CardRow).where(which).values(_once_more(now)))


async def refresh_alarm(session: Session, prefix: str, now: datetime) -> None:
    """Every message about the alarm whose keys begin like this."""
    about = (col(CardRow.kind) == "alarm", col(CardRow.key).startswith(prefix, autoescape=True))
    await session.exec(update(CardRow).where(*about).values(_once_more(now)))


async def doubt(session: Session, key: str, now: datetime) -> None:
    """The message may be gone from Slack: it is sent again even if nothing changed, and then Slack says so."""
    await _unless_held(session, col(CardRow.key) == key, {**_once_more(now), "retry_at": now, "digest": None})


async def wake(session: Session, recipients: Collection[str], now: datetime) -> None:
    """What waits for long because it could not be sent to these recipients is tried again at once."""
    waiting = and_(col(CardRow.recipient).in_(recipients), col(CardRow.stale), _for_long(now))
    await _unless_held(session, and_(waiting, col(CardRow.failures) > 0), {"retry_at": now})


async def wake_all_refused(session: Session, error: str, now: datetime) -> None:
    """The same for all that failed with this error."""
    waiting = and_(col(CardRow.error).startswith(error), col(CardRow.stale), _for_long(now))
    await _unless_held(session, waiting, {"retry_at": now})


async def want_given_up(session: Session, person: str, error: str, now: datetime) -> None:
    """What was given up for this person with this error is to be shown after all, as far as it still matters."""
    theirs = and_(CardRow.recipient == person, CardRow.error == error)
    await _unless_held(session, theirs, {**_once_more(now), "error": None})


SETTLE_WAIT = timedelta(seconds=5)
"""So long nobody looks for a message whose post had no answer: Slack may still be storing it."""


def _for_long(now: datetime) -> Any:
    """Longer than for a post without an answer, which must not be looked for any sooner."""
    return col(CardRow.retry_at) > now + SETTLE_WAIT


async def _unless_held(session: Session, which: Any, values: Mapping[str, Any]) -> None:
    """Waits for nobody: who decides about a lead locks its cards in an order of their own."""
    free = select(CardRow.key).where(which).with_for_update(skip_locked=True).cte("free")
    await session.exec(update(CardRow).where(col(CardRow.key).in_(select(free.c.key))).values(**values))


async def refresh_homes(session: Session, people: Collection[str], now: datetime, these: Collection[str] = ()) -> None:
    """The App Homes of these people, where they were ever opened, and these messages; locked in one order, for many
    share a manager."""
    await refresh_these(session, [*map(_home, people), *these], now)


async def want_home(session: Session, person: str, now: datetime) -> None:
    """From now on this person's App Home is kept up to date."""
    await want(session, _home(person), "home", person, now)


def _home(person: str) -> str:
    return f"home:{person}"


async def get(session: Session, key: str) -> CardRow | None:
    return await session.get(CardRow, key, populate_existing=True)


async def dm_about(session: Session, handoff_id: str, person: str) -> CardRow | None:
    """The card about this handoff in the person's own direct messages."""
    its = (col(CardRow.handoff_id) == handoff_id, CardRow.kind == "dm", CardRow.recipient == person)
    return (await session.exec(select(CardRow).where(*its))).first()


ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Before all others; SQLite looks for "later than" in an index, and for "not null" in every row."""


async def was_any_shown(session: Session) -> bool:
    """Whether Slack has ever taken a message from this database."""
    return (await session.exec(select(CardRow.key).where(col(CardRow.ts).is_not(None)).limit(1))).first() is not None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many messages Slack does not show as they should be; since when the oldest, news apart, could be sent."""

    behind: int
    oldest: datetime | None


async def waiting(session: Session) -> Waiting:
    """Counted by two indexes: of a hundred thousand cards few are behind."""
    pressing = select(func.count(), func.min(CardRow.retry_at)).where(col(CardRow.stale))
    news = select(func.count()).where(
        col(CardRow.refresh_at) > ANY_TIME, col(CardRow.stale).is_(False), col(CardRow.wanted) > CardRow.shown
    )
    behind, oldest = (await session.exec(pressing)).one()
    return Waiting(behind + (await session.exec(news)).one(), oldest)
