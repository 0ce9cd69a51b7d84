"""What time does to a lead in nurture: it drops out, or it passes, and nobody had to look."""

from datetime import timedelta
from typing import Any

from storage.tables import LeadRow
from tests.stories.conftest import ANA, FRIDAY_10, RITA, ROOT, Story

SMALL = {**ANA["company"], "employees": 50}
"""With it Ana's fit is 35 of the 40 she needs, and her engagement 40."""
OURS = (ROOT / "tests/stories/policy.yml").read_text()
WITH_TIME = OURS.replace(
    "  paths:",
    """\
    - {id: demo, label: Saw a demo, reading: engagement, points: 40, when: {signal: demo}}
    - {id: complaint, label: Complained, reading: engagement, points: -20, half_life: 5 days, when: {signal: complaint}}
    - {id: no-ticket, label: No open ticket, reading: fit, points: 1, when: {not: {signal: ticket, recent: 7 days}}}
  paths:""",
    1,
).replace("fit: 40, engagement: 30}", "fit: 40, engagement: 30, requires: [no-ticket]}", 1)
"""The same policy with two criteria that speak against somebody for a while."""


async def row(story: Story, lead_id: str) -> LeadRow:
    async with story.database.read() as session:
        return await session.get_one(LeadRow, lead_id)


async def test_a_lead_whose_interest_has_faded_drops_out(story: Story) -> None:
    lead_id = (await story.lead(company=SMALL))["lead_id"]
    first = await row(story, lead_id)
    assert (first.fit, first.engagement, first.near) == (35, 40, "scored")

    await story.until(FRIDAY_10 + timedelta(days=28))

    later = await row(story, lead_id)
    assert (later.fit, later.engagement, later.near, later.stage) == (35, 21, None, "prospect")
    answer = await story.lead(company={**SMALL, "employees": 450}, signals=[])
    assert (answer["stage"], answer["fit"]) == ("prospect", 50), "in time, so good a fit would have passed"
    assert await story.posted() == 0


async def test_a_lead_passes_by_itself_when_what_spoke_against_it_is_over(lawless: Story) -> None:
    await lawless.apply_policy(WITH_TIME)

    async def comes(kind: str) -> dict[str, Any]:
        against = {"kind": kind, "at": FRIDAY_10.isoformat()}
        who = {"external_id": kind, "email": f"{kind}@acme.example", "first_name": kind.title(), "phone": None}
        return await lawless.lead(**who, signals=[against, {"kind": "demo", "at": FRIDAY_10.isoformat()}])

    complained, asked = await comes("complaint"), await comes("ticket")
    assert (complained["stage"], complained["engagement"]) == ("prospect", 20)
    assert (asked["stage"], asked["engagement"]) == ("prospect", 40)

    await lawless.until(FRIDAY_10 + timedelta(days=4))
    assert await lawless.dm(RITA) == []
    await lawless.until(FRIDAY_10 + timedelta(days=5))
    assert (await row(lawless, complained["lead_id"])).stage == "mql"
    assert (await row(lawless, asked["lead_id"])).stage == "prospect"
    await lawless.until(FRIDAY_10 + timedelta(days=7, seconds=1))
    assert (await row(lawless, asked["lead_id"])).stage == "mql"
