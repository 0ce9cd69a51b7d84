"""Events that Slack sends by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from slack_bolt.async_app import AsyncApp

from bot.usecases import forms
from handlers.clicks import Payload
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Events:
    """The listeners of every event."""

    database: Database
    clock: Callable[[], datetime]

    def register(self, app: AsyncApp) -> None:
        app.event("app_home_opened")(self.app_home_opened)

    async def app_home_opened(self, event: Payload) -> None:
        if event.get("tab", "home") == "home":
            await forms.open_home(self.database, event["user"], self.clock())
