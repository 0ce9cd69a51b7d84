"""What a lead and a press ask of the database: little."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from bot.views.ids import Action
from storage.database import Database
from storage.deciding import handoffs
from tests.stories.conftest import ANA, SIGNING_SECRET, Story
from tests.support import forged

MOST_OF_A_LEAD, MOST_OF_A_PRESS = 22, 11
"""Statements until all is written that follows; of a press with what is noted after its ack."""


TOGETHER, MOST_OF_EACH = 12, 5
"""Leads that come in one batch, and statements that each of them takes."""


@contextmanager
def asked_of(database: Database) -> Iterator[list[str]]:
    """Everything that the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


def ana(number: int) -> dict[str, Any]:
    """Somebody like Ana, at a company of her own."""
    lead = copy.deepcopy(ANA)
    lead["company"] |= {"name": f"Firm {number}", "domain": f"firm{number}.example"}
    return {**lead, "external_id": f"N-{number}", "email": f"n{number}@firm{number}.example", "phone": None}


async def test_a_lead_that_is_handed_over_and_its_acceptance_take_few_statements(story: Story) -> None:
    await story.send("leads", ana(1))  # whatever is asked once
    with asked_of(story.database) as asked:
        answer = await story.send("leads", ana(2))
    handoff_id = answer.json()["handoff_id"]
    assert len(asked) <= MOST_OF_A_LEAD, asked
    async with story.database.read() as session:
        owner = (await handoffs.get_one(session, handoff_id)).owner
    assert owner
    pressed = (story.http, SIGNING_SECRET, story.response_url, owner, Action.ACCEPT, handoff_id)
    with asked_of(story.database) as asked:
        assert await forged.press(*pressed) == 200
        await story.baton.bolt.rested()
    assert len(asked) <= MOST_OF_A_PRESS, asked


async def test_leads_that_come_together_and_are_handed_over_take_far_fewer(story: Story) -> None:
    await story.send("leads", {"items": [ana(number) for number in range(2)]})  # whatever is asked once
    with asked_of(story.database) as asked:
        answer = await story.send("leads", {"items": [ana(number) for number in range(2, 2 + TOGETHER)]})
    assert all(item["handoff_id"] for item in answer.json()["items"])
    assert len(asked) <= TOGETHER * MOST_OF_EACH, asked
