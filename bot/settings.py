"""What the environment says, read once at start; every mistake is reported at the same time."""

import base64
import binascii
import re
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from storage.database import parse_url


class SettingsErrors(Exception):
    """The environment cannot be used: one line each, saying which variable and what to do."""


def _database(written: str) -> str:
    url = parse_url(written)
    if url.get_backend_name() != "sqlite":
        return written
    if not url.database or ":memory:" in url.database:
        raise ValueError("needs a file, for what is kept in memory is lost with it: sqlite:///baton.db")
    if not (folder := Path(url.database).parent).is_dir():
        raise ValueError(f"there is no folder {folder} to keep the database in")
    return written


def _webhook_secret(secret: str) -> str:
    try:
        length = len(base64.b64decode(secret.removeprefix("whsec_"), validate=True))
    except binascii.Error as error:
        raise ValueError("must be `whsec_` followed by base64") from error
    if not secret.startswith("whsec_") or not 24 <= length <= 64:
        raise ValueError("must be `whsec_` and 24 to 64 bytes in base64")
    return secret


def _receiver(url: str) -> str:
    """Signed is not encrypted: what crosses a network is about people."""
    address = urlsplit(url)
    here = address.hostname in {"localhost", "127.0.0.1", "::1"}
    if not address.hostname or address.scheme not in ({"https", "http"} if here else {"https"}):
        raise ValueError("must be an address that starts with https:// (http:// on this machine alone)")
    return url


def _api(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("must be an address that starts with https:// or http://")
    return url if url.endswith("/") else url + "/"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Whom webhooks are sent to, and what signs them."""

    url: str
    secret: str


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server that takes e-mails from us, and from whom they are."""

    host: str
    port: int
    sender: str
    """`Baton <baton@acme.example>`, or the address alone."""
    tls: Literal["starttls", "tls", "none"]
    user: str | None = None
    password: str | None = None


class Settings(BaseSettings):
    """Secrets and addresses; rules are in the policy. An empty variable counts as not set, and so does a blank one."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, frozen=True, str_strip_whitespace=True
    )

    slack_bot_token: str | None = None
    slack_signing_secret: str | None = None
    slack_app_token: str | None = None
    slack_api_url: Annotated[str, AfterValidator(_api)] = "https://slack.com/api/"
    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///baton.db"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 3000
    baton_intake_secret: Annotated[str, AfterValidator(_webhook_secret)] | None = None
    baton_intake_token: str | None = None
    baton_smtp_host: str | None = None
    baton_smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    baton_smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    baton_smtp_user: str | None = None
    baton_smtp_password: Annotated[str | None, Field(validate_default=True)] = None
    baton_smtp_from: Annotated[str | None, Field(validate_default=True)] = None
    baton_webhook_url: Annotated[str, AfterValidator(_receiver)] | None = None
    baton_webhook_secret: Annotated[str | None, Field(validate_default=True)] = None
    baton_log: Literal["text", "json"] = "text"

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, token: str | None) -> str | None:
        if token and token.startswith(("xapp-", "xoxp-", "xoxe")):
            raise ValueError("must be the bot token, which starts with xoxb-")
        return token

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, token: str | None) -> str | None:
        if token and not token.startswith("xapp-"):
            raise ValueError("must be an app-level token, which starts with xapp-")
        return token

    @field_validator("baton_smtp_password")
    @classmethod
    def _mail_password(cls, password: str | None, info: ValidationInfo) -> str | None:
        user, tls = info.data.get("baton_smtp_user"), info.data.get("baton_smtp_tls")
        if bool(user) != bool(password):
            raise ValueError("goes with BATON_SMTP_USER: set both or neither")
        if password and tls == "none":
            raise ValueError("would cross the network unencrypted: set BATON_SMTP_TLS to starttls or tls")
        return password

    @field_validator("baton_smtp_from")
    @classmethod
    def _mail_from(cls, sender: str | None, info: ValidationInfo) -> str | None:
        if bool(info.data.get("baton_smtp_host")) != bool(sender):
            raise ValueError("goes with BATON_SMTP_HOST: set both, or neither for no e-mail")
        if sender and not (sender.isprintable() and re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", parseaddr(sender)[1])):
            raise ValueError("must be an address such as `Baton <baton@acme.example>`")
        return sender

    @field_validator("baton_webhook_secret")
    @classmethod
    def _signs_webhooks(cls, secret: str | None, info: ValidationInfo) -> str | None:
        if "baton_webhook_url" in info.data and bool(info.data["baton_webhook_url"]) != bool(secret):
            raise ValueError("goes with BATON_WEBHOOK_URL: set both, or neither for no webhooks")
        return _webhook_secret(secret) if secret else None

    @property
    def outgoing(self) -> Outgoing | None:
        """Where webhooks go; None where none are set up."""
        if not self.baton_webhook_url or not self.baton_webhook_secret:
            return None
        return Outgoing(self.baton_webhook_url, self.baton_webhook_secret)

    @property
    def smtp(self) -> Smtp | None:
        """Where e-mails go; None where none is set up."""
        if not self.baton_smtp_host or not self.baton_smtp_from:
            return None
        return Smtp(
            self.baton_smtp_host,
            self.baton_smtp_port,
            self.baton_smtp_from,
            self.baton_smtp_tls,
            self.baton_smtp_user,
            self.baton_smtp_password,
        )


Given = Annotated[str, Field(min_length=1)]


class WithToken(Settings):
    """Settings of what speaks to Slack."""

    slack_bot_token: Given


class ToServe(WithToken):
    """Settings of what Slack speaks to as well."""

    slack_signing_secret: Given


NEEDED = {
    "slack_bot_token": "is not set: the Bot User OAuth Token of your app (OAuth & Permissions)",
    "slack_signing_secret": "is not set: the Signing Secret of your app (Basic Information)",
}
NOT_GIVEN = {"missing", "string_too_short"}
Kind = TypeVar("Kind", bound=Settings)


def read_settings(kind: type[Kind]) -> Kind:
    """The environment and `.env`.

    Raises:
        SettingsErrors: naming every variable that is missing or cannot be used; no value is repeated.
    """
    try:
        return kind()
    except ValidationError as error:
        raise SettingsErrors("\n".join(map(_line, error.errors()))) from None


def _line(error: ErrorDetails) -> str:
    name = str(error["loc"][0])
    said = NEEDED[name] if error["type"] in NOT_GIVEN and name in NEEDED else error["msg"].removeprefix("Value error, ")
    return f"{name.upper()}{'' if said.startswith('is not set') else ':'} {said}"
