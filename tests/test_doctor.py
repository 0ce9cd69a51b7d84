"""`baton doctor` on e-mail: one line, and what to do about it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import doctor
from bot.commands.checkup import Check
from bot.settings import Settings
from storage.database import Database
from tests.support.mail import CERTIFICATE, mail_server

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def said(database: Database, **settings: Any) -> Check:
    read = Settings(_env_file=None, **{f"baton_smtp_{name}": value for name, value in settings.items()})
    checks = doctor.examine(read, database, AsyncWebClient(), lambda: datetime.now(UTC))
    (about_email,) = [check async for check in checks if check.name == "e-mail"]
    return about_email


async def test_no_mail_server_is_no_fault(database: Database) -> None:
    check = await said(database)
    assert (check.well, "not set up" in check.found) == (True, True)


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({}, None),
        ({"password": "wrong"}, "BATON_SMTP_PASSWORD"),
        ({"tls": "starttls"}, "BATON_SMTP_TLS"),
        ({"host": "127.0.0.1", "port": 1}, "BATON_SMTP_PORT"),
    ],
)
async def test_a_mail_server_is_tried_and_each_trouble_has_a_remedy(
    database: Database, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], remedy: str | None
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    plain = changes.get("tls") == "starttls"
    async with mail_server(tls="none" if plain else "tls", asks_login=not plain) as server:
        smtp = server.settings()
        given = {"host": smtp.host, "port": smtp.port, "tls": smtp.tls, "from": smtp.sender}
        login = {"user": smtp.user, "password": smtp.password}
        check = await said(database, **{**given, **login, **changes})
    assert (check.well, server.received) == (remedy is None, [])
    assert (remedy or "") in check.remedy


async def test_a_certificate_nobody_trusts_is_named(database: Database) -> None:
    async with mail_server(tls="tls") as server:
        smtp = server.settings()
        check = await said(database, host=smtp.host, port=smtp.port, tls="tls", **{"from": smtp.sender})
    assert (check.well, "SSL_CERT_FILE" in check.remedy) == (False, True)


async def test_webhooks_are_looked_at_without_sending_one(database: Database) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq="
    known: dict[str, Any] = {"baton_webhook_url": "https://crm.acme.example/x?key=1", "baton_webhook_secret": secret}
    found = []
    for settings in (Settings(_env_file=None), Settings(_env_file=None, **known)):
        checks = doctor.examine(settings, database, AsyncWebClient(), lambda: datetime.now(UTC))
        found += [(one.well, one.found) async for one in checks if one.name == "webhooks"]
    assert found == [
        (True, "not set up: no other system is told (BATON_WEBHOOK_URL)"),
        (True, "0 wait for crm.acme.example"),
    ]
