"""The one door of the Web API: who calls, what, with which arguments, and what may go wrong on the way."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.errors import SlackError
from sandbox.faults import Fault, FaultKind
from sandbox.json_types import Json
from sandbox.slack import Call, Slack
from sandbox.web_api import auth, block_kit, chat, conversations, users, views
from sandbox.web_api.method import Args, Method, need_scope

METHODS: dict[str, Method] = {
    **auth.METHODS,
    **block_kit.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **users.METHODS,
    **views.METHODS,
}

router = APIRouter()


class HangUp(Response):
    """Closes the connection without an answer, as a network that failed would."""

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is None:
            raise ConnectionResetError("the sandbox closed this connection on purpose")
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


async def call(request: Request) -> Response:
    """Answers one Web API call, after whatever fault was asked for."""
    slack: Slack = request.app.state.slack
    name: str = request.path_params["name"]
    values = await _values(request)
    fault = slack.faults.take(name, str(values.get("channel") or "") or None)
    if fault is not None and fault.kind is FaultKind.DELAY:
        await asyncio.sleep(fault.seconds)
    if fault is not None and fault.kind in (FaultKind.DROP_REQUEST, FaultKind.STATUS):
        _log(slack, name, values, f"({fault.kind})")
        return HangUp() if fault.kind is FaultKind.DROP_REQUEST else _status(fault)
    try:
        answer: Json = {"ok": True} | _answer(slack, name, request, values, fault)
        error = None
    except SlackError as refusal:
        error = refusal
        answer = {"ok": False, "error": refusal.error} | refusal.extra
    _log(slack, name, values, error.error if error else None)
    if fault is not None and fault.kind is FaultKind.DROP_REPLY:
        return HangUp()
    return _response(slack, answer, error)


def _answer(slack: Slack, name: str, request: Request, values: Json, fault: Fault | None) -> Json:
    if fault is not None and fault.kind is FaultKind.ERROR:
        raise SlackError(fault.error, retry_after=fault.retry_after)
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method", req_method=name)
    _authenticate(slack, request, values)
    slack.pacing.admit_call(name)
    for scope in method.scopes:
        need_scope(slack, scope)
    return method.answer(slack, Args(values))


def _authenticate(slack: Slack, request: Request, values: Json) -> None:
    header = request.headers.get("authorization", "")
    token = header.removeprefix("Bearer ").strip() if header.startswith("Bearer ") else values.get("token")
    if not token:
        raise SlackError("not_authed")
    if token != slack.token:
        raise SlackError("invalid_auth")
    if not slack.installed:
        raise SlackError("account_inactive")
    if slack.token_revoked:
        raise SlackError("token_revoked")


async def _values(request: Request) -> Json:
    """The call's parameters from query and body; what cannot be read as a form or as JSON is taken as nothing."""
    values: Json = dict(request.query_params)
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            sent = json.loads(body or b"{}")
        except ValueError:
            sent = {}
        values |= sent if isinstance(sent, dict) else {}
    else:
        values |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return values


def _log(slack: Slack, name: str, values: Json, error: str | None) -> None:
    params = {key: value for key, value in values.items() if key != "token"}
    slack.calls.append(Call(name, params, error, slack.clock.now()))
    slack.tally[name, error or "ok"] += 1


def _status(fault: Fault) -> Response:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return Response("the sandbox was asked to fail", fault.status, headers, "text/plain")


def _response(slack: Slack, answer: Json, error: SlackError | None) -> Response:
    headers = {"x-oauth-scopes": ",".join(slack.manifest.oauth_config.scopes.bot)}
    if error is not None and error.error == "ratelimited":
        headers["Retry-After"] = str(error.retry_after or 1)
        return JSONResponse(answer, 429, headers)
    return JSONResponse(answer, 200, headers)


# A plain route: one of FastAPI's takes as long as the rest of a call.
router.add_route("/api/{name}", call, methods=["GET", "POST"], include_in_schema=False)
