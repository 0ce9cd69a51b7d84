"""Who is calling."""

from __future__ import annotations

from sandbox.json_types import Json
from sandbox.slack import BOT_ID, BOT_USER_ID, Slack
from sandbox.web_api.method import Args, Method


def test(slack: Slack, _: Args) -> Json:
    return {
        "url": f"https://{slack.team.domain}.slack.com/",
        "team": slack.team.name,
        "user": slack.people[BOT_USER_ID].name,
        "team_id": slack.team.id,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


METHODS = {"auth.test": Method(test)}
