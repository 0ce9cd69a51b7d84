"""E-mails that are wanted: which may be sent now, who is sending them, and how that ended."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import case
from sqlmodel import col, select, update

from storage.asking import tell
from storage.database import Session
from storage.delivery import leases
from storage.rows import inserts
from storage.tables import EmailRow


def of_turn(handoff_id: str, turn: int) -> str:
    """The key of the e-mail to whoever was offered the lead in this turn."""
    return f"{handoff_id}:email:{turn}"


def _wants(new: Any) -> Any:
    at, waiting = new.excluded.retry_at, col(EmailRow.done_at).is_(None)
    sooner = {"retry_at": case((at < EmailRow.retry_at, at), else_=EmailRow.retry_at)}
    return new.on_conflict_do_update(index_elements=["key"], set_=sooner, where=waiting)


WANT = {dialect: _wants(new) for dialect, new in inserts(EmailRow).items()}


class Wanted(NamedTuple):
    """An e-mail there is to be, not before `at` (none: at once); one key is one e-mail for ever."""

    key: str
    kind: str
    recipient: str
    handoff_id: str | None = None
    details: Mapping[str, Any] = {}
    at: datetime | None = None


async def want(
    session: Session,
    key: str,
    kind: str,
    recipient: str,
    now: datetime,
    *,
    handoff_id: str | None = None,
    details: Mapping[str, Any] | None = None,
    retry_at: datetime | None = None,
) -> None:
    """This person is to have such an e-mail, not before `retry_at`."""
    await want_all(session, [Wanted(key, kind, recipient, handoff_id, details or {}, retry_at)], now)


async def want_all(session: Session, wanted: Iterable[Wanted], now: datetime) -> None:
    """These are to be sent; what is wanted again while it waits goes at the earlier of the two times."""
    rows = [
        {
            "key": one.key,
            "kind": one.kind,
            "recipient": one.recipient,
            "handoff_id": one.handoff_id,
            "details": dict(one.details),
            "retry_at": one.at or now,
            "sent": False,
            "attempt": 0,
            "failures": 0,
            "created_at": now,
        }
        for one in wanted
    ]
    await tell(session, WANT[session.get_bind().dialect.name], rows)


async def want_again(session: Session, key: str, retry_at: datetime) -> None:
    """What had become needless is needed after all; what was sent is not sent twice."""
    needless = (col(EmailRow.key) == key, col(EmailRow.done_at).is_not(None), col(EmailRow.sent).is_(False))
    await session.exec(update(EmailRow).where(*needless).values(done_at=None, retry_at=retry_at))


async def is_any_ready(session: Session, now: datetime) -> bool:
    """Whether `claim` would find something; takes no lock."""
    return (await session.exec(ready(now).limit(1))).first() is not None


def ready(now: Any) -> Any:
    """The keys of what may be sent now, and is in nobody's hands."""
    return select(EmailRow.key).where(*leases.is_free(EmailRow, now))


async def claim(session: Session, now: datetime, lease: timedelta) -> EmailRow | None:
    """Takes the e-mail that has waited longest, for as long as the lease; nobody else sends it meanwhile."""
    oldest = ready(now).order_by(col(EmailRow.retry_at), col(EmailRow.key))
    return await leases.claim(EmailRow, session, oldest, now, lease)


settle = partial(leases.settle, EmailRow)
forget = partial(leases.forget, EmailRow)
