"""The weekly list of near misses: who, what is missing, what became of them; never how to reach them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.judging.near_misses import MOST, Listed
from bot.domain.lead import Evidence, Gap, Near
from bot.views.qualifying.near_misses import near_misses
from bot.views.wording import missing
from sandbox.blocks import accept_blocks
from tests.views.reading import buttons, dump, read
from tests.views.samples import ANA, EMAIL, NOW, PHONE, RITA, RULES, SCORING
from tests.views.test_hostile import NASTY, refuse_markup

NEAR = Listed("lead-1", "near", ANA, Near(path="scored", engagement=5), SCORING.evidence, (), NOW - timedelta(days=2))
LISTED = (
    NEAR,
    Listed("lead-2", "with sales", ANA, by=RITA, at=NOW, claimed=True),
    Listed("lead-3", "with sales", ANA, by=RITA, at=NOW),
    Listed("lead-4", "with sales", ANA),
    *(Listed("lead-5", how, ANA) for how in ("back", "over", "far", "no consent", "erased")),
)


def token(at: datetime, fallback: str) -> str:
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def day(at: datetime, fallback: str) -> str:
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}}|{fallback}>"


def test_a_list_says_who_is_near_what_they_meet_and_what_is_missing() -> None:
    message = near_misses([NEAR], "emea", RULES)

    assert read(message).splitlines() == [
        "1 person who nearly qualified for emea",
        "*Ana Silva at Acme, VP Operations*",
        "Meets Came back to pricing, Has authority and Business e-mail",
        f"5 engagement points short of “Fit and engaged”; last heard of {day(NOW - timedelta(days=2), '18 Nov')}",
        "Claim",
        "Claim someone, and they are yours at once: accepted, and the time for your first follow-up runs.",
    ]
    assert message.text == "1 person who nearly qualified for emea: Ana Silva at Acme."
    assert EMAIL not in dump(message)
    assert PHONE not in dump(message)
    accept_blocks(message.blocks, [])


def test_what_speaks_against_somebody_is_said_before_they_are_claimed() -> None:
    student = Evidence(criterion="student", label="Student or intern", reading="fit", points=-40, found="intern")
    message = near_misses([replace(NEAR, met=(*SCORING.evidence, student))], "emea", RULES)

    assert "Against: Student or intern" in read(message).splitlines()
    assert "Meets Came back to pricing, Has authority and Business e-mail" in read(message)


def test_a_list_says_what_became_of_everybody_else() -> None:
    message = near_misses(LISTED[1:], "emea", RULES)

    assert read(message).splitlines() == [
        "8 people who nearly qualified for emea",
        f"*Ana Silva at Acme*: <@{RITA}> claimed them {token(NOW, '20 Nov 16:10 UTC')}.",
        f"*Ana Silva at Acme* qualified meanwhile. <@{RITA}> has them.",
        "*Ana Silva at Acme* qualified meanwhile and waits for a rep.",
        "*Ana Silva at Acme* was with sales meanwhile.",
        "*Ana Silva at Acme* meets a path by now.",
        "*Ana Silva at Acme* has fallen further behind.",
        "*Ana Silva at Acme* does not want to be contacted any more.",
        "Somebody whose data was erased.",
    ]
    assert buttons(message) == []


@pytest.mark.parametrize(
    ("near", "gaps", "said"),
    [
        (Near(path="scored", fit=1), (), "1 fit point"),
        (Near(path="scored", fit=4, engagement=10), (), "4 fit points and 10 engagement points"),
        (Near(path="scored", criteria=("pricing",)), ("unknown",), "“Came back to pricing” (not known yet)"),
        (Near(path="scored", criteria=("pricing",)), ("short",), "“Came back to pricing” (on the way)"),
        (Near(path="scored", criteria=("pricing",)), ("contrary",), "“Came back to pricing”"),
        (Near(path="scored", fit=2, criteria=("gone",)), (), "2 fit points and “gone”"),
    ],
)
def test_what_is_missing_is_said_in_words(near: Near, gaps: tuple[str, ...], said: str) -> None:
    found = [Gap(criterion=near.criteria[0], label="x", reading="fit", points=1, why=why) for why in gaps]
    assert missing(near, RULES, found) == said


@pytest.mark.parametrize("text", NASTY)
def test_nothing_a_lead_says_of_itself_becomes_markup_or_breaks_the_list(text: str) -> None:
    hostile = ANA.model_copy(
        update={
            "first_name": text,
            "last_name": text,
            "title": text,
            "company": ANA.company.model_copy(update={"name": text}),
        }
    )
    message = near_misses([replace(NEAR, facts=hostile) for _ in range(MOST)], "emea", RULES)
    refuse_markup(message)
    accept_blocks(message.blocks, [])
