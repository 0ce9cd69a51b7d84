"""`/openapi.json` says what is really taken and answered, and `/docs` shows it without help from elsewhere."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.intake.test_incoming import LEAD, OUTCOME, SIGNAL

PATHS = {"/v1/leads": LEAD, "/v1/signals": SIGNAL, "/v1/outcomes": OUTCOME}


@pytest.fixture
async def description(quick: httpx.AsyncClient) -> dict[str, Any]:
    answer = await quick.get("/openapi.json")
    described: dict[str, Any] = answer.json()
    return described


def validator(description: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": description["components"]})


def body_schema(description: dict[str, Any], path: str) -> dict[str, Any]:
    body: dict[str, Any] = description["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    return body


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


async def test_every_model_that_is_named_is_described(description: dict[str, Any]) -> None:
    named = set(references(description))
    assert {f"#/components/schemas/{name}" for name in description["components"]["schemas"]} >= named
    assert "#/components/schemas/LeadIn" in named


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_described_is_taken(quick: httpx.AsyncClient, description: dict[str, Any], path: str) -> None:
    await quick.post("/v1/leads", json=LEAD)
    body = body_schema(description, path)
    for sent in (PATHS[path], {"items": [PATHS[path]]}, body["example"]):
        validator(description, body["schema"]).validate(sent)
        assert (await quick.post(path, json=sent)).status_code == 202


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("sent", [{}, 5, [], {"items": 5}, {"lead": {}}, {"source": "web"}])
async def test_what_the_description_excludes_is_refused(
    quick: httpx.AsyncClient, description: dict[str, Any], path: str, sent: object
) -> None:
    assert not validator(description, body_schema(description, path)["schema"]).is_valid(sent)
    assert (await quick.post(path, json=sent)).status_code == 422


@pytest.mark.parametrize("path", PATHS)
async def test_500_items_are_described_as_the_most(
    quick: httpx.AsyncClient, description: dict[str, Any], path: str
) -> None:
    described = validator(description, body_schema(description, path)["schema"])
    assert described.is_valid({"items": [PATHS[path]] * 500})
    assert not described.is_valid({"items": [PATHS[path]] * 501})
    assert (await quick.post(path, json={"items": [{}] * 501})).status_code == 422


@pytest.mark.parametrize("path", PATHS)
async def test_answers_are_what_is_described(quick: httpx.AsyncClient, description: dict[str, Any], path: str) -> None:
    await quick.post("/v1/leads", json=LEAD)
    answers = description["paths"][path]["post"]["responses"]
    for sent, status in ((PATHS[path], 202), ({"items": [PATHS[path], {}]}, 202), ({}, 422)):
        answer = await quick.post(path, json=sent)
        assert answer.status_code == status
        (schema,) = [
            content["schema"]
            for media_type, content in answers[str(status)]["content"].items()
            if media_type == answer.headers["content-type"]
        ]
        validator(description, schema).validate(answer.json())
    unproven = await quick.post(path, json={}, headers={"authorization": "Bearer no"})
    problem = answers["401"]["content"]["application/problem+json"]["schema"]
    validator(description, problem).validate(unproven.json())


async def test_the_page_shows_every_route_and_loads_nothing(quick: httpx.AsyncClient) -> None:
    answer = await quick.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    for shown in (*PATHS, "ana.silva@acme.example", "external_id", "webhook-id"):
        assert shown in answer.text
    assert "<script" not in answer.text
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", answer.text)
    anchors = set(re.findall(r'id="(\w+)"', answer.text))
    assert set(re.findall(r'href="#(\w+)"', answer.text)) <= anchors
