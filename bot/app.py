"""The composition root: the one place that builds things, reads the clock and knows what is plugged into what."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib.metadata import version

import aiohttp
import structlog
import uvicorn
from fastapi import FastAPI
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import chores, health, logs, ticker, upkeep
from bot.delivery.courier import Courier
from bot.delivery.email import Mailbox
from bot.delivery.endpoint import Endpoint
from bot.delivery.hooks import Hooks
from bot.delivery.pace import Pace
from bot.delivery.postman import Postman
from bot.delivery.slack import Slack
from bot.delivery.webhooks import Messenger
from bot.exit_codes import CannotStart
from bot.outside import now, slack_client
from bot.settings import Settings
from bot.slack_errors import said
from bot.usecases.assigning import slack_word
from bot.usecases.operating import fallbacks, mail_server, webhook_receiver
from bot.watch import Measured, Watch
from handlers.accounting.asking_marketing import AskingMarketing
from handlers.accounting.promises import Promises
from handlers.actions import Actions
from handlers.assigning.availability import Availability
from handlers.commands import Commands
from handlers.deciding.extending import Extending
from handlers.deciding.passing_on import PassingOn
from handlers.deciding.rejecting import Rejecting
from handlers.deciding.working import Working
from handlers.events import Events
from handlers.governing.backtests import Backtests
from handlers.governing.proposals import Proposals
from handlers.governing.proposing import Proposing
from handlers.identifying.merging import Merging
from handlers.intake import routes
from handlers.qualifying.briefs import Briefs
from handlers.qualifying.claims import Claims
from handlers.qualifying.evidence import Reading
from handlers.qualifying.manual import NewLead
from handlers.qualifying.tasks import Tasks
from handlers.slack import door, errors, http
from handlers.slack.app import SlackApp
from handlers.views import Forms
from storage.database import Database, DatabaseError, parse_url
from storage.delivery import cards
from storage.operating.due import ALL, Due
from storage.schema import Fit, ensure_fit

log = structlog.get_logger()

BOLT_READS = ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
"""By itself: it would drop our client's token for an OAuth app's, or complain that there are two."""
DRAIN = 16.0
"""Seconds that what is in hand may take after a stop."""
LAST_WORDS = 2.0
"""Seconds after that for what listeners still say, and as many for history."""


@dataclass(frozen=True, slots=True)
class Baton:
    """Everything that runs, wired together and not yet started."""

    web: FastAPI
    bolt: SlackApp
    courier: Courier
    postman: Postman
    messenger: Messenger
    database: Database
    clock: Callable[[], datetime]
    watch: Watch

    def wake(self, due: Due = ALL) -> None:
        """Whoever sends something of which there is some."""
        for waits, loop in (due.cards, self.courier), (due.emails, self.postman), (due.webhooks, self.messenger):
            if waits:
                loop.wake()


LISTENERS = (
    Actions,
    Rejecting,
    PassingOn,
    AskingMarketing,
    Claims,
    Forms,
    Working,
    Extending,
    Events,
    Reading,
    Briefs,
    NewLead,
    Merging,
    Promises,
    Availability,
    Proposals,
    Proposing,
    Tasks,
    Backtests,
)
"""Everything that answers Slack with a database and a clock."""


def assemble(
    settings: Settings,
    database: Database,
    client: AsyncWebClient,
    clock: Callable[[], datetime],
    pace: Pace | None = None,
) -> Baton:
    """Builds HTTP, Slack listeners, courier and postman around one database, one client and one clock.

    The pace is Slack's, unless another is given by whoever measures what is hidden behind it.
    """
    for variable in BOLT_READS:
        os.environ.pop(variable, None)
    bolt = SlackApp(
        client=client,
        signing_secret=settings.slack_signing_secret,
        request_verification_enabled=False,  # done before anything is parsed
        ssl_check_enabled=False,
        before_authorize=door.Readable(),
    )
    door.install(bolt)
    for listeners in LISTENERS:
        listeners(database, clock).register(bolt)
    Commands(database, clock, email_set_up=settings.smtp is not None).register(bolt)
    errors.register(bolt)
    web = FastAPI(title="Baton", docs_url=None, redoc_url=None)
    web.include_router(http.build_router(bolt, settings.slack_signing_secret or ""))
    watch = Watch(version("baton"))
    web.add_middleware(Measured, watch=watch)
    web.include_router(health.build_router(database, client, clock, watch))
    routes.install(web, database, clock, settings.baton_intake_secret, settings.baton_intake_token)
    courier, postman = _courier(database, client, clock, watch, pace), _postman(settings, database, clock, watch)
    messenger = _messenger(settings, database, clock, watch)
    baton = Baton(web, bolt, courier, postman, messenger, database, clock, watch)
    database.after_commit, database.happened = after_answers(courier.wake), logs.happened
    return baton


def after_answers(wake: Callable[[], None]) -> Callable[[], None]:
    """Wakes those who carry out what is committed, but not before whoever waits to hear of it is answered."""

    def committed() -> None:
        asyncio.get_running_loop().call_soon(wake)

    return committed


def _courier(
    database: Database, client: AsyncWebClient, clock: Callable[[], datetime], watch: Watch, pace: Pace | None
) -> Courier:
    hooks = Hooks(
        not_shown=fallbacks.not_shown,
        shown=partial(fallbacks.shown, database),
        let_in=fallbacks.let_in,
        person_seen=fallbacks.person_seen,
        status_seen=partial(slack_word.status_changed, database),
        settled=watch.delivered,
    )
    return Courier(database, Slack(client), clock, hooks=hooks, pace=pace or Pace(clock))


def _postman(settings: Settings, database: Database, clock: Callable[[], datetime], watch: Watch) -> Postman:
    mailbox = Mailbox(settings.smtp) if settings.smtp else None
    away, back = partial(mail_server.away, database), partial(mail_server.back, database)
    return Postman(database, mailbox, clock, away=away, back=back, settled=watch.mailed)


def _messenger(settings: Settings, database: Database, clock: Callable[[], datetime], watch: Watch) -> Messenger:
    return Messenger(
        database,
        Endpoint(settings.outgoing, now) if settings.outgoing else None,
        clock,
        away=partial(webhook_receiver.away, database),
        given_up=partial(webhook_receiver.given_up, database),
        back=partial(webhook_receiver.back, database),
        settled=watch.told,
    )


async def run(settings: Settings, pace: Pace | None = None) -> None:
    """Serves HTTP and runs both loops until SIGTERM or SIGINT, then finishes what is in hand.

    Raises:
        WrongSchema: when the database was not migrated for this code.
        CannotStart: when Slack refuses a token that never worked here, or the port is taken.
    """
    database = Database(parse_url(settings.database_url))
    try:
        if await ensure_fit(database) is Fit.AHEAD:
            log.warning("the database is a release ahead of this one", remedy=Fit.AHEAD.value)
        async with slack_client(settings) as client:
            await _greet(client, database)
            await _serve(settings, assemble(settings, database, client, now, pace))
    finally:
        await database.close()


async def _greet(client: AsyncWebClient, database: Database) -> None:
    """A token that never worked is found now; a Slack that is away, or lets us in no more, is waited for."""
    try:
        me = await client.auth_test()
        log.info("connected to Slack", team=me.get("team"), bot=me.get("user_id"))
    except SlackApiError as error:
        if said(error).startswith("http "):
            log.warning("Slack is not answering yet", error=said(error))
            return
        refused = f"Slack refuses SLACK_BOT_TOKEN ({said(error)}): copy it again from OAuth & Permissions"
        async with database.read() as session:
            if not await cards.was_any_shown(session):
                raise CannotStart(refused) from error
        log.error(f"{refused}. Until then leads are taken in, clocks run, e-mails go out, and messages wait.")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("Slack cannot be reached yet", error=str(error))


class _Server(uvicorn.Server):
    """A server that leaves the signals to us: both loops must hear of them too."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(settings: Settings, baton: Baton) -> None:
    listening = _listening(settings)
    server = _Server(uvicorn.Config(baton.web, log_config=None, access_log=False, timeout_graceful_shutdown=int(DRAIN)))
    stopping, ticked = asyncio.Event(), asyncio.Event()

    def stop() -> None:
        stopping.set()
        server.should_exit = True
        ticked.set()
        baton.wake()

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop)
    ticking = ticker.scheduler(ticked.set)
    ticking.start()
    loops = begin(baton, ticked, stopping)
    draining = asyncio.create_task(_drained(stopping, loops.values()))
    for noun, loop in loops.items():
        baton.watch.pulse.watch(noun, loop)
    try:
        async with socket_mode(settings, baton):
            _settled()
            log.info("listening", address="http://{}:{}".format(*listening.getsockname()[:2]))
            await server.serve([listening])
    finally:
        stop()
        await draining
        await _rested(baton.bolt)
        await _chained(baton.database)
        ticking.shutdown(wait=False)


def begin(baton: Baton, ticked: asyncio.Event, stopping: asyncio.Event) -> dict[str, "asyncio.Task[None]"]:
    """Everything that goes on beside HTTP: the clock turns when it is told that it ticked, the others when woken."""
    goes_on = {
        "courier": baton.courier.run(stopping),
        "postman": baton.postman.run(stopping),
        "messenger": baton.messenger.run(stopping),
        "clock": ticker.run(baton.database, baton.clock, ticked, stopping, baton.watch, baton.wake),
        "house": chores.run(baton.database, baton.clock, stopping),
    }
    return {noun: asyncio.create_task(loop) for noun, loop in goes_on.items()}


def _settled() -> None:
    """What was read in and built to serve stays: nobody looks through it for garbage, which would hold up answers."""
    gc.freeze()
    gc.enable()


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        where = f"port {settings.port} on {settings.host}"
        raise CannotStart(f"{where} cannot be opened ({error.strerror}): is Baton running already?") from error


async def _drained(stopping: asyncio.Event, loops: Iterable["asyncio.Task[None]"]) -> None:
    """From the stop on, at the same time as HTTP, so that both together take no longer than the slower."""
    await stopping.wait()
    _, late = await asyncio.wait(loops, timeout=DRAIN)
    for task in late:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _rested(bolt: SlackApp) -> None:
    """What listeners still say after their acks is said."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LAST_WORDS):
            await bolt.rested()


async def _chained(database: Database) -> None:
    """Leaves no row of history unchained; where it cannot be done now, whoever runs next does it."""
    try:
        async with asyncio.timeout(LAST_WORDS):
            await upkeep.chain(database)
    except (TimeoutError, OSError, DatabaseError) as error:
        log.warning("history is not chained to its end", error=type(error).__name__)


@asynccontextmanager
async def socket_mode(settings: Settings, baton: Baton) -> AsyncIterator[None]:
    """A connection over which Slack reaches us too, where an app-level token is set."""
    if not settings.slack_app_token:
        yield
        return
    handler = AsyncSocketModeHandler(baton.bolt, settings.slack_app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
