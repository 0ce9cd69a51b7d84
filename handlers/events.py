"""Events that Slack sends by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.standing import standing_of
from bot.domain.authority import Role
from bot.usecases.assigning import slack_word
from bot.usecases.deciding import forms
from bot.usecases.operating import access, fallbacks
from handlers.slack.clicks import Payload
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Events:
    """The listeners of every event."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.event("app_home_opened")(self.app_home_opened)
        app.event("user_change")(self.user_change)
        app.event("dnd_updated_user")(self.dnd_updated_user)

    async def app_home_opened(self, event: Payload, client: AsyncWebClient) -> None:
        async def ask_slack(person: str) -> Role:
            return await standing_of(self.database, client, person, self.clock())

        if event.get("tab", "home") == "home":
            await access.introduce(self.database, event["user"], ask_slack)
            await forms.open_home(self.database, event["user"], self.clock())

    async def user_change(self, event: Payload) -> None:
        user, now = event["user"], self.clock()
        await fallbacks.person_changed(self.database, user["id"], not user.get("deleted"), now)
        profile = user.get("profile") or {}
        text, emoji = profile.get("status_text") or "", profile.get("status_emoji") or ""
        expiration = profile.get("status_expiration") or 0
        await slack_word.status_changed(self.database, user["id"], text, emoji, expiration, now)

    async def dnd_updated_user(self, event: Payload) -> None:
        said = event["dnd_status"]
        window = said.get("next_dnd_start_ts") or 0, said.get("next_dnd_end_ts") or 0
        await slack_word.do_not_disturb_changed(
            self.database, event["user"], said["dnd_enabled"], *window, self.clock()
        )
