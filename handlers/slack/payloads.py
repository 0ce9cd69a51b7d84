"""What Slack sends, as far as anything here reads it: a payload of another shape reaches no listener."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.views.ids import Action


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and no database half a surrogate pair, on which `encode` raises."""
    if "\0" in text:
        raise ValueError("text with a NUL")
    text.encode()
    return text


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _of_day(text: str) -> str:
    time.fromisoformat(text)
    return text


Text = Annotated[str, AfterValidator(_storable)]
Day = Annotated[str, StringConstraints(max_length=10), AfterValidator(_day)]
OfDay = Annotated[str, StringConstraints(pattern="^[0-9]{2}:[0-9]{2}$"), AfterValidator(_of_day)]
Name = Annotated[Text, StringConstraints(max_length=255)]
Value = Annotated[Text, StringConstraints(max_length=2000)]
Typed = Annotated[Text, StringConstraints(max_length=3000)]
"""As long as Slack lets anybody write in one field."""
Request = Annotated[Text, StringConstraints(min_length=1, max_length=500)]
"""A trigger id: no two things that people do have the same."""
Person = Annotated[str, StringConstraints(pattern="^[UW][A-Z0-9]{1,30}$")]
Url = Annotated[str, StringConstraints(pattern="^https?://[!-~]+$", max_length=2000)]


@dataclass(frozen=True, slots=True)
class Origin:
    """Which workspaces, and which Enterprise Grid organisation, a payload says that it comes from."""

    teams: frozenset[str]
    enterprise: str | None

    def is_of(self, team: str | None, enterprise: str | None) -> bool:
        """Whether that is the workspace with this id, or on Enterprise Grid any workspace of its organisation.

        Slack leaves `team` out where an organisation installed the app; what says nothing is from nowhere. Where Slack
        has not said which workspace is ours, its signature is all there is to go by.
        """
        ours = {team, enterprise} - {None}
        if not ours:
            return True
        of_our_organisation = enterprise is not None and self.enterprise == enterprise
        return of_our_organisation or (bool(self.teams) and self.teams <= ours)


class Shape(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class Place(Shape):
    id: Name


class Who(Shape):
    id: Person
    team_id: Name | None = None


class Option(Shape):
    value: Value


class Pressed(Shape):
    action_id: Name
    value: Value | None = None
    selected_option: Option | None = None


class Filled(Shape):
    value: Typed | None = None
    selected_option: Option | None = None
    selected_date: Day | None = None
    selected_time: OfDay | None = None


class State(Shape):
    values: dict[Name, dict[Name, Filled]]


class View(Shape):
    id: Name
    type: Literal["modal", "home"] = "modal"
    hash: Name
    callback_id: Name
    private_metadata: Typed
    state: State | None = None


class FilledView(View):
    state: State


class Interaction(Shape):
    user: Who
    team: Place | None = None
    enterprise: Place | None = None
    trigger_id: Request
    response_url: Url | None = None

    def origin(self) -> Origin:
        teams = {self.user.team_id, self.team.id if self.team else None}
        return Origin(frozenset(filter(None, teams)), self.enterprise.id if self.enterprise else None)


OF_FORMS = frozenset({Action.CHOOSE_REASON, Action.CHOOSE_CHANGE, Action.CHOOSE_QUESTION})
"""Fields of forms that are listened to."""


class Press(Interaction):
    actions: Annotated[list[Pressed], Field(min_length=1)]
    view: View | None = None

    @model_validator(mode="after")
    def _in_its_place(self) -> Self:
        if self.view is None and self.actions[0].action_id in OF_FORMS:
            raise ValueError("a field without its form")
        return self


class Submission(Interaction):
    view: FilledView


class Said(Shape):
    """A message that somebody uses a shortcut on; only its words are read."""

    text: Annotated[Text, StringConstraints(max_length=100_000)] = ""
    blocks: list[Any] | None = None
    attachments: list[Any] | None = None


class GlobalShortcut(Interaction):
    callback_id: Name


class MessageShortcut(GlobalShortcut):
    message: Said


class Command(Shape):
    command: Name
    text: Typed = ""
    user_id: Person
    team_id: Name
    enterprise_id: Name | None = None
    trigger_id: Request
    response_url: Url | None = None

    def origin(self) -> Origin:
        return Origin(frozenset({self.team_id}), self.enterprise_id)


class Happened(Shape):
    type: Name


class Event(Shape):
    team_id: Name | None = None
    enterprise_id: Name | None = None
    event: Happened

    def origin(self) -> Origin:
        return Origin(frozenset(filter(None, {self.team_id})), self.enterprise_id)


class Opened(Happened):
    user: Person
    tab: Name = "home"


class HomeOpened(Event):
    event: Opened


class Profile(Shape):
    status_text: Typed | None = None
    status_emoji: Name | None = None
    status_expiration: int | None = None


class Account(Shape):
    id: Person
    deleted: bool = False
    profile: Profile = Profile()


class Changed(Happened):
    user: Account


class AccountChanged(Event):
    event: Changed


class Quiet(Shape):
    dnd_enabled: bool
    next_dnd_start_ts: int = 0
    next_dnd_end_ts: int = 0


class DoNotDisturb(Happened):
    user: Person
    dnd_status: Quiet


class DoNotDisturbChanged(Event):
    event: DoNotDisturb


class Challenge(Shape):
    challenge: Value

    def origin(self) -> Origin:
        return Origin(frozenset(), None)


Payload = Press | Submission | GlobalShortcut | Command | Event | Challenge
MODELS: Mapping[str, type[Payload]] = {
    "block_actions": Press,
    "view_submission": Submission,
    "shortcut": GlobalShortcut,
    "message_action": MessageShortcut,
    "event_callback": Event,
    "url_verification": Challenge,
}
EVENTS: Mapping[str, type[Event]] = {
    "app_home_opened": HomeOpened,
    "user_change": AccountChanged,
    "dnd_updated_user": DoNotDisturbChanged,
}


def read(body: Mapping[str, Any]) -> Payload | None:
    """The payload, checked as far as it is used; None for what nobody here can do anything with."""
    kind = body.get("type")
    model = MODELS.get(kind) if isinstance(kind, str) else Command if "command" in body else None
    if model is None:
        return None
    try:
        payload = model.model_validate(body)
        return EVENTS.get(payload.event.type, Event).model_validate(body) if isinstance(payload, Event) else payload
    except ValidationError:
        return None
