"""What a Web API method is: what it answers, and which scopes it asks for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import SlackError, invalid
from sandbox.json_types import Json
from sandbox.slack import Slack

TRUE = ("1", "true", "True", True, 1)


@dataclass(frozen=True, slots=True)
class Args:
    """The parameters of one call, however they were sent."""

    values: Json

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        return default if value is None else value if isinstance(value, str) else str(value)

    def needed(self, name: str) -> str:
        if not self.has(name):
            raise invalid("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return self.text(name)

    def flag(self, name: str, default: bool = False) -> bool:
        return self.values[name] in TRUE if self.has(name) else default

    def number(self, name: str, default: int, most: int) -> int:
        """A count between 1 and `most`; raises SlackError for anything else."""
        try:
            value = int(self.text(name, str(default)) or default)
        except ValueError:
            value = 0
        if not 1 <= value <= most:
            raise SlackError("invalid_limit" if name == "limit" else "invalid_arguments")
        return value

    def json(self, name: str, otherwise: str) -> object:
        """A structured parameter, sent as JSON or as a string of it; raises SlackError `otherwise` when unreadable."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(otherwise) from None


Handler = Callable[[Slack, Args], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes` are all needed; a method whose needs hang on the conversation asks `need_scope` itself."""

    answer: Handler
    scopes: tuple[str, ...] = ()


def need_scope(slack: Slack, scope: str) -> None:
    """Raises SlackError `missing_scope`, naming what is needed and what there is."""
    if scope not in slack.manifest.scopes:
        provided = ",".join(slack.manifest.oauth_config.scopes.bot)
        raise SlackError("missing_scope", needed=scope, provided=provided)
