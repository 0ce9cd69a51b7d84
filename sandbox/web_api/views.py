"""Modals and homes, as an app may open and change them."""

from __future__ import annotations

from sandbox import shapes
from sandbox.blocks import accept_view
from sandbox.errors import SlackError, invalid
from sandbox.json_types import Json
from sandbox.slack import Slack
from sandbox.views import View
from sandbox.web_api.method import Args, Method


def open_(slack: Slack, args: Args) -> Json:
    """Opens a modal for whoever pulled the trigger."""
    content = _content(slack, args, "modal")
    trigger = slack.tickets.exchange(args.needed("trigger_id"))
    return _shown(slack, slack.views.open(trigger.user, content))


def push(slack: Slack, args: Args) -> Json:
    """Lays a modal on the one in which the trigger was pulled."""
    content = _content(slack, args, "modal")
    trigger = slack.tickets.exchange(args.needed("trigger_id"))
    if trigger.view_id is None or not slack.views.stack(trigger.user):
        raise SlackError("not_found")
    return _shown(slack, slack.views.push(trigger.user, content))


def update(slack: Slack, args: Args) -> Json:
    view_id, external_id = args.text("view_id") or None, args.text("external_id") or None
    if view_id is None and external_id is None:
        raise invalid("invalid_arguments", ["[ERROR] missing required field: view_id"])
    view = slack.views.find(view_id, external_id)
    if view is None:
        raise SlackError("not_found")
    content = _content(slack, args, view.content["type"])
    slack.views.update(view, content, args.text("hash") or None)
    return _shown(slack, view)


def publish(slack: Slack, args: Args) -> Json:
    """Shows a home to one person."""
    content = _content(slack, args, "home")
    if not slack.manifest.features.app_home.home_tab_enabled:
        raise SlackError("not_enabled")
    one = slack.people.get(args.needed("user_id"))
    if one is None or one.is_bot:
        raise SlackError("user_not_found")
    return _shown(slack, slack.views.publish(one.id, content, args.text("hash") or None))


def _content(slack: Slack, args: Args, kind: str) -> Json:
    return accept_view(args.json("view", "invalid_arguments"), kind, slack.manifest.scopes)


def _shown(slack: Slack, view: View) -> Json:
    slack.notices.tell({"type": "home" if view.content["type"] == "home" else "view"}, {view.user})
    return {"view": shapes.view(slack, view)}


METHODS = {
    "views.open": Method(open_),
    "views.push": Method(push),
    "views.update": Method(update),
    "views.publish": Method(publish),
}
