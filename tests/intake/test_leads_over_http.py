"""`/v1/leads`, `/v1/signals`, `/v1/outcomes` from the sender's side, on both engines."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from storage.database import Database, parse_url
from storage.identifying import leads
from storage.qualifying import signals
from tests.intake.conftest import app_on, sender_to
from tests.intake.test_incoming import LEAD, OUTCOME, SIGNAL

UNKNOWN = {"email": "nobody@acme.example"}


async def stored(database: Database) -> list[str]:
    """The e-mail addresses of all leads, in order."""
    async with database.read() as session:
        return sorted(row.facts["email"] for row in await leads.find(session, "", 1000))


async def test_a_lead_is_stored_before_it_is_answered(sender: httpx.AsyncClient, database: Database) -> None:
    answer = await sender.post("/v1/leads", json=LEAD)
    assert answer.status_code == 202
    told = answer.json()
    assert told.pop("lead_id")
    assert told == {
        "stage": "suspect",
        "duplicate": False,
        "fit": 0,
        "engagement": 0,
        "path": None,
        "handoff_id": None,
    }
    async with database.read() as session:
        (row,) = await leads.find(session, "ana silva", 10)
        did = await signals.of_lead(session, row.id)
    assert row.id == answer.json()["lead_id"]
    assert row.facts["phone"] == "+14155550100"
    assert [signal.kind for signal in did] == ["page_view", "webinar_attended"]


async def test_the_same_facts_again_are_a_duplicate(sender: httpx.AsyncClient) -> None:
    first = (await sender.post("/v1/leads", json=LEAD)).json()
    again = await sender.post("/v1/leads", json=LEAD | {"email": "ANA.SILVA@acme.example", "title": " VP Operations"})
    assert again.status_code == 202
    assert again.json() == first | {"duplicate": True}


async def test_signals_and_outcomes_reach_the_lead_they_name(sender: httpx.AsyncClient) -> None:
    lead_id = (await sender.post("/v1/leads", json=LEAD)).json()["lead_id"]
    by_email = await sender.post("/v1/signals", json=SIGNAL | {"url": "https://acme.example/pricing"})
    assert (by_email.status_code, by_email.json()) == (
        202,
        {"lead_id": lead_id, "stage": "suspect", "duplicate": False},
    )
    won = await sender.post("/v1/outcomes", json=OUTCOME)
    assert won.json() == {"lead_id": lead_id, "stage": "won", "duplicate": False}
    assert (await sender.post("/v1/outcomes", json=OUTCOME)).json()["duplicate"] is True


@pytest.mark.parametrize(("path", "item"), [("/v1/signals", SIGNAL), ("/v1/outcomes", OUTCOME)])
async def test_an_unknown_lead_is_422_and_the_field_is_named(
    sender: httpx.AsyncClient, path: str, item: dict[str, Any]
) -> None:
    answer = await sender.post(path, json=item | {"lead": UNKNOWN})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == ["lead.email"]


async def test_two_leads_under_one_identity_are_a_conflict_and_change_nothing(
    sender: httpx.AsyncClient, database: Database
) -> None:
    await sender.post("/v1/leads", json={"source": "web", "external_id": "1", "email": "ana@acme.example"})
    await sender.post("/v1/leads", json={"source": "web", "external_id": "2", "email": "ben@acme.example"})
    both = {"source": "web", "external_id": "1", "email": "ben@acme.example", "title": "VP"}
    answer = await sender.post("/v1/leads", json=both)
    assert answer.status_code == 422
    assert "two different leads" in answer.json()["errors"][0]["message"]
    async with database.read() as session:
        assert [row.facts["title"] for row in await leads.find(session, "", 10)] == [None, None]


async def test_an_id_names_a_lead_only_beside_the_source_that_gave_it(sender: httpx.AsyncClient) -> None:
    ana = await sender.post("/v1/leads", json={"source": "web", "external_id": "1", "email": "ana@acme.example"})
    await sender.post("/v1/leads", json={"source": "fair", "email": "ana@acme.example"})
    other = await sender.post("/v1/leads", json={"source": "fair", "external_id": "1", "phone": "+4930123456"})
    assert other.status_code == 202
    assert other.json()["lead_id"] != ana.json()["lead_id"]


async def test_every_bad_field_is_in_the_problem_and_nothing_is_half_stored(
    sender: httpx.AsyncClient, database: Database
) -> None:
    bad = LEAD | {"email": "ana", "consent": "yes", "signals": [{"kind": "page_view", "at": "1999-01-01T00:00:00Z"}]}
    answer = await sender.post("/v1/leads", json=bad)
    assert answer.status_code == 422
    told = answer.json()
    assert {error["field"] for error in told["errors"]} == {"email", "consent", "signals[0].at"}
    assert told["title"]
    assert told["detail"].endswith("(2 more)")
    assert await stored(database) == []


async def test_a_batch_answers_each_item_in_order(sender: httpx.AsyncClient, database: Database) -> None:
    other = {"source": "web", "email": "ben@acme.example"}
    answer = await sender.post("/v1/leads", json={"items": [LEAD, {"source": "web"}, 5, other, LEAD]})
    assert answer.status_code == 202
    items = answer.json()["items"]
    assert [item["status"] for item in items] == [202, 422, 422, 202, 202]
    assert items[1]["errors"][0]["field"] == "email"
    assert items[0] | {"duplicate": True} == items[4]
    assert await stored(database) == ["ana.silva@acme.example", "ben@acme.example"]


async def test_a_batch_of_which_all_is_bad_is_202_all_the_same(sender: httpx.AsyncClient) -> None:
    answer = await sender.post("/v1/signals", json={"items": [SIGNAL | {"lead": UNKNOWN}, {}]})
    assert answer.status_code == 202
    assert [item["status"] for item in answer.json()["items"]] == [422, 422]
    assert (await sender.post("/v1/leads", json={"items": []})).json() == {"items": []}


async def test_a_refused_item_leaves_the_others_of_its_batch_alone(sender: httpx.AsyncClient) -> None:
    await sender.post("/v1/leads", json=LEAD)
    clicked = SIGNAL | {"kind": "email_click"}
    items = [clicked, SIGNAL | {"lead": UNKNOWN}, clicked | {"url": "https://acme.example"}]
    answers = (await sender.post("/v1/signals", json={"items": items})).json()["items"]
    assert [(item["status"], item.get("duplicate")) for item in answers] == [(202, False), (422, None), (202, False)]


async def test_a_repeated_message_gets_its_first_answer(sender: httpx.AsyncClient, database: Database) -> None:
    named = {"webhook-id": "msg_1"}
    first = await sender.post("/v1/leads", json=LEAD, headers=named)
    other_body = await sender.post("/v1/leads", json={"source": "web", "email": "x@acme.example"}, headers=named)
    no_body = await sender.post("/v1/leads", content=b"", headers=named)
    assert first.json()["duplicate"] is False
    assert first.json() == other_body.json() == no_body.json()
    assert {first.status_code, other_body.status_code, no_body.status_code} == {202}
    assert await stored(database) == ["ana.silva@acme.example"]


async def test_a_refused_message_may_be_mended_and_sent_again(sender: httpx.AsyncClient) -> None:
    named = {"webhook-id": "msg_1"}
    assert (await sender.post("/v1/leads", json=LEAD | {"email": "ana"}, headers=named)).status_code == 422
    assert (await sender.post("/v1/signals", json=SIGNAL, headers=named)).status_code == 422
    assert (await sender.post("/v1/leads", json=LEAD, headers=named)).json()["duplicate"] is False


async def test_the_same_message_many_times_at_once_is_one(sender: httpx.AsyncClient, database: Database) -> None:
    bodies = [{"source": "web", "email": f"lead{number}@acme.example"} for number in range(8)]
    answers = await asyncio.gather(
        *(sender.post("/v1/leads", json=body, headers={"webhook-id": "msg_1"}) for body in bodies)
    )
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    async with database.read() as session:
        (row,) = await leads.find(session, "", 10)
    assert answers[0].json()["lead_id"] == row.id


async def test_many_senders_of_one_new_lead_make_one_lead(sender: httpx.AsyncClient, database: Database) -> None:
    answers = await asyncio.gather(*(sender.post("/v1/leads", json=LEAD) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert sorted(answer.json()["duplicate"] for answer in answers) == [False, *[True] * 7]
    assert await stored(database) == ["ana.silva@acme.example"]


BROKEN: list[tuple[bytes, str]] = [
    (b"", "not JSON"),
    (b"{", "not JSON"),
    (b"source=web", "line 1 column 1"),
    (b'{"source": "web",\n "email": }', "line 2 column 11"),
    (b'{"source": "\xff"}', "not UTF-8: byte 13"),
    (b'{"source": "\xed\xa0\x80"}', "not UTF-8"),
    (b'{"source": "\\ud800"}', "not JSON"),
    (b'{"source": NaN}', "not JSON"),
    (b'{"source": -Infinity}', "not JSON"),
    (b'{"attributes": {"n": ' + b"9" * 10_000 + b"}}", "not JSON"),
    (b"[" * 500_000, "recursion limit"),
    (b'{"a":' * 100_000, "recursion limit"),
    (b"[]", "object"),
    (b"null", "object"),
    (b'"lead"', "object"),
    (b'{"items": {}}', "list"),
    (b'{"items": null}', "list"),
    (b'{"items": [], "source": "web"}', "alone"),
    (b'{"items": [' + b"{}," * 500 + b"{}]}", "501 items: at most 500"),
]


@pytest.mark.parametrize(("body", "words"), BROKEN)
async def test_what_cannot_be_read_is_422_saying_why(quick: httpx.AsyncClient, body: bytes, words: str) -> None:
    for path in ("/v1/leads", "/v1/signals", "/v1/outcomes"):
        answer = await quick.post(path, content=body)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert any(words in error["message"] for error in answer.json()["errors"])


@pytest.mark.parametrize(
    "value", ["<!channel> *b* <https://evil.example|Acme>", "\u202egnol", "a" * 200, "😀", "'; --"]
)
async def test_strange_text_is_kept_as_it_is(sender: httpx.AsyncClient, database: Database, value: str) -> None:
    told = LEAD | {"title": value, "external_id": value, "attributes": {value: value}, "pain_points": [value]}
    assert (await sender.post("/v1/leads", json=told)).status_code == 202
    async with database.read() as session:
        (row,) = await leads.find(session, "", 10)
    assert row.facts["title"] == value
    assert row.facts["attributes"] == {value: value}


async def test_the_longest_of_everything_fits_the_database(sender: httpx.AsyncClient) -> None:
    name, words = "😀" * 200, "😀" * 1000
    told = {
        "source": name,
        "external_id": name,
        "title": name,
        "bant": {"need": words},
        "signals": [{"id": name, "kind": name, "at": "2026-11-20T15:00:00Z", "label": words, "seconds": 31_622_400}],
        "company": {"employees": 100_000_000},
    }
    assert (await sender.post("/v1/leads", json=told)).status_code == 202
    many = [{"kind": "page_view", "at": "2026-11-20T15:00:00Z", "label": str(n)} for n in range(500)]
    assert (await sender.post("/v1/leads", json=told | {"signals": many})).status_code == 202
    too_many = await sender.post("/v1/leads", json=told | {"signals": [*many, many[0]]})
    assert too_many.json()["errors"] == [{"field": "signals", "message": "Too many: at most 500."}]
    won = {"lead": {"source": name, "external_id": name}, "outcome": "won", "at": "2026-11-20T15:00:00Z"}
    assert (await sender.post("/v1/outcomes", json=won | {"amount": 1e15, "reason": words})).status_code == 202


async def test_a_busy_database_is_503_and_says_when_to_come_back(
    quick: httpx.AsyncClient, sqlite: Database, sqlite_file: Path
) -> None:
    with sqlite3.connect(sqlite_file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = await quick.post("/v1/leads", json=LEAD)
        other.execute("ROLLBACK")
    other.close()
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["content-type"] == "application/problem+json"
    assert await stored(sqlite) == []
    assert (await quick.post("/v1/leads", json=LEAD)).json()["duplicate"] is False


async def test_a_database_that_is_gone_is_503(tmp_path: Path) -> None:
    for url in ("postgresql://baton@127.0.0.1:1/baton", f"sqlite:///{tmp_path}/never-migrated.db"):
        away = Database(parse_url(url))
        async with sender_to(app_on(away)) as client:
            answer = await client.post("/v1/leads", json=LEAD)
        await away.close()
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/v1/leads", 405), ("POST", "/v1/nothing", 404), ("PUT", "/v1/signals", 405)]
)
async def test_other_refusals_are_problems_too(quick: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await quick.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


async def test_a_mistake_of_ours_is_a_problem_without_details(sqlite: Database) -> None:
    app = app_on(sqlite)

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("a secret")

    async with sender_to(app) as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


async def test_a_number_that_two_people_share_mixes_nobody_up(sender: httpx.AsyncClient, database: Database) -> None:
    desk = {"source": "web", "phone": "+49 30 901840", "company": {"name": "Uhl", "country": "DE"}}
    clara = (await sender.post("/v1/leads", json=desk | {"first_name": "Clara", "last_name": "Uhl"})).json()["lead_id"]
    zed = {"first_name": "Zed", "last_name": "Omar"}

    refused = await sender.post("/v1/leads", json=desk | zed)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "phone")
    assert "another name is known by this number" in refused.text
    apart = await sender.post("/v1/leads", json=desk | zed | {"email": "zed@uhl.example"})
    assert apart.json()["lead_id"] != clara
    again = await sender.post("/v1/leads", json=desk | {"first_name": "Clara", "email": "clara@uhl.example"})
    assert again.json()["lead_id"] == clara

    async with database.read() as session:
        names = {row.id: row.facts["first_name"] for row in await leads.find(session, "", 10)}
    assert names == {clara: "Clara", apart.json()["lead_id"]: "Zed"}
