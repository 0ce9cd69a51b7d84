"""The workspace file, the manifest, the clock and the command that starts it all."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from sandbox import manifest, workspace
from sandbox.clock import Clock
from sandbox.manifest import Manifest
from sandbox.workspace import Workspace
from tests.sandbox.blocks import actions, button
from tests.sandbox.conftest import EMEA, EXAMPLE, HERE, NOON, RITA, World

Json = dict[str, Any]


def read(path: Path) -> Json:
    content: Json = YAML(typ="safe").load(path.read_text())
    return content


SHORTCUT = {"name": "Say", "type": "global", "callback_id": "say", "description": "Says it"}


class TestWorkspaceFile:
    def test_the_example_has_everybody_the_policy_names(self) -> None:
        plan = workspace.load(EXAMPLE)
        emails = {person.email for person in plan.people}
        assert {f"{name}@acme.example" for name in ("rita", "ravi", "marta", "dana", "maya", "ola")} <= emails
        assert [person.name for person in plan.people if person.deleted] == ["drew"]
        assert [person.name for person in plan.people if person.is_restricted] == ["gus"]
        assert [person.name for person in plan.people if person.is_admin] == ["ola"]
        assert len({person.tz for person in plan.people}) > 10
        inside = {channel.name for channel in plan.channels if channel.app}
        assert inside == {
            *("new-leads", "marketing-leads", "lead-escalations"),
            *("emea-leads", "americas-leads", "apac-leads"),
        }

    @pytest.mark.parametrize(
        ("change", "complaint"),
        [
            ({"people": [{"id": "U1", "name": "a", "real_name": "A", "email": "a@x", "tz": "Mars/Base"}]}, "Mars/Base"),
            ({"people": [{"id": "U1", "name": "a", "real_name": "A", "email": "a@x", "colour": "red"}]}, "colour"),
            ({"channels": [{"id": "C1", "name": "general", "members": ["nobody"]}]}, "nobody"),
            ({"channels": [{"id": "C1", "name": "a"}, {"id": "C1", "name": "b"}]}, "C1"),
            ({"channels": [{"id": "C1", "name": "Has Spaces"}]}, "name"),
            ({"team": {"id": "X1", "name": "Acme", "domain": "acme"}}, "id"),
        ],
    )
    def test_what_does_not_hang_together_is_named(self, change: Json, complaint: str) -> None:
        content = {"team": {"id": "T1", "name": "Acme", "domain": "acme"}, "people": [], "channels": []}
        with pytest.raises(ValidationError, match=complaint):
            Workspace.model_validate(content | change)


class TestManifest:
    def change(self, *path: str, to: Any) -> Json:
        """The tests' manifest with one value changed."""
        content = read(HERE / "manifest.yml")
        place = content
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to
        return content

    @pytest.mark.parametrize(
        ("path", "to", "complaint"),
        [
            (("display_information", "name"), "x" * 36, "35"),
            (("display_information", "colour"), "red", "colour"),
            (("display_information", "long_description"), "short", "long_description"),
            (("features", "app_home", "home"), True, "home"),
            (("features", "bot_user", "display_name"), "x" * 81, "80"),
            (("features", "slash_commands"), [{"command": "lead", "description": "d", "url": "https://x"}], "pattern"),
            (("features", "slash_commands"), [{"command": "/lead", "description": "d"}], "need a URL: /lead"),
            (("features", "shortcuts"), [SHORTCUT | {"name": "x" * 25}], "24"),
            (("settings", "interactivity"), {"is_enabled": True}, "need a URL: interactivity"),
            (("settings", "surprise"), True, "surprise"),
        ],
    )
    def test_what_slack_would_refuse_is_refused(self, path: tuple[str, ...], to: Any, complaint: str) -> None:
        with pytest.raises(ValidationError, match=complaint):
            Manifest.model_validate(self.change(*path, to=to))

    def test_socket_mode_needs_no_addresses(self) -> None:
        content = self.change("features", "slash_commands", to=[{"command": "/lead", "description": "d"}])
        content["settings"] |= {"socket_mode_enabled": True}
        assert Manifest.model_validate(content).command("/lead") is not None

    def test_commands_and_shortcuts_take_their_scope(self) -> None:
        whole = manifest.load(HERE / "manifest.yml")
        assert whole.command("/echo") is not None
        assert whole.shortcut("hello") is not None
        less = Manifest.model_validate(self.change("oauth_config", "scopes", "bot", to=["chat:write"]))
        assert less.command("/echo") is None
        assert less.shortcut("hello") is None

    def test_an_event_is_heard_with_its_scope_only(self) -> None:
        assert manifest.load(HERE / "manifest.yml").hears("user_change")
        less = Manifest.model_validate(self.change("oauth_config", "scopes", "bot", to=["chat:write"]))
        assert not less.hears("user_change")
        assert less.hears("app_home_opened")


class TestInstalledWithLess:
    """What an app may not do without the scope or switch for it."""

    @pytest.fixture
    def installed(self) -> Manifest:
        content = read(HERE / "manifest.yml")
        content["oauth_config"]["scopes"]["bot"] = ["users:read", "channels:read"]
        content["features"]["app_home"] = {"home_tab_enabled": False, "messages_tab_enabled": False}
        content["settings"]["interactivity"] = {"is_enabled": False}
        return Manifest.model_validate(content)

    @pytest.mark.parametrize(
        ("method", "params", "needed"),
        [
            ("chat.postMessage", {"channel": EMEA, "text": "x"}, "chat:write"),
            ("chat.update", {"channel": EMEA, "ts": "1.0", "text": "x"}, "chat:write"),
            ("conversations.open", {"users": RITA}, "im:write"),
            ("conversations.history", {"channel": EMEA}, "channels:history"),
            ("conversations.list", {"types": "public_channel,private_channel"}, "groups:read"),
            ("users.lookupByEmail", {"email": "rita@acme.example"}, "users:read.email"),
            ("reactions.add", {"channel": EMEA, "timestamp": "1.0", "name": "tada"}, "reactions:write"),
            ("dnd.info", {"user": RITA}, "dnd:read"),
        ],
    )
    async def test_a_missing_scope_is_named(self, world: World, method: str, params: Json, needed: str) -> None:
        answer = await world.api(method, **params)
        assert (answer["error"], answer["needed"]) == ("missing_scope", needed)
        assert answer["provided"] == "users:read,channels:read"

    async def test_an_address_is_hidden_without_its_scope(self, world: World) -> None:
        profile = (await world.api("users.info", user=RITA))["user"]["profile"]
        assert profile["real_name"] == "Rita Keller"
        assert "email" not in profile

    async def test_there_is_no_home_command_or_shortcut(self, world: World) -> None:
        answer = await world.api("views.publish", user_id=RITA, view={"type": "home", "blocks": [{"type": "divider"}]})
        assert answer["error"] == "not_enabled"
        assert (await world.slack.open_home(RITA)).refusal
        assert (await world.slack.shortcut(RITA, "hello")).refusal
        assert (await world.slack.command(RITA, EMEA, "/echo")).warning == "/echo is not a valid command."


class TestInteractivityOff:
    @pytest.fixture
    def installed(self, installed: Manifest) -> Manifest:
        off = installed.settings.interactivity.model_copy(update={"is_enabled": False})
        return installed.model_copy(update={"settings": installed.settings.model_copy(update={"interactivity": off})})

    async def test_buttons_reach_nobody(self, world: World) -> None:
        posted = await world.client.chat_postMessage(channel=EMEA, text="x", blocks=[actions(button())])
        assert "interactivity" in str((await world.slack.click(RITA, EMEA, posted["ts"], "go")).refusal)
        assert world.app.seen == []


class TestClock:
    def test_it_runs_stands_and_moves(self) -> None:
        clock = Clock()
        clock.set(NOON)
        assert (clock.now(), clock.standing) == (NOON, True)
        clock.advance(90)
        assert clock.now() == NOON + 90
        clock.set(None)
        real = clock.now()
        clock.advance(3600)
        assert 3600 <= clock.now() - real < 3605
        assert not clock.standing

    def test_stamps_never_repeat_or_go_back(self) -> None:
        clock = Clock(NOON)
        stamps = [clock.stamp(), clock.stamp()]
        clock.set(NOON - 10)
        stamps.append(clock.stamp())
        clock.set(NOON + 10)
        stamps.append(clock.stamp())
        assert stamps == sorted(stamps)
        assert len(set(stamps)) == 4


async def test_the_command_starts_a_workspace(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "--workspace", str(EXAMPLE), "--manifest", str(HERE / "manifest.yml")]
    process = await asyncio.create_subprocess_exec(*command, "--port", "0", stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
        address = line.split()[-1].rstrip("/")
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.get(f"{address}/healthz")).status_code == 200
            asked = await http.get(f"{address}/api/auth.test", headers={"Authorization": "Bearer xoxb-sandbox"})
            assert asked.json()["team"] == "Acme"
            assert "<html" in (await http.get(f"{address}/")).text
    finally:
        process.terminate()
        await process.wait()


async def test_a_file_that_does_not_hold_together_ends_it_with_a_line(tmp_path: Path) -> None:
    broken = tmp_path / "workspace.yml"
    broken.write_text("team: {id: T1, name: Acme, domain: acme}\npeople: []\nchannels: [{id: C1, name: Has Spaces}]\n")
    command = [sys.executable, "-m", "sandbox", "--workspace", str(broken), "--manifest", str(HERE / "manifest.yml")]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    assert process.returncode == 2
    assert said.decode().startswith("sandbox: ")
    assert "channels.0.name" in said.decode()
    assert "Traceback" not in said.decode()
