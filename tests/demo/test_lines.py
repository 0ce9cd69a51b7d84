"""How the terminal calls what happens in Slack."""

import pytest

from demo.lines import ESCALATIONS, MARKETING, THREAD, Happening, line

NAMES = {"U0RITA0001": "Rita Keller", "U0RAVI0001": "Ravi Menon", "U0MARTA001": "Marta Novak"}
OFFERED = "New lead: Ana Silva at Acme. Fit and engaged. <@U0RITA0001> answers by <!date^1795165200^{time}|soon>."
PASSED_ON = OFFERED.replace("RITA", "RAVI")
WHO = "Ana Silva at Acme"
OVERDUE = (
    "New lead: Ana Silva at Acme. Fit and engaged. Overdue since <!date^1795165200^{time}|soon>: accept or reject."
)
TAKEN = "<@U0RITA0001> has Ana Silva at Acme. First follow-up by <!date^1795165200^{time}|soon>."
FOLLOWED_UP = "<@U0RITA0001> has Ana Silva at Acme. Followed up <!date^1795165200^{time}|soon>."


@pytest.mark.parametrize(
    ("happening", "called", "words"),
    [
        (Happening("emea-leads", None, OFFERED), "handed over", "to Rita Keller: Ana Silva at Acme. Fit and engaged."),
        (
            Happening("emea-leads", OVERDUE, PASSED_ON),
            "passed on",
            "to Ravi Menon: Ana Silva at Acme. Fit and engaged.",
        ),
        (Happening("emea-leads", None, "Waiting: Ana Silva at Acme."), "waiting", "Waiting: Ana Silva at Acme."),
        (Happening(THREAD, None, "Your answer for Ana is due."), "reminded", "Your answer for Ana is due."),
        (
            Happening(ESCALATIONS, None, "No answer yet: Ana. <@U0RITA0001> has had it."),
            "escalated",
            "No answer yet: Ana. Rita Keller has had it.",
        ),
        (
            Happening(ESCALATIONS, "No answer yet: Ana.", "Sorted: Ana. <@U0MARTA001> took it over."),
            "sorted",
            "Sorted: Ana. Marta Novak took it over.",
        ),
        (Happening(MARKETING, None, "<@U0RITA0001> accepted Ana."), "accepted", "Rita Keller accepted Ana."),
        (
            Happening(MARKETING, "<@U0RITA0001> accepted Ana.", "The acceptance of Ana was taken back."),
            "undone",
            "The acceptance of Ana was taken back.",
        ),
        (
            Happening(MARKETING, None, "Back from sales: Ana. Not now, says <@U0RITA0001>."),
            "rejected",
            "Back from sales: Ana. Not now, says Rita Keller.",
        ),
        (Happening(MARKETING, None, f"Nearly with sales: {WHO}."), "incomplete", f"Nearly with sales: {WHO}."),
        (
            Happening(MARKETING, f"Nearly with sales: {WHO}.", f"Done: {WHO} went to sales 10:00."),
            "completed",
            f"Done: {WHO} went to sales 10:00.",
        ),
        (Happening(MARKETING, None, f"<@U0RITA0001> claimed {WHO}."), "claimed", f"Rita Keller claimed {WHO}."),
        (Happening(MARKETING, None, f"One person or two? {WHO}."), "same person?", f"One person or two? {WHO}."),
        (
            Happening("emea-leads", None, f"2 people who nearly qualified for emea: {WHO}."),
            "near misses",
            f"2 people who nearly qualified for emea: {WHO}.",
        ),
        (
            Happening("emea-leads", None, f"<@U0RITA0001> has {WHO}."),
            "handed over",
            "Rita Keller has Ana Silva at Acme.",
        ),
        (
            Happening(MARKETING, None, "Back from sales: Ana. Nobody answered in time."),
            "returned",
            "Back from sales: Ana. Nobody answered in time.",
        ),
    ],
)
def test_what_happens_has_a_name_and_words(happening: Happening, called: str, words: str) -> None:
    told = line(happening, NAMES)
    assert told is not None
    assert (told[0], told[2]) == (called, words)


def test_a_follow_up_is_told() -> None:
    told = line(Happening("emea-leads", TAKEN, FOLLOWED_UP), NAMES)
    assert told is not None
    assert told[0] == "followed up"
    assert told[2].startswith("Rita Keller has Ana Silva at Acme. Followed up ")


@pytest.mark.parametrize("text", [TAKEN, OVERDUE, "Ana Silva at Acme went back to marketing: Not now."])
def test_what_another_channel_tells_is_not_told_twice(text: str) -> None:
    assert line(Happening("emea-leads", OFFERED, text), NAMES) is None
