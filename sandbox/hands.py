"""What a person does by hand, told to the app: the checks, the common fields, and what the person then sees."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox import shapes
from sandbox.app_link import Answer, AppLink
from sandbox.conversations import Channel, Kind, Message
from sandbox.errors import CannotDoError
from sandbox.events import Events
from sandbox.json_types import Json
from sandbox.slack import APP_ID, SLACKBOT, VERIFICATION, Slack
from sandbox.views import View
from sandbox.workspace import Person

CHANNEL_NAMES = {Kind.IM: "directmessage", Kind.PRIVATE: "privategroup"}
VIEW_TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(frozen=True, slots=True)
class Hands:
    """The workspace, the way to the app, and the address under which the app reaches this workspace."""

    slack: Slack
    link: AppLink
    events: Events
    own_url: str

    def person(self, user: str) -> Person:
        """Somebody who can use Slack; raises CannotDoError for strangers, apps and the deactivated."""
        one = self.slack.people.get(user)
        if one is None or one.is_bot or one.id == SLACKBOT.id:
            raise CannotDoError(f"{user} is nobody here")
        if one.deleted:
            raise CannotDoError(f"{one.name} is deactivated")
        return one

    def channel(self, channel_id: str, user: str) -> Channel:
        """A conversation that person is in; raises CannotDoError otherwise."""
        channel = self.slack.channels.get(channel_id)
        if channel is None:
            raise CannotDoError(f"there is no channel {channel_id}")
        if user not in channel.members:
            raise CannotDoError(f"{user} is not in {channel.name}")
        return channel

    async def interact(self, payload: Json) -> Answer:
        """Sends an interaction; raises CannotDoError when the manifest has interactivity switched off."""
        if not self.slack.manifest.settings.interactivity.is_enabled:
            raise CannotDoError("the app's manifest has interactivity switched off")
        return await self.link.interact(payload)

    def common(self, person: Person) -> Json:
        """The fields every interaction payload has."""
        team = self.slack.team
        return {
            "team": {"id": team.id, "domain": team.domain},
            "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": team.id},
            "api_app_id": APP_ID,
            "token": VERIFICATION,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def response_url(self, person: Person, channel: Channel, message: Message | None = None) -> str:
        key = self.slack.tickets.response_url(
            person.id,
            channel.id,
            ts=message.ts if message else None,
            ephemeral=bool(message and message.visible_to),
            thread_ts=message.thread_ts if message else None,
        )
        return f"{self.own_url}/response/{key}"

    def warn(self, channel: Channel, person: Person, warning: str) -> None:
        """Shows a warning of Slack's own to that person alone."""
        self.slack.keep(channel, Message(self.slack.clock.stamp(), SLACKBOT.id, warning, visible_to=person.id))

    def silence(self) -> str:
        return f"{self.slack.manifest.features.bot_user.display_name} did not respond"

    def modal(self, user: str) -> Json | None:
        """The view on top of that person's stack, as Slack describes it."""
        top = self.slack.views.top(user)
        return self.shape(top) if top else None

    def shape(self, view: View) -> Json:
        return shapes.view(self.slack, view)

    def report(self, answer: Answer, person: Person, **more: object) -> Json:
        """What the caller learns: how the app answered, and the modal the person now has in front of them."""
        return answer.report() | {"view": self.modal(person.id)} | more

    def tell_view(self, user: str) -> None:
        self.slack.notices.tell({"type": "view"}, {user})


def channel_shape(channel: Channel) -> Json:
    return {"id": channel.id, "name": CHANNEL_NAMES.get(channel.kind, channel.name)}
