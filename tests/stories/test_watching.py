"""What an operator's machine sees from outside: alive, ready, and figures."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from bot import health, ticker
from bot.watch import STOPPED_AFTER, Pulse
from storage.database import Database, parse_url
from storage.operating.backlog import backlog
from tests.stories.conftest import ANA, FRIDAY_10, RITA, ROOT, Story

FIGURE = re.compile(r"^(?P<name>\w+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)$")


async def figures(story: Story) -> dict[str, float]:
    """Every figure, by name and labels."""
    answer = await story.http.get("/metrics")
    assert answer.status_code == 200
    lines = (FIGURE.match(line) for line in answer.text.splitlines() if not line.startswith("#"))
    return {f"{line['name']}{{{line['labels'] or ''}}}": float(line["value"]) for line in lines if line}


async def test_figures_follow_what_happens(story: Story) -> None:
    before = await figures(story)
    assert before["baton_database_up{}"] == 1
    assert before["baton_cards_behind{}"] == 0

    assert (await story.send("leads", ANA)).status_code == 202
    await story.http.post("/v1/leads", json=ANA)
    waiting = await figures(story)
    assert waiting["baton_cards_behind{}"] == 2
    assert waiting['baton_intake_requests_total{path="/v1/leads",status="202"}'] == 1
    assert waiting['baton_intake_requests_total{path="/v1/leads",status="401"}'] == 1

    await story.settle()
    shown = await figures(story)
    assert shown["baton_cards_behind{}"] == 0
    assert shown['baton_deliveries_total{kind="dm",verdict="shown"}'] == 1
    assert shown["baton_delivery_lag_seconds_count{}"] >= 2
    assert shown["baton_deadlines_overdue{}"] == 0

    await story.press_in_dm(RITA, "Accept")
    answered = await figures(story)
    assert answered["baton_slack_answer_seconds_count{}"] == 1
    assert answered['baton_slack_requests_total{status="200"}'] == 1


async def test_ages_are_never_negative_and_lateness_is_seen(story: Story) -> None:
    await story.slack.fault("chat.postMessage", "status", status=429, retry_after=600)
    await story.send("leads", ANA)
    await story.baton.courier.deliver_one()
    held = await figures(story)
    assert held["baton_cards_failing{}"] == 1
    assert {name: value for name, value in held.items() if name.endswith("_seconds{}") and value < 0} == {}
    assert held['baton_deliveries_total{kind="dm",verdict="limited"}'] == 1

    story.clock.at += timedelta(hours=3)
    late = await figures(story)
    assert late["baton_deadlines_overdue{}"] == 1
    assert late["baton_deadlines_overdue_seconds{}"] == 3600
    assert (await story.http.get("/readyz")).json()["courier"].startswith("2 cards wait, the oldest since ")


async def test_steps_and_turns_of_the_clock_are_counted(story: Story) -> None:
    await story.lead()
    story.clock.at += timedelta(hours=2)
    watch = story.baton.watch
    await ticker.do_due(story.database, story.clock.now, watch.stepped)
    watch.ticked(well=True)
    counted = await figures(story)
    assert counted['baton_steps_total{ended="done",step="escalate_one"}'] == 1
    assert counted['baton_ticks_total{ended="done"}'] == 1
    assert counted['baton_ticks_total{ended="failed"}'] == 0


async def test_every_figure_is_written_down_and_every_one_written_down_is_there(story: Story) -> None:
    await story.lead()
    await story.press_in_dm(RITA, "Accept")
    await ticker.do_due(story.database, story.clock.now, story.baton.watch.stepped)
    story.baton.watch.stepped("escalate_one", True)
    told = {name for line in (await story.http.get("/metrics")).text.splitlines() if (name := described(line))}
    document = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    written = set(re.findall(r"^\| `(baton_\w+)` \|", document, re.MULTILINE))
    assert told == written
    assert set(re.findall(r"\bbaton_\w+", re.findall(r"```yaml\n(.*?)```", document, re.DOTALL)[-1])) <= {
        f"{name}{ending}" for name in written for ending in ("", "_total", "_bucket", "_info")
    }


def described(line: str) -> str | None:
    """The name of one of our own figures, as its HELP line has it, without Prometheus' endings."""
    found = re.match(r"# HELP (baton_\w+?)(?:_total|_info)? ", line)
    return found[1] if found and not found[1].endswith("_created") else None


async def test_a_token_is_asked_about_once_for_many_probes(story: Story) -> None:
    for _ in range(5):
        assert (await story.http.get("/readyz")).json() == {
            "database": "ok",
            "courier": "ok",
            "slack": "ok",
            "clock": "ok",
        }
    assert len(await story.slack.calls("auth.test")) == 1


async def test_an_older_schema_is_not_ready(story: Story) -> None:
    async with story.database.write() as session:
        await session.exec(text("UPDATE alembic_version SET version_num = '0001'"))  # type: ignore[call-overload]
    answer = await story.http.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (
        503,
        "the database has an older schema: run `baton migrate` first",
    )


async def test_a_loop_that_stands_still_or_ended_is_seen(story: Story) -> None:
    assert (await story.http.get("/healthz")).status_code == 200
    at = 0.0
    pulse = Pulse(lambda: at)
    assert pulse.trouble() is None
    pulse.beat()
    at = STOPPED_AFTER
    assert pulse.trouble() is None
    at = STOPPED_AFTER + 10
    assert pulse.trouble() == "the clock has not turned for 40 seconds"
    pulse.beat()

    class Ended:
        def done(self) -> bool:
            return True

    pulse.watch("courier", Ended())  # type: ignore[arg-type]
    assert pulse.trouble() == "the courier has stopped"
    story.baton.watch.pulse = pulse
    answer = await story.http.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "the courier has stopped"})
    assert (await story.http.get("/readyz")).json()["clock"] == "the courier has stopped"


async def test_a_database_that_is_away_leaves_no_old_figures(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    await story.lead()

    async def away(*_: object) -> None:
        raise OSError("away")

    monkeypatch.setattr(health, "backlog", away)
    found = await figures(story)
    assert found["baton_database_up{}"] == 0
    assert "baton_cards_behind{}" not in found
    assert found['baton_deliveries_total{kind="dm",verdict="shown"}'] == 1
    answer = await story.http.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "not reachable (OSError)")


async def test_what_waits_is_counted_by_index(sqlite_template: Path) -> None:
    """However many cards there are."""
    database = Database(parse_url(f"sqlite:///{sqlite_template}"))
    asked: list[tuple[str, Any]] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    async with database.read() as session:
        await backlog(session, FRIDAY_10)
        connection = await session.connection()
        plans = [
            str(tuple(row)[3:])
            for query, values in asked.copy()
            for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)
        ]
    await database.close()
    assert len(asked) > 5
    assert [plan for plan in plans if "INDEX" not in plan] == []
