"""`baton import`: what is stored, and what the report says of the rest."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.commands.importing import Options, import_file
from handlers.intake.incoming import Kind
from storage.database import Database
from storage.identifying import leads
from storage.qualifying import outcomes, signals
from storage.tables import LeadRow
from tests.intake.conftest import NOW

HEAD = "Source,Email,Title,Company,Country,Created\n"
GOOD = HEAD + "web,ana@acme.example,VP,Acme,US,2026-05-01T09:00:00Z\nweb,ben@acme.example,Intern,Acme,DE,\n"
BAD = GOOD + "web,cy@,VP,Acme,Narnia,\nweb,di@acme.example,VP,Acme,FR,\n"


@dataclass(frozen=True, slots=True)
class Importer:
    """Imports texts as files, and keeps what was said."""

    database: Database
    folder: Path
    clock: Callable[[], datetime] = lambda: NOW

    async def __call__(
        self, text: str, kind: Kind = "leads", options: Options | None = None
    ) -> tuple[int, list[str], list[str]]:
        """The exit code, the lines of the report, and the lines of complaint."""
        path = self.folder / "file.csv"
        path.write_text(text, encoding="utf-8")
        out, err = StringIO(), StringIO()
        code = await import_file(
            kind, path, options or Options(), self.database, self.clock, Console(file=out), Console(file=err)
        )
        return code, out.getvalue().splitlines(), err.getvalue().splitlines()

    async def leads(self) -> dict[str, LeadRow]:
        async with self.database.read() as session:
            return {row.facts["email"]: row for row in await leads.find(session, "", 1000)}


@pytest.fixture
def importing(database: Database, tmp_path: Path) -> Importer:
    return Importer(database, tmp_path)


@pytest.fixture
def quickly(sqlite: Database, tmp_path: Path) -> Importer:
    return Importer(sqlite, tmp_path)


async def test_good_rows_are_stored_and_counted(importing: Importer) -> None:
    assert await importing(GOOD) == (0, ["file.csv: 2 stored, 0 duplicates, 0 qualified, 0 bad rows."], [])
    stored = await importing.leads()
    assert stored["ana@acme.example"].created_at == datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert stored["ben@acme.example"].created_at == NOW
    assert stored["ben@acme.example"].facts["company"]["country"] == "DE"
    assert await importing(GOOD) == (0, ["file.csv: 0 stored, 2 duplicates, 0 qualified, 0 bad rows."], [])


async def test_each_bad_row_is_told_with_line_and_column_and_the_rest_is_stored(importing: Importer) -> None:
    code, report, _ = await importing(BAD)
    assert code == 1
    assert report[0] == "file.csv: 3 stored, 0 duplicates, 0 qualified, 1 bad row."
    assert report[1].startswith("line 4, Email: “cy@” is no e-mail address.")
    assert report[2].startswith("line 4, Country: “Narnia” is no country.")
    assert len(report) == 3
    assert set(await importing.leads()) == {"ana@acme.example", "ben@acme.example", "di@acme.example"}


async def test_strange_characters_are_kept_and_a_nul_is_refused_with_its_line(importing: Importer) -> None:
    strange = ["\u202egnol", "e" + "\u0301" * 150, "👩‍👩‍👧‍👦" * 20, "<!channel>", "\ufeffVP", "=1+1", "V\0P"]
    rows = "".join(f"web,lead{number}@acme.example,{title},Acme,US,\n" for number, title in enumerate(strange))
    code, report, _ = await importing(HEAD + "web,,,,,\n" * 200 + rows)
    assert code == 1
    assert report[0] == "file.csv: 6 stored, 0 duplicates, 0 qualified, 201 bad rows."
    assert report[-1] == "line 208, Title: This holds a NUL character. Take it out."
    stored = await importing.leads()
    titles = [stored[f"lead{number}@acme.example"].facts["title"] for number in range(len(stored))]
    assert titles == strange[:-1]


async def test_all_or_nothing_stores_nothing_when_a_row_is_bad(importing: Importer) -> None:
    code, report, _ = await importing(BAD, options=Options(all_or_nothing=True))
    assert code == 1
    assert report[0] == "file.csv: nothing stored, because of 1 bad row."
    assert [line.split(":")[0] for line in report[1:]] == ["line 4, Email", "line 4, Country"]
    assert await importing.leads() == {}
    code, report, _ = await importing(GOOD, options=Options(all_or_nothing=True))
    assert (code, report[0]) == (0, "file.csv: 2 stored, 0 duplicates, 0 qualified, 0 bad rows.")


async def test_all_or_nothing_holds_for_rows_the_database_refuses(importing: Importer) -> None:
    await importing("Source,ID,Email\nweb,1,ana@acme.example\nweb,2,ben@acme.example\n")
    mixed = "Source,ID,Email\nweb,3,cy@acme.example\nweb,1,ben@acme.example\n"
    code, report, _ = await importing(mixed, options=Options(all_or_nothing=True))
    assert code == 1
    assert report[1].startswith("line 3, ID: ")
    assert "two different leads" in report[1]
    assert set(await importing.leads()) == {"ana@acme.example", "ben@acme.example"}


async def test_a_dry_run_says_what_would_happen_and_stores_nothing(importing: Importer) -> None:
    code, report, _ = await importing(BAD, options=Options(dry_run=True))
    assert code == 1
    assert report[0] == (
        "file.csv: nothing stored, this was a dry run. It would be: 3 stored, 0 duplicates, 0 qualified, 1 bad row."
    )
    assert await importing.leads() == {}


async def test_past_leads_are_marked_as_such(importing: Importer) -> None:
    await importing(GOOD, options=Options(history=True))
    assert {row.history_only for row in (await importing.leads()).values()} == {True}
    await importing(HEAD + "web,ana@acme.example,Director,Acme,US,\n")
    assert (await importing.leads())["ana@acme.example"].history_only is False


async def test_leads_are_handed_over_at_the_pace_that_is_asked_for(importing: Importer) -> None:
    await importing(BAD, options=Options(per_hour=20))
    stored = await importing.leads()
    turns = [stored[f"{name}@acme.example"].hand_over_at for name in ("ana", "ben", "di")]
    assert turns == [NOW, NOW + timedelta(minutes=3), NOW + timedelta(minutes=6)]
    await importing(HEAD + "web,eve@acme.example,VP,Acme,US,\n")
    assert (await importing.leads())["eve@acme.example"].hand_over_at is None


async def test_signals_and_outcomes_find_their_leads(importing: Importer) -> None:
    await importing(GOOD)
    did = (
        "Lead email,Kind,At,Seconds\n"
        "ana@acme.example,page_view,2026-11-20T16:00:00Z,30\n"
        "nobody@acme.example,page_view,2026-11-20T16:00:00Z,\n"
        ",page_view,2026-11-20T16:00:00Z,\n"
    )
    code, report, _ = await importing(did, "signals")
    assert code == 1
    assert report[0] == "file.csv: 1 stored, 0 duplicates, 0 qualified, 2 bad rows."
    assert report[1].startswith("line 3, Lead email: No lead is known by this")
    assert report[2].startswith("line 4, Lead email: Name the lead")
    became = "Email,Outcome,Date,Amount\nana@acme.example,Closed won,2026-11-20T16:00:00Z,12000\n"
    assert (await importing(became, "outcomes", Options(history=True)))[0] == 0
    row = (await importing.leads())["ana@acme.example"]
    assert row.stage == "won"
    async with importing.database.read() as session:
        assert [signal.seconds for signal in await signals.of_lead(session, row.id)] == [30]
        assert await outcomes.latest(session, row.id) == "won"


async def test_many_rows_are_all_taken_whatever_the_portions(quickly: Importer) -> None:
    many = "Source,Email\n" + "".join(f"web,lead{number}@acme.example\n" for number in range(121))
    code, report, _ = await quickly(many)
    assert (code, report) == (0, ["file.csv: 121 stored, 0 duplicates, 0 qualified, 0 bad rows."])
    assert len(await quickly.leads()) == 121


async def test_dates_without_a_zone_are_refused_until_one_is_named(quickly: Importer) -> None:
    text = "Source,Email,Created\nweb,ana@acme.example,2026-07-01 12:00\n"
    code, report, _ = await quickly(text)
    assert code == 1
    assert report[1].startswith("line 2, Created: The time zone is missing.")
    assert "--zone Europe/Berlin" in report[2]
    assert (await quickly(text, options=Options(zone="europe/berlin")))[0] == 0
    assert (await quickly.leads())["ana@acme.example"].created_at == datetime(2026, 7, 1, 10, tzinfo=UTC)


async def test_columns_that_are_left_out_are_named(quickly: Importer) -> None:
    _, report, _ = await quickly("Source,Email,Shoe size,Plan\nweb,ana@acme.example,42,gold\n")
    assert report[1].startswith("Columns left out: Shoe size, Plan.")
    chosen = Options(mapped=["attributes.shoe=Shoe size"], fixed=["campaign=spring=1"])
    _, report, _ = await quickly("Source,Email,Shoe size\nweb,ana@acme.example,42\n", options=chosen)
    assert len(report) == 1
    facts = (await quickly.leads())["ana@acme.example"].facts
    assert facts["attributes"] == {"shoe": "42"}
    assert facts["campaign"] == "spring=1"


async def test_a_bad_value_for_every_row_is_told_of_every_row(quickly: Importer) -> None:
    _, report, _ = await quickly(GOOD, options=Options(fixed=["consent=perhaps"]))
    assert [line.split(":")[0] for line in report[1:]] == ["line 2, --set consent", "line 3, --set consent"]


@pytest.mark.parametrize(
    ("kind", "text", "options", "words"),
    [
        ("leads", "", Options(), "empty"),
        ("leads", "Title\nVP\n", Options(), "no column for source"),
        ("leads", GOOD, Options(mapped=["emial=Email"]), "Did you mean email?"),
        ("leads", GOOD, Options(mapped=["email"]), "--map email: write FIELD=COLUMN."),
        ("leads", GOOD, Options(fixed=["source="]), "--set source=: write FIELD=VALUE."),
        ("leads", GOOD, Options(fixed=["source=a", "source=b"]), "--set source is there twice."),
        ("leads", GOOD, Options(per_hour=0), "--per-hour 20"),
        ("signals", GOOD, Options(per_hour=5), "--per-hour 20"),
        ("leads", GOOD, Options(zone="Berlin"), "--zone: “Berlin” is no time zone."),
    ],
)
async def test_wrong_use_is_one_line_and_exit_code_2(
    quickly: Importer, kind: Kind, text: str, options: Options, words: str
) -> None:
    code, report, (complaint,) = await quickly(text, kind, options)
    assert code == 2
    assert report == []
    assert words in complaint
    assert await quickly.leads() == {}


@pytest.mark.parametrize("path", ["no-such.csv", "."])
async def test_a_file_that_cannot_be_read_is_wrong_use(sqlite: Database, tmp_path: Path, path: str) -> None:
    out, err = StringIO(), StringIO()
    said = Console(file=out), Console(file=err)
    assert await import_file("leads", tmp_path / path, Options(), sqlite, lambda: NOW, *said) == 2
    assert "cannot be read" in err.getvalue()


async def test_a_busy_database_ends_the_import_and_says_what_to_do(quickly: Importer, sqlite_file: Path) -> None:
    with sqlite3.connect(sqlite_file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        code, report, (complaint,) = await quickly(GOOD)
        other.execute("ROLLBACK")
    other.close()
    assert code == 1
    assert report == ["file.csv: 0 stored, 0 duplicates, 0 qualified, 0 bad rows."]
    assert "Import the file again" in complaint


async def test_nothing_in_a_file_commands_the_terminal(quickly: Importer) -> None:
    _, report, _ = await quickly("Source,Email,[red]x\x1b[2J,Country\nweb,ana@acme.example,,\x1b]0;gone\x07\n")
    assert not any("\x1b" in line or "\x07" in line for line in report)
    assert "[red]x" in report[-1]


async def test_a_terminal_gets_a_progress_bar_and_a_pipe_does_not(sqlite: Database, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text(GOOD)
    for is_terminal in (True, False):
        err = StringIO()
        said = Console(file=StringIO()), Console(file=err, force_terminal=is_terminal, width=80)
        assert await import_file("leads", path, Options(dry_run=True), sqlite, lambda: NOW, *said) == 0
        assert ("file.csv" in err.getvalue()) is is_terminal


@pytest.mark.parametrize("options", [Options(history=True), Options()])
async def test_signals_of_the_past_leave_past_leads_with_marketing(importing: Importer, options: Options) -> None:
    await importing(GOOD, options=Options(history=True))
    visits = "Email,Kind,At\nana@acme.example,page_view,2026-05-02T09:00:00Z\n"
    before = (await importing.leads())["ana@acme.example"]

    code, report, _ = await importing(visits, "signals", options)

    assert (code, report) == (0, ["file.csv: 1 stored, 0 duplicates, 0 qualified, 0 bad rows."])
    after = (await importing.leads())["ana@acme.example"]
    assert after.history_only
    assert after.evidence_at == before.evidence_at
