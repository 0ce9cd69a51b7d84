"""How an attempt ends: which columns of a card change, and for how long it waits."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import to_json

from bot.delivery.verdicts import Answer, Verdict
from bot.views.blocks import Message
from storage.tables import CardRow

LONGEST_WAIT = timedelta(hours=1)
THREAD_WAIT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Settlement:
    """The columns of the card that change; what Slack said where it would not, and whether something was posted."""

    columns: Mapping[str, Any]
    refusal: Answer | None = None
    posted: bool = False
    reads_in: str | None = None
    """The channel of this person's direct messages, where it was posted for the first time."""


def backoff(failures: int) -> timedelta:
    """2 s, 4 s, 8 s … up to an hour."""
    return min(timedelta(seconds=2 ** min(failures + 1, 12)), LONGEST_WAIT)


def later(row: CardRow, answer: Answer, wait: timedelta, now: datetime, unsure: datetime | None) -> Settlement:
    """Nothing is dropped: the message waits; `unsure` is since when it may be in Slack all the same."""
    columns = {
        "retry_at": now + wait,
        "posting_since": unsure,
        "failures": row.failures + 1,
        "error": answer.error,
    }
    return Settlement(columns, refusal=answer)


def given_up(row: CardRow, answer: Answer) -> Settlement:
    """Nobody is there to read it: it waits no more, until it is wanted again."""
    return Settlement({**nothing_to_say(row).columns, "error": answer.error}, refusal=answer)


def nothing_to_say(row: CardRow) -> Settlement:
    return Settlement(
        {"shown": row.wanted, "refresh_at": None, "posting_since": None, "failures": 0, "error": None},
    )


def shown(row: CardRow, message: Message, **posted: Any) -> Settlement:
    columns = {
        **posted,
        "shown": row.wanted,
        "digest": digest(message),
        "refresh_at": message.refresh_at,
        "posting_since": None,
        "failures": 0,
        "error": None,
    }
    return Settlement(columns, posted=bool(posted))


def earlier(row: CardRow, now: datetime) -> datetime | None:
    """Since when the message may be in Slack, from attempts before this one."""
    return row.posting_since if row.posting_since and row.posting_since < now else None


def digest(message: Message) -> str:
    return hashlib.sha256(to_json([message.text, message.blocks])).hexdigest()


def wait_after(row: CardRow, answer: Answer, settle_wait: timedelta) -> timedelta:
    """As long as the verdict says."""
    return {
        Verdict.LIMITED: timedelta(seconds=answer.wait),
        Verdict.UNKNOWN: settle_wait,
        Verdict.AWAY: settle_wait,
    }.get(answer.verdict, backoff(row.failures))
