"""`baton erase`: forgets a person, redacts what Slack shows of them, and says what is left for people to do."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.courier import Courier
from bot.exit_codes import FOUND_A_PROBLEM, WRONG_USE
from bot.usecases.operating import erasure
from bot.usecases.operating.erasure import Colleague, Erased, Removed
from handlers.intake import contact_data
from storage.database import Database
from storage.operating import erasure as forgotten
from storage.tables import CardRow

PATIENCE = timedelta(seconds=60)
"""So long the command waits for Slack; a running Baton goes on after it."""
PAUSE = 0.2
"""Seconds between two looks whether Slack takes the next message."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the command works with; `sure` asks the operator, `by` is who that is."""

    database: Database
    courier: Courier
    client: AsyncWebClient
    clock: Callable[[], datetime]
    by: str
    out: Console
    err: Console
    sure: Callable[[str], bool]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


async def erase(desk: Desk, written: str, *, dry_run: bool = False) -> int:
    """Erases whoever has this address, after asking; the exit code is 1 when nobody has it or something is left."""
    try:
        email = contact_data.email(written)
    except ValueError as error:
        _say(desk.err, str(error))
        return WRONG_USE
    foreseen = await erasure.erase(desk.database, email, desk.by, desk.clock(), dry_run=True)
    for line in _told(foreseen, email):
        _say(desk.out, line)
    if dry_run or not _is_anything(foreseen):
        return 0 if _is_anything(foreseen) else FOUND_A_PROBLEM
    if not desk.sure("Erase this for good?"):
        _say(desk.out, "Nothing was erased.")
        return FOUND_A_PROBLEM
    done = await erasure.erase(desk.database, email, desk.by, desk.clock())
    _say(desk.out, "Erased.")
    left = [*await _slack(desk, done.lead), *await _files(desk), *_refused(done.colleague)]
    for line in left:
        _say(desk.out, line)
    return FOUND_A_PROBLEM if left else 0


def _is_anything(found: Erased) -> bool:
    return found.lead is not None or (found.colleague is not None and found.colleague.removed)


def _told(found: Erased, email: str) -> Iterator[str]:
    """What is known by this address."""
    if found.lead is None and found.colleague is None:
        yield f"Nobody here has the address {email}."
    if found.lead:
        yield from _lead(found.lead)
    if found.colleague:
        yield from _colleague(found.colleague)
    if found.mentioned:
        others = ", ".join(found.mentioned)
        yield f"The address also stands in texts about other leads, which stay as they are: {others}."


def _lead(lead: Removed) -> Iterator[str]:
    parts = (
        (lead.identities, "identity", "identities"),
        (lead.signals, "signal", "signals"),
        (lead.handoffs, "handoff", "handoffs"),
        (lead.notes, "note", "notes"),
        (lead.reasons, "history entry", "history entries"),
        (lead.receipts, "answer to a sender", "answers to senders"),
        (lead.messages, "message in Slack", "messages in Slack"),
    )
    counted = ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in parts if number)
    yield f"Lead {lead.lead_id}: {counted or 'nothing but its name'}."
    if lead.withdrawn:
        yield "It is with sales now, and is withdrawn."
    if lead.emails:
        yield f"{_counted(lead.emails, 'e-mail')} about it went to your own people: ask them to delete those."


def _colleague(person: Colleague) -> Iterator[str]:
    if person.removed:
        yield f"{person.slack_id} is one of your people: address, name and time zone go, what they did stays."
    if person.removed and person.named_in:
        versions = ", ".join(map(str, person.named_in))
        yield f"Old versions of the policy name them and stay as they were signed: {versions}."
    yield from _refused(person)


def _refused(person: Colleague | None) -> Sequence[str]:
    if person is None or person.removed:
        return ()
    return (f"{person.slack_id} has a part in the policy: take them out of the policy file, apply it, erase again.",)


async def _slack(desk: Desk, lead: Removed | None) -> list[str]:
    """Brings Slack up to date; what could not be, and what people wrote themselves, one line each."""
    if lead is None:
        return []
    async with desk.database.read() as session:
        messages = await forgotten.shown(session, lead.lead_id)
    behind = await _redacted(desk, lead.lead_id, len(messages))
    if len(messages) > behind:
        _say(desk.out, f"{_counted(len(messages) - behind, 'message')} in Slack redacted.")
    left = (
        [f"{_counted(behind, 'message')} will be redacted by `baton run` when Slack can be reached."] if behind else []
    )
    try:
        replies = await _replies(desk.client, messages)
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
        return [*left, "Slack did not say whether people wrote something in the threads: look there."]
    if replies:
        left.append("People wrote in the threads, which only they or an owner of the workspace can delete:")
    return [*left, *replies]


async def _redacted(desk: Desk, lead_id: str, total: int) -> int:
    """Sends what is wanted until Slack shows nothing of the lead, or patience ends; how many messages are left."""
    until = desk.clock() + PATIENCE
    with _progress(desk.err) as bar:
        task = bar.add_task("Redacting in Slack", total=total)
        while True:
            async with desk.database.read() as session:
                behind = await forgotten.count_behind(session, lead_id)
            bar.update(task, completed=total - behind)
            if not behind or desk.clock() >= until:
                return behind
            if not await desk.courier.deliver_one():
                await desk.pause(PAUSE)


async def _replies(client: AsyncWebClient, messages: Sequence[CardRow]) -> list[str]:
    """Where others than Baton answered one of these messages."""
    roots = [(one.channel, one.ts) for one in messages if one.channel and one.ts and one.parent is None]
    if not roots:
        return []
    me = (await client.auth_test())["user_id"]
    told = [(channel, ts) for channel, root in roots for ts in await _others(client, channel, root, me)]
    return [(await client.chat_getPermalink(channel=channel, message_ts=ts))["permalink"] for channel, ts in told]


async def _others(client: AsyncWebClient, channel: str, root: str, me: str) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        try:
            page = await client.conversations_replies(channel=channel, ts=root, limit=200, cursor=cursor)
        except SlackApiError as error:
            if error.response.get("error") in {"thread_not_found", "message_not_found", "channel_not_found"}:
                return found
            raise
        found += [one["ts"] for one in page["messages"] if one["ts"] != root and one.get("user") != me]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return found


async def _files(desk: Desk) -> list[str]:
    if await desk.database.wipe():
        return []
    return [
        "The database's journal is in use: it loses the old text at its next checkpoint, "
        "at the latest when every Baton has stopped."
    ]


def _progress(err: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _say(console: Console, words: str) -> None:
    """Prints a line that may quote what somebody typed: nothing in it reaches the terminal as a command."""
    plain = "".join(character if character.isprintable() else " " for character in words)
    console.print(plain, markup=False, highlight=False, emoji=False, soft_wrap=True)
