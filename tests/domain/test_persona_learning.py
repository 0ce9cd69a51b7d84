"""What won customers have in common, with how sure that is."""

from bot.domain.governing.persona_learning import Tally, learned, proposed
from bot.domain.lead import Company, Facts
from bot.policy_file import read
from tests.stories.conftest import ROOT

TEXT = (ROOT / "tests/stories/policy.yml").read_text()


def lead(title: str, industry: str | None, employees: int | None = None, **more: str) -> Facts:
    company = Company(industry=industry, employees=employees, country=more.get("country"))
    pains = (more["pain"],) if "pain" in more else ()
    return Facts(source="fair", title=title, company=company, pain_points=pains)


def tally(*leads: Facts) -> Tally:
    counted = Tally()
    for one in leads:
        counted.add(one)
    return counted


WON = [
    *(lead("Head of Finance", "Logistics", 300 + n, country="DE", pain="Manual invoicing") for n in range(8)),
    *(lead("CFO", "logistics", 5000, country="AT") for _ in range(2)),
]
OTHERS = [*(lead("Head of Marketing", "Retail", 20, country="DE") for _ in range(30))]


def test_what_is_frequent_among_the_won_and_rare_elsewhere_becomes_a_persona() -> None:
    won, everybody = tally(*WON), tally(*WON, *OTHERS)
    found = {(one.trait, one.value): one for one in learned(won, everybody)}
    logistics = found["industry", "Logistics"]
    assert (logistics.won, logistics.share_of_won, logistics.share_of_all) == (10, 1.0, 0.25)
    assert logistics.speaks_for
    assert found["title word", "Finance"].speaks_for
    assert not found["country", "DE"].speaks_for, "80 % of the won, but 95 % of all"
    assert ("title word", "CFO") not in found, "twice is too seldom"
    assert ("title word", "of") not in found
    assert found["size", "200–999"].won == 8

    section = proposed(learned(won, everybody), won)
    policy = read(TEXT.replace("teams:\n", section + "teams:\n", 1))
    (persona,) = policy.personas
    assert (persona.industries, persona.titles, persona.countries) == (("Logistics",), ("Finance",), ())
    assert persona.pain_points == ("Manual invoicing",)
    assert persona.employees_from == 300


def test_of_nine_won_nothing_is_learned_and_of_ten_alike_nothing_stands_out() -> None:
    assert learned(tally(*WON[:9]), tally(*WON, *OTHERS)) == []
    alike = tally(*WON)
    assert proposed(learned(alike, alike), alike) == ""
