"""What an admin reads when something needs them, and the plain form of any message."""

from datetime import timedelta

from bot.views.blocks import plainer
from bot.views.cards.card import dm
from bot.views.operating.alarms import alarm
from tests.views.reading import buttons, read
from tests.views.samples import MARTA, NOW, RITA, story

WORDS = f"Baton cannot write in <#C0EMEALEAD> (is_archived). Type `/invite @baton` there.\nAsk <@{MARTA}>."


def test_an_alarm_says_what_is_wrong_since_when_and_what_to_do_with_names_that_can_be_pressed() -> None:
    message = alarm(WORDS, NOW, None)

    elements = [element for element in message.blocks[1]["elements"][0]["elements"] if element["type"] != "text"]
    assert [element["type"] for element in elements] == ["channel", "user", "date"]
    assert message.text == (
        "Baton needs your help. Baton cannot write in <#C0EMEALEAD> (is_archived). Type /invite @baton there. "
        f"Ask <@{MARTA}>."
    )


def test_an_alarm_that_is_over_says_since_when_and_what_it_was() -> None:
    message = alarm("It rained.", NOW, NOW + timedelta(hours=1))
    assert read(message) == "Solved {20 Nov 17:10 UTC}.\nIt rained."


def test_the_plain_form_of_a_card_keeps_its_words_and_its_buttons() -> None:
    card = dm(story(), RITA, NOW)
    plain = plainer(card)
    assert plain.text == card.text
    answers, more = ["Accept", "Reject", "Pass on", "Ask marketing"], ["All evidence", "Definition", "Deadline"]
    assert buttons(plain) == buttons(card) == [*answers, *more]
    assert [block["type"] for block in plain.blocks] == ["rich_text", "actions", "actions"]
    assert read(plain).startswith("New lead: Ana Silva at Acme")
