"""What this process has done and whether it still does: the figures for `/metrics`, and the pulse of its loops."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.delivery import endpoint
from bot.delivery.email import Ending
from bot.delivery.verdicts import Verdict
from storage.tables import CardRow, EmailRow, WebhookRow

STOPPED_AFTER = 30.0
"""Seconds without a turn of the clock's loop after which it counts as stuck."""
ANSWER_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 5.0)
"""Around the three seconds for which Slack waits."""
LAG_SECONDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 3600.0)
INTAKE = frozenset({"/v1/leads", "/v1/signals", "/v1/outcomes"})
SLACK = "/slack/events"


class Pulse:
    """Whether the loops of this process still turn; `clock` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._beaten: float | None = None
        self._loops: dict[str, asyncio.Task[None]] = {}

    def beat(self) -> None:
        """The clock's loop has just done something, if only looked."""
        self._beaten = self._clock()

    def watch(self, name: str, loop: "asyncio.Task[None]") -> None:
        """This loop must not end before Baton does."""
        self._loops[name] = loop

    def trouble(self) -> str | None:
        """What has stopped, in words; None when all goes on, or nothing was ever started."""
        for name, loop in self._loops.items():
            if loop.done():
                return f"the {name} has stopped"
        if self._beaten is not None and (silent := self._clock() - self._beaten) > STOPPED_AFTER:
            return f"the clock has not turned for {silent:.0f} seconds"
        return None


class Watch:
    """One for a process, made by whoever puts it together; counts since the process began."""

    def __init__(self, version: str, pulse: Pulse | None = None) -> None:
        self.pulse = pulse or Pulse()
        self.registry = registry = CollectorRegistry()
        Info("baton_build", "The release that runs here", registry=registry).info({"version": version})
        self._ticks = Counter("baton_ticks", "Turns of the clock, by how they ended", ["ended"], registry=registry)
        self._steps = Counter("baton_steps", "Steps of the clock", ["step", "ended"], registry=registry)
        self._attempts = Counter("baton_deliveries", "Attempts to show a card", ["kind", "verdict"], registry=registry)
        self._emails = Counter("baton_emails", "E-mails, by how an attempt ended", ["kind", "ended"], registry=registry)
        self._webhooks = Counter(
            "baton_webhooks", "Webhooks, by how an attempt ended", ["event", "ended"], registry=registry
        )
        self._lag = Histogram(
            "baton_delivery_lag_seconds",
            "From a card's being wanted, or last put off, to Slack's showing it",
            registry=registry,
            buckets=LAG_SECONDS,
        )
        self._answers = Histogram(
            "baton_slack_answer_seconds", "Until Slack had its answer", registry=registry, buckets=ANSWER_SECONDS
        )
        self._slack = Counter("baton_slack_requests", "What Slack was answered", ["status"], registry=registry)
        self._intake = Counter("baton_intake_requests", "What senders were told", ["path", "status"], registry=registry)
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=registry)
        for ended in ("done", "failed"):
            self._ticks.labels(ended)

    def text(self) -> str:
        """Everything counted here, as Prometheus reads it."""
        return generate_latest(self.registry).decode()

    def ticked(self, well: bool) -> None:
        self.pulse.beat()
        self._ticks.labels("done" if well else "failed").inc()

    def stepped(self, step: str, well: bool) -> None:
        """A long turn of many steps is alive too."""
        self.pulse.beat()
        self._steps.labels(step, "done" if well else "failed").inc()

    def delivered(self, row: CardRow, verdict: Verdict, now: datetime) -> None:
        """One attempt to show a card has been settled; `row` as it was claimed."""
        self._attempts.labels(row.kind, verdict.value).inc()
        if verdict is Verdict.SHOWN:
            since = row.created_at if row.shown == 0 else row.retry_at
            self._lag.observe(max(0.0, (now - since).total_seconds()))

    def mailed(self, row: EmailRow, ending: Ending) -> None:
        """One attempt to send an e-mail has been settled."""
        self._emails.labels(row.kind, ending.value).inc()

    def told(self, row: WebhookRow, ending: endpoint.Ending) -> None:
        """One attempt to tell another system has been settled."""
        self._webhooks.labels(row.event, ending.value).inc()

    def answered(self, path: str, status: int, seconds: float) -> None:
        """A request was answered; what was refused unread says nothing of how quick Baton is."""
        if path in INTAKE:
            self._intake.labels(path, status).inc()
        elif path == SLACK:
            self._slack.labels(status).inc()
            if status == 200 or status >= 500:
                self._answers.observe(seconds)


class Measured:
    """An application, with what it answers to senders and to Slack counted and timed."""

    def __init__(self, app: ASGIApp, watch: Watch) -> None:
        self._app = app
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()

        async def heard(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._watch.answered(scope["path"], message["status"], time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, heard if scope["type"] == "http" else send)
