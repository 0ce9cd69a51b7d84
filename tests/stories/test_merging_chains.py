"""Leads merged into merged ones, and taken apart in any order: one group, one speaker, at most one rep a person."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.domain.handoff import Refusal
from bot.usecases.identifying import merging
from bot.usecases.identifying.merging import Merged
from storage.qualifying import signals
from storage.tables import HandoffRow, LeadRow
from tests.stories.conftest import ANA, MAYA, Story

NAMES = ("ana", "anna", "anne", "hanna")


def told(number: int) -> dict[str, Any]:
    own = {"id": f"own-{number}", "kind": "form_sent", "at": "2026-11-20T08:30:00Z", "label": f"Form {number}"}
    known = {"source": f"list-{number}", "external_id": "1", "email": f"a@a{number}.example", "phone": None}
    company = {**ANA["company"], "name": f"Company {number}", "domain": f"a{number}.example"}
    return {**ANA, **known, "first_name": NAMES[number], "company": company, "signals": [*ANA["signals"], own]}


async def act(story: Story, what: str, ids: list[str], merges: list[int]) -> None:
    """`0+2` merges these two, `-1` undoes the second merge; the clock goes on."""
    story.clock.at += timedelta(minutes=1)
    async with story.database.write() as session:
        if what.startswith("-"):
            undone = await merging.unmerge(session, merges[int(what[1:]) - 1], MAYA, story.clock.at)
            assert isinstance(undone, Merged)
        else:
            one, other = (ids[int(number)] for number in what.split("+"))
            done = await merging.merge(session, one, other, MAYA, {}, story.clock.at)
            assert isinstance(done, Merged)
            merges.append(done.id)
            assert isinstance(await merging.merge(session, other, one, MAYA, {}, story.clock.at), Refusal)


@pytest.mark.parametrize(
    ("acts", "people"),
    [
        (["0+1", "2+3", "1+3"], [{0, 1, 2, 3}]),
        (["0+1", "1+2", "-1"], [{0, 2}, {1}, {3}]),
        (["0+1", "1+2", "-2"], [{0, 1}, {2}, {3}]),
        (["0+1", "2+3", "1+3", "-1"], [{0, 2, 3}, {1}]),
        (["0+1", "2+3", "1+3", "-3"], [{0, 1}, {2, 3}]),
        (["0+1", "2+3", "1+3", "-3", "-2", "-1", "0+3"], [{0, 3}, {1}, {2}]),
    ],
)
async def test_however_leads_are_merged_and_parted_each_person_has_one_speaker_and_at_most_one_rep(
    story: Story, acts: list[str], people: list[set[int]]
) -> None:
    ids, merges = list[str](), list[int]()
    for number in range(4):  # one after another: of two offered leads the one that was handed over before goes on
        ids.append((await story.send("leads", told(number))).json()["lead_id"])
        story.clock.at += timedelta(minutes=1)

    for what in acts:
        await act(story, what, ids, merges)

    async with story.database.read() as session:
        rows = {row.id: row for row in (await session.exec(select(LeadRow))).all()}
        held = [row.lead_id for row in (await session.exec(select(HandoffRow))).all() if row.due_at]
        speakers = [row for row in rows.values() if row.merged_into is None]
        groups = [{row.id, *row.absorbed} for row in speakers]
        for row in speakers:
            done = await signals.of_lead(session, row.id)
            assert len(done) == len(ANA["signals"]) + 1 + len(row.absorbed)  # what all did counts once
    assert sorted(map(sorted, groups)) == sorted(sorted(ids[number] for number in person) for person in people)
    assert sorted(held) == sorted(row.id for row in speakers)  # all qualify, and none twice
    for row in speakers:
        assert all(rows[part].merged_into == row.id and rows[part].score_at is None for part in row.absorbed)
        assert row.facts["email"] in {f"a@a{ids.index(part)}.example" for part in (row.id, *row.absorbed)}
