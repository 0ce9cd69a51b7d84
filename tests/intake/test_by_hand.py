"""What is typed into the form for a lead becomes the same facts as if it had been sent, or says what is wrong."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.lead import Bant, Company, Facts
from handlers.qualifying.manual import filled_in

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
GIVEN = {"why": "Met her.", "email": "ana@acme.example"}


def values(**written: str) -> dict[str, Any]:
    """A submitted form's state: boxes by block, and the promise chosen."""
    boxes = {block: {block: {"type": "plain_text_input", "value": text}} for block, text in written.items()}
    return boxes | {"path": {"path": {"type": "static_select", "selected_option": {"value": "scored"}}}}


def test_everything_that_is_typed_is_read_as_a_sender_would_send_it() -> None:
    incoming, errors = filled_in(
        values(
            **GIVEN,
            phone="030 901820",
            first_name=" Ana ",
            campaign="",
            pain_points="late payments\n\n  fraud  \n",
            **{
                "company.name": "Acme",
                "company.country": "Germany",
                "company.domain": "https://www.acme.example/about",
                "company.employees": "1,200",
                "company.region": "BE",
                "bant.budget": "20,000",
                "attributes.fleet": "12 vans",
                "source": "webinar",
                "consent": "false",
            },
        ),
        NOW,
    )
    assert errors == {}
    assert incoming
    assert incoming.signals == ()
    assert incoming.facts == Facts(
        source="slack",
        email="ana@acme.example",
        phone="+4930901820",
        first_name="Ana",
        company=Company(name="Acme", domain="acme.example", employees=1200, country="DE", region="BE"),
        bant=Bant(budget="20,000"),
        pain_points=("late payments", "fraud"),
        attributes={"fleet": "12 vans"},
    )


@pytest.mark.parametrize(
    ("written", "block", "words"),
    [
        ({"email": ""}, "email", "Write an e-mail address or a phone number."),
        ({"email": "ana@"}, "email", "“ana@” is no e-mail address."),
        ({"why": " \n "}, "why", "Say in a sentence what they said or did."),
        ({"phone": "555"}, "phone", "The country is unknown: write the number such as +1 415 555 0100, or fill in"),
        ({"company.employees": "about 450"}, "company.employees", "Write a whole number, such as 450."),
        ({"company.employees": "٤٥٠"}, "company.employees", "Write a whole number, such as 450."),
        ({"company.domain": "not a domain"}, "company.domain", "“not a domain” is no domain."),
        ({"pain_points": "\n".join("x" * 51)}, "pain_points", "Too many: at most 50."),
        ({"pain_points": "fine\n" + "x" * 201}, "pain_points", "Too long: at most 200 characters."),
        ({"first_name": "x" * 201}, "first_name", "Too long: at most 200 characters."),
        ({"attributes." + "x" * 201: "y"}, "why", "Too long: at most 200 characters."),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_box(written: dict[str, str], block: str, words: str) -> None:
    _, errors = filled_in(values(**{**GIVEN, **written}), NOW)
    assert list(errors) == [block]
    assert errors[block].startswith(words)
