"""People, channels, messages and views in the shapes Slack sends them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.conversations import Channel, Kind, Message
from sandbox.json_types import Json
from sandbox.slack import APP_ID, BOT_ID, BOT_USER_ID, Slack
from sandbox.views import View
from sandbox.workspace import Person

NOBODY_READ = "0000000000.000000"


def person(slack: Slack, one: Person) -> Json:
    """A `user` object; the e-mail address only with the scope for it, zone and rights only while the account lives."""
    is_app = one.id == BOT_USER_ID
    shape: Json = {
        "id": one.id,
        "team_id": slack.team.id,
        "name": one.name,
        "deleted": one.deleted,
        "profile": _profile(slack, one),
        "is_bot": one.is_bot,
        "is_app_user": False,
        "updated": 1700000000,
    }
    if one.deleted:
        return shape
    local = datetime.fromtimestamp(slack.clock.now(), ZoneInfo(one.tz))
    offset = local.utcoffset()
    return shape | {
        "color": one.color,
        "real_name": one.real_name,
        "tz": one.tz,
        "tz_label": local.tzname() or one.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "is_admin": one.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": one.is_restricted,
        "is_ultra_restricted": False,
        "is_email_confirmed": not is_app,
        "who_can_share_contact_card": "EVERYONE",
    }


def _profile(slack: Slack, one: Person) -> Json:
    first, _, last = one.real_name.partition(" ")
    shape: Json = {
        "title": one.title,
        "phone": "",
        "skype": "",
        "real_name": one.real_name,
        "real_name_normalized": one.real_name,
        "display_name": one.name,
        "display_name_normalized": one.name,
        "fields": None,
        **_status(slack, one),
        "avatar_hash": one.color,
        "first_name": first,
        "last_name": last,
        "team": slack.team.id,
    }
    if one.id == BOT_USER_ID:
        shape |= {"api_app_id": APP_ID, "bot_id": BOT_ID, "always_active": True}
    elif one.email and "users:read.email" in slack.manifest.scopes:
        shape["email"] = one.email
    return shape


def _status(slack: Slack, one: Person) -> Json:
    """Slack clears a status when it expires."""
    holds = not one.status_expiration or one.status_expiration > slack.clock.now()
    return {
        "status_text": one.status_text if holds else "",
        "status_emoji": one.status_emoji if holds else "",
        "status_emoji_display_info": [],
        "status_expiration": one.status_expiration if holds else 0,
    }


def channel(slack: Slack, one: Channel) -> Json:
    """A `channel` object; a direct message has the shape of one."""
    if one.kind is Kind.IM:
        return direct_message(slack, one)
    return {
        "id": one.id,
        "name": one.name,
        "name_normalized": one.name,
        "is_channel": one.kind is Kind.PUBLIC,
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": one.kind is Kind.PRIVATE,
        "created": one.created,
        "is_archived": one.archived,
        "is_general": one.name == "general",
        "unlinked": 0,
        "is_shared": False,
        "is_org_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": slack.team.id,
        "updated": one.created * 1000,
        "creator": "USLACKBOT",
        "shared_team_ids": [slack.team.id],
        "pending_connected_team_ids": [],
        "is_member": BOT_USER_ID in one.members,
        "topic": {"value": one.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }


def direct_message(slack: Slack, one: Channel) -> Json:
    user = next(member for member in sorted(one.members) if member != BOT_USER_ID)
    return {
        "id": one.id,
        "created": one.created,
        "is_archived": False,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": slack.team.id,
        "updated": one.created * 1000,
        "user": user,
        "is_user_deleted": slack.people[user].deleted,
        "last_read": one.last_read.get(user, NOBODY_READ),
    }


def message(slack: Slack, where: Channel, one: Message, *, whole_metadata: bool = True) -> Json:
    """A message as stored; without `whole_metadata` its metadata shows the event type alone."""
    shape: Json = {"user": one.user, "type": "message", "ts": one.ts, "text": one.text, "team": slack.team.id}
    if one.by_app:
        shape |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": _bot_profile(slack)}
    for key in ("blocks", "attachments", "edited", "username", "subtype"):
        value = getattr(one, key)
        if value:
            shape[key] = value
    if one.visible_to is not None:
        shape["is_ephemeral"] = True
    if one.metadata is not None:
        shape["metadata"] = one.metadata if whole_metadata else {"event_type": one.metadata["event_type"]}
    if one.reactions:
        shape["reactions"] = [{"name": n, "users": who, "count": len(who)} for n, who in one.reactions.items()]
    return shape | _thread(where, one)


def _thread(where: Channel, one: Message) -> Json:
    if one.thread_ts is not None and one.thread_ts != one.ts:
        root = where.roots.get(one.thread_ts)
        return {"thread_ts": one.thread_ts, "parent_user_id": root.user if root else ""}
    replies = where.replies_to(one.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": one.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
        "reply_users": users,
        "is_locked": False,
        "subscribed": False,
    }


def _bot_profile(slack: Slack) -> Json:
    name = slack.manifest.display_information.name
    icons = {f"image_{size}": "" for size in (36, 48, 72)}
    return {
        "id": BOT_ID,
        "app_id": APP_ID,
        "user_id": BOT_USER_ID,
        "name": name,
        "icons": icons,
        "deleted": False,
        "updated": 1700000000,
        "team_id": slack.team.id,
    }


def view(slack: Slack, one: View) -> Json:
    """A `view` object with what is filled in under `state`."""
    content = one.content
    return {
        "id": one.id,
        "team_id": slack.team.id,
        "type": content["type"],
        "blocks": one.blocks,
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "state": {"values": one.values},
        "hash": one.hash,
        "title": content.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "submit_disabled": content.get("submit_disabled", False),
        "previous_view_id": one.previous_id,
        "root_view_id": one.root_id,
        "app_id": APP_ID,
        "external_id": content.get("external_id", ""),
        "app_installed_team_id": slack.team.id,
        "bot_id": BOT_ID,
    }
