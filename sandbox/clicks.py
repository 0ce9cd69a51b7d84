"""A person presses or chooses something in a message, a modal or their home."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sandbox import shapes
from sandbox.conversations import Channel, Message
from sandbox.elements import KINDS, Placed, State, held, initial_state, placed_in
from sandbox.errors import CannotDoError
from sandbox.hands import Hands, channel_shape
from sandbox.json_types import Json
from sandbox.slack import Slack
from sandbox.views import View
from sandbox.workspace import Person

Typed = Mapping[str, Mapping[str, object]]
"""What a person has filled in, plainly: block id, action id, value."""


@dataclass(frozen=True, slots=True)
class Press:
    """Which element is used, and for anything but a button what is chosen or typed in it."""

    action_id: str
    block_id: str | None
    value: object


async def click_message(hands: Hands, user: str, channel_id: str, ts: str, press: Press, typed: Typed) -> Json:
    """Uses an element of a message, ephemeral ones too; raises CannotDoError for what that person is not offered."""
    person = hands.person(user)
    channel = hands.channel(channel_id, user)
    message = channel.find(ts) or channel.find_ephemeral(ts, user)
    if message is None:
        raise CannotDoError(f"{person.name} sees no message {ts} in {channel.name}")
    if channel.archived:
        raise CannotDoError(f"{channel.name} is archived")
    place = _find(message.blocks, press, person)
    chosen = _read(hands.slack, place, press.value)
    state = initial_state(message.blocks)
    fill_in(hands.slack, message.blocks, state, typed)
    _remember(state, place, chosen)
    payload = hands.common(person) | {
        "type": "block_actions",
        "container": _message_container(channel, message),
        "trigger_id": hands.slack.tickets.trigger(user),
        "channel": channel_shape(channel),
        "state": {"values": state},
        "response_url": hands.response_url(person, channel, message),
        "actions": [_action(hands, place, chosen)],
    }
    if message.visible_to is None:
        payload["message"] = shapes.message(hands.slack, channel, message)
    answer = await hands.interact(payload)
    report = hands.report(answer, person)
    if not answer.ok:
        report["warning"] = hands.silence()
        hands.warn(channel, person, report["warning"])
    return report


async def click_view(hands: Hands, user: str, view_id: str, press: Press, typed: Typed) -> Json:
    """Uses an element of that person's top modal or home; `typed` is what else they have filled in by then."""
    person = hands.person(user)
    view = _view_in_front(hands, user, view_id)
    place = _find(view.blocks, press, person)
    chosen = _read(hands.slack, place, press.value)
    fill_in(hands.slack, view.blocks, view.values, typed)
    _remember(view.values, place, chosen)
    payload = hands.common(person) | {
        "type": "block_actions",
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": hands.slack.tickets.trigger(user, view.id),
        "view": hands.shape(view),
        "actions": [_action(hands, place, chosen)],
    }
    answer = await hands.interact(payload)
    return hands.report(answer, person) | ({} if answer.ok else {"warning": hands.silence()})


def fill_in(slack: Slack, blocks: list[Json], state: State, typed: Typed) -> None:
    """Puts plain values into fields; raises CannotDoError with `errors` by block for those that do not fit."""
    errors: dict[str, str] = {}
    for block_id, actions in typed.items():
        for action_id, value in actions.items():
            place = _place(blocks, action_id, block_id)
            if place is None or KINDS[place.element["type"]].initial is None:
                raise CannotDoError(f"there is no field {block_id}/{action_id}")
            try:
                state[block_id][action_id] = held(place.element, _offered(slack, place, value))
            except ValueError as fault:
                errors[block_id] = str(fault)
    if errors:
        raise CannotDoError("some fields cannot hold that", errors=errors)


def _view_in_front(hands: Hands, user: str, view_id: str) -> View:
    for view in (hands.slack.views.top(user), hands.slack.views.home(user)):
        if view is not None and view.id == view_id:
            return view
    raise CannotDoError(f"{user} does not have view {view_id} in front")


def _place(blocks: list[Json], action_id: str, block_id: str | None) -> Placed | None:
    for place in placed_in(blocks):
        if place.element.get("action_id") == action_id and block_id in (None, place.block["block_id"]):
            return place
    return None


def _find(blocks: list[Json], press: Press, person: Person) -> Placed:
    place = _place(blocks, press.action_id, press.block_id)
    if place is None:
        raise CannotDoError(f"there is nothing with action_id {press.action_id!r} to use")
    if person.id not in place.element.get("visible_to_user_ids", (person.id,)):
        raise CannotDoError(f"{person.name} does not see {press.action_id!r}")
    if place.is_input and not place.block.get("dispatch_action"):
        raise CannotDoError(f"{press.action_id!r} sends nothing until the form is submitted")
    return place


def _offered(slack: Slack, place: Placed, value: object) -> object:
    """What the element would hold; raises ValueError for a value, a person or a channel it does not offer."""
    chosen = KINDS[place.element["type"]].read(place.element, value)
    known = _ids_offered(slack, place.element["type"])
    if known is not None and chosen is not None:
        for one in chosen if isinstance(chosen, list) else [chosen]:
            if one not in known:
                raise ValueError(f"does not offer {one!r}")
    return chosen


def _ids_offered(slack: Slack, kind: str) -> Collection[str] | None:
    if "users_select" in kind:
        return {one.id for one in slack.people.values() if not one.deleted}
    if "channels_select" in kind or "conversations_select" in kind:
        return slack.channels.keys()
    return None


def _read(slack: Slack, place: Placed, value: object) -> object:
    try:
        return _offered(slack, place, value)
    except ValueError as fault:
        raise CannotDoError(f"{place.element.get('action_id')!r} {fault}") from None


def _remember(state: State, place: Placed, chosen: object) -> None:
    if KINDS[place.element["type"]].initial is not None:
        state[place.block["block_id"]][place.element["action_id"]] = held(place.element, chosen)


def _action(hands: Hands, place: Placed, chosen: object) -> Json:
    element = place.element
    kind = KINDS[element["type"]]
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": place.block["block_id"],
        "action_ts": hands.slack.clock.stamp(),
    }
    for key in ("text", "style", "placeholder"):
        if key in element:
            action[key] = element[key]
    if chosen is not None or kind.initial is not None:
        action[kind.key] = chosen
    return action


def _message_container(channel: Channel, message: Message) -> Json:
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.visible_to is not None,
    }
    return container | ({"thread_ts": message.thread_ts} if message.thread_ts else {})
