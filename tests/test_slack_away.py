"""What Baton says when a page of HTML answers where Slack should, as proxies and Slack's own front do in an outage."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import health, outside
from bot.watch import Watch
from storage.database import Database
from tests.support.serving import serve
from tests.test_cli import POLICY, Shell

BODIES = {"text/html": "<html>503</html>", "application/json": "<html>503</html>"}
"""Some say that it is JSON all the same."""


@pytest.fixture(params=BODIES)
async def outage(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    async def answer(_request: Request) -> Response:
        return Response(BODIES[request.param], 503, media_type=request.param)

    async with serve(Starlette(routes=[Route("/api/{method}", answer, methods=["GET", "POST"])])) as url:
        yield f"{url}/api/"


async def test_readyz_says_so(outage: str, database: Database) -> None:
    web = FastAPI()
    web.include_router(health.build_router(database, AsyncWebClient(base_url=outage), outside.now, Watch("test")))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://baton") as http:
        ready = await http.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["slack"] == "Slack answers http 503"


async def test_commands_say_so_in_a_line(outage: str, tmp_path: Path) -> None:
    shell = Shell(tmp_path, {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": outage})
    assert (await shell.run("migrate")).code == 0

    applied, examined = await shell.run("policy", "apply", str(POLICY)), await shell.run("doctor")

    assert (applied.code, applied.err) == (1, "Slack answers http 503; `baton doctor` looks closer\n")
    assert (examined.code, examined.err) == (1, "")
    assert "FAIL token: Slack answers http 503" in examined.out
