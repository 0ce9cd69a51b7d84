"""A step that failed halfway leaves nothing behind, however much else fails with it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot import ticker
from storage.tables import HandoffRow, HistoryRow
from tests.stories.conftest import Story

HISTORY, UNDOING, PUTTING_OFF = "INSERT INTO history", "ROLLBACK TO", "UPDATE handoff SET due_at"


@pytest.mark.parametrize("broken", [(HISTORY,), (HISTORY, UNDOING), (HISTORY, PUTTING_OFF)])
async def test_a_rung_is_climbed_and_written_down_or_neither(story: Story, broken: tuple[str, ...]) -> None:
    handoff_id = (await story.lead())["handoff_id"]
    story.clock.at += timedelta(hours=2)
    engine = story.database.engine.sync_engine

    def fail(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(broken):
            raise OperationalError(statement, {}, Exception("disk I/O error"))

    event.listen(engine, "before_cursor_execute", fail)
    try:
        await ticker.do_due(story.database, story.clock.now)
    except OperationalError:  # the loop tries again at its next tick
        assert PUTTING_OFF in broken
    finally:
        event.remove(engine, "before_cursor_execute", fail)

    assert await rungs(story, handoff_id) == (0, [])
    await story.pass_time(seconds=5)
    assert await rungs(story, handoff_id) == (1, ["reminded"])


async def rungs(story: Story, handoff_id: str) -> tuple[int, list[str]]:
    """On which step the handoff stands, and which rungs its history tells of."""
    async with story.database.read() as session:
        handoff = await session.get_one(HandoffRow, handoff_id, populate_existing=True)
        told = (await session.exec(select(HistoryRow.what).where(HistoryRow.handoff_id == handoff_id))).all()
    return handoff.step, [what for what in told if what != "handed over"]
