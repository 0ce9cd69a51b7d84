"""Slash commands: read what was asked, read the answer, show it to whoever asked."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.authority import Ask
from bot.domain.handoff import Refusal
from bot.domain.numbers import stats_request
from bot.usecases.accounting import accountability, numbers
from bot.usecases.assigning import absences, explaining
from bot.usecases.operating import reach
from bot.usecases.qualifying import briefs, evidence, search
from bot.views import help as helping
from bot.views.accounting import sheets, stats
from bot.views.assigning import availability, fairness, why
from bot.views.blocks import Json, Message
from bot.views.cards import briefs as briefing
from bot.views.governing import definition
from bot.views.governing.proposing import offered
from handlers.governing.proposing import form
from handlers.qualifying import manual
from handlers.qualifying.messages import found_in
from handlers.slack import asking
from handlers.slack.clicks import Payload, request
from storage.database import Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Commands:
    """The listeners of `/lead` and `/leadstats`."""

    database: Database
    clock: Callable[[], datetime]
    email_set_up: bool = False
    """Whether there is a mail server."""

    def register(self, app: AsyncApp) -> None:
        app.command("/leadstats")(self.leadstats)
        app.command("/lead")(self.lead)

    async def leadstats(self, ack: AsyncAck, command: Payload, client: AsyncWebClient, respond: AsyncRespond) -> None:
        asked = stats_request.parse(command.get("text", ""))
        if isinstance(asked, Refusal):
            await ack(text=asked.words, response_type="ephemeral")
        elif asked.help:
            usage = stats.help_()
            await ack(text=usage.text, blocks=usage.blocks, response_type="ephemeral")
        elif refusal := await self.refusal_of(Ask.NUMBERS, command, client):
            await ack(text=refusal.words, response_type="ephemeral")
        elif asked.share and not await numbers.first_time(self.database, request(command), self.clock()):
            await ack()
        else:
            shown = await self.numbers(asked, command["user_id"])
            if isinstance(shown, Refusal):
                await ack(text=shown.words, response_type="ephemeral")
            else:
                await show(ack, respond, *shown, share=asked.share)

    async def numbers(self, asked: stats_request.Request, viewer: str) -> tuple[Message, Message] | Refusal:
        """What was asked for, with a table and without."""
        if asked.by in accountability.ANSWERED_HERE:
            told = await accountability.requested(self.database, asked, viewer, self.clock())
            if isinstance(told, Refusal):
                return told
            sheet = sheets.of(told, asked.period.span(self.clock()))
            return sheets.message(sheet), sheets.plain(sheet)
        report = await numbers.requested(self.database, asked, viewer, self.clock())
        return report if isinstance(report, Refusal) else (stats.numbers(report), stats.plain(report))

    async def lead(self, ack: AsyncAck, command: Payload, client: AsyncWebClient) -> None:
        word, _, rest = command.get("text", "").strip().partition(" ")
        ask, answer = SUBCOMMANDS.get(word.lower() or "help", (Ask.HELP, None))
        refusal = await self.refusal_of(ask, command, client)
        shown = refusal or (await answer(self, rest.strip(), command["user_id"]) if answer else helping.unknown(word))
        if isinstance(shown, Refusal):
            await ack(text=shown.words, response_type="ephemeral")
        elif isinstance(shown, Message):
            await ack(text=shown.text, blocks=shown.blocks, response_type="ephemeral")
        else:
            await client.views_open(trigger_id=command["trigger_id"], view=shown)
            await ack()

    async def refusal_of(self, ask: Ask, command: Payload, client: AsyncWebClient) -> Refusal | None:
        return await asking.refusal_of(self.database, client, ask, command["user_id"], self.clock())

    async def usage(self, _rest: str, by: str) -> Message:
        return helping.usage(await reach.ways(self.database, by, email_set_up=self.email_set_up))

    async def email(self, written: str, by: str) -> Message:
        choice = next((one for one in reach.CHOICES if one == written.lower()), None)
        if choice is None:
            return helping.not_understood("Say which e-mails: `/lead email every` or `/lead email unopened`.")
        await reach.choose_email(self.database, by, choice)
        return helping.email(await reach.ways(self.database, by, email_set_up=self.email_set_up))

    async def find(self, text: str, _by: str) -> Message:
        if not text:
            return helping.not_understood("Say whom to look for: `/lead find` and part of a name or company.")
        found = await search.find(self.database, text)
        return helping.find(text, [helping.Found(k.facts, k.stage, k.owner, k.deadline_at, k.near) for k in found])

    async def why(self, asked: str, _by: str) -> Message:
        if not asked:
            return helping.not_understood("Say which lead: `/lead why` and part of a name or company.")
        return why.why(asked, await explaining.why(self.database, asked, self.clock()))

    async def fair(self, team: str, by: str) -> Message | Refusal:
        found = await explaining.fair(self.database, team, by, self.clock())
        return found if isinstance(found, Refusal) else fairness.fairness(found)

    async def policy(self, _rest: str, by: str) -> Message:
        agreed = await evidence.definition_in_force(self.database)
        if agreed is None:
            return helping.not_understood("There is no policy yet. An admin brings one with `baton policy apply`.")
        return definition.message(agreed, *offered(agreed.version, agreed.policy, by))

    async def brief(self, name: str, by: str) -> Message:
        may_write = await briefs.may_write(self.database, by)
        if not name:
            return briefing.listing(await briefs.every(self.database), may_write=may_write)
        found = await briefs.of_campaign(self.database, name)
        return briefing.shown(found, may_write=may_write) if found else briefing.none_yet(name, may_write=may_write)

    async def new(self, written: str, _by: str) -> Json | Refusal:
        return await manual.form(self.database, found_in({"text": written}))

    async def away(self, written: str, by: str) -> Message | Refusal:
        now = self.clock()
        left = await absences.leave_by_words(self.database, written, by, now)
        if isinstance(left, Refusal):
            return left
        return availability.left(left.absence, by, left.load.offered, left.load.accepted, now)

    async def back(self, written: str, by: str) -> Refusal:
        done = await absences.come_back_by_words(self.database, written, by, self.clock())
        said = (
            done.words if isinstance(done, Refusal) else availability.back(done.person, by, done.released, done.still)
        )
        return Refusal(said)

    async def propose(self, _rest: str, by: str) -> Json | Refusal:
        return await form(self.database, by)


Shown = Message | Json | Refusal
"""What a command is answered with: a message for whoever asked, a window that opens, or words why not."""
Answer = Callable[[Commands, str, str], Awaitable[Shown]]
"""To what is written after the word, and who (Slack id) wrote it. A window's answer reads once at most: its trigger
lives three seconds."""
SUBCOMMANDS: Mapping[str, tuple[Ask, Answer]] = {
    "help": (Ask.HELP, Commands.usage),
    "new": (Ask.QUALIFY, Commands.new),
    "find": (Ask.FIND, Commands.find),
    "why": (Ask.WHY, Commands.why),
    "fair": (Ask.FAIR, Commands.fair),
    "policy": (Ask.RULES, Commands.policy),
    "propose": (Ask.PROPOSE, Commands.propose),
    "brief": (Ask.BRIEFS, Commands.brief),
    "email": (Ask.EMAIL, Commands.email),
    "away": (Ask.AWAY, Commands.away),
    "back": (Ask.AWAY, Commands.back),
}


async def show(ack: AsyncAck, respond: AsyncRespond, rich: Message, plain: Message, *, share: bool) -> None:
    """The message with its charts; without them where Slack refuses those; in the answer itself at the last."""
    to = "in_channel" if share else "ephemeral"
    for message in (rich, plain):
        try:
            answer = await respond(text=message.text, blocks=message.blocks, response_type=to)
        except (ValueError, OSError) as error:
            log.warning("an answer to a command did not arrive", error=str(error))
            break
        if answer.status_code == 200:
            await ack()
            return
        log.warning("Slack refused an answer to a command", status=answer.status_code, body=answer.body[:200])
    await ack(text=plain.text, blocks=plain.blocks, response_type=to)
