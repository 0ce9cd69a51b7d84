"""A company that sales knows: brought in from a list, recognised in a lead, and its lead goes to whose it is."""

from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlmodel import select

from bot.commands import importing
from bot.commands.importing import Options
from storage.tables import AccountRow, HandoffRow, HistoryRow, LeadRow
from tests.stories.conftest import ANA, RAVI, RITA, Story

LIST = """Kunde;Webseite;Land;Kundenbetreuer
Acme Logistics GmbH;https://www.acme.example/de;DE;ravi@acme.example
Müller & Söhne AG;;Germany;rita@acme.example
Nobody's;nobodys.example;;stranger@elsewhere.example
Holz KG;holz.example;;
"""


async def bring_in(story: Story, folder: Path, text: str = LIST, **options: Any) -> tuple[int, list[str]]:
    """The exit code of `baton import accounts`, and what it says."""
    file, said = folder / "customers.csv", StringIO()
    file.write_text(text, encoding="utf-8")
    out = Console(file=said, width=200)
    asked = Options(mapped=["name=Kunde"], **options)
    code = await importing.import_file("accounts", file, asked, story.database, story.clock.now, out, out)
    return code, said.getvalue().splitlines()


async def accounts(story: Story) -> dict[str, tuple[str | None, str | None, str | None]]:
    async with story.database.read() as session:
        rows = (await session.exec(select(AccountRow))).all()
        return {row.name: (row.domain, row.country, row.owner) for row in rows}


async def owner_of(story: Story, taken: dict[str, Any]) -> str | None:
    async with story.database.read() as session:
        return (await session.get_one(HandoffRow, taken["handoff_id"])).owner


def somebody(number: int, **changes: Any) -> dict[str, Any]:
    """Somebody who qualifies, known by nothing but an address of their own."""
    changes = {"external_id": f"B-{number}", "email": f"b{number}@b{number}.example", "phone": None, **changes}
    return {**ANA, "first_name": f"Bea{number}", "last_name": f"B{number}son", **changes}


async def test_a_list_of_accounts_is_brought_in_once_and_bad_rows_are_named(story: Story, tmp_path: Path) -> None:
    assert (await bring_in(story, tmp_path, dry_run=True))[1][0].startswith("customers.csv: nothing stored")
    code, said = await bring_in(story, tmp_path)

    assert (code, said[0]) == (1, "customers.csv: 3 stored, 0 duplicates, 1 bad row.")
    assert said[1].startswith("line 4, Kundenbetreuer: Nobody of your policy has this address")
    assert await accounts(story) == {
        "Acme Logistics GmbH": ("acme.example", "DE", RAVI),
        "Müller & Söhne AG": (None, "DE", RITA),
        "Holz KG": ("holz.example", None, None),
    }
    renamed = LIST.replace("Acme Logistics GmbH", "Acme").replace("Müller & Söhne AG;", "MUELLER;mueller.example")
    assert (await bring_in(story, tmp_path, renamed))[1][0] == "customers.csv: 2 stored, 1 duplicate, 1 bad row."
    assert len(await accounts(story)) == 4  # Mueller alone is another company
    assert (await accounts(story))["Acme"] == ("acme.example", "DE", RAVI)


async def test_a_known_account_s_lead_goes_to_whose_it_is_and_the_card_says_why(story: Story, tmp_path: Path) -> None:
    await bring_in(story, tmp_path)

    for number in range(3):  # the turns alone would give Rita two of three
        taken = await story.lead(**somebody(number, email=f"b{number}@eu.acme.example"))
        assert await owner_of(story, taken) == RAVI

    card = await story.card(RAVI)
    assert "Acme Logistics GmbH is your account (same web domain)." in card.plain()
    async with story.database.read() as session:
        handed_over = select(HistoryRow).where(
            HistoryRow.what == "handed over", HistoryRow.handoff_id == taken["handoff_id"]
        )
        (row,) = (await session.exec(handed_over)).all()
        lead = await session.get_one(LeadRow, taken["lead_id"])
    assert row.why["account"] == lead.account_id
    assert lead.account_why == {"how": "domain", "matched": "acme.example", "likeness": 100}

    by_name = {"name": "Mueller & Soehne", "industry": "Manufacturing", "employees": 450, "country": "DE"}
    taken = await story.lead(**somebody(7, company=by_name))
    async with story.database.read() as session:
        lead = await session.get_one(LeadRow, taken["lead_id"])
    assert lead.account_why == {"how": "name", "matched": "Müller & Söhne AG", "likeness": 100}
    assert await owner_of(story, taken) == RITA


async def test_an_owner_who_does_not_answer_loses_the_lead_like_anybody(story: Story, tmp_path: Path) -> None:
    await bring_in(story, tmp_path)
    taken = await story.lead()
    assert await owner_of(story, taken) == RAVI

    await story.until(story.clock.at.replace(day=23, hour=11))  # reminded, escalated, and past 150 %

    assert await owner_of(story, taken) == RITA
    assert "is <@U0RAVI0001>'s account" in (await story.card(RITA)).plain()


async def test_off_shift_it_waits_for_its_owner_and_without_one_it_follows_its_colleague(
    story: Story, tmp_path: Path
) -> None:
    await bring_in(story, tmp_path)
    holz = {"name": "Holz", "domain": "holz.example", "industry": "Manufacturing", "employees": 450, "country": "DE"}
    first = await story.lead(**somebody(1, company=holz, email="b1@holz.example"))
    holder = await owner_of(story, first)
    assert holder == RITA
    for number in (2, 3):
        taken = await story.lead(**somebody(number, company=holz, email=f"b{number}@holz.example"))
        assert await owner_of(story, taken) == holder
    await story.pass_time(hours=6)  # Friday 16:00: the team has gone home

    late = await story.lead(**somebody(9, email="b9@acme.example", contact_requested=True))
    async with story.database.read() as session:
        waiting = await session.get_one(HandoffRow, late["handoff_id"])
    assert waiting.state == "waiting"
    await story.until(story.clock.at.replace(day=23, hour=9))
    assert await owner_of(story, late) == RAVI
