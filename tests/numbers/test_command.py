"""`baton stats`, as a person and as a program reads it."""

import csv
import json
from io import StringIO
from typing import Any

import pytest

from bot.commands.stats import show
from bot.domain.numbers.dividing import By
from bot.formats import Format
from storage.database import Database
from tests.numbers.recorded import at
from tests.numbers.story import workplace
from tests.numbers.test_numbers import NOW, played


async def run(database: Database, **options: Any) -> tuple[int, str]:
    out = StringIO()
    return await show(database, out, NOW, **options), out.getvalue()


async def test_json_has_keys_a_program_can_rely_on(database: Database) -> None:
    await played(database)

    code, written = await run(database, days=2, by=By.CAMPAIGN, form=Format.JSON)

    answer = json.loads(written)
    assert code == 0
    assert (answer["since"], answer["until"]) == ("2026-11-01T13:00:00+00:00", "2026-11-03T13:00:00+00:00")
    assert answer["by"] == "campaign"
    assert answer["total"] == {
        "received": 5, "mqls": 4, "offered": 4, "waiting": 0, "accepted": 2, "rejected": 1, "ignored": 0,
        "withdrawn": 0, "unanswered": 1, "open": 2,
        "acceptance_rate": None, "acceptance_count": 2, "acceptance_of": 3,
        "answered_in_time_rate": None, "answered_in_time_count": 3, "answered_in_time_of": 3,
        "followed_up_in_time_rate": None, "followed_up_in_time_count": 1, "followed_up_in_time_of": 2,
        "handed_over_in_time_rate": None, "handed_over_in_time_count": 4, "handed_over_in_time_of": 4,
        "median_seconds_to_accept": 4500.0, "median_of": 2,
    }  # fmt: skip
    assert [(group["key"], group["label"], group["mqls"]) for group in answer["groups"]] == [
        ("spring", "spring", 3),
        (None, "No campaign", 1),
    ]
    assert answer["reasons"] == [
        {"reason": "bad-timing", "label": "Not now", "count": 1},
        {"reason": "not-mine", "label": "Not my territory", "count": 1},
    ]


async def test_csv_has_a_line_for_all_and_one_for_each(database: Database) -> None:
    await played(database)

    _, written = await run(database, by=By.REP, form=Format.CSV)

    lines = list(csv.DictReader(StringIO(written)))
    assert [(line["row"], line["key"], line["label"], line["mqls"], line["offered"]) for line in lines] == [
        ("total", "", "", "4", "4"),
        ("group", "U0RITA01", "Rita Ray", "", "4"),
        ("group", "U0RAVI01", "U0RAVI01", "", "1"),
    ]


async def test_a_spreadsheet_runs_nothing_from_outside(database: Database) -> None:
    place = await workplace(database)
    await place.lead("ana", at(0), campaign="=HYPERLINK(1)")

    _, written = await run(database, by=By.CAMPAIGN, form=Format.CSV)

    assert [line["label"] for line in csv.DictReader(StringIO(written))] == ["", "'=HYPERLINK(1)"]


async def test_a_table_for_people(database: Database) -> None:
    place = await played(database)
    await place.lead("fay", at(27), campaign="[b]\x1b[31mx")

    code, written = await run(database, by=By.CAMPAIGN)

    lines = written.splitlines()
    assert code == 0
    assert lines[0] == "Sales got 5 leads in the last 30 days; 3 decided, not enough data for a rate."
    assert "Rejected" in written
    assert [line.split()[:4] for line in lines if line.strip().startswith(("spring", "[b]"))] == [
        ["spring", "3", "3", "2"],
        ["[b]", "[31mx", "1", "1"],
    ]
    assert lines[-1] == "Fewer than 5 cases are not enough data for a rate."


async def test_nothing_yet_says_what_to_do(database: Database) -> None:
    assert await run(database) == (
        0,
        "No leads in the last 30 days. Try `baton stats --days 90`, or bring some in with `baton import leads`.\n",
    )
    assert await run(database, days=120) == (
        0,
        "No leads in the last 120 days. Bring some in with `baton import leads`.\n",
    )


@pytest.mark.parametrize("days", [0, -1, 3651])
async def test_days_must_make_sense(database: Database, days: int) -> None:
    assert await run(database, days=days) == (2, "--days: write a number from 1 to 3650.\n")
