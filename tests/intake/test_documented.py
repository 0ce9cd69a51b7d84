"""What `docs/intake.md` shows can be sent as it stands there."""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from storage.database import Database
from tests.intake.conftest import SECRET, app_on, sender_to

TEXT = (Path(__file__).parents[2] / "docs/intake.md").read_text(encoding="utf-8")


async def test_every_body_shown_for_curl_is_taken(quick: httpx.AsyncClient) -> None:
    shown = re.findall(r"curl http://127.0.0.1:3000(/v1/\w+).*?-d '(.*?)'", TEXT, re.DOTALL)
    assert [path for path, _ in shown] == ["/v1/leads", "/v1/signals", "/v1/outcomes"]
    for path, body in shown:
        happened = body.replace("2026-12-18", "2026-11-18")  # the story goes on after this test's present
        assert (await quick.post(path, content=happened)).status_code == 202


async def test_the_way_to_sign_is_taken(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[httpx.Request] = []

    def post(url: str, **rest: Any) -> httpx.Response:
        sent.append(httpx.Request("POST", url, **rest))
        return httpx.Response(202, request=sent[-1])

    monkeypatch.setattr(httpx, "post", post)
    monkeypatch.setenv("BATON_INTAKE_SECRET", SECRET)
    (shown,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(shown, {})
    (request,) = sent
    async with sender_to(app_on(sqlite, token=None), accept="*/*") as client:
        answer = await client.post(request.url.path, content=request.content, headers=request.headers)
    assert answer.status_code == 202


async def test_the_answer_that_is_shown_has_the_fields_of_a_real_one(quick: httpx.AsyncClient) -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    real = (await quick.post("/v1/leads", json={"source": "web", "email": "ana@acme.example"})).json()
    assert json.loads(shown).keys() == real.keys()
