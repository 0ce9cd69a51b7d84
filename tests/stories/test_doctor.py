"""The doctor names each trouble with what to do about it."""

import pytest
from sqlalchemy import text

from bot.commands import checkup, doctor
from bot.commands.checkup import Check
from bot.settings import Settings
from storage.schema import newest
from tests.stories.conftest import EMEA, ROOT, Story

LONG_AGO = "'2026-11-01 00:00:00+00:00'"
TROUBLES = {
    "work": (f"UPDATE card SET stale = true, retry_at = {LONG_AGO}", "the oldest late"),
    "messages": (
        "UPDATE card SET stale = true, failures = 3, error = 'messages_tab_disabled'",
        "messages_tab_disabled (",
    ),
    "alarms": (f"INSERT INTO alarm (name, words, since) VALUES ('x', 'The mail server is away.', {LONG_AGO})", "mail"),
    "team emea": ("UPDATE person SET active = false", "every rep's account is deactivated"),
    "books": ("DELETE FROM offer", "Offered handoffs without exactly one turn that runs: 1"),
    "history": ("UPDATE history SET who = 'somebody else'", "1"),
}
"""A check, what makes it fail, and some of what it says then."""


async def checks(story: Story) -> dict[str, Check]:
    settings = Settings(
        _env_file=None, slack_bot_token="xoxb-stories", slack_signing_secret="s", baton_intake_token="t"
    )
    found = [one async for one in doctor.examine(settings, story.database, story.client, story.clock.now)]
    return {one.name: one for one in found}


async def do(story: Story, statement: str) -> None:
    async with story.database.write() as session:
        await session.exec(text(statement))  # type: ignore[call-overload]


async def test_all_is_well_and_then_each_trouble_is_named(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    await story.lead()
    well = await checks(story)
    assert [one for one in well.values() if not one.well and one.name not in {"clock", "database clock"}] == []
    assert well["version"].found.startswith("baton ")
    assert "unbroken" in well["history"].found
    for name, (statement, words) in TROUBLES.items():
        await do(story, statement)
        found = (await checks(story))[name]
        assert not found.well, name
        assert words in found.found
        assert found.remedy


async def test_what_is_wrong_in_slack_is_named_by_channel_and_person(story: Story) -> None:
    await story.slack.change_channel(EMEA, app=False)
    await story.slack.change_person("U0RAVI0001", deleted=True)
    found = await checks(story)
    assert not found[EMEA].well
    assert "/invite @baton" in found[EMEA].found
    assert not found["U0RAVI0001"].well
    await story.slack.change_channel(EMEA, app=True, archived=True)
    assert "archived" in (await checks(story))[EMEA].found


async def test_a_pending_policy_says_for_whom_it_waits(story: Story) -> None:
    await story.apply_policy((ROOT / "tests/stories/policy.yml").read_text().replace("points: 20", "points: 21"))
    waits = (await checks(story))["pending policy"]
    assert (waits.well, waits.found) == (True, "version 2 waits for Marta Novak, Maya Torres")


async def test_a_schema_of_another_release_is_named(story: Story) -> None:
    for ahead, well, remedy in ((1, True, "start the new release"), (-1, False, "run `baton migrate`")):
        await do(story, f"UPDATE alembic_version SET version_num = '{int(newest()) + ahead:04}'")
        found = (await checks(story))["database"]
        assert (found.well, found.remedy.startswith(remedy)) == (well, True)


async def test_a_clock_that_is_wrong_is_named(story: Story) -> None:
    """The story plays on another day than this machine's."""
    found = await checks(story)
    assert not found["clock"].well
    assert "NTP" in found["clock"].remedy
    if not story.database.is_sqlite:
        assert not found["database clock"].well
    else:
        assert "MiB free" in found["disk"].found


def test_a_full_disk_and_a_folder_that_cannot_be_written_to_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def disk(free: int, writable: bool) -> Check:
        monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free}))
        monkeypatch.setattr("os.access", lambda *_: writable)
        return checkup._disk(ROOT / "baton.db")

    assert disk(2**40, writable=True).well
    assert "make room" in disk(1024, writable=True).remedy
    assert "cannot be written to" in disk(2**40, writable=False).found
