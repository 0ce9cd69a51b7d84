"""What anybody can send to the address Slack calls, signed as Slack signs it, and what came of it."""

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from sqlalchemy import delete, insert, select
from sqlmodel import SQLModel

from bot.views.qualifying.manual import BOXES
from storage.database import Database
from tests.stories.conftest import EMEA, SIGNING_SECRET, Story
from tests.support.forged import signed

Json = dict[str, Any]
Rows = Mapping[str, list[Json]]
TEAM = "T0ACME0001"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NOWHERE = "http://127.0.0.1:9/answer"
"""Where an answer goes that nobody looks at; `send` puts its own in place of it."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person, and the workspace that Slack says they come from."""

    id: str
    team: str = TEAM


@dataclass(frozen=True, slots=True)
class Answer:
    """The app's answer; `told` is what the person reads in private."""

    status: int
    told: str
    body: Json


def interaction(who: Somebody, **parts: Any) -> Json:
    """What every interaction payload has."""
    return {
        "user": {"id": who.id, "username": "x", "name": "x", "team_id": who.team},
        "team": {"id": who.team, "domain": "acme"},
        "api_app_id": "A0SANDBOX",
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": f"1.2.{uuid4().hex}",
        **parts,
    }


def press(who: Somebody, action: str, value: str) -> Json:
    """A button of a message."""
    return interaction(
        who,
        type="block_actions",
        response_url=NOWHERE,
        channel={"id": EMEA, "name": "emea-leads"},
        container={"type": "message", "message_ts": "1.1", "channel_id": EMEA},
        actions=[{"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1.1"}],
    )


def option(who: Somebody, action: str, chosen: str) -> Json:
    """An option of a select in a message."""
    select = {"type": "static_select", "action_id": action, "block_id": "b", "selected_option": {"value": chosen}}
    return {**press(who, action, ""), "actions": [select]}


def choice(who: Somebody, about: str, reason: str) -> Json:
    """The field of an open form that is listened to."""
    return interaction(
        who,
        type="block_actions",
        container={"type": "view", "view_id": "V1"},
        view={"id": "V1", "type": "modal", "hash": "1.a", "callback_id": "reject_form", "private_metadata": about},
        actions=[{"type": "static_select", "action_id": "choose_reason", "selected_option": {"value": reason}}],
    )


def choice_of(who: Somebody, action: str, form: str, about: str, option: str) -> Json:
    """The same of another form, with what is filled in by then."""
    filled = {"what": {action: {"selected_option": {"value": option}}}}
    return interaction(
        who,
        type="block_actions",
        container={"type": "view", "view_id": "V1"},
        view={
            "id": "V1",
            "type": "modal",
            "hash": "1.a",
            "callback_id": form,
            "private_metadata": about,
            "state": {"values": filled},
        },
        actions=[{"type": "static_select", "action_id": action, "selected_option": {"value": option}}],
    )


def submission(who: Somebody, form: str, about: str, values: Mapping[str, str]) -> Json:
    """A form with its fields filled in: an option where it may be one, else text."""
    text = {"detail", "amount", "currency", "note", "why", "least", "proposal_why", "question", *BOXES}
    state = {block: {"x": _filled(value, block in text)} for block, value in values.items()}
    view = {
        "id": "V1",
        "type": "modal",
        "hash": "1.a",
        "callback_id": form,
        "private_metadata": about,
        "state": {"values": state},
    }
    return interaction(who, type="view_submission", view=view, response_urls=[])


def _filled(value: str, is_text: bool) -> Json:
    if is_text:
        return {"value": value}
    return {"selected_date": value} if DAY.fullmatch(value) else {"selected_option": {"value": value}}


def shortcut(who: Somebody, callback_id: str, message: str | None = None) -> Json:
    """A shortcut: of the whole workspace, or of a message that says this."""
    if message is None:
        return interaction(who, type="shortcut", callback_id=callback_id, action_ts="1.1")
    return interaction(
        who,
        type="message_action",
        callback_id=callback_id,
        action_ts="1.1",
        message_ts="1.1",
        channel={"id": EMEA, "name": "emea-leads"},
        message={"type": "message", "user": who.id, "ts": "1.1", "text": message},
        response_url=NOWHERE,
    )


def command(who: Somebody, name: str, text: str) -> dict[str, str]:
    return {
        "command": name,
        "text": text,
        "user_id": who.id,
        "team_id": who.team,
        "channel_id": EMEA,
        "trigger_id": f"1.2.{uuid4().hex}",
        "response_url": NOWHERE,
    }


def home_opened(who: Somebody) -> Json:
    return {
        "type": "event_callback",
        "team_id": who.team,
        "event_id": "Ev1",
        "event": {"type": "app_home_opened", "user": who.id, "tab": "home", "channel": "D1", "event_ts": "1.1"},
    }


def happened(who: Somebody, kind: str, **parts: Any) -> Json:
    """An event about somebody that Slack tells by itself."""
    return {"type": "event_callback", "team_id": who.team, "event_id": "Ev1", "event": {"type": kind, **parts}}


def body_of(payload: Mapping[str, Any]) -> str:
    """As Slack encodes it: commands as a form, interactions as JSON in a form, events as JSON."""
    if "command" in payload:
        return urlencode(payload)
    return json.dumps(payload) if "event" in payload else urlencode({"payload": json.dumps(payload)})


async def post(http: httpx.AsyncClient, body: str) -> httpx.Response:
    headers = signed(SIGNING_SECRET, body)
    if body.startswith("{"):
        headers["content-type"] = "application/json"
    return await http.post("/slack/events", content=body.encode(), headers=headers, timeout=30)


async def send(story: Story, payload: Mapping[str, Any]) -> Answer:
    """Sends it once, to be answered apart from all others."""
    apart = uuid4().hex
    answer_to = {"response_url": f"{story.response_url}?{apart}"} if "response_url" in payload else {}
    response = await post(story.http, body_of({**payload, **answer_to}))
    await story.baton.bolt.rested()
    said = story.answers.said_to.get(apart, [])
    assert all(one["response_type"] == "ephemeral" for one in said)
    is_json = "json" in response.headers.get("content-type", "") and response.content
    answer: Json = response.json() if is_json else {}
    shown = answer.get("view", {}).get("blocks", [{}])[0].get("text", {}).get("text", "")
    told = "".join(one["text"] for one in said) or answer.get("text", "") or shown or response.text * (not is_json)
    return Answer(response.status_code, told, answer)


async def rows(database: Database) -> Rows:
    """All that the database holds."""
    async with database.read() as session:
        connection = await session.connection()
        found = {}
        for table in SQLModel.metadata.sorted_tables:
            result = await connection.execute(select(table).order_by(*table.primary_key))
            found[table.name] = [dict(row) for row in result.mappings()]
        return copy.deepcopy(found)


async def put_back(database: Database, kept: Rows) -> None:
    """Makes the database hold that again, and nothing else."""
    async with database.write(wakes=False) as session:
        for table in reversed(SQLModel.metadata.sorted_tables):
            await session.exec(delete(table))
        for table in SQLModel.metadata.sorted_tables:
            written = sorted(kept[table.name], key=lambda row: str(row.get("parent") or ""))
            if written:
                await session.exec(insert(table).values(written))


def changed(before: Rows, after: Rows) -> set[str]:
    """The tables in which something is not as it was."""
    return {table for table in before if before[table] != after[table]}
