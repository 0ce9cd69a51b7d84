"""Bolt, but that Slack hears of an ack when it is given, and not when all is done that a listener does after it."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from storage.write_queue import pressing


class Ack(AsyncAck):
    """Says at once that it was given, to whoever waits for it; Bolt would look every ten milliseconds."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.answer: asyncio.Future[BoltResponse] = asyncio.get_running_loop().create_future()

    async def __call__(self, *said: Any, **named: Any) -> BoltResponse:
        """The first one is what Slack hears, before anything else is done."""
        response = await super().__call__(*said, **named)
        if not self.answer.done():
            self.answer.set_result(response)
            await asyncio.sleep(0)  # whoever waits for it is next
        return response

    def or_else(self, dispatched: "asyncio.Task[BoltResponse]") -> None:
        """Where none was given, Slack hears what came of the payload in the end."""
        if self.answer.done():
            return
        if dispatched.cancelled():
            self.answer.cancel()
        elif error := dispatched.exception():
            self.answer.set_exception(error)
        else:
            self.answer.set_result(dispatched.result())


class SlackApp(AsyncApp):
    """Listeners decide, commit and ack, in this order; what they do after that keeps nobody waiting."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, process_before_response=True)  # of what fails before its ack, Slack hears that
        self._going_on: set[asyncio.Task[BoltResponse]] = set()

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """The answer to a payload: the ack, or what is to be said where none was given."""
        pressing.set(True)  # in whatever is started for it too
        ack = req.context["ack"] = Ack()
        dispatched = asyncio.create_task(super().async_dispatch(req))
        self._going_on.add(dispatched)
        dispatched.add_done_callback(self._going_on.discard)
        dispatched.add_done_callback(ack.or_else)
        return await ack.answer

    async def rested(self) -> None:
        """Nothing goes on any more after an ack."""
        while self._going_on:
            await asyncio.wait(self._going_on)
