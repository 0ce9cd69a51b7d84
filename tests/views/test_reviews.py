"""The quarterly question, as each reviewer reads it."""

from bot.domain.governing.review import Kept, Review
from bot.views.governing.reviews import review
from tests.views.reading import button_fields, buttons, read
from tests.views.samples import MARTA, MAYA, NOW

FULL = Review(
    quarter="2027Q1",
    version=3,
    since=NOW,
    mqls=41,
    accepted=30,
    decided=38,
    reasons=(("Not a decision maker", 5), ("Not now", 3)),
    claims=7,
    lacked=(("Budget is there", 5),),
    grades=(("A", 12, 13), ("B", 18, 25)),
)


def test_a_reviewer_reads_the_quarter_in_six_lines_and_decides() -> None:
    shown = review(FULL, 3, MARTA)
    assert read(shown).split("\n") == [
        "Is our definition still right?",
        "Version 3 is in force since {20 Nov}.",
        "Last quarter: 41 qualified leads; sales accepted 30 of 38 (79%).",
        "• Why leads were refused: Not a decision maker (5) and Not now (3)",
        "• 7 near misses were claimed by reps, and lacked only “Budget is there” (5).",
        "• Accepted by grade: A 12 of 13, B 18 of 25",
        "Propose a change",
        "Keep it",
    ]
    assert button_fields(shown, "value") == ["3", "2027Q1"]
    assert shown.text.startswith("Is our definition still right? Last quarter: 41 qualified leads;")


def test_few_decisions_have_no_percentage_and_an_empty_quarter_says_so() -> None:
    few = Review(quarter="2027Q1", version=3, since=NOW, mqls=1, accepted=1, decided=1, claims=1)
    assert "Last quarter: 1 qualified lead; sales accepted 1 of 1." in read(review(few, 3, MARTA))
    assert "1 near miss was claimed by reps." in read(review(few, 3, MARTA))
    none = Review(quarter="2027Q1", version=3, since=NOW, mqls=0, accepted=0, decided=0)
    assert "Last quarter: 0 qualified leads." in read(review(none, 3, MARTA)).split("\n")


def test_who_would_keep_it_is_told_and_not_asked_again() -> None:
    kept = FULL.model_copy(update={"kept": (Kept(by=MAYA, at=NOW),)})
    assert f"@{MAYA} would keep it, {{20 Nov}}." in read(review(kept, 3, MARTA)).split("\n")
    assert buttons(review(kept, 3, MARTA)) == ["Propose a change", "Keep it"]
    assert buttons(review(kept, 3, MAYA)) == ["Propose a change"]


def test_a_review_of_rules_that_were_changed_since_asks_nothing() -> None:
    shown = review(FULL, 4, MARTA)
    assert "Version 4 is in force now." in read(shown)
    assert buttons(shown) == []
