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
    AWAY = "away"
    """No connection came about, so it was not sent: try again."""
    GONE = "gone"
    """The message is not there any more: post it again while it matters."""
    NO_THREAD = "no_thread"
    """The message it answers is not there any more: that one is posted again first."""
    NO_CHANNEL = "no_channel"
    """The channel cannot be written to: try ever more rarely, reach people otherwise, and tell the admins."""
    NO_DM = "no_dm"
    """This person takes no direct message: the same."""
    NO_PERSON = "no_person"
    """The account is deactivated: give up the message; the person's leads go to somebody else."""
    REVOKED = "revoked"
    """Slack does not let us in: keep everything and wait for a working token."""
    REMOVED = "removed"
    """The app is not in the workspace any more: the same."""
    NO_SCOPE = "no_scope"
    """A permission is missing: whatever needs it waits, the rest goes on."""
    MALFORMED = "malformed"
    """Slack refuses how the message is made: send the plain form."""
    REFUSED = "refused"
    """Anything else, our own mistakes included: try ever more rarely, and tell the admins when it does not pass."""


SHUT_OUT = frozenset({Verdict.REVOKED, Verdict.REMOVED})
"""Nothing at all can be sent."""
UNREACHED = frozenset({Verdict.NO_CHANNEL, Verdict.NO_DM, Verdict.NO_SCOPE, Verdict.MALFORMED, Verdict.REFUSED})
"""It will not be shown soon: whom it was for is reached otherwise."""

ANSWERS: Mapping[Verdict, tuple[str, ...]] = {
    Verdict.LIMITED: ("ratelimited", "rate_limited", "message_limit_exceeded"),
    Verdict.UNKNOWN: (
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "update_failed",
    ),
    Verdict.GONE: ("message_not_found", "cant_update_message", "edit_window_closed", "block_mismatch"),
    Verdict.NO_THREAD: ("thread_not_found", "cannot_reply_to_message", "restricted_action_thread_locked"),
    Verdict.NO_CHANNEL: (
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "ekm_access_denied",
    ),
    Verdict.NO_DM: (
        "messages_tab_disabled",
        "cannot_dm_bot",
        "user_not_found",
        "user_not_visible",
        "invalid_user_combination",
    ),
    Verdict.NO_PERSON: ("user_disabled",),
    Verdict.REVOKED: (
        "token_revoked",
        "token_expired",
        "invalid_auth",
        "not_authed",
        "not_allowed_token_type",
        "org_login_required",
        "two_factor_setup_required",
    ),
    Verdict.REMOVED: ("account_inactive",),
    Verdict.NO_SCOPE: ("missing_scope", "no_permission"),
    Verdict.MALFORMED: (
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_too_long",
        "invalid_arguments",
        "no_text",
    ),
}
"""Anything else that Slack refuses is `REFUSED`; no connection is `AWAY`. Slack's documentation explains each word."""

ERRORS: Mapping[str, Verdict] = {error: verdict for verdict, errors in ANSWERS.items() for error in errors}


@dataclass(frozen=True, slots=True)
class Answer:
    """How a call ended; `wait` is in seconds, for LIMITED. `error` is Slack's word, and after it where or what."""

    verdict: Verdict
    channel: str | None = None
    ts: str | None = None
    wait: float = 0.0
    error: str | None = None


def verdict_of(error: str) -> Verdict:
    return ERRORS.get(error, Verdict.REFUSED)
