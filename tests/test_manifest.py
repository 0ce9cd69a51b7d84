"""What the app asks of Slack, what it uses, what it shows and what it listens to are the same things."""

import ast
import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import assemble
from bot.commands import doctor
from bot.domain.handoff import State
from bot.domain.marketing_clock import MarketingClock, Owed
from bot.domain.policy import Reason
from bot.settings import Settings
from bot.views import home
from bot.views.accounting import promises
from bot.views.assigning import availability
from bot.views.blocks import Message
from bot.views.cards import briefs, card
from bot.views.deciding import answering, escalations, extending, modals, notices, without_modal, work_forms
from bot.views.governing import proposing, reviews
from bot.views.governing.proposals import Proposal, proposal
from bot.views.identifying import merging
from bot.views.ids import Action, Form
from bot.views.qualifying import manual, near_misses, tasks
from storage.database import Database, parse_url
from tests.views.pairs import MERGED, PAIR
from tests.views.samples import (
    ANA,
    MARTA,
    NOW,
    RITA,
    RULES,
    SCORING,
    followed_up,
    passed_on,
    story,
    waiting_for_the_prospect,
)
from tests.views.test_availability import AWAY_TWICE, TEAMS
from tests.views.test_near_misses import LISTED
from tests.views.test_reviews import FULL as REVIEW
from tests.views.test_tasks import ASKED

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "tests/data/slack-manifest/manifest.schema.2.0.0.json"
HISTORY = {"channels:history", "groups:history", "im:history"}
READ = {"channels:read", "groups:read"}
SCOPES: dict[str, set[str]] = {
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.getPermalink": set(),
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": HISTORY,
    "conversations.list": READ,
    "conversations.open": {"im:write"},
    "conversations.replies": HISTORY,
    "users.info": {"users:read"},
    "users.lookupByEmail": {"users:read.email"},
    "views.open": set(),
    "views.publish": set(),
    "views.update": set(),
}
"""What Slack's documentation asks for each method Baton calls."""
EVENTS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "dnd_updated_user": {"dnd:read"},
    "user_change": {"users:read"},
}
"""The same for each event that it hears."""
WRAPPERS = {
    name: name.replace("_", ".", 1)
    for name, member in inspect.getmembers(AsyncWebClient, inspect.iscoroutinefunction)
    if "_" in name.strip("_") and name != "api_call"
}
"""Python's names of the Web API's methods."""

LISTENS = (
    "action",
    "view",
    "view_closed",
    "command",
    "event",
    "shortcut",
    "global_shortcut",
    "message_shortcut",
    "options",
)
Json = dict[str, Any]


@pytest.fixture(scope="module")
def manifest() -> Json:
    loaded: Json = YAML(typ="safe").load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
async def listeners(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, list[str]]:
    """What the assembled app registers, by kind."""
    registered: dict[str, list[str]] = defaultdict(list)
    for kind in LISTENS:

        def register(self: AsyncApp, constraint: Any, *args: Any, _kind: str = kind, **kwargs: Any) -> Any:
            registered[_kind].append(str(constraint))
            return lambda listener: listener

        monkeypatch.setattr(AsyncApp, kind, register)
    settings = Settings(_env_file=None, slack_bot_token="xoxb-1", slack_signing_secret="secret")
    database = Database(parse_url(f"sqlite:///{tmp_path / 'unused.db'}"))
    assemble(settings, database, AsyncWebClient(token="xoxb-1"), lambda: NOW)
    await database.close()
    return registered


def called_methods() -> set[str]:
    """The Web API methods that the code calls, by wrapper or by name."""
    called = set()
    for room in ("bot", "handlers"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in WRAPPERS:
                    called.add(WRAPPERS[node.attr])
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "api_call":
                    called.add(str(ast.literal_eval(node.args[0])))
    return called


def messages() -> Iterator[list[Json]]:
    """Every message and home tab, in every state and for everyone it is for."""
    stories = [
        *map(story, State),
        *(story(state, undo=None) for state in State),
        followed_up(),
        passed_on("missed"),
        waiting_for_the_prospect(),
    ]
    for told in stories:
        yield card.dm(told, RITA, NOW).blocks
        yield card.dm(told, MARTA, NOW).blocks
        yield card.channel(told, NOW).blocks
        for notice in (notices.returned, notices.accepted):
            yield notice(told, NOW).blocks
        yield notices.reminder(told, NOW, told.handoff.turn).blocks
        yield escalations.escalation(told, NOW, told.handoff.turn).blocks
        yield escalations.escalation_line(told, told.handoff.turn).blocks
        yield home.home(told.handoff.owner or RITA, [told], NOW, RULES)["blocks"]
    yield home.home(RITA, [], NOW, RULES, own=AWAY_TWICE, teams=TEAMS)["blocks"]
    for absence in AWAY_TWICE.absences:
        yield availability.left(absence, RITA, 1, 1, NOW).blocks
        yield availability.off_duty(absence, 3, RITA).blocks
    yield card.channel(story(State.WAITING, pooled_at=NOW), NOW).blocks
    yield without_modal.reasons("h-1", "Ana", RULES.reasons).blocks
    yield briefs.listing([], may_write=True).blocks
    yield tasks.task(ASKED).blocks
    yield merging.likeness(PAIR).blocks
    yield merging.merged(MERGED).blocks
    yield near_misses.near_misses(LISTED, "emea", RULES).blocks
    yield reviews.review(REVIEW, REVIEW.version, MARTA).blocks
    yield promises.question(OWED).blocks
    yield promises.returned(Message("It came back.", []), replace(OWED, refused_by="URITA")).blocks
    for state in ("pending", "in_force"):
        shown = Proposal(2, "Acme", state, MARTA, lines=["+ a line"], waiting=[MARTA], admins=[MARTA])
        yield proposal(shown, MARTA).blocks


OWED = Owed(MarketingClock("c-1", "question", "l-1", "h-1", "default", 1, "emea", NOW, NOW), ANA)


def forms() -> list[Json]:
    """Every modal, as it opens and as it changes."""
    reasons = (
        Reason(id="wrong-person", label="Not a decision maker", means="recycle", asks="evidence"),
        Reason(id="bad-data", label="Contact data is wrong", means="recycle", asks="detail"),
    )
    return [
        *(
            modals.reject("h-1", "Ana", reasons, SCORING.evidence, chosen)
            for chosen in (None, "wrong-person", "bad-data")
        ),
        answering.pass_on("h-1", "Ana", [(RITA, "Rita")]),
        answering.ask_marketing("h-1", "Ana"),
        modals.follow_up("h-1", "Ana"),
        work_forms.pause("h-1", ANA, "10 business days"),
        *(work_forms.outcome("h-1", ANA, kind, NOW.date()) for kind in work_forms.FORM_OF),
        modals.reassign("h-1", "Ana", [(RITA, "Rita")]),
        extending.extend("h-1", "Ana", "Rita"),
        modals.object_policy(2),
        availability.form(RITA),
        briefs.form("spring-webinar", None),
        manual.new_lead(RULES),
        tasks.form("lead-1", ASKED.facts, ASKED.lacking),
        promises.form(OWED, "answered"),
        promises.form(OWED, "disagree"),
        proposing.propose(1, RULES, "threshold", "field", None),
        proposing.propose(1, RULES, "points", "field", None),
        proposing.propose(1, RULES, "criterion", "field", None),
        proposing.propose(1, RULES, "criterion", "signal", 2),
        modals.said("Not done", "Ravi has this lead."),
    ]


def elements(node: Any) -> Iterator[Json]:
    """The elements that send something when used; an input without `dispatch_action` waits for Submit."""
    if isinstance(node, list):
        for one in node:
            yield from elements(one)
    elif isinstance(node, dict):
        if "action_id" in node:
            yield node
        if node.get("type") != "input" or node.get("dispatch_action"):
            yield from elements(list(node.values()))


def test_the_manifest_follows_slacks_schema(manifest: Json) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(manifest)] == []


def test_slacks_schema_notices_a_mistake(manifest: Json) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    wrong = {**manifest, "settings": {**manifest["settings"], "interactivity": {"enabled": True}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate(wrong)


def test_the_scopes_are_those_of_the_methods_called_and_no_more(manifest: Json) -> None:
    called = called_methods()
    assert called == set(SCOPES)
    needed = set().union(*(SCOPES[method] for method in called), *EVENTS.values())
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed | {"commands"}
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == EVENTS.keys()


def test_the_doctor_asks_for_the_same_scopes(manifest: Json) -> None:
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == doctor.SCOPES | doctor.OPTIONAL
    assert set(manifest["oauth_config"]["scopes"]["bot_optional"]) == doctor.OPTIONAL


def test_every_scope_says_why() -> None:
    block = (
        (ROOT / "manifest.yml").read_text(encoding="utf-8").partition("    bot:\n")[2].partition("    bot_optional:")[0]
    )
    lines = block.splitlines()
    assert len(lines) == len({scope for scopes in (*SCOPES.values(), *EVENTS.values()) for scope in scopes}) + 1
    assert [line for line in lines if not re.fullmatch(r"      - [a-z:.]+ # \S.{10,}", line)] == []


def test_every_command_and_event_has_a_listener_and_the_other_way_round(
    manifest: Json, listeners: dict[str, list[str]]
) -> None:
    commands = [command["command"] for command in manifest["features"]["slash_commands"]]
    assert sorted(listeners["command"]) == sorted(commands)
    assert sorted(listeners["event"]) == sorted(manifest["settings"]["event_subscriptions"]["bot_events"])
    shortcuts = [shortcut["callback_id"] for shortcut in manifest["features"].get("shortcuts", [])]
    assert sorted(listeners["shortcut"] + listeners["global_shortcut"] + listeners["message_shortcut"]) == shortcuts


def test_every_button_shown_has_a_listener_and_the_other_way_round(listeners: dict[str, list[str]]) -> None:
    shown = {element["action_id"] for rendered in (*messages(), forms()) for element in elements(rendered)}
    assert sorted(listeners["action"]) == sorted(shown)
    assert shown == set(Action)


def test_every_form_shown_has_a_listener_and_the_other_way_round(listeners: dict[str, list[str]]) -> None:
    shown = [form for form in forms() if "submit" in form]
    assert sorted(listeners["view"]) == sorted({form["callback_id"] for form in shown})
    assert set(listeners["view"]) == set(Form)
    assert sorted(listeners["view_closed"]) == sorted(
        {form["callback_id"] for form in shown if form.get("notify_on_close")}
    )


def test_everything_slack_sends_goes_to_one_address(manifest: Json) -> None:
    settings = manifest["settings"]
    addresses = {
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
        *(command["url"] for command in manifest["features"]["slash_commands"]),
    }
    assert addresses == {"https://YOUR-HOST/slack/events"}


def test_people_can_be_sent_messages_but_not_answer_into_the_void(manifest: Json) -> None:
    tabs = manifest["features"]["app_home"]
    assert tabs == {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": True}
