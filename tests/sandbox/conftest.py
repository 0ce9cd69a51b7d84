"""A workspace served for real, an app that records, and clients for both sides."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import manifest, workspace
from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.manifest import Manifest
from sandbox.workspace import Workspace
from tests.sandbox.recorder import SECRET, RecordingApp
from tests.support.serving import client_of, serve
from tests.support.workspace import SlackWorkspace

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "workspace.yml"
TOKEN = "xoxb-test"
NOON = 1_795_176_000.0  # Friday 20 November 2026, 12:00 UTC

RITA, RAVI, MARTA, MAYA, GUS, DREW = (
    "U0RITA0001",
    "U0RAVI0001",
    "U0MARTA001",
    "U0MAYA0001",
    "U0GUS00001",
    "U0DREW0001",
)
EMEA, APAC, GENERAL, MARKETING = "C0EMEALEAD", "C0APACLEAD", "C0GENERAL1", "C0MKTLEADS"


@dataclass(frozen=True)
class World:
    """Everything a test of the sandbox talks to."""

    url: str
    slack: SlackWorkspace
    http: httpx.AsyncClient
    client: AsyncWebClient
    app: RecordingApp
    clock: Clock

    async def api(self, method: str, **params: Any) -> dict[str, Any]:
        """One Web API call by JSON, whatever it answers."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        response = await self.http.post(f"{self.url}/api/{method}", json=params, headers=headers)
        answer: dict[str, Any] = response.json()
        return answer

    async def dm(self, user: str) -> str:
        opened = await self.client.conversations_open(users=user)
        channel: str = opened["channel"]["id"]
        return channel


@pytest.fixture
def installed() -> Manifest:
    """The manifest the app is installed from; a test module may give its own."""
    return manifest.load(HERE / "manifest.yml")


@pytest.fixture
def plan() -> Workspace:
    """Who works here; a test module may give its own."""
    return workspace.load(EXAMPLE)


@pytest.fixture
def paced() -> bool:
    """Whether Slack's pace is held; a test module may say no."""
    return True


@pytest.fixture
async def world(plan: Workspace, installed: Manifest, paced: bool) -> AsyncIterator[World]:
    """A workspace whose clock stands at noon."""
    app, clock = RecordingApp(), Clock(NOON)
    async with serve(app) as app_url, client_of() as http:
        built = build_app(
            plan,
            manifest=installed,
            token=TOKEN,
            signing_secret=SECRET,
            app_url=f"{app_url}/slack/events",
            clock=clock,
            paced=paced,
        )
        async with serve(built) as url:
            client = AsyncWebClient(token=TOKEN, base_url=f"{url}/api/", retry_handlers=[])
            yield World(url, SlackWorkspace(url, http), http, client, app, clock)
            built.state.slack.notices.close()  # a page left open would keep the server from stopping
