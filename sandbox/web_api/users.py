"""People, as an app may look them up."""

from __future__ import annotations

from sandbox import shapes
from sandbox.errors import SlackError
from sandbox.json_types import Json
from sandbox.slack import BOT_USER_ID, Slack
from sandbox.web_api.method import Args, Method
from sandbox.web_api.paging import page
from sandbox.workspace import Person

LIST_MAX = 1000


def _person(slack: Slack, args: Args) -> Person:
    one = slack.people.get(args.text("user"))
    if one is None:
        raise SlackError("user_not_found")
    return one


def info(slack: Slack, args: Args) -> Json:
    return {"user": shapes.person(slack, _person(slack, args))}


def lookup_by_email(slack: Slack, args: Args) -> Json:
    """Finds a living account only: to this method a deactivated person is nobody."""
    email = args.needed("email").lower()
    for one in slack.people.values():
        if one.email.lower() == email and not one.deleted:
            return {"user": shapes.person(slack, one)}
    raise SlackError("users_not_found")


def list_(slack: Slack, args: Args) -> Json:
    people, cursor = page(list(slack.people.values()), args, default=LIST_MAX, most=LIST_MAX)
    return {
        "members": [shapes.person(slack, one) for one in people],
        "cache_ts": int(slack.clock.now()),
        "response_metadata": {"next_cursor": cursor},
    }


def get_presence(slack: Slack, args: Args) -> Json:
    one = _person(slack, args)
    return {"presence": "away" if one.deleted else "active"}


def dnd_info(slack: Slack, args: Args) -> Json:
    """Nobody here has quiet hours; what others may see of a person's snoozing is nothing."""
    if args.text("user", BOT_USER_ID) not in slack.people:
        raise SlackError("user_not_found")
    return {"dnd_enabled": False, "next_dnd_start_ts": 1, "next_dnd_end_ts": 1}


METHODS = {
    "users.info": Method(info, ("users:read",)),
    "users.lookupByEmail": Method(lookup_by_email, ("users:read.email",)),
    "users.list": Method(list_, ("users:read",)),
    "users.getPresence": Method(get_presence, ("users:read",)),
    "dnd.info": Method(dnd_info, ("dnd:read",)),
}
