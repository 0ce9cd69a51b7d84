"""What an e-mail says, whatever was written into the lead: one-line headers, no markup, no contact details."""

import re
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser
from itertools import cycle
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.email import composed
from bot.domain.handoff import State
from bot.domain.lead import Company, Facts
from bot.views import email
from bot.views.email import Letter
from tests.views.samples import EMAIL, NOW, PHONE, story
from tests.views.test_hostile import every_text, given_away, story_with, written

LISBON = ZoneInfo("Europe/Lisbon")
LINK = "https://slack.com/app_redirect?channel=D0RITA&message_ts=1.2"
KNOWN_TAGS = {"html", "head", "meta", "title", "body", "table", "tr", "td", "h1", "p", "a", "span"}


class Reader(HTMLParser):
    """What a mail program makes of the HTML: tags, links, and the words between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in {"href", "src", "background"} or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words += data


def lead(now: datetime = NOW, link: str | None = LINK, facts: Facts | None = None) -> Letter:
    told = story(facts=facts) if facts else story()
    return email.new_lead(told, now, LISBON, link, "unopened")


def test_it_says_who_why_by_when_and_where() -> None:
    letter = lead()
    assert letter.subject == "New lead: Ana Silva, Acme (answer by Fri 19:10)"
    assert letter.text.splitlines() == [
        "Ana Silva, VP Operations",
        "Acme · Manufacturing · 450 people · CA, US",
        "",
        "Answer by: Fri 19:10, Europe/Lisbon time",
        "Why: Fit and engaged: fit 50 (40 needed), engagement 40 (30 needed)",
        "",
        "Open the card in Slack:",
        LINK,
        "",
        "-- ",
        "You have not touched the card in Slack yet. /lead email every there brings such an e-mail at once.",
    ]
    html = Reader(letter.html)
    assert html.links == [LINK]
    assert "Ana Silva, VP Operations" in html.words
    for private in (EMAIL, PHONE):
        assert private not in letter.text + letter.html + letter.subject


@pytest.mark.parametrize(
    ("now", "subject"),
    [
        (NOW + timedelta(hours=5), "New lead: Ana Silva, Acme (answer was due Fri 19:10)"),
        (NOW - timedelta(days=9), "New lead: Ana Silva, Acme (answer by Fri 20 Nov 19:10)"),
    ],
)
def test_a_deadline_far_away_has_a_date_and_one_that_is_over_says_so(now: datetime, subject: str) -> None:
    assert lead(now).subject == subject


def test_little_that_is_known_is_enough() -> None:
    letter = lead(link=None, facts=Facts(source="web", email=EMAIL, company=Company()))
    assert letter.subject == "New lead: Unnamed lead (answer by Fri 19:10)"
    assert "Open Slack and look for Baton" in letter.text
    assert Reader(letter.html).links == []


@pytest.mark.parametrize(
    ("channel", "ts", "link"),
    [("D1", "1.2", "channel=D1&message_ts=1.2"), ("D1", None, "channel=D1"), (None, None, None)],
)
def test_a_link_leads_to_the_card_or_as_near_as_is_known(channel: str | None, ts: str | None, link: str | None) -> None:
    assert email.card_link(channel, ts) == (link and f"https://slack.com/app_redirect?{link}")


@settings(max_examples=60, deadline=None)
@given(st.lists(written, min_size=5, max_size=40))
def test_no_text_acts_in_an_email_or_adds_a_header(texts: list[str]) -> None:
    told = story_with(cycle(texts), State.OFFERED)
    for letter in (
        email.new_lead(told, NOW, LISBON, LINK, "fast"),
        email.alarm(texts[0], NOW, LISBON),
    ):
        message = composed("Baton <baton@acme.example>", "key", "rita@acme.example", letter, NOW)
        html = Reader(letter.html)
        assert html.tags <= KNOWN_TAGS
        assert set(html.links) <= {LINK}
        assert "://" not in letter.text.replace(LINK, "") + letter.subject
        assert len(letter.subject) <= 200
        assert headers(message) == {
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "X-Auto-Response-Suppress",
            "MIME-Version",
            "Content-Type",
        }


@settings(max_examples=40, deadline=None)
@given(st.lists(given_away, min_size=5, max_size=40))
def test_contact_details_are_in_no_email_wherever_they_were_written(texts: list[str]) -> None:
    facts = every_text(cycle(texts)).model_copy(update={"email": EMAIL, "phone": PHONE})
    letter = lead(facts=facts)
    told = re.sub(r"[\s().\-/]", "", letter.subject + letter.text + Reader(letter.html).words).lower()
    assert "fitandengaged" in told
    for secret in ("anasilva@", "anasilva%40", "5550100"):
        assert secret not in told


def headers(message: EmailMessage) -> set[str]:
    """As they stand on the wire."""
    head = message.as_bytes(policy=SMTP).split(b"\r\n\r\n", 1)[0].decode()
    assert all(len(line) <= 998 for line in head.split("\r\n"))
    return {line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))}
