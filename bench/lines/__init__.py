"""Every line of the bench, in the order in which they are measured and shown: a module of its own gives each of them.

A module here has `LINES`. Add its name to `MODULES`; it is imported when the bench runs, so that `--list` and a line
alone cost little.
"""

from importlib import import_module

from bench.line import Line

MODULES = (
    "posting",
    "batches",
    "clicks",
    "pacing",
    "killing",
    "judging",
    "business_time",
    "nurture",
    "backtest",
    "growth",
    "memory",
    "busy_hour",
    "queue",
    "deadlines",
    "idle",
    "slack_limits",
    "postgresql",
    "replicas",
)


def every() -> tuple[Line, ...]:
    """All lines there are."""
    return tuple(line for name in MODULES for line in _lines(name))


def _lines(name: str) -> tuple[Line, ...]:
    lines: tuple[Line, ...] = import_module(f"bench.lines.{name}").LINES
    return lines
