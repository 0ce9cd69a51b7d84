"""What marketing is asked and answers, and the sheets that both sides read: harmless, and without contact details."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.dossier import Dossier
from bot.domain.marketing_clock import MarketingClock, Owed
from bot.domain.numbers.bookings import Side
from bot.domain.numbers.promises import Promise, Step, kept
from bot.domain.numbers.stats import Question, Share, last_days
from bot.views.accounting import promises, sheets
from bot.views.blocks import Message, plainer
from bot.views.qualifying import evidence
from sandbox.blocks import accept_blocks, accept_view
from tests.views import samples
from tests.views.reading import Json, buttons, dump, lines_of
from tests.views.samples import ANA, EMAIL, MARTA, MAYA, NOW, PHONE, RAVI, RITA
from tests.views.test_hostile import assert_harmless, digits, every_text, given_away, refuse_markup, written

CLOCK = MarketingClock("c-1", "question", "l-1", "h-1", "default", 1, "emea", NOW, NOW, NOW, 0, RITA, "Two sites?")
DONE: dict[str, Any] = {"ended_at": NOW, "due_at": None, "ended_by": MARTA}


def every_message(owed: Owed) -> Iterator[Message]:
    """All that is said of one promise, running and done."""
    said = {**DONE, "answer": owed.clock.words}
    answered = replace(owed, clock=replace(owed.clock, ended="answered", **said))
    back = replace(owed, clock=replace(owed.clock, kind="returned"))
    disagreed = replace(back, clock=replace(back.clock, ended="disagree", **said))
    for one in (owed, answered, replace(owed, clock=replace(owed.clock, ended="moot", **DONE))):
        yield promises.question(one)
        yield promises.asked(one)
        yield promises.reminder(one, NOW + timedelta(hours=1))
    yield promises.answer(answered, RITA)
    yield promises.answer(answered, RAVI)
    yield promises.answer(disagreed, RITA)
    yield promises.returned(Message("It came back.", []), back)
    yield promises.returned(Message("It came back.", []), disagreed)
    yield promises.late([owed, back] * 20, 40, done=20)
    yield promises.late([], 0, done=1)


@settings(max_examples=30, deadline=None)
@given(st.lists(written, min_size=5, max_size=30))
def test_no_text_of_a_question_or_an_answer_ever_acts_or_is_too_long(texts: list[str]) -> None:
    source = cycle(texts)
    owed = Owed(replace(CLOCK, words=next(source) or None), every_text(source), next(source), RAVI)
    for message in every_message(owed):
        for shown in (message, plainer(message)):
            accept_blocks(shown.blocks or plainer(message).blocks, [])
            refuse_markup(shown)
        assert_harmless(message.text)
        assert 0 < len(message.text) < 1000
    for view in (promises.form(owed, "answered"), promises.form(owed, "disagree")):
        accept_view(view, "modal", [])
        refuse_markup(view)


@settings(max_examples=30, deadline=None)
@given(st.lists(given_away, min_size=5, max_size=30))
def test_contact_details_in_a_question_reach_no_channel(texts: list[str]) -> None:
    facts = every_text(cycle(texts)).model_copy(update={"email": EMAIL, "phone": PHONE})
    for message in every_message(Owed(replace(CLOCK, words=" ".join(texts)), facts, "Not now", RAVI)):
        for secret in ("ana.silva", "anasilva", "5550100"):
            assert secret not in digits(message).lower()


def test_what_marketing_can_press_says_what_it_does() -> None:
    back = Owed(replace(CLOCK, kind="returned"), ANA, "Not now", RITA)
    shown = promises.returned(Message("It came back.", []), back)
    assert buttons(shown) == ["Got it: back to nurture", "Will fix the data", "I disagree"]
    assert buttons(promises.returned(Message("It came back.", []), replace(back, is_final=True)))[0] == "Got it"
    nobodys = promises.returned(Message("It came back.", []), replace(back, reason=None, refused_by=None))
    assert buttons(nobodys) == ["Got it: back to nurture"]
    for ended, says in (("nurture", "takes it back into nurture"), ("handed over", "handed it over again")):
        over = replace(back, clock=replace(back.clock, ended=ended, **DONE))
        told = promises.returned(Message("It came back.", []), over)
        assert buttons(told) == []
        assert says in dump(told)
    undone = replace(back, clock=replace(back.clock, ended="undone", **DONE))
    assert promises.returned(Message("It came back.", []), undone) == Message("It came back.", [])


def test_a_message_of_what_is_late_grows_and_says_what_is_done() -> None:
    many = [Owed(replace(CLOCK, id=f"c-{number}"), ANA) for number in range(20)]
    shown = promises.late(many, 20)
    assert shown.text.startswith("Late with marketing: 20 leads.")
    assert lines_of(shown)[-1] == "• and 5 more"
    assert lines_of(promises.late(many[:15], 500))[-1] == "• and 485 more"
    assert lines_of(promises.late(many[10:], 10, done=10))[-1] == "• 10 done since"


def test_a_lead_says_whose_time_it_was() -> None:
    times = {
        Side.MARKETING: timedelta(days=1),
        Side.SALES: timedelta(days=2, hours=1),
        Side.PROSPECT: timedelta(hours=1),
    }
    assert sheets.shares(times) == "3 d 2 h: marketing 1 d, sales 2 d 1 h, prospect 1 h"
    assert (
        sheets.shares({Side.SALES: timedelta(minutes=75), Side.SYSTEM: timedelta(seconds=3)})
        == "1 h 15 min: sales 1 h 15 min"
    )
    window: Json = evidence.window(Dossier(samples.story(), times=times), RITA)
    assert "Whose time 3 d 2 h: marketing 1 d, sales 2 d 1 h, prospect 1 h" in lines_of(window)


@given(st.lists(written, min_size=2, max_size=6))
def test_names_on_a_sheet_are_only_ever_text(texts: list[str]) -> None:
    made = [
        Promise(Step.ANSWER, "emea", RITA, NOW, NOW + timedelta(hours=1), NOW, took=60.0),
        Promise(Step.RETURNED, "us", MAYA, NOW, NOW + timedelta(hours=1)),
    ]
    names = dict(zip((RITA, MAYA), texts, strict=False))
    report = kept(made, Share(0, 1), Question(last_days(7, NOW + timedelta(days=1))), names)
    sheet = sheets.of(report, report.question.span)
    for message in (sheets.message(sheet), sheets.plain(sheet)):
        accept_blocks(message.blocks, [])
        refuse_markup(message)
        assert message.text == "Marketing kept 0 of 1 promises, sales 1 of 1, in the last 7 days."
