"""Messages, as an app may post, change and delete them."""

from __future__ import annotations

import json
import re

from sandbox import shapes
from sandbox.blocks import accept_attachments, accept_blocks
from sandbox.conversations import Channel, Kind, Message
from sandbox.errors import SlackError
from sandbox.json_types import Json
from sandbox.limits import METADATA_BYTES, TEXT_KEPT, UPDATE_TEXT
from sandbox.plain_text import plain_text
from sandbox.slack import BOT_USER_ID, Slack
from sandbox.web_api.conversations import visible
from sandbox.web_api.method import Args, Method

METADATA_NAME = re.compile(r"[a-zA-Z0-9_:.-]+")


def post_message(slack: Slack, args: Args) -> Json:
    """Stores a message; a person's id as channel means the direct message with them."""
    channel = _destination(slack, args.text("channel"))
    slack.pacing.admit_post(channel.id)
    message = _message(slack, args)
    thread_ts = args.text("thread_ts") or None
    if thread_ts is not None:
        message.thread_ts = _root_of(channel, thread_ts)
    slack.keep(channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": shapes.message(slack, channel, message)}


def _destination(slack: Slack, wanted: str) -> Channel:
    """Where a post goes; raises SlackError when the app may not post there."""
    if wanted in slack.people:
        channel = _dm(slack, wanted)
    else:
        by_name = (one for one in slack.channels.values() if one.name == wanted.removeprefix("#"))
        named = next(by_name, None) if wanted and wanted not in slack.channels else None
        channel = visible(slack, named.id if named else wanted)
    if channel.archived:
        raise SlackError("is_archived")
    if channel.kind is Kind.IM and not slack.messages_tab:
        raise SlackError("messages_tab_disabled")
    if BOT_USER_ID not in channel.members and "chat:write.public" not in slack.manifest.scopes:
        raise SlackError("not_in_channel")
    return channel


def _dm(slack: Slack, user: str) -> Channel:
    known = slack.dm_with(user)
    if known is not None:
        return known
    one = slack.people[user]
    if one.deleted or one.is_bot:
        raise SlackError("channel_not_found")
    return slack.open_dm(user)


def _message(slack: Slack, args: Args) -> Message:
    blocks = accept_blocks(args.json("blocks", "invalid_blocks_format"), slack.manifest.scopes)
    attachments = accept_attachments(args.json("attachments", "invalid_attachments"), slack.manifest.scopes)
    text = args.text("text") or plain_text(blocks)
    if not text and not blocks and not attachments:
        raise SlackError("no_text")
    return Message(
        ts=slack.clock.stamp(),
        user=BOT_USER_ID,
        text=text[:TEXT_KEPT],
        blocks=blocks,
        attachments=attachments,
        by_app=True,
        metadata=_metadata(args),
        username=_username(slack, args),
    )


def _username(slack: Slack, args: Args) -> str | None:
    if args.has("username") and "chat:write.customize" in slack.manifest.scopes:
        return args.text("username")
    return None


def _metadata(args: Args) -> Json | None:
    if not args.has("metadata"):
        return None
    metadata = args.json("metadata", "invalid_metadata_format")
    if not isinstance(metadata, dict) or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not METADATA_NAME.fullmatch(kind) or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata


def _root_of(channel: Channel, thread_ts: str) -> str:
    root = channel.find(thread_ts)
    if root is None:
        raise SlackError("thread_not_found")
    return root.thread_ts or root.ts


def update(slack: Slack, args: Args) -> Json:
    """Changes one of the app's own messages; what is not sent stays, except blocks when text alone is sent."""
    channel, message = _own(slack, args, "cant_update_message")
    sends_blocks = args.values.get("blocks") is not None
    blocks = accept_blocks(args.json("blocks", "invalid_blocks_format"), slack.manifest.scopes)
    text = args.text("text")
    if not text and not sends_blocks and not args.has("attachments") and not args.has("metadata"):
        raise SlackError("no_text")
    if len(text) > UPDATE_TEXT:
        raise SlackError("msg_too_long")
    if blocks and _has_rich_text(message.blocks) and not _has_rich_text(blocks):
        raise SlackError("block_mismatch")
    metadata = _metadata(args) or message.metadata
    attachments = message.attachments
    if args.has("attachments"):
        attachments = accept_attachments(args.json("attachments", "invalid_attachments"), slack.manifest.scopes)
    if text or sends_blocks:
        message.text, message.blocks = text or plain_text(blocks), blocks
        message.edited = None if blocks else {"user": BOT_USER_ID, "ts": slack.clock.stamp()}
    message.metadata, message.attachments = metadata, attachments
    slack.changed(channel, message)
    shape = shapes.message(slack, channel, message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shape}


def _own(slack: Slack, args: Args, otherwise: str) -> tuple[Channel, Message]:
    """The app's own message named by channel and ts; raises SlackError `otherwise` when it is someone else's."""
    channel = visible(slack, args.text("channel"))
    message = channel.find(args.needed("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if not message.by_app:
        raise SlackError(otherwise)
    if channel.archived:
        raise SlackError("is_inactive")
    return channel, message


def _has_rich_text(blocks: list[Json]) -> bool:
    return any(block["type"] == "rich_text" for block in blocks)


def delete(slack: Slack, args: Args) -> Json:
    channel, message = _own(slack, args, "cant_delete_message")
    slack.drop(channel, message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(slack: Slack, args: Args) -> Json:
    """Shows a message to one member; it is not kept in any history."""
    channel = _destination(slack, args.text("channel"))
    user = args.needed("user")
    if user not in channel.members or slack.people[user].deleted:
        raise SlackError("user_not_in_channel")
    message = _message(slack, args)
    message.visible_to = user
    message.thread_ts = args.text("thread_ts") or None
    slack.keep(channel, message)
    return {"message_ts": message.ts}


def get_permalink(slack: Slack, args: Args) -> Json:
    channel = visible(slack, args.text("channel"))
    message = channel.find(args.needed("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    link = f"https://{slack.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def react(slack: Slack, args: Args) -> Json:
    channel = visible(slack, args.text("channel"))
    message = channel.find(args.needed("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    name = args.text("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    who = message.reactions.setdefault(name, [])
    if BOT_USER_ID in who:
        raise SlackError("already_reacted")
    who.append(BOT_USER_ID)
    slack.changed(channel, message)
    return {}


METHODS = {
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.getPermalink": Method(get_permalink),
    "reactions.add": Method(react, ("reactions:write",)),
}
