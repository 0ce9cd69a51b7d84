"""`baton doctor`: looks at everything Baton stands on and says, a line each, what is wrong and what to do."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import checkup
from bot.commands.checkup import Check
from bot.delivery.directory import look_up
from bot.delivery.email import Ending, Mailbox
from bot.domain.policy import Policy
from bot.settings import Settings, Smtp
from bot.slack_errors import said
from storage.database import Database
from storage.governing import policies
from storage.schema import SERVES, WORDS, fit

SCOPES = frozenset(
    {
        "chat:write",
        "commands",
        "im:write",
        "im:history",
        "channels:read",
        "channels:history",
        "groups:read",
        "groups:history",
        "users:read",
        "users:read.email",
    }
)
"""What Baton calls needs these; manifest.yml says why, one by one."""
OPTIONAL = frozenset({"dnd:read"})
"""Without these Baton knows less, and works."""


async def examine(
    settings: Settings, database: Database, client: AsyncWebClient, clock: Callable[[], datetime]
) -> AsyncIterator[Check]:
    """Every check, in the order in which one depends on another."""
    policy = None
    async for check, in_force in _inside(settings, database, clock()):
        policy = in_force or policy
        yield check
    if not settings.slack_bot_token:
        return
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        remedy = "copy the Bot User OAuth Token again from OAuth & Permissions"
        yield Check("token", False, f"Slack answers {said(error)}", remedy)
        return
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        yield Check(
            "token", False, f"Slack cannot be reached ({type(error).__name__})", "check the network and SLACK_API_URL"
        )
        return
    yield Check("token", True, f"bot {answer.get('user')} in {answer.get('team')}")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    yield _scopes(headers.get("x-oauth-scopes"))
    yield _clock(headers.get("date"), clock())
    if policy:
        async for check in _named(client, policy, clock()):
            yield check


async def _inside(settings: Settings, database: Database, now: datetime) -> AsyncIterator[tuple[Check, Policy | None]]:
    """All that needs no Slack, each with the policy in force once it is known."""
    for check in (checkup.release(), *_settings(settings)):
        yield check, None
    policy, checks = await _database(database)
    for check in checks:
        yield check, policy
    if checks[0].well:
        async for check in checkup.of_the_store(database, now):
            yield check, policy
        async for check in checkup.of_the_work(database, policy, now):
            yield check, policy
        yield await checkup.of_the_webhooks(database, settings.outgoing, now), policy
    yield await _email(settings.smtp), policy


def _settings(settings: Settings) -> list[Check]:
    wanted = {
        "slack_bot_token": "copy the Bot User OAuth Token from OAuth & Permissions",
        "slack_signing_secret": "copy the Signing Secret from Basic Information",
    }
    checks = [
        Check(name.upper(), bool(getattr(settings, name)), "set" if getattr(settings, name) else "not set", remedy)
        for name, remedy in wanted.items()
    ]
    intake = settings.baton_intake_secret or settings.baton_intake_token
    remedy = "set BATON_INTAKE_SECRET (or BATON_INTAKE_TOKEN), or nobody can send leads over HTTP"
    return [*checks, Check("intake", bool(intake), "set" if intake else "neither secret nor token", remedy)]


async def _database(database: Database) -> tuple[Policy | None, list[Check]]:
    try:
        schema = await fit(database)
    except Exception as error:
        found = f"cannot be reached ({type(error).__name__})"
        return None, [Check("database", False, found, "check DATABASE_URL, and that the server is running")]
    stored = Check("database", schema in SERVES, WORDS[schema], schema.value)
    if not stored.well:
        return None, [stored]
    async with database.read() as session:
        found_policy = await policies.in_force(session)
    if found_policy is None:
        remedy = "run `baton policy apply FILE`"
        return None, [stored, Check("policy", False, "none is in force", remedy)]
    return found_policy[1], [stored, Check("policy", True, f"version {found_policy[0]} is in force")]


async def _email(smtp: Smtp | None) -> Check:
    """Connects, encrypts and logs in; no e-mail is sent."""
    if smtp is None:
        return Check("e-mail", True, "not set up: people are reached by Slack alone (BATON_SMTP_HOST)")
    looked = await Mailbox(smtp).look()
    if looked.ending is Ending.SENT:
        return Check("e-mail", True, f"{smtp.host} lets us in")
    found = looked.error or "no answer"
    remedy = next((remedy for sign, remedy in MAIL_REMEDIES.items() if sign in found), WHERE_MAIL_GOES)
    return Check("e-mail", False, found, remedy)


WHERE_MAIL_GOES = "check BATON_SMTP_HOST and BATON_SMTP_PORT, and that this machine may connect there"
MAIL_REMEDIES = {
    "535": "check BATON_SMTP_USER and BATON_SMTP_PASSWORD",
    "CERTIFICATE": "use the name in the server's certificate; SSL_CERT_FILE names an authority of your own",
    "STARTTLS": "set BATON_SMTP_TLS: tls where the port expects it at once, none on a server of this machine",
    "AUTH": "this server takes no login: unset BATON_SMTP_USER and BATON_SMTP_PASSWORD",
}
"""By what the mail server, or the connection, said."""


def _scopes(granted: str | None) -> Check:
    if granted is None:
        return Check("scopes", True, "Slack did not say which are granted")
    missing = SCOPES - {scope.strip() for scope in granted.split(",")}
    remedy = "add them under OAuth & Permissions (or paste manifest.yml again) and reinstall the app"
    if missing:
        return Check("scopes", False, f"missing {', '.join(sorted(missing))}", remedy)
    left = OPTIONAL - {scope.strip() for scope in granted.split(",")}
    hint = f"; with {', '.join(sorted(left))} too, leads would wait while a rep does not want to be disturbed"
    return Check("scopes", True, f"all granted{hint if left else ''}")


def _clock(date: str | None, now: datetime) -> Check:
    if date is None:
        return Check("clock", True, "Slack did not say what time it is")
    return checkup.skew("clock", "Slack", now, parsedate_to_datetime(date))


async def _named(client: AsyncWebClient, policy: Policy, now: datetime) -> AsyncIterator[Check]:
    try:
        found = await look_up(client, policy, now)
    except SlackApiError as error:
        yield Check("people", False, f"Slack answers {said(error)}", "see the scopes above")
        return
    for problem in (*found.problems, *found.warnings):
        name, _, words = problem.partition(": ")
        yield Check(name, False, words, "mend it in Slack, or in the policy file and apply it again")
    yield Check("people", True, f"{len(found.people)} found")
    yield Check("channels", True, f"{len(found.channels)} found")
