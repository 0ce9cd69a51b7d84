"""App Home: what waits for the person who opens it."""

from datetime import timedelta

import pytest

from bot.domain.handoff import State
from bot.domain.story import Story
from bot.views.home import home
from tests.views.reading import buttons, dump, read
from tests.views.samples import ANA, EMAIL, MARTA, MAYA, NOW, OLA, RITA, RULES, story


def named(name: str, hours: int) -> Story:
    return story(facts=ANA.model_copy(update={"first_name": name}), deadline_at=NOW + timedelta(hours=hours))


def test_the_most_urgent_lead_comes_first() -> None:
    shown = read(home(RITA, [named("Later", 5), named("Soon", 1)], NOW, RULES))
    assert shown.startswith("2 leads wait for you\nSoon Silva, VP Operations\n")
    assert shown.index("Soon") < shown.index("Later")
    assert "Yours to answer by {20 Nov 17:10 UTC}." in shown.split("\n")


def test_each_lead_has_what_it_needs_next() -> None:
    stories = [story(), story(State.ACCEPTED), story(State.WAITING), story(State.WITHDRAWN)]
    shown = home(RITA, stories, NOW, RULES)
    assert buttons(shown) == ["Accept", "Reject", "Log follow-up", "Assign"]
    assert read(shown).startswith("3 leads wait for you\n")


def test_one_lead_is_one_lead() -> None:
    assert read(home(RITA, [story()], NOW, RULES)).startswith("1 lead waits for you\n")


def test_more_than_twenty_leads_are_cut_and_said_so() -> None:
    shown = home(RITA, [story()] * 21, NOW, RULES)
    assert buttons(shown).count("Accept") == 20
    assert read(shown).startswith("More than 20 leads wait for you\n")
    assert "There are more. They move up as you answer these." in read(shown).split("\n")
    assert len(shown["blocks"]) < 100


def test_twenty_leads_are_all_there_are() -> None:
    shown = home(RITA, [story()] * 20, NOW, RULES)
    assert buttons(shown).count("Accept") == 20
    assert read(shown).startswith("20 leads wait for you\n")
    assert "There are more" not in read(shown)


@pytest.mark.parametrize(
    ("viewer", "coming"),
    [
        (RITA, "The next lead for you arrives as a message from Baton"),
        (MARTA, "A lead that nobody answers in time arrives as a message from Baton"),
        (OLA, "A lead that nobody answers in time arrives as a message from Baton"),
        (MAYA, "Leads that sales gives back are told in the marketing channel"),
        ("U0SOMEBODY", "Leads go to the sales reps."),
    ],
)
def test_an_empty_home_says_what_will_happen(viewer: str, coming: str) -> None:
    shown = read(home(viewer, [], NOW, RULES)).split("\n")
    assert shown[0] == "Nothing waits for you"
    assert shown[1].startswith(coming)
    assert buttons(home(viewer, [], NOW, RULES)) == []


def test_without_rules_home_says_what_is_missing() -> None:
    shown = read(home(RITA, [], NOW, None))
    assert "Set-up starts with one question to marketing and to sales: what makes a lead ready for sales?" in shown
    assert "an admin brings it with baton policy apply." in shown


def test_home_always_says_how_this_works() -> None:
    for stories in ([], [story()]):
        shown = read(home(RITA, stories, NOW, RULES))
        assert "How this works" in shown
        for word in ("Accept", "Reject", "Undo", "/lead help"):
            assert word in shown[shown.index("How this works") :]


def test_home_says_to_marketing_what_sales_expects_of_it() -> None:
    how = read(home(MAYA, [], NOW, RULES)).partition("How this works")[2]
    for words in ("Back from sales?", "A question from a rep?", "/lead new"):
        assert words in how
    assert "Accept" not in how


def test_home_holds_no_contact_details() -> None:
    shown = home(RITA, [story(), story(State.ACCEPTED)], NOW, RULES)
    assert EMAIL not in dump(shown)
    assert "0100" not in dump(shown)
