"""A large spreadsheet costs the database little more than a small one."""

from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.commands.importing import Options
from handlers.intake.taking import PORTION
from storage.database import Database
from tests.intake.conftest import NOW
from tests.intake.test_importing import Importer
from tests.plans.asked import Ear


@pytest.fixture
def importing(database: Database, tmp_path: Path) -> Importer:
    return Importer(database, tmp_path)


async def asked(importing: Importer, ear: Ear, source: str, rows: int) -> int:
    """How many statements so many leads take of whom nothing is known."""
    text = "Source,Email\n" + "".join(f"{source},lead.{number}@{source}.example\n" for number in range(rows))
    with ear.during(source):
        assert (await importing(text))[0] == 0
    return ear.told()[0].total()


async def test_leads_that_nobody_knows_are_stored_together(importing: Importer) -> None:
    ear = Ear(importing.database)
    few = await asked(importing, ear, "web", 2)

    assert await asked(importing, ear, "fair", PORTION) == few
    assert len(await importing.leads()) == PORTION + 2


async def test_a_file_of_one_transaction_is_not_of_one_moment(database: Database, tmp_path: Path) -> None:
    seconds = count()
    importing = Importer(database, tmp_path, lambda: NOW + timedelta(seconds=next(seconds)))
    text = "Source,Email\n" + "".join(f"web,lead.{number}@web.example\n" for number in range(3 * PORTION))

    assert (await importing(text, options=Options(all_or_nothing=True)))[0] == 0

    moments = {row.id[:11] for row in (await importing.leads()).values()}
    assert len(moments) == 3, "ids of one moment differ by chance alone, and that is enough for a few only"
