"""Starting with a token that Slack refuses."""

from pathlib import Path

import httpx
from sqlmodel import update

from storage.database import Database, parse_url
from storage.delivery import cards
from storage.tables import CardRow
from tests.stories.conftest import FRIDAY_10
from tests.support.processes import Release
from tests.test_cli import Shell, shell

__all__ = ["shell"]
WRONG = {"SLACK_BOT_TOKEN": "xoxb-wrong"}


async def test_a_token_that_never_worked_is_said_at_once(shell: Shell) -> None:
    await shell.run("migrate")

    ended = await shell.run("run", PORT="0", **WRONG)

    assert (ended.code, "Traceback" in ended.err) == (1, False)
    assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth): copy it again" in ended.err


async def test_whom_slack_lets_in_no_more_takes_leads_in_all_the_same(shell: Shell, tmp_path: Path) -> None:
    await shell.run("migrate")
    database = Database(parse_url(f"sqlite:///{tmp_path}/baton.db"))
    async with database.write() as session:
        await cards.want(session, "alarm:1:U0OLA00001", "alarm", "U0OLA00001", FRIDAY_10)
        await session.exec(update(CardRow).values(ts="1.1", stale=False))
    await database.close()
    here = Release({**shell.settings, **WRONG}, tmp_path)
    try:
        running = await (await here.start()).listening()
        async with httpx.AsyncClient(base_url=running.address) as http:
            ready = await http.get("/readyz")
            assert (ready.status_code, ready.json()["slack"]) == (503, "Slack answers invalid_auth")
            token = {"Authorization": "Bearer cli-intake-token"}
            lead = {"source": "web", "email": "bo@bo.example"}
            assert (await http.post("/v1/leads", json=lead, headers=token)).status_code == 202
        assert await running.stop(within=20) == 0
        assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in running.said()
    finally:
        await here.end()
