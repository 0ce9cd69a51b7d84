"""Conversations, as an app may open, list and read them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from sandbox import shapes
from sandbox.conversations import Channel, Kind, Message
from sandbox.errors import SlackError
from sandbox.json_types import Json
from sandbox.limits import HISTORY_DEFAULT, HISTORY_MAX, OPEN_USERS
from sandbox.slack import BOT_USER_ID, Slack
from sandbox.web_api.method import Args, Method, need_scope
from sandbox.web_api.paging import page

LIST_DEFAULT, LIST_MAX = 100, 1000
FAMILY = {Kind.PUBLIC: "channels", Kind.PRIVATE: "groups", Kind.IM: "im"}


def visible(slack: Slack, channel_id: str) -> Channel:
    """The channel, unless it is gone or private and the app is not in it; raises SlackError `channel_not_found`."""
    channel = slack.channels.get(channel_id)
    if channel is None or (channel.kind is not Kind.PUBLIC and BOT_USER_ID not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def _readable(slack: Slack, args: Args, right: str) -> Channel:
    channel = visible(slack, args.text("channel"))
    need_scope(slack, f"{FAMILY[channel.kind]}:{right}")
    return channel


def open_(slack: Slack, args: Args) -> Json:
    """Opens the direct message with one person, or finds the one there is."""
    if args.has("channel"):
        channel = visible(slack, args.text("channel"))
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    users = [one for one in args.needed("users").split(",") if one]
    if len(users) > OPEN_USERS:
        raise SlackError("too_many_users")
    if len(users) > 1:
        need_scope(slack, "mpim:write")
        raise SlackError("method_not_supported_for_channel_type")
    one = slack.people.get(users[0])
    if one is None:
        raise SlackError("user_not_found")
    if one.is_bot or one.id == "USLACKBOT":
        raise SlackError("cannot_dm_bot")
    if one.deleted:
        raise SlackError("user_disabled")
    known = slack.dm_with(one.id)
    channel = slack.open_dm(one.id)
    shape = shapes.channel(slack, channel) if args.flag("return_im") else {"id": channel.id}
    return ({"no_op": True, "already_open": True} if known else {}) | {"channel": shape}


def info(slack: Slack, args: Args) -> Json:
    channel = _readable(slack, args, "read")
    shape = shapes.channel(slack, channel)
    if args.flag("include_num_members") and channel.kind is not Kind.IM:
        shape["num_members"] = len(_living(slack, channel))
    return {"channel": shape}


def list_(slack: Slack, args: Args) -> Json:
    """Public channels, and of the private ones those the app is in."""
    types = [part.strip() for part in args.text("types", Kind.PUBLIC).split(",")]
    kinds = [kind for kind in Kind if kind in types]
    if len(kinds) != len(set(types) - {"mpim"}):
        raise SlackError("invalid_types")
    for kind in kinds:
        need_scope(slack, f"{FAMILY[kind]}:read")
    found = [
        channel
        for channel in slack.channels.values()
        if channel.kind in kinds
        and (channel.kind is Kind.PUBLIC or BOT_USER_ID in channel.members)
        and not (channel.archived and args.flag("exclude_archived"))
    ]
    channels, cursor = page(found, args, default=LIST_DEFAULT, most=LIST_MAX)
    shown = []
    for channel in channels:
        shape = shapes.channel(slack, channel)
        shown.append(shape if channel.kind is Kind.IM else shape | {"num_members": len(_living(slack, channel))})
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def members(slack: Slack, args: Args) -> Json:
    channel = _readable(slack, args, "read")
    found, cursor = page(_living(slack, channel), args, default=LIST_DEFAULT, most=LIST_MAX)
    return {"members": list(found), "response_metadata": {"next_cursor": cursor}}


def _living(slack: Slack, channel: Channel) -> list[str]:
    return sorted(member for member in channel.members if not slack.people[member].deleted)


def history(slack: Slack, args: Args) -> Json:
    """Root messages, newest first; replies are only in `conversations.replies`."""
    channel = _joined(_readable(slack, args, "history"))
    found = sorted(_within(channel.roots.values(), args), key=lambda one: one.ts, reverse=True)
    return _messages(slack, channel, found, args) | {"pin_count": 0}


def replies(slack: Slack, args: Args) -> Json:
    """One thread, its root first, then the replies oldest first."""
    channel = _joined(_readable(slack, args, "history"))
    root = channel.find(args.needed("ts"))
    if root is None:
        raise SlackError("thread_not_found")
    if root.is_reply:
        return _messages(slack, channel, [root], args)
    return _messages(slack, channel, [root, *_within(channel.replies_to(root.ts), args)], args)


def _joined(channel: Channel) -> Channel:
    if BOT_USER_ID not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _within(messages: Iterable[Message], args: Args) -> list[Message]:
    """Those between `oldest` and `latest`, the ends only when `inclusive`."""
    oldest, latest, ends = _stamp(args, "oldest", "0"), _stamp(args, "latest", "Infinity"), args.flag("inclusive")
    stamped = ((Decimal(one.ts), one) for one in messages)
    return [one for at, one in stamped if oldest < at < latest or (ends and at in (oldest, latest))]


def _stamp(args: Args, name: str, default: str) -> Decimal:
    try:
        stamp = Decimal(args.text(name) or default)
    except InvalidOperation:
        stamp = Decimal("NaN")
    if stamp.is_nan():
        raise SlackError(f"invalid_ts_{name}")
    return stamp


def _messages(slack: Slack, channel: Channel, found: list[Message], args: Args) -> Json:
    shown, cursor = page(found, args, default=HISTORY_DEFAULT, most=HISTORY_MAX)
    whole = args.flag("include_all_metadata")
    answer: Json = {
        "messages": [shapes.message(slack, channel, one, whole_metadata=whole) for one in shown],
        "has_more": bool(cursor),
    }
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


METHODS = {
    "conversations.open": Method(open_, ("im:write",)),
    "conversations.info": Method(info),
    "conversations.list": Method(list_),
    "conversations.members": Method(members),
    "conversations.history": Method(history),
    "conversations.replies": Method(replies),
}
