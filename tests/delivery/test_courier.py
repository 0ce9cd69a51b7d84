"""One message's trouble is no other's: what is claimed together is sent and settled each by itself."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event
from sqlalchemy.exc import NoResultFound

from bot.delivery.courier import Courier
from bot.delivery.hooks import Hooks
from bot.delivery.rendering import Rendered
from bot.delivery.slack import Slack
from bot.delivery.verdicts import Answer, Verdict
from bot.views.blocks import Message
from storage.assigning import people
from storage.database import Database, Session
from storage.delivery import cards, sending
from storage.tables import CardRow

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Channels(Slack):
    """Takes every post, and notes where."""

    def __init__(self) -> None:
        super().__init__(AsyncWebClient(token="xoxb-nobody"))
        self.posts: list[str] = []
        self.opened: list[str] = []

    async def open_dm(self, person: str) -> Answer:
        self.opened.append(person)
        return Answer(Verdict.SHOWN, f"D{person}")

    async def post(self, channel: str, key: str, message: Message, thread: str | None = None) -> Answer:
        self.posts.append(channel)
        return Answer(Verdict.SHOWN, channel, "1.0")


@pytest.fixture
async def wanted(database: Database) -> None:
    async with database.write() as session:
        for channel in ("C1", "C2", "C3"):
            await cards.want(session, f"in:{channel}", "channel", channel, NOW)


async def said(_session: Session, rows: Sequence[CardRow], _now: datetime) -> dict[str, Rendered]:
    return {row.key: Rendered(Message(text="a lead", blocks=[]), None, None) for row in rows}


async def get(database: Database, key: str) -> CardRow:
    async with database.read() as session:
        found = await cards.get(session, key)
    assert found
    return found


async def sent_together(courier: Courier) -> None:
    for claimed in await courier._taken(10):
        await courier._carry_out(*claimed)


@pytest.mark.usefixtures("wanted")
async def test_what_cannot_be_read_for_one_message_spoils_no_other(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def missing_for_one(session: Session, rows: Sequence[CardRow], now: datetime) -> dict[str, Rendered]:
        if "in:C2" in {row.key for row in rows}:
            raise NoResultFound
        return await said(session, rows, now)

    monkeypatch.setattr("bot.delivery.courier.rendered", missing_for_one)
    slack = Channels()

    await sent_together(Courier(database, slack, lambda: NOW))

    assert slack.posts == ["C1", "C3"]
    spoilt = await get(database, "in:C2")
    assert (spoilt.lease_until, spoilt.failures, spoilt.error) == (None, 1, "bug")


@pytest.mark.usefixtures("wanted")
async def test_what_was_read_for_longer_than_the_claim_lasts_is_not_begun(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = NOW

    async def slowly(session: Session, rows: Sequence[CardRow], now: datetime) -> dict[str, Rendered]:
        nonlocal at
        at += timedelta(seconds=25)  # the claim lasts for thirty, and Slack may take ten
        return await said(session, rows, now)

    monkeypatch.setattr("bot.delivery.courier.rendered", slowly)
    slack = Channels()

    await sent_together(Courier(database, slack, lambda: at))

    assert slack.posts == []
    late = await get(database, "in:C1")
    assert (late.lease_until, late.posting_since, late.stale) == (None, None, True)


@pytest.mark.usefixtures("wanted")
async def test_a_mistake_in_what_follows_has_nothing_settled_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any) -> None:
        raise RuntimeError("a hook")

    settled: list[str] = []
    hooks = Hooks(shown=fails, settled=lambda row, *_: settled.append(row.key))
    monkeypatch.setattr("bot.delivery.courier.rendered", said)
    courier = Courier(database, Channels(), lambda: NOW, hooks=hooks)
    claimed = await courier._taken(10)
    attempts = [(row, await courier._sender.attempt(row, made, now)) for row, made, now in claimed]

    await courier._write(attempts)

    assert settled == ["in:C1", "in:C2", "in:C3"]
    assert not (await get(database, "in:C1")).stale


@pytest.mark.usefixtures("wanted")
async def test_what_is_claimed_in_vain_is_in_nobodys_hands(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = sending.claim

    def lost(_: Any) -> None:
        raise RuntimeError("the disk is full")

    async def in_vain(session: Session, *of: Any) -> list[CardRow]:
        event.listen(session.sync_session, "before_commit", lost)
        return await claim(session, *of)

    monkeypatch.setattr("bot.delivery.courier.rendered", said)
    slack = Channels()
    courier = Courier(database, slack, lambda: NOW)

    with monkeypatch.context() as broken:
        broken.setattr(sending, "claim", in_vain)
        with pytest.raises(RuntimeError):
            await courier._taken(10)
    await sent_together(courier)

    assert slack.posts == ["C1", "C2", "C3"]


async def test_where_somebody_reads_is_asked_once_and_kept_with_their_first_message(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def to_people(session: Session, rows: Sequence[CardRow], _now: datetime) -> dict[str, Rendered]:
        known = await people.of_ids(session, {row.recipient for row in rows})
        return {row.key: Rendered(Message(text="a lead", blocks=[]), None, known.get(row.recipient)) for row in rows}

    at = NOW
    monkeypatch.setattr("bot.delivery.courier.rendered", to_people)
    async with database.write() as session:
        for key in ("first", "second"):
            await cards.want(session, key, "dm", "U1", NOW)
    slack = Channels()
    courier = Courier(database, slack, lambda: at)
    await sent_together(courier)
    at += timedelta(seconds=2)
    await sent_together(courier)

    assert (slack.opened, slack.posts) == (["U1"], ["DU1", "DU1"])
