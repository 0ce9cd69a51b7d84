"""Asking Slack who somebody is whom the policy does not name."""

import asyncio
from datetime import datetime, timedelta

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.directory import NOBODY, row_of
from bot.domain.authority import Role
from bot.slack_errors import said
from storage.assigning import people
from storage.database import Database
from storage.tables import PersonRow

GOOD_FOR = timedelta(days=1)
ANSWER_WITHIN = 1.5
"""Seconds; Slack waits three for our own answer."""


async def standing_of(
    database: Database, client: AsyncWebClient, person: str, now: datetime, *, patience: float = ANSWER_WITHIN
) -> Role:
    """Member, guest or outsider of the workspace, as Slack said within a day; UNKNOWN when it does not say in time."""
    async with database.read() as session:
        known = await people.told(session, person, now - GOOD_FOR)
    if known and known.active:  # who was deactivated may be back
        return as_role(known)
    try:
        async with asyncio.timeout(patience):
            user = (await client.users_info(user=person))["user"]
    except SlackApiError as error:
        return Role.OUTSIDER if said(error) in NOBODY else Role.UNKNOWN
    except (TimeoutError, aiohttp.ClientError, OSError):
        return Role.UNKNOWN
    if user.get("is_bot") or user.get("is_stranger"):
        return Role.OUTSIDER
    row = row_of(user, now)
    async with database.write(wakes=False) as session:
        await people.save(session, row)
    return as_role(row)


def as_role(person: PersonRow) -> Role:
    """What somebody is in the workspace by what Slack said last."""
    if not person.active:
        return Role.OUTSIDER
    return Role.GUEST if person.guest else Role.MEMBER
