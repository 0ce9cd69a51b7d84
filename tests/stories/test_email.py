"""The e-mail beside the card: to whom, when, with what in it, and what happens when something fails."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.delivery.email import Mailbox, Outcome
from bot.usecases.deciding import handoffs
from bot.views.email import Letter
from tests.stories.conftest import ALEX, ANA, MARTA, NEW, OLA, RAVI, RITA, Story
from tests.support.mail import MailServer, mail_server, words
from tests.support.workspace import Message

FAST: dict[str, Any] = {
    "contact_requested": True,
    "signals": [],
    "company": {"name": "Acme Logistics", "country": "DE"},
}
"""What makes Ana a lead that asked for sales, and no more."""
ADDRESSES = {RITA: "rita@acme.example", RAVI: "ravi@acme.example", OLA: "ola@acme.example"}


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
def mail_settings(mail: MailServer) -> dict[str, Any]:
    smtp = mail.settings()
    return {
        "baton_smtp_host": smtp.host,
        "baton_smtp_port": smtp.port,
        "baton_smtp_tls": smtp.tls,
        "baton_smtp_from": smtp.sender,
    }


def readers(mail: MailServer) -> list[str]:
    """Who got an e-mail, in order."""
    return [str(message["To"]) for message in mail.received]


def told(message: EmailMessage) -> str:
    """All that the message says in any of its forms, and its headers."""
    return "\n".join([*(f"{name}: {value}" for name, value in message.items()), words(message), words(message, "html")])


async def card_of(story: Story, name: str) -> tuple[str, Message]:
    """Who was offered the lead of this first name, and their card."""
    found = [(rep, card) for rep in (RITA, RAVI) for card in await story.dm(rep) if name in card.plain()]
    (only,) = found
    return only


async def press(story: Story, name: str, label: str) -> None:
    rep, card = await card_of(story, name)
    channel = await story.slack.dm(rep)
    assert channel
    await story.press(rep, channel, card, label)


async def test_a_fast_lead_is_told_by_email_at_once_without_contact_details(story: Story, mail: MailServer) -> None:
    await story.lead(**FAST)

    (message,) = mail.received
    card, dm = await story.card(RITA), await story.slack.dm(RITA)
    assert str(message["To"]) == "rita@acme.example"
    assert message["Subject"] == "New lead: Ana Silva, Acme Logistics (answer by Fri 10:15)"
    assert "Asked for sales: fit 20 (15 needed)" in words(message)
    assert "Answer by: Fri 10:15, Europe/Berlin time" in words(message)
    (link,) = re.findall(r"https://\S+", words(message))
    assert parse_qs(urlsplit(link).query) == {"channel": [dm], "message_ts": [card.ts]}
    assert "VP Operations" in words(message, "html")
    for private in ("ana.silva@acme.example", "415 555 0100", "A-1001"):
        assert private not in told(message)

    await story.pass_time(minutes=40)
    assert len([one for one in mail.received if str(one["To"]) == "rita@acme.example"]) == 1


async def test_an_untouched_card_brings_an_email_after_half_an_hour_and_a_touched_one_none(
    story: Story, mail: MailServer
) -> None:
    for name in ("Accepted", "Opened", "Untouched"):
        await story.lead(external_id=name, email=f"{name}@acme.example", phone=None, first_name=name)
    await press(story, "Accepted", "Accept")
    await press(story, "Opened", "Reject")  # and the form is left open
    await story.pass_time(minutes=29)
    assert readers(mail) == []

    await story.pass_time(minutes=1)

    rep, _ = await card_of(story, "Untouched")
    assert [(str(one["To"]), "Untouched" in one["Subject"]) for one in mail.received] == [(ADDRESSES[rep], True)]
    assert "You have not touched the card" in words(mail.received[0])


async def test_the_manager_reads_whether_the_rep_has_touched_the_card(story: Story) -> None:
    await story.lead()
    await story.until(story.clock.at + timedelta(hours=5))
    assert "has not touched the card" in (await story.card(MARTA)).plain()

    await press(story, "Ana", "Reject")

    assert "has opened it and has not answered" in (await story.card(MARTA)).plain()


async def test_only_whoever_has_the_lead_gets_an_email(story: Story, mail: MailServer) -> None:
    handoff_id = (await story.lead())["handoff_id"]
    await story.pass_time(minutes=10)
    await handoffs.assign(story.database, handoff_id, RAVI, MARTA, story.clock.now())
    await story.settle()

    await story.pass_time(minutes=25)
    assert readers(mail) == []
    await story.pass_time(minutes=5)

    assert readers(mail) == ["ravi@acme.example"]


async def test_each_person_can_choose_more_and_never_none(story: Story, mail: MailServer) -> None:
    async def said(person: str, text: str) -> str:
        done = await story.slack.command(person, NEW, "/lead", text)
        assert done.reply, done
        return done.reply.plain()

    shown = await said(RITA, "help")
    assert "rita@acme.example" in shown
    assert "after 30 minutes (default), at once (fast)" in shown
    assert "Say which e-mails" in await said(RITA, "email none")
    assert "with every lead" in await said(RITA, "email every")
    assert "people whom the policy names" in await said(ALEX, "email every")

    await story.apply_policy()
    await story.lead()

    assert readers(mail) == ["rita@acme.example"]
    assert "You asked for an e-mail with every lead" in words(mail.received[0])
    assert "unless you have touched the card by then" in await said(RITA, "email unopened")


async def test_a_mail_server_that_is_away_loses_nothing_and_the_admins_hear_of_it(
    story: Story, mail: MailServer
) -> None:
    await mail.stop()
    await story.lead(**FAST)
    for _ in range(8):
        await story.pass_time(seconds=15)
    assert readers(mail) == []
    (alarm,) = await story.dm(OLA)
    assert "mail server takes no e-mail" in alarm.plain()

    await mail.start()
    await story.pass_time(seconds=60)

    assert readers(mail) == ["rita@acme.example"]
    (alarm,) = await story.dm(OLA)
    assert "Solved" in alarm.plain()


async def test_an_email_of_unknown_outcome_comes_again_with_the_same_message_id(story: Story, mail: MailServer) -> None:
    mail.hang_up = True
    await story.lead(**FAST)
    mail.hang_up = False
    story.baton.postman.mailbox = Dying(mail.settings())
    story.clock.at += timedelta(seconds=3)
    with pytest.raises(asyncio.CancelledError):
        await story.baton.postman.send_one()
    story.baton.postman.mailbox = Mailbox(mail.settings())
    await story.pass_time(seconds=29)
    assert len(mail.received) == 2

    await story.pass_time(seconds=1)

    assert len(mail.received) == 3
    assert len({str(message["Message-ID"]) for message in mail.received}) == 1


class Dying(Mailbox):
    """Ends the process, as far as the postman can tell, before it hears that the e-mail was taken."""

    async def send(self, key: str, to: str, letter: Letter, now: datetime) -> Outcome:
        await super().send(key, to, letter, now)
        raise asyncio.CancelledError


@pytest.mark.parametrize(("refusals", "arrives"), [(2, ["rita@acme.example"]), (3, [])])
async def test_an_address_that_is_refused_for_good_three_times_is_given_up(
    story: Story, mail: MailServer, refusals: int, arrives: list[str]
) -> None:
    mail.refusals = ["550 5.1.1 nobody here"] * refusals
    await story.lead(**FAST)
    for _ in range(4):
        await story.pass_time(seconds=20)
    assert readers(mail) == arrives
    assert mail.refusals == []


async def test_text_from_outside_adds_no_header_and_does_nothing(story: Story, mail: MailServer) -> None:
    name = 'Ana\r\nBcc: all@evil.example\r\n\r\n<img src="https://evil.example/a.png" onerror=alert(1)>{{ 7 * 7 }}'
    company = "<a href='https://evil.example'>Acme</a> \u202emoc"

    await story.lead(**{**FAST, "first_name": name[:100], "company": {**FAST["company"], "name": company}})

    (message,) = mail.received
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    html = words(message, "html")
    assert re.findall(r"<(?:img|a|script)\b[^>]*", html) == re.findall(r'<a href="https://slack.com/[^>]*', html)
    assert "49" not in html
    assert "://evil" not in told(message)
    assert "\u202e" not in told(message)


async def test_an_email_waits_a_moment_for_the_card_it_links_to_and_no_longer(story: Story, mail: MailServer) -> None:
    assert (await story.send("leads", {**ANA, **FAST})).status_code == 202
    assert await story.baton.postman.send_one()
    assert not await story.baton.postman.send_one()
    story.clock.at += timedelta(seconds=9)
    assert await story.baton.postman.send_one()
    assert readers(mail) == []

    story.clock.at += timedelta(seconds=1)
    assert await story.baton.postman.send_one()

    assert readers(mail) == ["rita@acme.example"]
    assert "Open Slack and look for Baton" in words(mail.received[0])


async def test_email_comes_also_when_slack_lets_nobody_in(story: Story, mail: MailServer) -> None:
    await story.slack.revoke_token()

    await story.lead(**FAST)
    assert readers(mail) == ["rita@acme.example"]
    assert "Open Slack and look for Baton" in words(mail.received[0])
    assert "Slack does not show you the card" in words(mail.received[0])

    await story.pass_time(minutes=6)
    to_ola = [one for one in mail.received if str(one["To"]) == "ola@acme.example"]
    assert ["token" in words(one) for one in to_ola] == [True]
    assert to_ola[0]["Subject"].startswith("Baton needs you: ")
