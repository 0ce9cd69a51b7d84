"""Slack hears of a press once it is decided and committed, and waits for nothing that comes after that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.domain.handoff import State
from bot.views.ids import Action
from storage.deciding import handoffs
from tests.stories.conftest import RAVI, RITA, SIGNING_SECRET, Story
from tests.support import forged
from tests.support.serving import serve


@asynccontextmanager
async def slow_slack(said: asyncio.Queue[str], may_answer: asyncio.Event) -> AsyncIterator[str]:
    """Where an answer is told that takes as long as the test wants."""

    async def receive(request: Request) -> Response:
        said.put_nowait((await request.json())["text"])
        await may_answer.wait()
        return Response("ok")

    async with serve(Starlette(routes=[Route("/answer", receive, methods=["POST"])])) as url:
        yield f"{url}/answer"


async def test_what_is_acked_is_committed_and_seen(story: Story) -> None:
    lead = await story.lead()
    pressed = (story.http, SIGNING_SECRET, story.response_url, RITA, Action.ACCEPT, lead["handoff_id"])
    assert await forged.press(*pressed) == 200
    async with story.database.read() as session:
        accepted = await handoffs.get_one(session, lead["handoff_id"])
        assert accepted.state is State.ACCEPTED
        assert not await handoffs.is_unopened(session, accepted.id, RITA)


async def test_a_slow_answer_delays_no_ack(story: Story) -> None:
    lead = await story.lead()
    said, may_answer = asyncio.Queue[str](), asyncio.Event()
    async with slow_slack(said, may_answer) as url:
        pressed = (story.http, SIGNING_SECRET, url, RAVI, Action.ACCEPT, lead["handoff_id"])
        assert await forged.press(*pressed) == 200
        assert f"<@{RITA}>" in await said.get()
        assert not may_answer.is_set()
        may_answer.set()
        await story.baton.bolt.rested()


async def test_a_slow_note_that_a_card_was_opened_delays_no_ack(story: Story) -> None:
    lead, channel = await story.lead(), await story.slack.dm(RITA)
    card = await story.card(RITA)
    assert channel
    async with story.database.write():  # whoever notes it waits for this
        assert (await story.slack.click(RITA, channel, card.ts, card.action("Deadline"))).status == 200
    await story.settle()
    async with story.database.read() as session:
        assert not await handoffs.is_unopened(session, lead["handoff_id"], RITA)
