"""A browser before the sandbox's page, and an app behind it that answers by the name of what is asked."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright
from starlette.responses import Response

from tests.sandbox.conftest import World, installed, paced, plan, world

__all__ = ["installed", "paced", "plan", "world"]

Json = dict[str, Any]
Handler = Callable[[Json], Awaitable[Json | None]]


def name_of(payload: Json) -> str:
    """What a request is about: the command, the action, the view's callback or the event."""
    if "command" in payload:
        return str(payload["command"])
    kind = payload["type"]
    if kind == "event_callback":
        return str(payload["event"]["type"])
    if kind == "block_actions":
        return str(payload["actions"][0]["action_id"])
    return f"{kind}:{payload['view']['callback_id']}" if "view" in payload else str(payload["callback_id"])


def answer(world: World, handlers: Mapping[str, Handler]) -> None:
    """Makes the app call the handler of what it is asked and answer with its JSON, or with nothing."""

    async def reply(payload: Json) -> Response:
        handler = handlers.get(name_of(payload))
        said = await handler(payload) if handler else None
        return Response(json.dumps(said) if said else "", media_type="application/json")

    world.app.reply = reply


def asked(world: World, name: str) -> list[Json]:
    """Everything the app was asked of that name; fails when any request was not signed."""
    assert all(world.app.signed)
    return [payload for payload in world.app.seen if name_of(payload) == name]


@pytest.fixture(scope="session")
def chromium() -> Iterator[str]:
    """One browser for the whole run; its address for tests to connect to."""
    program = shutil.which("chromium")
    assert program, "the browser tests need Debian's chromium: apt-get install chromium"
    with TemporaryDirectory(prefix="baton-chromium-", ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={profile}"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        assert browser.stderr
        address = next(line.split()[-1] for line in browser.stderr if line.startswith("DevTools listening on"))
        yield address
        browser.terminate()
        browser.communicate()


FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-port=0",
)
"""Among others: no look for updates, and no call to anybody."""


@pytest.fixture
async def page(chromium: str) -> AsyncIterator[Page]:
    """An empty tab; the test fails if the page in it threw anything."""
    thrown: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium)
        context = await browser.new_context(viewport={"width": 1440, "height": 900})
        tab = await context.new_page()
        tab.on("pageerror", lambda error: thrown.append(str(error)))
        yield tab
        await context.close()
        await browser.close()
    assert thrown == []
