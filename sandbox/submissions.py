"""A person submits or closes a modal."""

from __future__ import annotations

import json

from sandbox.app_link import Answer
from sandbox.blocks import accept_view
from sandbox.clicks import Typed, fill_in
from sandbox.elements import Placed, placed_in
from sandbox.errors import CannotDoError, SlackError
from sandbox.form_checks import complaint
from sandbox.hands import VIEW_TROUBLE, Hands
from sandbox.json_types import Json
from sandbox.views import View
from sandbox.workspace import Person


async def submit(hands: Hands, user: str, view_id: str, values: Typed) -> Json:
    """Fills a modal in and submits it; raises CannotDoError with `errors` by block for what cannot be sent."""
    person = hands.person(user)
    view = _top(hands, user, view_id)
    if not view.content.get("submit"):
        raise CannotDoError("this view has nothing to submit")
    fill_in(hands.slack, view.blocks, view.values, values)
    errors = _complaints(view)
    if errors:
        raise CannotDoError("some fields need attention", errors=errors)
    payload = hands.common(person) | {
        "type": "view_submission",
        "trigger_id": hands.slack.tickets.trigger(user, view.id),
        "view": hands.shape(view),
        "response_urls": _response_urls(hands, person, view),
    }
    answer = await hands.interact(payload)
    errors, warning = _apply(hands, view, answer)
    hands.tell_view(user)
    closed = view not in hands.slack.views.stack(user)
    return hands.report(answer, person, closed=closed, errors=errors) | {"warning": warning}


async def close(hands: Hands, user: str, view_id: str, everything: bool) -> Json:
    """Closes the top modal, or the whole stack, telling the app of each view that asked for it."""
    person = hands.person(user)
    view = _top(hands, user, view_id)
    everything = everything or bool(view.content.get("clear_on_close"))
    leaving = list(reversed(hands.slack.views.stack(user))) if everything else [view]
    hands.slack.views.close(leaving[-1])
    hands.tell_view(user)
    told = [one for one in leaving if one.content.get("notify_on_close")]
    answers = [await hands.interact(_closed(hands, person, one, everything)) for one in told]
    report = answers[-1].report() if answers else {"ok": True, "status": None, "ms": 0.0, "warning": None}
    return report | {"view": hands.modal(user), "closed": True}


def _top(hands: Hands, user: str, view_id: str) -> View:
    view = hands.slack.views.top(user)
    if view is None or view.id != view_id:
        raise CannotDoError(f"{user} does not have modal {view_id} in front")
    return view


def _complaints(view: View) -> dict[str, str]:
    found: dict[str, str] = {}
    for place in placed_in(view.blocks):
        if place.is_input:
            said = complaint(place, view.values[place.block["block_id"]][place.element["action_id"]])
            if said:
                found[place.block["block_id"]] = said
    return found


def _response_urls(hands: Hands, person: Person, view: View) -> list[Json]:
    urls = []
    for place in placed_in(view.blocks):
        channel = hands.slack.channels.get(_chosen_channel(view, place))
        if place.element.get("response_url_enabled") and channel is not None:
            where = {"block_id": place.block["block_id"], "action_id": place.element["action_id"]}
            urls.append(where | {"channel_id": channel.id, "response_url": hands.response_url(person, channel)})
    return urls


def _chosen_channel(view: View, place: Placed) -> str:
    value = view.values.get(place.block["block_id"], {}).get(place.element["action_id"], {})
    return value.get("selected_conversation") or value.get("selected_channel") or ""


def _apply(hands: Hands, view: View, answer: Answer) -> tuple[dict[str, str], str | None]:
    """Does what the app answered; returns errors to show by block, and Slack's own warning if the answer is no good."""
    if not answer.ok:
        return {}, VIEW_TROUBLE
    if not answer.body.strip():
        hands.slack.views.close(view)
        return {}, None
    try:
        return _respond(hands, view, json.loads(answer.body)), None
    except (SlackError, ValueError, KeyError, TypeError, AttributeError):
        return {}, VIEW_TROUBLE


def _respond(hands: Hands, view: View, response: Json) -> dict[str, str]:
    views, scopes = hands.slack.views, hands.slack.manifest.scopes
    match response.get("response_action"):
        case None if not response:
            views.close(view)
        case "clear":
            views.close_all(view.user)
        case "update":
            views.update(view, accept_view(response["view"], "modal", scopes))
        case "push":
            views.push(view.user, accept_view(response["view"], "modal", scopes))
        case "errors":
            return _shown_errors(view, response["errors"])
        case other:
            raise ValueError(f"unknown response_action {other!r}")
    return {}


def _shown_errors(view: View, errors: dict[str, str]) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not errors or set(errors) - inputs or not all(isinstance(text, str) for text in errors.values()):
        raise ValueError("errors may only name input blocks of the view")
    return errors


def _closed(hands: Hands, person: Person, view: View, everything: bool) -> Json:
    shape = hands.shape(view) | {"state": {"values": {}}}
    return hands.common(person) | {"type": "view_closed", "view": shape, "is_cleared": everything}
