"""The address that anybody can reach: what Slack did not sign just now does nothing, and never fails."""

import asyncio
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import structlog
from fastapi import FastAPI
from slack_bolt.async_app import AsyncApp

from handlers.slack import http
from tests.access import hands
from tests.access.hands import Somebody, changed, rows
from tests.stories.conftest import RITA, SIGNING_SECRET, Story
from tests.support.forged import signed
from tests.support.serving import serve

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what never comes near the database."""
FORM = "application/x-www-form-urlencoded"


async def test_only_what_slack_signed_within_five_minutes_is_heard(story: Story) -> None:
    handoff = (await story.lead())["handoff_id"]
    body = hands.body_of(hands.press(Somebody(RITA), "accept", handoff))
    good, other = signed(SIGNING_SECRET, body), signed(SIGNING_SECRET, body + " ")
    before = await rows(story.database)
    for headers in (
        {"content-type": FORM},
        {**good, "x-slack-signature": other["x-slack-signature"]},
        {**good, "x-slack-signature": good["x-slack-signature"].upper()},
        {**good, "x-slack-request-timestamp": str(int(good["x-slack-request-timestamp"]) + 1)},
        signed("another secret", body),
        signed(SIGNING_SECRET, body, time.time() - 301),
        signed(SIGNING_SECRET, body, time.time() + 302),
        {name: value for name, value in good.items() if name != "x-slack-signature"},
        {name: value for name, value in good.items() if name != "x-slack-request-timestamp"},
    ):
        answer = await story.http.post("/slack/events", content=body, headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid request"}), headers
    assert changed(before, await rows(story.database)) == set()

    for at in (time.time() - 280, time.time() + 280):
        late = await story.http.post("/slack/events", content=body, headers=signed(SIGNING_SECRET, body, at))
        assert late.status_code == 200
    assert "handoff" in changed(before, await rows(story.database))


@ONE_DATABASE
async def test_whatever_the_body_is_it_is_answered_and_never_repeated(lawless: Story) -> None:
    bodies: dict[bytes, set[int]] = {
        b"": {400},
        b"\xff\xfe": {401},
        b"payload=%ff%fe": {400},
        b"{": {400},
        b"payload=": {400},
        b"payload=%7B": {400},
        b"[]": {400},
        b"null": {400},
        b'"text"': {400},
        b"[" * 50_000: {400},
        b"payload=" + b"[" * 50_000: {400},
        b'{"type": "event_callback"}': {400},
        b'{"type": "url_verification"}': {400},
        b'{"type": ["block_actions"]}': {400},
        b'{"type": "no such type"}': {400},
        b"command=%2Flead": {400},
        b"secret-of-a-lead" * 70_000: {413},
    }
    with structlog.testing.capture_logs() as logs:
        for body, expected in bodies.items():
            for content_type in (FORM, "application/json", "é;;"):
                for secret, allowed in ((SIGNING_SECRET, expected), ("another", {401, *(expected & {413})})):
                    headers = {**signed(secret, body.decode("utf-8", "ignore")), "content-type": content_type}
                    raw = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
                    answer = await lawless.http.post("/slack/events", content=body, headers=raw)
                    assert answer.status_code in allowed, (body[:40], content_type, answer.status_code)
                    assert "secret-of-a-lead" not in answer.text
    assert {entry["log_level"] for entry in logs} <= {"warning"}
    assert "secret-of-a-lead" not in str(logs)
    assert "Traceback" not in str(logs)


@ONE_DATABASE
async def test_slack_may_check_the_address(lawless: Story) -> None:
    check = await lawless.http.post("/slack/events", content="ssl_check=1&token=x", headers={"content-type": FORM})
    assert (check.status_code, check.text) == (200, "")

    challenge = '{"type": "url_verification", "token": "x", "challenge": "3eZbrw1aB"}'
    headers = {**signed(SIGNING_SECRET, challenge), "content-type": "application/json"}
    answered = await lawless.http.post("/slack/events", content=challenge, headers=headers)
    assert (answered.status_code, answered.json()) == (200, {"challenge": "3eZbrw1aB"})


@ONE_DATABASE
async def test_a_header_that_nobody_signed_makes_no_listener_pass_over_a_click(story: Story) -> None:
    handoff = (await story.lead())["handoff_id"]
    body = hands.body_of(hands.press(Somebody(RITA), "accept", handoff))
    lazy = {"x-slack-bolt-lazy-only": "1", "x-slack-bolt-lazy-function-name": "decide"}
    answer = await story.http.post("/slack/events", content=body, headers={**signed(SIGNING_SECRET, body), **lazy})
    assert answer.status_code == 200
    (row,) = (await rows(story.database))["handoff"]
    assert row["state"] == "accepted"


async def chunks(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 65_536


@ONE_DATABASE
async def test_a_body_of_unknown_length_is_read_up_to_the_limit(lawless: Story) -> None:
    for secret, status in ((SIGNING_SECRET, 413), (None, 401)):
        headers = signed(secret, "") if secret else {}
        answer = await lawless.http.post("/slack/events", content=chunks(40), headers=headers)
        assert answer.status_code == status

    body = hands.body_of(hands.command(Somebody(RITA), "/lead", "help"))

    async def in_pieces() -> AsyncIterator[bytes]:
        yield body[:10].encode()
        yield body[10:].encode()

    answer = await lawless.http.post("/slack/events", content=in_pieces(), headers=signed(SIGNING_SECRET, body))
    assert "/lead find" in answer.text


async def test_who_sends_too_slowly_is_let_go() -> None:
    web = FastAPI()
    bolt = AsyncApp(token="xoxb-1", signing_secret=SIGNING_SECRET)
    web.include_router(http.build_router(bolt, SIGNING_SECRET, patience=0.05))
    async with serve(web) as url:
        to = urlsplit(url)
        for headers, status in ((signed(SIGNING_SECRET, "x"), b"408"), ({}, b"401")):
            reader, writer = await asyncio.open_connection(to.hostname, to.port)
            lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
            head = f"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n{''.join(lines)}\r\nx"
            writer.write(head.encode())
            answer = await asyncio.wait_for(reader.read(100), 5)
            assert answer.split()[1] == status
            writer.close()
