"""What a run was made on: numbers of different machines, Pythons or libraries are not each other's."""

import os
import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = (
    *("baton", "aiohttp", "asyncpg", "fastapi", "httptools", "pydantic", "slack-bolt", "slack-sdk"),
    *("sqlalchemy", "sqlmodel", "starlette", "uvicorn", "uvloop"),
)


def described() -> dict[str, str]:
    """The machine, in words."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": _memory(),
        "system": platform.platform(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "sqlite": sqlite3.sqlite_version,
    }


def _processor() -> str:
    known = _field(Path("/proc/cpuinfo"), "model name")
    return known or platform.processor() or platform.machine()


def _memory() -> str:
    kilobytes = _field(Path("/proc/meminfo"), "MemTotal").removesuffix(" kB")
    return f"{int(kilobytes) / 1_000_000:.0f} GB" if kilobytes else "unknown"


def _field(path: Path, name: str) -> str:
    if not path.exists():
        return ""
    lines = (line.partition(":") for line in path.read_text(encoding="utf-8").splitlines())
    return next((said.strip() for key, _, said in lines if key.strip() == name), "")


def libraries() -> dict[str, str]:
    """Versions of what matters here, and is installed."""
    return {name: found for name in LIBRARIES if (found := _version(name))}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
