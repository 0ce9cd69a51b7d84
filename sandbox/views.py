"""Modals that people have open, and the home each of them sees."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.elements import State, initial_state
from sandbox.errors import SlackError
from sandbox.json_types import Json
from sandbox.limits import VIEW_STACK


@dataclass(slots=True)
class View:
    """One view in front of one person: what the app sent, and what the person has filled in so far."""

    id: str
    user: str
    content: Json
    root_id: str
    previous_id: str | None = None
    hash: str = ""
    values: State = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.content["blocks"]
        return blocks


class Views:
    """Holds each person's stack of modals (bottom first) and home view."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}
        self._count = 0

    def stack(self, user: str) -> list[View]:
        return list(self._stacks.get(user, []))

    def top(self, user: str) -> View | None:
        return next(iter(reversed(self.stack(user))), None)

    def home(self, user: str) -> View | None:
        return self._homes.get(user)

    def find(self, view_id: str | None = None, external_id: str | None = None) -> View | None:
        """The open modal or published home with that id, or with that external id."""
        everything = [view for stack in self._stacks.values() for view in stack] + list(self._homes.values())
        for view in everything:
            if view.id == view_id or (external_id and view.content.get("external_id") == external_id):
                return view
        return None

    def open(self, user: str, content: Json) -> View:
        """Shows a modal to that person in place of whatever modal they had open."""
        view = self._new(user, content)
        self._stacks[user] = [view]
        return view

    def push(self, user: str, content: Json) -> View:
        """Lays a modal on top of the open ones; raises SlackError when the stack is full."""
        stack = self._stacks.setdefault(user, [])
        if len(stack) >= VIEW_STACK:
            raise SlackError("push_limit_reached")
        view = self._new(user, content)
        if stack:
            view.root_id, view.previous_id = stack[0].id, stack[-1].id
        stack.append(view)
        return view

    def update(self, view: View, content: Json, expected_hash: str | None = None) -> None:
        """Puts new content in a view; what was filled in stays where block and action ids are the same."""
        if expected_hash and expected_hash != view.hash:
            raise SlackError("hash_conflict")
        self._fill(view, content)

    def publish(self, user: str, content: Json, expected_hash: str | None = None) -> View:
        home = self._homes.get(user)
        if home is None:
            home = self._homes[user] = self._new(user, content)
        else:
            self.update(home, content, expected_hash)
        return home

    def close(self, view: View) -> None:
        """Takes a modal away, and any that lies on it."""
        stack = self._stacks.get(view.user, [])
        if view in stack:
            del stack[stack.index(view) :]

    def close_all(self, user: str) -> None:
        self._stacks.pop(user, None)

    def _new(self, user: str, content: Json) -> View:
        external_id = content.get("external_id")
        if external_id and self.find(external_id=external_id):
            raise SlackError("duplicate_external_id")
        self._count += 1
        view_id = f"V{self._count:010d}"
        view = View(id=view_id, user=user, content=content, root_id=view_id)
        self._fill(view, content)
        return view

    def _fill(self, view: View, content: Json) -> None:
        fresh = initial_state(content["blocks"])
        for block_id, actions in fresh.items():
            for action_id, untouched in actions.items():
                typed = view.values.get(block_id, {}).get(action_id)
                if typed is not None and typed["type"] == untouched["type"]:
                    actions[action_id] = typed
        view.content, view.values = content, fresh
        view.hash = f"{int(self._clock.now())}.{secrets.token_urlsafe(6)}"
