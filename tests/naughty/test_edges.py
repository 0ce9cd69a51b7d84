"""What nobody should write, through every door: shown as words, or refused in words, the same on both engines."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from bot.views.blocks import Message
from tests.intake.conftest import NOW
from tests.intake.test_incoming import LEAD, OUTCOME, SIGNAL
from tests.stories.conftest import ANA, EMEA, MARKETING, MAYA, RITA, ROOT, SIGNING_SECRET, Story
from tests.support.forged import signed
from tests.views.reading import blocks_of, objects
from tests.views.test_hostile import assert_harmless

NASTY = (
    "<!channel> <@U0RAVI0001> <https://evil.example|Acme> *b* _i_ ~s~ `c`",
    "\u202eevil\u202c\u200b\u2066 مرحبا \u0301\u0301\u0301" + "🎉👩‍👩‍👧‍👦" * 12,
    "{0} {lead} %s %(x)d \\ ' \" ; -- $1 :tada: &lt;!here&gt;",
)
DIVIDED = ("campaign", "source", "reason", "rep")
POLICY = (ROOT / "tests/stories/policy.yml").read_text().replace(", {email: ravi@acme.example}", "")
"""With one rep, who gets every lead."""


def nasty_lead(text: str, number: int) -> dict[str, Any]:
    """Somebody who qualifies, and of whom every text that may be free is this one."""
    words = dict.fromkeys(("budget", "authority", "need", "timing"), text)
    signals = [
        {**one, "id": f"{number}-{one['id']}", "label": text, "url": f"{one.get('url')}?{text}"}
        for one in ANA["signals"]
    ]
    return {
        "external_id": f"{number} {text}",
        "email": f"lead{number}@acme.example",
        "phone": None,
        "first_name": text,
        "last_name": text,
        "title": f"VP {text}",
        "company": {**ANA["company"], "name": text, "region": text},
        "campaign": text,
        "bant": words,
        "pain_points": [text] * 3,
        "attributes": {text: text},
        "signals": signals,
    }


async def everything_shown(story: Story) -> Iterator[Message]:
    shown = [
        *await story.dm(RITA),
        *await story.slack.messages(RITA, EMEA),
        *await story.slack.messages(MAYA, MARKETING),
    ]
    return (Message(one.text, one.blocks) for one in shown)


async def test_a_nasty_lead_is_shown_as_words_from_its_first_card_to_its_last(lawless: Story) -> None:
    story = lawless
    await story.apply_policy(POLICY)
    for number, text in enumerate(NASTY):
        await story.lead(**nasty_lead(text, number))
        await story.press_in_dm(RITA, "Accept" if number % 2 else "Reject")
        if number % 2:
            await story.press_in_dm(RITA, "Log follow-up")
            done = await story.submit(RITA, how="call", outcome="reached", note=text)
        else:
            done = await story.submit(RITA, reason="other", detail=text)
        assert done.closed, done
        for asked in (f"find {text}", text):
            found = await story.slack.command(RITA, EMEA, "/lead", asked)
            assert found.reply
            assert "went wrong" not in found.reply.text
        await story.slack.open_home(RITA)
        await story.settle()
    for by in DIVIDED:
        numbers = await story.slack.command(MAYA, MARKETING, "/leadstats", f"by {by}")
        assert numbers.warning is None
    answers = [one for one in await story.slack.messages(MAYA, MARKETING) if one.ephemeral]
    assert len(answers) == len(DIVIDED)
    assert {call.error for call in await story.slack.calls()} == {None}
    for shown in await everything_shown(story):
        assert_harmless(shown.text)
        leaves = {one["type"] for one in objects(blocks_of(shown)) if isinstance(one.get("type"), str)}
        assert not leaves & {"broadcast", "usergroup", "channel", "emoji"}
        assert "U0RAVI0001" not in {one.get("user_id") for one in objects(blocks_of(shown))}


def texts_within(item: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where texts stand in an item."""
    if isinstance(item, dict):
        for name, inner in item.items():
            yield from texts_within(inner, (*place, name))
    elif isinstance(item, list):
        for index, inner in enumerate(item):
            yield from texts_within(inner, (*place, index))
    elif isinstance(item, str):
        yield place


def with_text(item: Any, place: tuple[str | int, ...], text: str) -> Any:
    changed = json.loads(json.dumps(item))
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] += text
    return changed


async def test_a_nul_in_any_text_is_refused_by_its_name(story: Story) -> None:
    story.clock.at = NOW
    await story.send("leads", LEAD)
    for path, item in (("leads", LEAD), ("signals", SIGNAL), ("outcomes", OUTCOME)):
        places = list(texts_within(item))
        answer = await story.send(path, {"items": [with_text(item, place, "\0") for place in places]})
        assert answer.status_code == 202
        for place, one in zip(places, answer.json()["items"], strict=True):
            if place == ("phone",):  # of which only digits are kept
                assert one["status"] == 202
            else:
                assert str(place[0]) in {re.split(r"[.[]", fault["field"])[0] for fault in one["errors"]}, place


async def test_a_command_is_answered_or_refused_whatever_is_typed(story: Story) -> None:
    for text in ("find " + "a " * 1_450, "find \0", "find \ud83d", "find " + "a" * 5_000, "\0", "%", "find _ % / \\ '"):
        told = {"command": "/lead", "text": text, "user_id": RITA, "team_id": "T0ACME0001", "trigger_id": "1.1"}
        body = urlencode(told, errors="surrogatepass")
        answer = await story.http.post("/slack/events", content=body, headers=signed(SIGNING_SECRET, body))
        assert answer.status_code in {200, 400}
        assert "went wrong" not in answer.text, text
