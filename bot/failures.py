"""What a command says in a line when it cannot do its work."""

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.commands.policies import CannotApply
from bot.exit_codes import CannotStart
from bot.settings import SettingsErrors
from bot.slack_errors import said
from storage.database import DatabaseError
from storage.schema import InUse, WrongSchema

PLAIN = (SettingsErrors, CannotStart, CannotApply, WrongSchema, InUse)
"""These say themselves what is wrong and what to do."""


def explained(error: Exception) -> str | None:
    """Readable words for what can be expected to go wrong; None for a mistake of ours."""
    if isinstance(error, PLAIN):
        return str(error)
    if isinstance(error, SlackApiError):
        return f"Slack answers {said(error)}; `baton doctor` looks closer"
    if isinstance(error, aiohttp.ClientError | TimeoutError):
        return f"Slack cannot be reached ({type(error).__name__}); check the network and SLACK_API_URL"
    if isinstance(error, DatabaseError | OSError):
        return f"the database cannot be used ({type(error).__name__}); check DATABASE_URL, or run `baton migrate`"
    return None
