"""What reaches the address Slack calls, and no Slack sends: refused in a word, never a failure of ours."""

from urllib.parse import quote

import pytest

from tests.stories.conftest import SIGNING_SECRET, Story
from tests.support.forged import signed

UNREADABLE = {
    "not JSON": "{",
    "a list": "payload=[]",
    "a number": "payload=5",
    "nothing": "payload=null",
    "no JSON inside": "payload=%7B",
    "not UTF-8 inside": "payload=%ff",
    "endless nesting": "payload=" + "[" * 100_000,
    "an endless number": '{"event":' + "9" * 5000 + "}",
    "a team of the wrong type": "payload=" + quote('{"type":"block_actions","authorizations":5}'),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
async def test_a_body_slack_never_sends_is_refused(lawless: Story, body: str) -> None:
    for headers in (signed(SIGNING_SECRET, body), signed("somebody else's secret", body)):
        answer = await lawless.http.post("/slack/events", content=body, headers=headers)
        assert answer.status_code in {400, 401}, answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"x-slack-request-timestamp": "9" * 400},
        {"x-slack-request-timestamp": "9" * 5000},
        {"x-slack-request-timestamp": "²"},
        {"x-slack-signature": "v0=é"},
        {"x-slack-signature": ""},
    ],
)
async def test_headers_slack_never_sends_are_refused(lawless: Story, headers: dict[str, str]) -> None:
    sent = {**signed(SIGNING_SECRET, "{}"), **headers}
    raw = {name.encode(): value.encode("latin-1") for name, value in sent.items()}
    answer = await lawless.http.post("/slack/events", content="{}", headers=raw)
    assert answer.status_code == 401
