"""Puts the workspace together as one web application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from sandbox import acting, control, reading, responses
from sandbox.app_link import AppLink
from sandbox.clock import Clock
from sandbox.errors import CannotDoError
from sandbox.events import Events
from sandbox.json_types import Json
from sandbox.manifest import Manifest
from sandbox.slack import Slack
from sandbox.web_api import routes
from sandbox.workspace import Workspace

PAGE = Path(__file__).parent / "page"


def build_app(
    workspace: Workspace,
    *,
    manifest: Manifest,
    token: str,
    signing_secret: str,
    app_url: str,
    clock: Clock,
    own_url: str | None = None,
    paced: bool = True,
    app_transport: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """A workspace with one app installed.

    `own_url` is where the app reaches this workspace (response URLs begin with it); without it, the address each
    request came to. `app_transport` carries requests to the app in place of the network. One that is not `paced` takes
    calls as fast as they come.
    """
    slack = Slack(workspace, manifest=manifest, token=token, clock=clock, paced=paced)
    link = AppLink(app_url, signing_secret, app_transport)
    events = Events(slack, link)
    slack.on_event, slack.on_post = events.deliver_soon, events.own_post

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await link.close()

    app = FastAPI(title="Sandbox workspace", lifespan=lifespan)
    app.state.slack, app.state.link, app.state.events, app.state.own_url = slack, link, events, own_url
    for router in (routes.router, responses.router, acting.router, reading.router, control.router):
        app.include_router(router)
    app.add_api_route("/healthz", _healthz, methods=["GET"])
    app.add_exception_handler(CannotDoError, _refused)
    app.mount("/", StaticFiles(directory=PAGE, html=True), name="page")
    return app


async def _healthz() -> Json:
    return {"ok": True}


async def _refused(_: Request, fault: Exception) -> JSONResponse:
    reason, extra = (fault.reason, fault.extra) if isinstance(fault, CannotDoError) else (str(fault), {})
    return JSONResponse({"detail": reason} | extra, 409)
