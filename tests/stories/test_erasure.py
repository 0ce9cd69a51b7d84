"""A person is forgotten everywhere: in the database, in Slack, in the logs. The numbers stay."""

import asyncio
import json
from collections.abc import Collection
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import text
from sqlmodel import SQLModel, select

from bot import upkeep
from bot.commands import auditing, erasing, importing, policies
from bot.domain.availability import Absence
from bot.domain.numbers.dividing import By
from bot.domain.numbers.stats import Question, Report, last_days
from bot.usecases.accounting import numbers
from storage.accounting import history
from storage.assigning import absences
from storage.database import Database
from storage.tables import HandoffRow, LeadRow, PersonRow
from tests.stories.conftest import ALEX, ANA, ANSWERS, DANA, EMEA, MARTA, MAYA, OLA, RAVI, RITA, TOKEN, Story

EVERYONE = (RITA, RAVI, MARTA, DANA, MAYA, OLA, ALEX)
EMAIL = "quokka.mail@quokkahome.example"
PHONE = "+493023125777"
STORED = {
    *("quokkafirst", "quokkalast", EMAIL, PHONE, "quokka-id", "quokkatitle", "quokkacompany", "quokkahome.example"),
    *("quokkaregion", "quokkabudget", "quokkaneed", "quokkapain", "quokkakey", "quokkavalue", "quokka-s1"),
    *("quokkalabel", "quokkaquery", "quokka-message", "quokkarow", "quokkadetail", "quokkanote", "quokkareason"),
    *("quokkawhy", "quokkawords"),
}
"""A mark for every kind of text that is stored about a person."""
SHOWN = {
    *("quokkafirst", "quokkalast", EMAIL, PHONE, "quokkatitle", "quokkacompany", "quokkaregion", "quokkabudget"),
    *("quokkaneed", "quokkapain", "quokkalabel", "quokkarow", "quokkadetail", "quokkanote", "quokkawords"),
}
"""Those that somebody can see in Slack."""

PERSON: dict[str, Any] = {
    **ANA,
    "external_id": "quokka-id",
    "email": EMAIL,
    "phone": PHONE,
    "first_name": "Quokkafirst",
    "last_name": "Quokkalast",
    "title": "VP Quokkatitle",
    "company": {
        **ANA["company"],
        "name": "Quokkacompany",
        "domain": "quokkahome.example",
        "region": "Quokkaregion",
    },
    "bant": {"budget": "quokkabudget", "need": "quokkaneed"},
    "pain_points": ["quokkapain"],
    "attributes": {"quokkakey": "quokkavalue"},
}


def visits(story: Story, round_: int) -> list[dict[str, Any]]:
    """Enough to qualify, done just now."""
    at = (story.clock.at - timedelta(minutes=1)).isoformat()
    page = {"kind": "page_view", "at": at, "url": "https://quokkahome.example/pricing?quokkaquery=1"}
    seen = {"id": f"quokka-s{round_}", "kind": "webinar_attended", "at": at, "label": "Quokkalabel"}
    return [seen, *({**page, "id": f"p-{round_}-{n}"} for n in range(3))]


async def full_life(story: Story, folder: Path) -> dict[str, Any]:
    """Ignored by one rep, refused by the next, accepted the second time, followed up, and lost."""
    message = {"Authorization": f"Bearer {TOKEN}", "webhook-id": "quokka-message"}
    body = {**PERSON, "signals": visits(story, 1)}
    first = (await story.http.post("/v1/leads", json=body, headers=message)).json()
    await story.settle()
    for person in (RITA, MARTA):
        await story.slack.open_home(person)
    (root,) = await story.slack.messages(RITA, EMEA)
    assert (await story.slack.say(RITA, EMEA, "I met them once.", thread_ts=root.ts)).ok
    await story.until(story.clock.at.replace(hour=15))  # reminded, escalated
    await story.pass_time(days=3)
    await story.reject(RAVI, "other", detail=f"Quokkadetail, write to {EMAIL}")
    await story.pass_time(hours=1)
    file = folder / "fair.csv"
    file.write_text(f"email,source,need\n{EMAIL},webinar,quokkaneed quokkarow\n")
    await imported(story, file)
    again = await story.lead(**{**PERSON, "bant": {}, "signals": visits(story, 2)})
    assert again["handoff_id"] != first["handoff_id"]
    cards = {who: await story.dm(who) for who in (RITA, RAVI)}
    rep = next(who for who, messages in cards.items() if any("Accept" in one.buttons() for one in messages))
    await story.press_in_dm(rep, "Pass on")
    rep = RAVI if rep == RITA else RITA
    assert (await story.submit(RITA if rep == RAVI else RAVI, rep=rep, note="Quokkawords")).closed
    await story.press_in_dm(rep, "Accept")
    await story.press_in_dm(rep, "Log follow-up")
    assert (await story.submit(rep, how="call", outcome="reached", note="Quokkanote")).closed
    async with story.database.write() as session:
        why = {"note": "quokkawhy"}
        await history.append(session, story.clock.at, "noted", RITA, lead_id=first["lead_id"], why=why)
    at = story.clock.at.isoformat()
    lost = {"lead": {"email": EMAIL}, "outcome": "lost", "at": at, "amount": 900, "reason": "Quokkareason"}
    assert (await story.send("outcomes", lost)).status_code == 202
    await story.settle()
    return {**first, "second": again["handoff_id"], "rep": rep}


async def imported(story: Story, file: Path) -> None:
    silent = Console(file=StringIO())
    now = story.clock.now
    assert await importing.import_file("leads", file, importing.Options(), story.database, now, silent, silent) == 0


async def erase(story: Story, address: str = EMAIL, *, dry_run: bool = False, sure: bool = True) -> tuple[int, str]:
    """The exit code of `baton erase`, and what it says."""
    out = StringIO()

    async def pause(seconds: float) -> None:
        await story._move_to(story.clock.at + timedelta(seconds=1))

    desk = erasing.Desk(
        story.database,
        story.baton.courier,
        story.client,
        story.clock.now,
        "ola",
        Console(file=out),
        Console(file=out),
        lambda _: sure,
        pause,
    )
    return await erasing.erase(desk, address, dry_run=dry_run), out.getvalue()


async def stored(database: Database) -> str:
    """Every row of every table."""
    async with database.engine.connect() as connection:
        tables = {name: await connection.execute(text(f'SELECT * FROM "{name}"')) for name in SQLModel.metadata.tables}
        return str({name: [tuple(row) for row in rows] for name, rows in tables.items()}).lower()


def on_disk(database_url: str) -> str:
    """What the files of an SQLite database hold, rows or not."""
    path = Path(database_url.removeprefix("sqlite:///"))
    files = [path, path.with_name(f"{path.name}-wal")]
    return b"".join(file.read_bytes() for file in files if file.exists()).decode("latin-1").lower()


async def seen(story: Story) -> str:
    """Everything that anybody sees in Slack: conversations, threads, homes, open forms.

    The list of calls that the workspace keeps is for tests, and nothing that Slack has.
    """
    found: list[Any] = []
    for person in EVERYONE:
        for channel in await story.slack.conversations(person):
            for message in await story.slack.messages(person, channel):
                found += [message, await story.slack.messages(person, channel, message.ts)]
        found += [await story.slack.home(person), await story.slack.modal(person)]
    return json.dumps(found, default=str).lower()


def traces(marks: Collection[str], where: str) -> set[str]:
    return {mark for mark in marks if mark in where}


async def figures(story: Story, at: Any) -> list[Report]:
    reports = [await numbers.answer(story.database, Question(last_days(30, at), by=by)) for by in (None, *By)]
    assert all(isinstance(one, Report) for one in reports)
    return [one for one in reports if isinstance(one, Report)]


async def test_nothing_of_a_full_life_is_left_anywhere_and_the_numbers_stay(
    story: Story,
    tmp_path: Path,
    database_url: str,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    life = await full_life(story, tmp_path)
    at = story.clock.at
    before = await figures(story, at)
    assert before[0].total.reasons == (("other", 1),)
    assert traces(STORED, await stored(story.database)) == STORED
    assert traces(SHOWN, await seen(story)) == SHOWN
    posted = await story.posted()

    code, said = await erase(story)
    await story.settle()

    assert "Erased." in said
    assert traces(STORED, await stored(story.database)) == set()
    assert traces(STORED, await seen(story)) == set()
    if story.database.is_sqlite:
        assert traces(STORED, on_disk(database_url)) == set()
    captured = capsys.readouterr()
    assert traces(STORED, (captured.out + captured.err + caplog.text).lower()) == set()
    assert await figures(story, at) == before
    assert await story.posted() == posted
    verified = StringIO()
    assert await auditing.verify(story.database, None, Console(file=verified)) == 0, verified.getvalue()

    assert (code, f"/archives/{EMEA}/p" in said.splitlines()[-1]) == (1, True), said
    for person, action in ((RITA, "reject"), (life["rep"], "log_follow_up"), (MARTA, "take_over")):
        assert "no longer here" in await story.forge(person, action, life["second"])
    for message in (*await story.dm(RITA), *await story.dm(RAVI), *await story.slack.messages(RITA, EMEA)):
        assert "data was erased on" in message.text
        assert (message.buttons(), "data was erased on" in message.plain()) == ([], True)


async def test_who_comes_again_is_somebody_new_and_an_old_message_sent_again_is_not_taken_in(story: Story) -> None:
    message = {"Authorization": f"Bearer {TOKEN}", "webhook-id": "m-1"}
    first = (await story.http.post("/v1/leads", json=PERSON, headers=message)).json()
    assert (await erase(story))[0] == 0

    repeated = (await story.http.post("/v1/leads", json=PERSON, headers=message)).json()
    assert repeated == first
    assert traces(STORED, await stored(story.database)) == set()
    signal = {"lead": {"email": EMAIL}, "kind": "page_view", "at": story.clock.at.isoformat()}
    assert (await story.send("signals", signal)).status_code == 422
    again = await story.lead(**PERSON)

    assert again["lead_id"] != first["lead_id"]
    assert (await story.card(RITA)).buttons() == ANSWERS  # whose turn the withdrawn one did not use up


async def test_a_lead_in_hand_is_withdrawn_and_its_homes_and_cards_say_nothing_more(story: Story) -> None:
    await story.slack.open_home(RITA)
    await story.lead(**PERSON)
    foreseen = await erase(story, dry_run=True)
    assert foreseen[0] == 0
    assert "It is with sales now, and is withdrawn." in foreseen[1]
    assert await erase(story, sure=False) == (1, f"{foreseen[1]}Nothing was erased.\n")
    assert (await story.card(RITA)).buttons() == ANSWERS

    code, said = await erase(story, EMAIL.upper())
    await story.settle()

    assert (code, "2 messages in Slack redacted." in said) == (0, True), said
    assert traces(SHOWN, await seen(story)) == set()
    home = await story.slack.home(RITA)
    assert home
    assert "Nothing waits for you" in home.plain()
    async with story.database.read() as session:
        handoff = (await session.exec(select(HandoffRow))).one()
        assert (handoff.state, handoff.due_at) == ("withdrawn", None)
    await story.pass_time(days=4)
    assert len(await story.dm(RITA)) == 1


async def test_what_slack_does_not_take_now_is_redacted_later_and_said(story: Story) -> None:
    await story.lead(**PERSON)
    await story.slack.revoke_token()

    code, said = await erase(story)

    assert (code, "2 messages will be redacted" in said) == (1, True), said
    assert traces(STORED, await stored(story.database)) == set()
    await story.slack.revoke_token(False)
    await story.pass_time(minutes=2)
    assert traces(SHOWN, await seen(story)) == set()


@pytest.mark.parametrize("error", ["message_not_found", "edit_window_closed"])
async def test_a_message_that_cannot_be_changed_is_deleted_and_not_posted_again(story: Story, error: str) -> None:
    await story.lead(**PERSON)
    (card,) = await story.dm(RITA)
    dm = await story.slack.dm(RITA)
    assert dm
    if error == "message_not_found":
        await story.client.chat_delete(channel=dm, ts=card.ts)
    else:
        await story.slack.fault("chat.update", "error", error=error, channel=dm)

    code, said = await erase(story)
    await story.pass_time(minutes=2)

    assert code == 0, said
    assert await story.dm(RITA) == []
    assert traces(SHOWN, await seen(story)) == set()


async def test_an_address_nobody_has_is_said_and_texts_about_others_are_named(story: Story) -> None:
    assert await erase(story, "nobody") == (2, "“nobody” is no e-mail address. An email address must have an @-sign.\n")
    other = await story.lead(attributes={"assistant": f"ask {EMAIL}"})

    code, said = await erase(story)

    assert code == 1
    assert said.splitlines() == [
        f"Nobody here has the address {EMAIL}.",
        f"The address also stands in texts about other leads, which stay as they are: {other['lead_id']}.",
    ]


async def test_one_of_our_own_is_forgotten_once_no_policy_names_them(story: Story) -> None:
    code, said = await erase(story, "ravi@acme.example")
    assert (code, "take them out of the policy file" in said) == (1, True), said
    async with story.database.write() as session:
        session.add(
            PersonRow(
                slack_id=ALEX,
                email="Alex@acme.example",
                name="Alex Quokka",
                time_zone="Europe/Paris",
                dm_channel="D1",
                checked_at=story.clock.at,
            )
        )
        ill = Absence(person=ALEX, starts_at=story.clock.at, source="self", by=ALEX, why="Ill")
        await absences.add(session, ill, story.clock.at)

    code, said = await erase(story, "alex@acme.example")

    assert (code, said.splitlines()[-1]) == (0, "Erased."), said
    async with story.database.read() as session:
        row = await session.get_one(PersonRow, ALEX)
        assert (row.email, row.name, row.time_zone, row.dm_channel) == (None, ALEX, None, None)
        assert await absences.of(session, [ALEX], story.clock.at) == []

    await story.pass_time(days=1, seconds=1)
    while await story.baton.courier.look_at_one():
        pass
    async with story.database.read() as session:
        assert (await session.get_one(PersonRow, ALEX)).email is None


async def test_a_lead_told_of_at_the_same_instant_is_either_forgotten_or_new(story: Story, database_url: str) -> None:
    first = await story.lead(**PERSON)
    news = {**PERSON, "title": "CTO", "external_id": "quokka-other"}

    await asyncio.gather(erase(story), *(story.send("leads", news) for _ in range(4)))

    async with story.database.read() as session:
        rows = (await session.exec(select(LeadRow))).all()
    known = [row for row in rows if not row.erased_at]
    assert [row.facts["title"] for row in known] == ["CTO"] * len(known)
    assert len(known) <= 1
    (erased,) = (row for row in rows if row.erased_at)
    assert erased.id == first["lead_id"]
    assert erased.facts["email"] is None


KEEPS = (Path(__file__).parent / "policy.yml").read_text() + "retention: 60 days\n"


async def test_after_its_retention_a_lead_nobody_works_on_is_forgotten(lawless: Story, tmp_path: Path) -> None:
    story = lawless
    await story.apply_policy(KEEPS)
    refused = await story.lead(**PERSON)
    await story.reject(RITA, "customer")
    held = await story.lead(external_id="A-7", email="held@acme.example", phone=None)
    await story.press_in_dm(RITA, "Accept")
    quiet = (await story.send("leads", {"source": "web", "email": "quiet@quiet.example"})).json()
    await story._move_to(story.clock.at + timedelta(days=59, hours=23))
    await upkeep.keep(story.database, story.clock.now)
    assert "quiet@quiet.example" in await stored(story.database)

    await story._move_to(story.clock.at + timedelta(hours=2))
    foreseen = StringIO()
    (tmp_path / "next.yml").write_text(KEEPS)
    await policies.diff(tmp_path / "next.yml", story.database, story.clock.now(), Console(file=foreseen))
    await story.settle()

    async with story.database.read() as session:
        erased = {row.id for row in (await session.exec(select(LeadRow))).all() if row.erased_at}
    assert erased == {quiet["lead_id"], refused["lead_id"]}
    assert "2 leads were not heard of for 60 days" in foreseen.getvalue()
    assert traces(STORED, await stored(story.database)) == set()
    assert traces(SHOWN, await seen(story)) == set()
    assert held["lead_id"] not in erased
    assert "held@acme.example" in await seen(story)


async def test_many_that_fall_due_at_once_are_forgotten_little_by_little_and_a_broken_one_waits_alone(
    lawless: Story,
) -> None:
    story = lawless
    await story.apply_policy(KEEPS)
    old = [{"source": "fair", "email": f"f{n}@fair.example"} for n in range(2 * upkeep.FORGOTTEN)]
    assert (await story.send("leads", {"items": old})).status_code == 202
    async with story.database.write() as session:
        broken = (await session.exec(select(LeadRow).limit(1))).one()
        broken.facts, broken.evidence_at = {"source": 7}, broken.evidence_at - timedelta(hours=1)
        session.add(broken)
    await story._move_to(story.clock.at + timedelta(days=61))

    left = []
    for _ in range(4):
        await upkeep.keep(story.database, story.clock.now)
        async with story.database.read() as session:
            left.append([row.id for row in (await session.exec(select(LeadRow))).all() if not row.erased_at])

    assert [len(ids) for ids in left] == [6, 1, 1, 1]
    assert left[-1] == [broken.id]
