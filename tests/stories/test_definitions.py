"""Several definitions at once: each lead is judged by those that are its, and passes by the first that lets it."""

from typing import Any

from tests.stories.conftest import ANA, RAVI, RITA, ROOT, Story

BOTH = (
    (ROOT / "tests/stories/policy.yml").read_text()
    + """
personas:
  - {id: treasurer, label: Keeps the cash, titles: [treasurer, cash manager], employees_from: 100}
definitions:
  - id: treasury
    label: Treasury
    when: {any: [{field: campaign, matches: "(?i)treasury"}, {signal: page_view, url: "*/treasury*"}]}
    uses: [size]
    criteria:
      - {id: treasurer, label: Keeps the cash, reading: fit, points: 30, when: {persona: treasurer}}
      - {id: urgent, label: In a hurry, reading: engagement, points: 20, repeats: {points: 5, most: 10},
         when: {signal: page_view, url: "*/treasury/prices*", at_least: 2, within: 2 days, seconds: 60, recent: 7 days}}
      - {id: leaving, label: Leaves, reading: fit, points: -30, when: {field: attributes.leaving, equals: true}}
    paths:
      - {id: hurry, label: Cash is urgent, fit: 40, engagement: 20, sla: fast}
    evidence: {required: [email]}
"""
)
"""The contract's policy, and beside it a definition for a product of its own."""


def looked(*minutes: int, seconds: int = 90) -> list[dict[str, Any]]:
    """So many long looks at the prices, this morning."""
    page = {"kind": "page_view", "url": "https://acme.example/treasury/prices", "seconds": seconds}
    return [{**page, "id": f"t-{minute}", "at": f"2026-11-20T08:{minute:02}:00Z"} for minute in minutes]


def somebody(number: int, **changes: Any) -> dict[str, Any]:
    who = {"external_id": f"T-{number}", "email": f"t{number}@t{number}.example", "phone": None, "title": "Treasurer"}
    return {**who, "company": {**ANA["company"], "name": f"Company {number}", "domain": None}, **changes}


async def test_a_lead_passes_by_the_definition_of_the_product_it_looks_at(lawless: Story) -> None:
    await lawless.apply_policy(BOTH)

    ana = await lawless.lead()
    assert (ana["path"], ana["fit"], ana["engagement"]) == ("scored", 50, 40), "nothing of treasury"

    hasty = await lawless.lead(**somebody(1, signals=looked(1, 2, 3)))
    assert (hasty["stage"], hasty["path"], hasty["fit"], hasty["engagement"]) == ("mql", "hurry", 45, 25)
    cards = [message.plain() for rep in (RITA, RAVI) for message in await lawless.dm(rep)]
    assert sum("In a hurry" in card for card in cards) == 1

    brief = await lawless.lead(**somebody(2, signals=looked(1, 2, 3, seconds=20)))
    assert (brief["stage"], brief["path"], brief["engagement"]) == ("prospect", None, 0)
    leaving = await lawless.lead(**somebody(3, signals=looked(1, 2), attributes={"leaving": True}))
    assert (leaving["stage"], leaving["path"], leaving["fit"]) == ("prospect", None, 15)
    assert await lawless.posted() == 4, "a card for the rep and one for the team, twice"
