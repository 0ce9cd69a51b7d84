"""What the environment may say of e-mail, and that every mistake in it is told at once."""

import pytest

from bot.settings import Settings, SettingsErrors, Smtp, ToServe, read_settings

SERVER = {"BATON_SMTP_HOST": "mail.acme.example", "BATON_SMTP_FROM": "Baton <baton@acme.example>"}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No setting of this machine reaches a test, from the environment or a `.env` file."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))


def test_without_a_mail_server_there_is_no_e_mail() -> None:
    assert read_settings(Settings).smtp is None


def test_a_mail_server_needs_a_host_and_a_sender_and_the_rest_is_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVER.items():
        monkeypatch.setenv(name, value)
    assert read_settings(Settings).smtp == Smtp("mail.acme.example", 587, "Baton <baton@acme.example>", "starttls")

    for name, value in {"USER": "baton", "PASSWORD": "secret", "TLS": "tls", "PORT": "465"}.items():
        monkeypatch.setenv(f"BATON_SMTP_{name}", value)
    assert read_settings(Settings).smtp == Smtp(
        "mail.acme.example", 465, "Baton <baton@acme.example>", "tls", "baton", "secret"
    )


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"BATON_SMTP_FROM": ""}, ["BATON_SMTP_FROM"]),
        ({"BATON_SMTP_HOST": ""}, ["BATON_SMTP_FROM"]),
        ({"BATON_SMTP_FROM": "Baton"}, ["BATON_SMTP_FROM"]),
        ({"BATON_SMTP_FROM": "baton@acme.example\r\nBcc: all@acme.example"}, ["BATON_SMTP_FROM"]),
        ({"BATON_SMTP_USER": "baton"}, ["BATON_SMTP_PASSWORD"]),
        ({"BATON_SMTP_PASSWORD": "secret"}, ["BATON_SMTP_PASSWORD"]),
        (
            {"BATON_SMTP_USER": "baton", "BATON_SMTP_PASSWORD": "secret", "BATON_SMTP_TLS": "none"},
            ["BATON_SMTP_PASSWORD"],
        ),
        (
            {"BATON_SMTP_PORT": "0", "BATON_SMTP_TLS": "ssl", "BATON_SMTP_FROM": "", "BATON_SMTP_USER": "baton"},
            ["BATON_SMTP_PORT", "BATON_SMTP_TLS", "BATON_SMTP_PASSWORD", "BATON_SMTP_FROM"],
        ),
    ],
)
def test_every_mistake_is_told_at_once_and_no_secret_with_it(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], wrong: list[str]
) -> None:
    for name, value in {**SERVER, **changes}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsErrors) as told:
        read_settings(Settings)
    assert [line.partition(":")[0] for line in str(told.value).splitlines()] == wrong
    assert "secret" not in str(told.value)


RECEIVER = {
    "BATON_WEBHOOK_URL": "https://crm.acme.example/baton?key=1",
    "BATON_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq=",
}


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"BATON_WEBHOOK_URL": "http://127.0.0.1:8000/x"}, []),
        ({"BATON_WEBHOOK_URL": "http://localhost:8000/x"}, []),
        ({"BATON_WEBHOOK_URL": "http://[::1]:8000/x"}, []),
        ({"BATON_WEBHOOK_URL": "http://crm.acme.example/baton"}, ["BATON_WEBHOOK_URL"]),
        ({"BATON_WEBHOOK_URL": "http://127.0.0.1.acme.example/baton"}, ["BATON_WEBHOOK_URL"]),
        ({"BATON_WEBHOOK_URL": "ftp://localhost/baton"}, ["BATON_WEBHOOK_URL"]),
        ({"BATON_WEBHOOK_URL": "crm.acme.example"}, ["BATON_WEBHOOK_URL"]),
        ({"BATON_WEBHOOK_URL": "https://[acme.example"}, ["BATON_WEBHOOK_URL"]),
        ({"BATON_WEBHOOK_URL": ""}, ["BATON_WEBHOOK_SECRET"]),
        ({"BATON_WEBHOOK_SECRET": ""}, ["BATON_WEBHOOK_SECRET"]),
        ({"BATON_WEBHOOK_SECRET": "whsec_c2hvcnQ="}, ["BATON_WEBHOOK_SECRET"]),
        (
            {"BATON_WEBHOOK_URL": "crm.acme.example", "BATON_WEBHOOK_SECRET": "secret"},
            ["BATON_WEBHOOK_URL", "BATON_WEBHOOK_SECRET"],
        ),
    ],
)
def test_webhooks_need_an_address_nobody_listens_in_on_and_a_secret(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], wrong: list[str]
) -> None:
    for name, value in {**RECEIVER, **changes}.items():
        monkeypatch.setenv(name, value)
    if not wrong:
        outgoing = read_settings(Settings).outgoing
        assert outgoing
        assert outgoing.url == {**RECEIVER, **changes}["BATON_WEBHOOK_URL"]
        return
    with pytest.raises(SettingsErrors) as told:
        read_settings(Settings)
    assert [line.partition(":")[0] for line in str(told.value).splitlines()] == wrong
    assert "c2hvcnQ" not in str(told.value)


def test_without_an_address_no_webhooks_are_sent() -> None:
    assert read_settings(Settings).outgoing is None


@pytest.mark.parametrize("secret", [None, "", " "])
def test_what_is_missing_or_blank_is_told_with_every_other_mistake(
    monkeypatch: pytest.MonkeyPatch, secret: str | None
) -> None:
    for name, value in {"PORT": "high", "DATABASE_URL": "mysql://x", "SLACK_SIGNING_SECRET": secret}.items():
        if value is not None:
            monkeypatch.setenv(name, value)
    with pytest.raises(SettingsErrors) as told:
        read_settings(ToServe)
    lines = str(told.value).splitlines()
    assert {line.split()[0].rstrip(":") for line in lines} == {
        *("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "PORT", "DATABASE_URL")
    }
    assert "SLACK_SIGNING_SECRET is not set: the Signing Secret of your app (Basic Information)" in lines


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file::memory:?uri=true"])
def test_leads_are_not_kept_in_memory(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(SettingsErrors, match=r"^DATABASE_URL: .*needs a file.*sqlite:///baton\.db"):
        read_settings(Settings)
