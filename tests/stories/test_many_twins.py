"""An import may bring many who look alike: marketing is asked about a few of them a day, and about all in the end."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.domain.lead import Company, Facts
from bot.usecases.identifying import twins
from bot.usecases.qualifying.intake import take_lead
from bot.usecases.qualifying.telling import Incoming
from storage.tables import CardRow
from tests.stories.conftest import MARKETING, MAYA, Story

DAY = timedelta(days=1)
PEOPLE = ("Ada Abel", "Bea Bolt", "Cleo Cray", "Dora Dahl", "Edda Ehrlich", "Fay Falk")


async def asked(story: Story) -> list[int]:
    """The questions that marketing was asked, by their numbers."""
    await story.settle()
    async with story.database.read() as session:
        rows = (await session.exec(select(CardRow).where(CardRow.kind == "likeness"))).all()
    assert {row.recipient for row in rows} == {MARKETING}
    return sorted(row.details["likeness"] for row in rows)


async def test_of_many_who_look_alike_marketing_is_asked_about_a_few_a_day(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twins, "MOST_A_DAY", 2)
    async with story.database.write() as session:
        for name in PEOPLE:
            first, _, last = name.partition(" ")
            for address in (f"{first}.{last}@acme.example", f"{first[0]}.{last}@acme.example"):
                known = {"source": "fair", "email": address.lower(), "first_name": first, "last_name": last}
                facts = Facts(**known, company=Company(name="Acme", domain="acme.example"))
                await take_lead(session, Incoming(facts), story.clock.at)
    assert await asked(story) == [1, 2]

    await twins.say_two(story.database, 1, MAYA, story.clock.at, request="one")
    assert await asked(story) == [1, 2, 3]

    await twins.ask_more(story.database, story.clock.at + DAY)
    await twins.ask_more(story.database, story.clock.at + DAY + twins.EVERY)
    assert await asked(story) == [1, 2, 3, 4, 5]

    await twins.say_same(story.database, 4, MAYA, story.clock.at + DAY + twins.EVERY, request="two")
    assert await asked(story) == [1, 2, 3, 4, 5, 6]
