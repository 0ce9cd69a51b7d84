"""One e-mail handed to a real server: encrypted, logged in, taken, refused or nobody there."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.email import Ending, Mailbox, Outcome
from bot.delivery.postman import Postman
from bot.settings import Smtp
from bot.views.email import Letter
from storage.database import Database
from storage.delivery import emails
from storage.operating import backlog
from tests.support.mail import CERTIFICATE, PASSWORD, SENDER, USER, mail_server, words

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LEASE = 30 * SECOND
LETTER = Letter("New lead: Ana Silva, Acme", "Ana Silva — VP", "<p>Ana Silva &mdash; VP</p>")


async def sent(smtp: Smtp, to: str = "rita@acme.example", letter: Letter = LETTER) -> Outcome:
    return await Mailbox(smtp).send("h-1:email:1", to, letter, NOW)


async def test_a_message_says_who_it_is_from_and_that_no_person_wrote_it() -> None:
    async with mail_server() as server:
        assert await sent(server.settings()) == Outcome(Ending.SENT)
        assert await sent(server.settings()) == Outcome(Ending.SENT)
    first, again = server.received
    assert {name: first[name] for name in ("From", "To", "Subject", "Date", "Auto-Submitted")} == {
        "From": SENDER,
        "To": "rita@acme.example",
        "Subject": LETTER.subject,
        "Date": "Fri, 20 Nov 2026 09:00:00 +0000",
        "Auto-Submitted": "auto-generated",
    }
    assert first["Message-ID"] == again["Message-ID"]
    assert str(first["Message-ID"]).endswith("@acme.example>")
    assert "h-1" not in str(first["Message-ID"])
    assert (words(first).strip(), words(first, "html").strip()) == (LETTER.text, LETTER.html)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_it_logs_in_only_over_a_connection_it_can_trust(tls: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with mail_server(tls=tls, asks_login=True) as server:
        untrusted = await sent(server.settings())
        assert (untrusted.ending, server.received) == (Ending.AWAY, [])
        assert "certificate" in (untrusted.error or "").lower()

        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        assert await sent(server.settings()) == Outcome(Ending.SENT)
        assert await Mailbox(server.settings()).look() == Outcome(Ending.SENT)
        wrong = await sent(Smtp("localhost", server.port, SENDER, server.tls, USER, "wrong"))
        assert (wrong.ending, (wrong.error or "")[:3]) == (Ending.AWAY, "535")
    assert len(server.received) == 1
    assert not [line for line in server.raw if PASSWORD.encode() in line]


async def test_a_server_that_cannot_encrypt_gets_nothing() -> None:
    async with mail_server(tls="none") as server:
        refused = await sent(Smtp("localhost", server.port, SENDER, "starttls"))
    assert (refused.ending, server.received) == (Ending.AWAY, [])


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        ("550 5.1.1 <rita@acme.example> unknown", Ending.REFUSED),
        ("451 4.7.1 greylisted, rita@acme.example", Ending.LATER),
        ("421 4.3.2 closing", Ending.AWAY),
    ],
)
async def test_what_a_server_answers_means_something_and_repeats_no_address(answer: str, ending: Ending) -> None:
    async with mail_server(refusals=[answer]) as server:
        assert await sent(server.settings()) == Outcome(ending, answer[:3])
    assert server.received == []


@pytest.mark.parametrize("to", ["rita", "rita@acme.example\r\nBcc: all@acme.example", "a@b.example, c@d.example", "@"])
async def test_what_is_no_address_gets_nothing(to: str) -> None:
    async with mail_server() as server:
        assert (await sent(server.settings(), to)).ending is Ending.REFUSED
    assert server.received == []


async def test_nobody_there_is_no_error_of_ours() -> None:
    async with mail_server() as server:
        gone = server.settings()
    assert (await sent(gone)).ending is Ending.AWAY
    assert (await Mailbox(gone).look()).ending is Ending.AWAY


async def test_a_server_that_hangs_up_after_taking_it_leaves_it_unknown() -> None:
    async with mail_server(hang_up=True) as server:
        assert (await sent(server.settings())).ending is Ending.AWAY
    assert len(server.received) == 1


async def test_without_a_mail_server_every_email_is_needless(database: Database) -> None:
    async with database.write() as session:
        await emails.want(session, "a", "lead", "U1", NOW)
    postman = Postman(database, None, lambda: NOW)

    assert await postman.send_one()
    assert not await postman.send_one()

    assert await waiting(database) == 0


async def test_an_email_goes_to_one_postman_at_the_earliest_time_asked_for(database: Database) -> None:
    async with database.write() as session:
        for later in (60, 90, 10):
            await emails.want(session, "a", "lead", "U1", NOW, retry_at=NOW + later * SECOND)
    async with database.write() as session:
        assert await emails.claim(session, NOW + 9 * SECOND, LEASE) is None
        claimed = await emails.claim(session, NOW + 10 * SECOND, LEASE)
        assert await emails.claim(session, NOW + 39 * SECOND, LEASE) is None
        taken_over = await emails.claim(session, NOW + 40 * SECOND, LEASE)
    assert claimed
    assert taken_over
    async with database.write() as session:
        assert not await emails.settle(session, "a", claimed.attempt - 1, done_at=NOW)
        assert await emails.settle(session, "a", taken_over.attempt, done_at=NOW)
        await emails.want(session, "a", "lead", "U1", NOW)
        assert not await emails.is_any_ready(session, NOW + 90 * SECOND)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_running_postman_wakes_for_new_work_and_stops_when_told(database: Database) -> None:
    postman, stopping = Postman(database, None, lambda: NOW), asyncio.Event()
    database.after_commit = postman.wake
    running = asyncio.create_task(postman.run(stopping))
    await asyncio.sleep(0.05)  # it has looked, and rests
    async with database.write() as session:
        await emails.want(session, "a", "lead", "U1", NOW)

    for _ in range(500):
        if not await waiting(database):
            break
        await asyncio.sleep(0.01)
    assert await waiting(database) == 0

    stopping.set()
    postman.wake()
    await asyncio.wait_for(running, 5)


async def waiting(database: Database) -> int:
    async with database.read() as session:
        return (await backlog.backlog(session, NOW)).emails.waiting
