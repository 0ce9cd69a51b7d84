"""Whatever is sent to an address in `/openapi.json`, the answer is one that is described there, and it comes.

`BATON_NAUGHTY=2000 pytest --timeout=0 tests/naughty/test_described.py` sends that many to each address, not a few.
"""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, BaseSchema, Case, CheckContext, CheckFunction, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import assemble
from bot.settings import Settings
from storage.database import Database, parse_url
from tests.intake.test_openapi import validator
from tests.stories.conftest import TOKEN, Story
from tests.support.serving import serve

Operation = APIOperation[Any, Any, Any, Any]
AnyCase = Case[Operation]

REQUESTS = int(os.environ.get("BATON_NAUGHTY", "20"))
"""To each address, of each kind: as described, and not."""
PATIENCE = 10.0
"""Seconds; an answer that takes longer does not come."""
WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}
EARLIEST, NOW = datetime(2000, 1, 1, tzinfo=UTC), datetime(2026, 11, 20, 18, tzinfo=UTC)
STRANGERS: tuple[dict[str, str], ...] = (
    {},
    {"Authorization": "Bearer wrong"},
    {"Authorization": f"Basic {TOKEN}"},
    {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"},
)
IN_WORDS = re.compile(r"(.*\.)?(email|external_id|phone|domain|country|language|time_zone|currency|at|created_at|lead)")
"""Fields of which the description says in words what JSON Schema cannot: real countries, no future, a known lead."""
NEEDS_NOBODY = frozenset({"/healthz", "/metrics"})
PER_ITEM = [checks.positive_data_acceptance, checks.negative_data_rejection]
"""Replaced by `items_are_judged_as_described`: a batch of bad items is 202 by contract, each item with its faults."""


DATES = st.integers(0, int((NOW - EARLIEST).total_seconds())).map(lambda age: NOW - timedelta(seconds=age))
schemathesis.openapi.format("date-time", DATES.map(datetime.isoformat))


def told(value: object) -> object:
    """What counts of a body: text without white space around it; null and blank mean *not told*."""
    if isinstance(value, dict):
        kept = {name: told(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one not in (None, "")}
    if isinstance(value, list):
        return [told(one) for one in value]
    return value.strip() if isinstance(value, str) else value


def items_are_judged_as_described(_ctx: CheckContext, response: Response, case: AnyCase) -> bool | None:
    """An item that does not fit its schema is refused; one that fits, only for what is described in words."""
    if case.method != "POST" or response.status_code not in {202, 422}:
        return None
    described = case.operation.schema.raw_schema
    body = case.operation.definition.raw["requestBody"]["content"]["application/json"]["schema"]
    one, _many = body["anyOf"]
    for sent, refused in judged(response):
        fits = validator(described, one).is_valid(told(sent))
        assert fits or refused is not None, f"taken against its description: {sent}"
        unexpected = [fault for fault in refused or () if not IN_WORDS.fullmatch(fault["field"])]
        assert not (fits and unexpected), f"refused against its description: {sent} {unexpected}"
    return None


def judged(response: Response) -> Iterator[tuple[object, list[dict[str, str]] | None]]:
    """Each item that was sent, and its faults where it was refused."""
    try:
        sent = json.loads(cast(bytes, response.request.body))
    except (ValueError, TypeError):  # no JSON, no body
        assert response.status_code == 422
        return
    answer = response.json()
    if response.status_code == 202 and "items" in answer:
        yield from ((item, one.get("errors")) for item, one in zip(sent["items"], answer["items"], strict=True))
    elif not (isinstance(sent, dict) and "items" in sent):
        yield sent, answer.get("errors")


def operations(url: str) -> Iterator[Operation]:
    described: BaseSchema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    for found in described.get_all_operations():
        assert isinstance(found, Ok)
        yield found.ok()


def send(
    operation: Operation,
    mode: GenerationMode,
    headers: dict[str, str],
    requests: int,
    *,
    without: Sequence[CheckFunction] = (),
) -> set[int]:
    """Sends so many requests; the statuses they were answered with."""
    seen = set()

    @settings(
        max_examples=requests,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def one(case: AnyCase) -> None:
        answer = case.call_and_validate(
            headers=headers,
            timeout=PATIENCE,
            excluded_checks=[*PER_ITEM, *without],
            additional_checks=[items_are_judged_as_described],
        )
        seen.add(answer.status_code)

    one()
    return seen


def from_a_sender(url: str) -> None:
    for operation in operations(url):
        assert {200, 202} & send(operation, GenerationMode.POSITIVE, WITH_TOKEN, REQUESTS)
        if operation.method == "post":
            assert 422 in send(operation, GenerationMode.NEGATIVE, WITH_TOKEN, REQUESTS)


async def test_every_answer_is_one_that_is_described(story: Story) -> None:
    story.clock.at = NOW
    await asyncio.to_thread(from_a_sender, str(story.http.base_url))


def from_strangers(url: str) -> None:
    for operation in operations(url):
        if operation.path.startswith("/v1/"):
            for headers in STRANGERS:
                assert send(operation, GenerationMode.POSITIVE, headers, 2) == {401}
                assert send(operation, GenerationMode.NEGATIVE, headers, 2) == {401}


def in_an_outage(url: str) -> None:
    for operation in operations(url):
        answered = send(operation, GenerationMode.POSITIVE, WITH_TOKEN, 5, without=[not_a_server_error])
        assert (503 in answered) is (operation.path not in NEEDS_NOBODY)


async def test_without_proof_nothing_but_401_is_answered(tmp_path: Path) -> None:
    async with away(tmp_path, TOKEN) as url:
        await asyncio.to_thread(from_strangers, url)


@pytest.mark.parametrize("token", [TOKEN, None], ids=["set up", "not set up"])
async def test_with_database_and_slack_away_every_answer_is_one_that_is_described(
    tmp_path: Path, token: str | None
) -> None:
    async with away(tmp_path, token) as url:
        await asyncio.to_thread(in_an_outage, url)


@asynccontextmanager
async def away(folder: Path, token: str | None) -> AsyncIterator[str]:
    """A Baton whose database has no tables and whose Slack nobody answers for."""
    settings = Settings(_env_file=None, slack_signing_secret="nobody's", baton_intake_token=token)
    client = AsyncWebClient("xoxb-nobody", base_url="http://127.0.0.1:1/api/", retry_handlers=[])
    database = Database(parse_url(f"sqlite:///{folder}/empty.db"))
    async with serve(assemble(settings, database, client, lambda: NOW).web) as url:
        yield url
    await database.close()
