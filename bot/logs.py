"""Logs for people (`text`) or machines (`json`): one event a line, and never what a lead or a sender wrote."""

import logging
import sys
from typing import Literal

import structlog

from storage.tables import HistoryRow

log = structlog.get_logger()

QUIET = ("aiosmtplib", "alembic", "apscheduler", "httpx", "slack_bolt", "slack_sdk", "uvicorn.access")
"""Libraries whose chatter at INFO holds bodies of requests, or nothing of use."""


def configure(style: Literal["text", "json"]) -> None:
    """Sends our own events and the libraries' warnings to standard error."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    machine = [structlog.processors.format_exc_info] if style == "json" else []
    structlog.configure(
        processors=[*shared, *machine, renderer],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *machine,
                renderer,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)


def happened(row: HistoryRow) -> None:
    """A line for everything that was decided: what, about whom, by whom; why stands in the database."""
    ids = {"handoff": row.handoff_id, "lead": row.lead_id, "by": row.who, "policy": row.policy_version}
    log.info(row.what, **{name: one for name, one in ids.items() if one is not None})
