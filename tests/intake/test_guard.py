"""Who may send, and how much: decided by proof and size, before anything is read."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from standardwebhooks import Webhook

from handlers.intake.guard import LARGEST_BODY, Guard
from handlers.intake.routes import build_router
from storage.database import Database
from tests.intake.conftest import NOW, SECRET, TOKEN, app_on, sender_to
from tests.support.serving import serve

BODY = '{"source": "web", "email": "ana@acme.example", "first_name": "Añá"}'


def signed(body: str = BODY, *, age: timedelta = timedelta(0), secret: str = SECRET) -> dict[str, str]:
    at = datetime.now(UTC) - age
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body),
    }


async def post(app: FastAPI, headers: dict[str, str], body: str | bytes = BODY) -> httpx.Response:
    async with sender_to(app, accept="*/*") as client:
        return await client.post("/v1/leads", content=body, headers=headers)


def problem(answer: httpx.Response, status: int) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, object] = answer.json()
    assert told["status"] == status
    return told


OTHER_SECRET = "whsec_" + "A" * 32
Headers = Callable[[], dict[str, str]]


@pytest.mark.parametrize(
    "headers",
    [
        signed,
        lambda: {"authorization": f"Bearer {TOKEN}"},
        lambda: {"authorization": f"bearer  {TOKEN}"},
        lambda: signed() | {"authorization": "Basic YTpi"},
        lambda: {"authorization": f"Bearer {TOKEN}", "webhook-id": "msg_2"},
        lambda: signed(age=timedelta(minutes=4)),
        lambda: signed(age=timedelta(minutes=-4)),
    ],
)
async def test_a_sender_with_proof_is_let_in(sqlite: Database, headers: Headers) -> None:
    assert (await post(app_on(sqlite), headers())).status_code == 202


async def test_one_right_signature_among_several_is_enough(sqlite: Database) -> None:
    headers = signed()
    wrong = Webhook(OTHER_SECRET).sign("msg_1", datetime.now(UTC), BODY)
    headers["webhook-signature"] = f"{wrong} v1a,AAAA {headers['webhook-signature']}"
    assert (await post(app_on(sqlite), headers)).status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        dict,
        lambda: {"authorization": "Bearer"},
        lambda: {"authorization": "Bearer wrong"},
        lambda: {"authorization": f"Basic {TOKEN}"},
        lambda: {"authorization": TOKEN},
        lambda: signed(secret=OTHER_SECRET),
        lambda: signed(body=BODY + " "),
        lambda: signed(age=timedelta(minutes=6)),
        lambda: signed(age=timedelta(minutes=-6)),
        lambda: signed() | {"webhook-id": "msg_2"},
        lambda: signed() | {"webhook-id": ""},
        lambda: signed() | {"webhook-timestamp": "yesterday"},
        lambda: signed() | {"webhook-timestamp": "nan"},
        lambda: signed() | {"webhook-timestamp": "9" * 400},
        lambda: signed() | {"webhook-timestamp": ""},
        lambda: signed() | {"webhook-signature": ""},
        lambda: signed() | {"webhook-signature": "v1"},
        lambda: signed() | {"webhook-signature": "v1,"},
        lambda: signed() | {"webhook-signature": "v1,not base64 at all!"},
        lambda: signed() | {"webhook-signature": signed()["webhook-signature"][:-6]},
        lambda: signed() | {"webhook-signature": signed()["webhook-signature"].replace("v1,", "v2,")},
    ],
)
async def test_without_proof_nobody_is_let_in(sqlite: Database, headers: Headers) -> None:
    answer = await post(app_on(sqlite), headers())
    assert "Authorization: Bearer" in str(problem(answer, 401)["detail"])
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_only_what_is_set_up_proves_anything(sqlite: Database) -> None:
    problem(await post(app_on(sqlite, secret=None), signed()), 401)
    problem(await post(app_on(sqlite, token=None), {"authorization": f"Bearer {TOKEN}"}), 401)


async def test_with_neither_secret_nor_token_the_variables_are_named(sqlite: Database) -> None:
    answer = await post(app_on(sqlite, secret=None, token=None), signed())
    detail = str(problem(answer, 503)["detail"])
    assert "BATON_INTAKE_SECRET" in detail
    assert "BATON_INTAKE_TOKEN" in detail
    assert int(answer.headers["retry-after"]) > 0


async def test_a_token_of_any_letters_is_compared_byte_by_byte(sqlite: Database) -> None:
    async with sender_to(app_on(sqlite, token="żółw")) as client:
        sent = {b"authorization": b"Bearer " + "żółw".encode()}
        assert (await client.post("/v1/leads", content=BODY, headers=sent)).status_code == 202
        sent = {b"authorization": b"Bearer \xff\xfe"}
        assert (await client.post("/v1/leads", content=BODY, headers=sent)).status_code == 401


async def test_broken_utf_8_is_said_to_be_that_however_it_is_sent(sqlite: Database) -> None:
    for headers in (signed(), {"authorization": f"Bearer {TOKEN}"}):
        told = problem(await post(app_on(sqlite), headers, b'{"source": "\xff"}'), 422)
        assert "not UTF-8" in str(told["detail"])


@pytest.mark.parametrize("name", ["x" * 256, "naïve"])
async def test_a_strange_webhook_id_is_refused(quick: httpx.AsyncClient, name: str) -> None:
    answer = await quick.post("/v1/leads", content=BODY, headers={b"webhook-id": name.encode()})
    assert problem(answer, 422)["errors"] == [
        {"field": "webhook-id", "message": "Write at most 255 plain ASCII characters."}
    ]


async def unwanted() -> AsyncIterator[bytes]:
    raise AssertionError("the body was read")
    yield b""


async def _chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(0, size, 65_536):
        yield b" " * 65_536


async def test_too_large_a_body_is_413_however_it_is_sent(sqlite: Database) -> None:
    async with serve(app_on(sqlite)) as address:
        headers = {"authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(base_url=address, headers=headers, trust_env=False) as client:
            for body in (b" " * 10_000_000, _chunks(10_000_000), b" " * (LARGEST_BODY + 1)):
                told = problem(await client.post("/v1/leads", content=body), 413)
                assert "1048576 bytes" in str(told["detail"])
            fits = BODY.encode().ljust(LARGEST_BODY)
            assert (await client.post("/v1/leads", content=fits)).status_code == 202


async def test_a_body_that_is_said_to_be_too_large_is_never_read(sqlite: Database) -> None:
    for headers in ({}, {"authorization": f"Bearer {TOKEN}"}):
        async with sender_to(app_on(sqlite), accept="*/*", **headers) as client:
            sent = {"content-length": str(LARGEST_BODY + 1)}
            problem(await client.post("/v1/leads", content=unwanted(), headers=sent), 413)


async def test_a_sender_without_proof_is_refused_before_the_body_is_read(sqlite: Database) -> None:
    async with sender_to(app_on(sqlite), authorization="Bearer wrong") as client:
        problem(await client.post("/v1/leads", content=unwanted()), 401)


async def test_no_room_left_is_503_until_somebody_is_done(sqlite: Database) -> None:
    app, inside, go_on = FastAPI(), asyncio.Event(), asyncio.Event()
    app.include_router(build_router(sqlite, lambda: NOW, Guard(None, TOKEN, places=1)))

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        inside.set()
        await go_on.wait()
        yield BODY[1:].encode()

    async with sender_to(app) as client:
        first = asyncio.create_task(client.post("/v1/leads", content=slow()))
        await inside.wait()
        refused = await client.post("/v1/leads", content=BODY)
        problem(refused, 503)
        assert refused.headers["retry-after"] == "1"
        go_on.set()
        assert (await first).status_code == 202
        assert (await client.post("/v1/leads", content=BODY)).status_code == 202


async def test_a_body_that_never_ends_gives_its_place_back(sqlite: Database) -> None:
    app = FastAPI()
    app.include_router(build_router(sqlite, lambda: NOW, Guard(None, TOKEN, places=1, patience=0.05)))

    async def never() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    async with sender_to(app) as client:
        problem(await client.post("/v1/leads", content=never()), 408)
        assert (await client.post("/v1/leads", content=BODY)).status_code == 202
