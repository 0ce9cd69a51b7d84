"""Finding in Slack the people and channels that a policy names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.policy import Policy
from bot.slack_errors import said
from storage.tables import PersonRow

PERSON_ID = re.compile(r"[UW][A-Z0-9]{2,}")
CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,}")
NOBODY = frozenset({"users_not_found", "user_not_found", "user_not_visible"})
"""What Slack says of people of other workspaces, of typos, and by e-mail of the deactivated."""
PAGE = 200
UNSEEN = "no such channel, or it is private and the bot is not in it: type `/invite @baton` there"
OUTSIDE = "the bot is not in this channel: type `/invite @baton` there"


@dataclass(frozen=True, slots=True)
class Found:
    """Who and what a policy names, with Slack ids.

    `problems` says who and what was not found; `warnings`, where the bot cannot write yet.
    """

    people: Mapping[str, PersonRow]
    channels: Mapping[str, str]
    problems: tuple[str, ...]
    warnings: tuple[str, ...]

    def resolve(self, policy: Policy) -> Policy:
        """The policy with Slack ids; only without problems."""
        return policy.resolved(lambda person: self.people[person].slack_id, lambda channel: self.channels[channel])


async def look_up(client: AsyncWebClient, policy: Policy, now: datetime) -> Found:
    """Asks Slack for everyone and every channel that the policy names.

    Raises:
        SlackApiError: when Slack refuses the question itself (token, scope).
    """
    asked = {named: await _person(client, named, now) for named in policy.people()}
    wanted = list(policy.channel_names())
    channels = await _channels(client) if wanted else {}
    by_id = {channel["id"]: channel for channel in channels.values()}
    found = {name: by_id.get(name) or channels.get(name.removeprefix("#")) for name in wanted}
    return Found(
        people={named: row for named, row in asked.items() if isinstance(row, PersonRow)},
        channels={name: channel["id"] for name, channel in found.items() if channel},
        problems=(
            *(f"{named}: {said}" for named, said in asked.items() if isinstance(said, str)),
            *(f"{name}: {UNSEEN}" for name, channel in found.items() if not channel),
            *(f"{name}: this channel is archived" for name, it in found.items() if it and it.get("is_archived")),
        ),
        warnings=tuple(f"{name}: {OUTSIDE}" for name, it in found.items() if it and it.get("is_member") is False),
    )


async def _person(client: AsyncWebClient, named: str, now: datetime) -> PersonRow | str:
    try:
        if PERSON_ID.fullmatch(named):
            answer = await client.users_info(user=named)
        else:
            answer = await client.users_lookupByEmail(email=named)
    except SlackApiError as error:
        if said(error) in NOBODY:
            return "nobody in Slack has this address (or their account is deactivated)"
        raise
    user: dict[str, Any] = answer["user"]
    if user.get("deleted"):
        return "this account is deactivated"
    if user.get("is_bot"):
        return "this is a bot, not a person"
    return row_of(user, now)


def row_of(user: Mapping[str, Any], now: datetime) -> PersonRow:
    """What Slack says of a person, as it is kept."""
    profile = user.get("profile", {})
    name = (
        profile.get("real_name")
        or user.get("real_name")
        or profile.get("display_name")
        or user.get("name")
        or user["id"]
    )
    return PersonRow(
        slack_id=user["id"],
        email=profile.get("email"),
        name=name,
        time_zone=user.get("tz"),
        active=not user.get("deleted", False),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        checked_at=now,
    )


def status_of(user: Mapping[str, Any]) -> tuple[str, str, int]:
    """A person's status as Slack tells it: its words, its emoji, and when it expires (0: never)."""
    profile = user.get("profile") or {}
    said = profile.get("status_text") or "", profile.get("status_emoji") or ""
    return *said, int(profile.get("status_expiration") or 0)


async def _channels(client: AsyncWebClient) -> dict[str, dict[str, Any]]:
    """Every channel the bot can see, by name."""
    found: dict[str, dict[str, Any]] = {}
    cursor = None
    while True:
        page = await client.conversations_list(
            types="public_channel,private_channel", exclude_archived=False, limit=PAGE, cursor=cursor
        )
        found |= {channel["name"]: channel for channel in page["channels"]}
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return found
