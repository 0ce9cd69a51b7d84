"""Nothing that a lead, a sender or a rep wrote reaches a log, and no secret; ids do, so that a lead can be followed."""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from bot import logs
from storage.accounting import history
from storage.database import Database
from tests.stories.conftest import ANA, EMEA, RITA, SIGNING_SECRET, TOKEN, Story

SMTP_PASSWORD = "smtp-password-nobody-reads"
SECRETS = ("xoxb-stories", SIGNING_SECRET, TOKEN, SMTP_PASSWORD, "a-wrong-token")
WRITTEN = {
    "first_name": "Xanthippe",
    "last_name": "Quackenbush",
    "email": "xanthippe.quackenbush@zebrawerk.example",
    "title": "VP Quokkas",
    "phone": "+1 415 555 0177",
    "campaign": "campaign-okapi",
    "external_id": "id-axolotl",
    "pain_points": ["pain-narwhal"],
    "attributes": {"kakapo": "attribute-kakapo"},
}
PERSONAL = (
    *("xanthippe", "quackenbush", "zebrawerk", "quokkas", "5550177", "555 0177", "okapi", "axolotl", "narwhal"),
    *("kakapo", "note-capybara", "detail-wombat", "search-tapir"),
)
ENGINES = [("text", "sqlite"), ("json", "postgres")]


@pytest.fixture
def mail_settings() -> dict[str, Any]:
    """A mail server that nobody reaches."""
    return {
        "baton_smtp_host": "127.0.0.1",
        "baton_smtp_port": 1,
        "baton_smtp_from": "baton@acme.example",
        "baton_smtp_user": "baton",
        "baton_smtp_password": SMTP_PASSWORD,
        "baton_smtp_tls": "starttls",
    }


@pytest.fixture
def logged(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """All that is logged in this style, by us from DEBUG on."""
    written, root = StringIO(), logging.getLogger()
    before = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stderr", written)
    root.handlers[:] = []
    logs.configure(request.param)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    yield written
    structlog.reset_defaults()
    root.handlers[:], level = before
    root.setLevel(level)


def lead(**changes: Any) -> dict[str, Any]:
    return {
        **ANA,
        **WRITTEN,
        "company": {**ANA["company"], "name": "Zebrawerk", "domain": "zebrawerk.example"},
        **changes,
    }


async def refuse_follow_ups(database: Database) -> None:
    """From now on the database refuses to store any, as it would where a constraint fails."""
    refusal = (
        "CREATE TRIGGER no BEFORE INSERT ON follow_up BEGIN SELECT RAISE(ABORT, 'refused'); END"
        if database.is_sqlite
        else "ALTER TABLE follow_up ADD CONSTRAINT no CHECK (note IS NULL)"
    )
    async with database.write() as session:
        await (await session.connection()).execute(text(refusal))


async def spoil_the_lead(database: Database) -> None:
    """What is stored of the lead cannot be read any more."""
    async with database.write() as session:
        connection = await session.connection()
        await connection.execute(text('UPDATE lead SET facts = \'{"first_name": "Xanthippe", "source": 5}\''))


@pytest.mark.parametrize(("logged", "database_url"), ENGINES, indirect=True)
async def test_the_whole_life_of_a_lead_tells_the_log_ids_and_nothing_else(logged: StringIO, story: Story) -> None:
    refused = await story.http.post("/v1/leads", json=lead(), headers={"Authorization": "Bearer a-wrong-token"})
    assert refused.status_code == 401
    assert (await story.send("leads", lead(email="xanthippe@", phone="quokkas"))).status_code == 422
    for kind, more in (
        ("drop_reply", {}),
        ("status", {"status": 500}),
        ("status", {"status": 429, "retry_after": 1}),
        ("error", {"error": "invalid_blocks"}),
        ("error", {"error": "channel_not_found"}),
    ):
        await story.slack.fault("chat.postMessage", kind, **more)
    named = {"Authorization": f"Bearer {TOKEN}", "webhook-id": "message-of-xanthippe"}
    taken = (await story.http.post("/v1/leads", json=lead(), headers=named)).json()
    await story.settle()
    await story.pass_time(minutes=10)
    await story.slack.command(RITA, EMEA, "/lead", "find search-tapir")
    await story.reject(RITA, "other", detail="detail-wombat")
    await story.press_in_dm(RITA, "Undo")
    await story.pass_time(hours=2)
    await story.press_in_dm(RITA, "Accept")
    hurried = {"external_id": None, "email": "second@zebrawerk.example", "phone": None, "title": "Quokkas"}
    await story.lead(**lead(**hurried, contact_requested=True, signals=[]))
    await refuse_follow_ups(story.database)
    await story.press_in_dm(RITA, "Log follow-up")
    failed = await story.submit(RITA, how="call", outcome="reached", note="note-capybara")
    assert failed.view
    assert "went wrong" in failed.view.plain()
    await spoil_the_lead(story.database)
    await story.slack.open_home(RITA)
    await story.press_in_dm(RITA, "Log follow-up")
    assert (await story.send("leads", lead())).status_code == 500
    await story.settle()

    told = logged.getvalue()
    assert "Traceback" in told
    assert "Exception in ASGI application" in told
    assert "e-mail not sent" in told
    for word in (*PERSONAL, *SECRETS):
        assert word.lower() not in told.lower(), word
    for happened, ids in (
        ("leads taken in", ("lead_id", "handoff_id")),
        ("handed over", ("lead_id", "handoff_id")),
        ("rejected", ("lead_id", "handoff_id")),
        ("undone", ("lead_id", "handoff_id")),
        ("reminded", ("lead_id", "handoff_id")),
        ("accepted", ("lead_id", "handoff_id")),
        ("card settled", ("handoff_id",)),
    ):
        first = next(line for line in told.splitlines() if re.search(rf'"event": "{happened}"|\] {happened} ', line))
        assert all(taken[one] in first for one in ids), first
    assert sha256(b"message-of-xanthippe").hexdigest()[:12] in told


@pytest.mark.parametrize(("logged", "database_url"), ENGINES, indirect=True)
async def test_a_decision_that_was_undone_with_its_transaction_is_not_told(logged: StringIO, story: Story) -> None:
    with suppress(RuntimeError):
        async with story.database.write() as session:
            await history.append(session, story.clock.now(), "thrown away", "somebody")
            raise RuntimeError
    async with story.database.write() as session:
        with suppress(RuntimeError):
            async with session.begin_nested():
                await history.append(session, story.clock.now(), "taken back", "somebody")
                await session.flush()
                raise RuntimeError
        await history.append(session, story.clock.now(), "kept", "somebody")
    told = logged.getvalue()
    assert "thrown away" not in told
    assert "taken back" not in told
    assert "kept" in told
