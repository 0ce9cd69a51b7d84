"""The ways a request is refused."""

from __future__ import annotations

from sandbox.json_types import Json


class SlackError(Exception):
    """A Web API call answered `{"ok": false, "error": …}`; `extra` is merged into that answer."""

    def __init__(self, error: str, *, retry_after: int | None = None, **extra: object) -> None:
        super().__init__(error)
        self.error = error
        self.retry_after = retry_after
        self.extra: Json = dict(extra)


def invalid(error: str, messages: list[str]) -> SlackError:
    """A refusal that lists what is wrong where, as Slack does in `response_metadata`."""
    extra: Json = {"response_metadata": {"messages": messages}}
    if error == "invalid_blocks":
        extra["errors"] = [message.removeprefix("[ERROR] ") for message in messages]
    return SlackError(error, **extra)


class CannotDoError(Exception):
    """What a person asked for is nothing Slack's own screens would let them do."""

    def __init__(self, reason: str, **extra: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.extra: Json = dict(extra)
