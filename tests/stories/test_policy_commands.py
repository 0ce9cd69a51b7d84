"""`baton policy …` against a database and a workspace: what is put up, taken back and looked back on."""

import io
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from bot.commands import policies
from bot.commands.policies import CannotApply
from tests.stories.conftest import MARTA, MAYA, ROOT, Story

POLICY = ROOT / "tests/stories/policy.yml"


def console() -> tuple[Console, io.StringIO]:
    said = io.StringIO()
    return Console(file=said, width=250), said


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_policy_is_put_up_with_a_why_and_a_day_taken_back_and_found_in_history(
    story: Story, tmp_path: Path
) -> None:
    changed = tmp_path / "next.yml"
    changed.write_text(POLICY.read_text().replace("fit: 40", "fit: 35"))
    out, said = console()
    now = story.clock.now

    assert await policies.diff(changed, story.database, now(), out) == 2
    assert said.getvalue().splitlines()[0] == "Fit and engaged: fit 40 → 35"
    with pytest.raises(CannotApply, match="2026-11-19 is gone by"):
        await policies.apply(changed, story.database, story.client, now, "ola", out, start=date(2026, 11, 19))
    december = date(2026, 12, 1)
    await policies.apply(changed, story.database, story.client, now, "ola", out, why="They buy", start=december)
    await story.settle()
    assert "It is in force on 1 December 2026 at the earliest." in said.getvalue()
    assert "Proposed by ola: “They buy”" in (await story.card(MARTA)).plain()
    await story.press_in_dm(MAYA, "Object")
    await story.submit(MAYA, detail="Too many")

    await policies.withdraw(2, story.database, "ola", now(), out)
    await story.settle()
    assert "Withdrawn." in (await story.card(MARTA)).plain()
    with pytest.raises(CannotApply, match="This policy is not waiting"):
        await policies.withdraw(2, story.database, "ola", now(), out)
    with pytest.raises(CannotApply, match="There is no such version"):
        await policies.withdraw(9, story.database, "ola", now(), out)

    out, said = console()
    await policies.history(story.database, out)
    row = next(line for line in said.getvalue().splitlines() if "2026-11-20 09:00 by ola" in line)
    for told in ("withdrawn", "They buy", "not before 2026-12-01", "Maya Torres objected 2026-11-20", "Too many"):
        assert told in row
    assert await policies.export(story.database) == POLICY.read_text()
    assert await policies.export(story.database, 2) == changed.read_text()
    with pytest.raises(CannotApply, match="no version 9"):
        await policies.export(story.database, 9)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_a_policy_would_make_of_open_clocks_is_told_before_and_when_it_is_put_up(
    story: Story, tmp_path: Path
) -> None:
    lead = (await story.lead())["handoff_id"]
    changed = tmp_path / "next.yml"
    changed.write_text(POLICY.read_text().replace("within: 4 business hours", "within: 30 minutes"))
    out, said = console()
    await story.pass_time(minutes=20)

    await policies.diff(changed, story.database, story.clock.now(), out)
    told = said.getvalue().splitlines()
    assert told[-2] == (
        "With --open-clocks: 1 open lead: 1 due earlier (1 of them at once). Without it they stay as they are."
    )
    assert told[-1] == (
        f"  {lead} (offered Rita Keller): due 2026-11-20 13:00 (next step 2026-11-20 11:00) UTC"
        " → due 2026-11-20 09:30 (next step 2026-11-20 09:20) UTC"
    )

    out, said = console()
    await policies.diff(POLICY, story.database, story.clock.now(), out)
    assert said.getvalue() == "Nothing would change.\n"

    out, said = console()
    await policies.apply(changed, story.database, story.client, story.clock.now, "ola", out, recount=True)
    assert "counted anew once it is in force. As things stand: 1 open lead: 1 due earlier (1 of them at once)." in (
        said.getvalue()
    )
