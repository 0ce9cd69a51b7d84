"""The whole workspace as it is now: people, conversations, views, and the app that is installed."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.conversations import Channel, Kind, Message
from sandbox.faults import Faults
from sandbox.json_types import Json
from sandbox.manifest import Manifest
from sandbox.notices import Notices
from sandbox.pacing import Pacing, Unpaced
from sandbox.tickets import Tickets
from sandbox.views import Views
from sandbox.workspace import Person, Team, Workspace

APP_ID = "A0000000001"
BOT_ID = "B0000000001"
BOT_USER_ID = "U0000000BOT"
CALLS_KEPT = 20_000
VERIFICATION = "sandbox-verification"
"""The old verification token, which every payload still carries and nobody should trust."""

SLACKBOT = Person(id="USLACKBOT", name="slackbot", real_name="Slackbot", email="", avatar_color="757575")


@dataclass(frozen=True, slots=True)
class Call:
    """One Web API call as it came in, and the error it was answered with."""

    method: str
    params: Json
    error: str | None
    at: float


def _ignore(*_: object) -> None:
    return


class Slack:
    """One team with one app in it. Everything is in memory and belongs to one event loop."""

    def __init__(
        self, workspace: Workspace, *, manifest: Manifest, token: str, clock: Clock, paced: bool = True
    ) -> None:
        self.plan = workspace
        self.manifest = manifest
        self.token = token
        self.clock = clock
        self.paced = paced
        self.notices = Notices()
        self.on_event: Callable[[Json, str], None] = _ignore
        self.on_post: Callable[[Channel, Message], None] = _ignore
        self.reset()

    def reset(self) -> None:
        """Makes the workspace as it was at the start; the clock stays where it is."""
        self.clock.forget_stamps()
        bot = self.manifest.features.bot_user.display_name
        app_person = Person(id=BOT_USER_ID, name=bot.lower().replace(" ", "-"), real_name=bot, email="", is_bot=True)
        self.people = {person.id: person for person in (*self.plan.people, app_person, SLACKBOT)}
        self.channels = {channel.id: channel for channel in self._planned_channels()}
        self.messages_tab = self.manifest.features.app_home.messages_tab_enabled
        self.token_revoked = False
        self.installed = True
        self.views = Views(self.clock)
        self.tickets = Tickets(self.clock)
        self.faults = Faults()
        self.pacing = Pacing(self.clock) if self.paced else Unpaced()
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self.tally: Counter[tuple[str, str]] = Counter()
        for kind in ("people", "channels", "view", "home"):
            self.notices.tell({"type": kind})

    @property
    def team(self) -> Team:
        return self.plan.team

    def _planned_channels(self) -> Iterable[Channel]:
        by_name = {person.name: person.id for person in self.plan.people}
        for plan in self.plan.channels:
            members = {by_name[name] for name in plan.members} | ({BOT_USER_ID} if plan.app else set())
            kind = Kind.PRIVATE if plan.private else Kind.PUBLIC
            yield Channel(plan.id, plan.name, kind, int(self.clock.now()), members, plan.topic)

    def dm_with(self, user: str) -> Channel | None:
        """The direct message between that person and the app, if there is one."""
        mine = (one for one in self.channels.values() if one.kind is Kind.IM)
        return next((one for one in mine if user in one.members), None)

    def open_dm(self, user: str) -> Channel:
        channel = self.dm_with(user)
        if channel is None:
            number = sum(1 for one in self.channels.values() if one.kind is Kind.IM) + 1
            now = int(self.clock.now())
            channel = Channel(f"D{number:010d}", "directmessage", Kind.IM, now, {user, BOT_USER_ID})
            self.channels[channel.id] = channel
            self.notices.tell({"type": "channels"}, {user})
        return channel

    def keep(self, channel: Channel, message: Message) -> None:
        """Stores a new message and tells everybody who sees it."""
        channel.add(message)
        kind = "message" if message.visible_to is None else "ephemeral"
        self._tell(kind, channel, message)
        self.on_post(channel, message)

    def changed(self, channel: Channel, message: Message) -> None:
        self._tell("update", channel, message)

    def drop(self, channel: Channel, message: Message) -> None:
        channel.remove(message)
        self._tell("delete", channel, message)

    def _tell(self, kind: str, channel: Channel, message: Message) -> None:
        notice = {"type": kind, "channel": channel.id, "ts": message.ts}
        if message.thread_ts is not None:
            notice["thread_ts"] = message.thread_ts
        self.notices.tell(notice, channel.members if message.visible_to is None else {message.visible_to})
