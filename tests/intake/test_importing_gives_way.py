"""While a spreadsheet is imported, a click in another process still gets its turn to write."""

import asyncio
from io import StringIO
from pathlib import Path

from rich.console import Console

from bot.commands.importing import Options, import_file
from storage.database import Database
from tests.intake.conftest import NOW

LEADS = 500


async def test_others_write_between_the_portions(sqlite: Database, tmp_path: Path) -> None:
    path, said = tmp_path / "leads.csv", Console(file=StringIO())
    rows = [f"web,lead.{number}@acme.example\n" for number in range(LEADS)]
    path.write_text("Source,Email\n" + "".join(rows), encoding="utf-8")
    elsewhere = Database(sqlite.engine.url)
    importing = asyncio.create_task(import_file("leads", path, Options(), sqlite, lambda: NOW, said, said))

    turns = 0
    while not importing.done():
        async with elsewhere.write() as session:
            await session.connection()
        turns += not importing.done()
        await asyncio.sleep(0.01)

    assert await importing == 0
    assert turns >= 3
    await elsewhere.close()
