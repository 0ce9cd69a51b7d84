"""What an answer from Slack means for a message: one table from error string to what is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    SHOWN = "shown"
    LIMITED = "limited"
    """Not sent: wait as long as Slack says."""
    UNKNOWN = "unknown"
    """Perhaps sent: look before sending again."""
    GONE = "gone"
    """The message is not there any more: post it again while it matters."""
    UNREACHABLE = "unreachable"
    """The person or channel cannot be written to: try ever more rarely, and say so."""
    REVOKED = "revoked"
    """Slack does not let us in: keep everything and wait for a working token."""
    MALFORMED = "malformed"
    """Slack refuses how the message is made: send the plain form."""


ERRORS: Mapping[str, Verdict] = {
    **dict.fromkeys(("ratelimited", "rate_limited", "message_limit_exceeded"), Verdict.LIMITED),
    **dict.fromkeys(
        ("message_not_found", "cant_update_message", "edit_window_closed", "is_inactive", "block_mismatch"),
        Verdict.GONE,
    ),
    **dict.fromkeys(
        ("token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive", "missing_scope"),
        Verdict.REVOKED,
    ),
    **dict.fromkeys(
        ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "invalid_arguments"),
        Verdict.MALFORMED,
    ),
    **dict.fromkeys(
        ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"),
        Verdict.UNKNOWN,
    ),
}
"""Everything else that Slack refuses concerns the destination: `UNREACHABLE`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a call ended; `wait` is in seconds, for LIMITED."""

    verdict: Verdict
    channel: str | None = None
    ts: str | None = None
    wait: float = 0.0
    error: str | None = None


def verdict_of(error: str) -> Verdict:
    return ERRORS.get(error, Verdict.UNREACHABLE)
