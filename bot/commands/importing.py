"""`baton import`: a spreadsheet in, with a word about every row that cannot be taken."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, repeat
from operator import itemgetter
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.exit_codes import FOUND_A_PROBLEM, WRONG_USE
from bot.usecases.identifying.accounts import IncomingAccount, TakenAccount
from bot.usecases.qualifying.telling import Taken
from handlers.intake import contact_data
from handlers.intake.columns import Layout, Unusable
from handlers.intake.faults import Fault
from handlers.intake.fields import ZONE_MISSING, Reading
from handlers.intake.incoming import Faults, SheetItem, SheetKind, read
from handlers.intake.spreadsheet import Row, Sheet, sheet
from handlers.intake.taking import PORTION, hold, portions, take_some, taken_in
from handlers.outages import POSSIBLE, is_outage
from storage.database import Database, Session

AWAY = "The database is busy or out of reach. Import the file again: what is stored already will count as duplicate."

Outcome = Taken | TakenAccount | Faults


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for; `mapped` and `fixed` are `FIELD=COLUMN` and `FIELD=VALUE` as written."""

    mapped: Sequence[str] = ()
    fixed: Sequence[str] = ()
    dry_run: bool = False
    all_or_nothing: bool = False
    history: bool = False
    per_hour: int | None = None
    zone: str | None = None


@dataclass(slots=True)
class Tally:
    """What became of the rows so far."""

    stored: int = 0
    duplicates: int = 0
    qualified: set[str] = field(default_factory=set)
    """Leads that met a path, each once, however many rows tell of it."""
    faults: list[tuple[int, Fault]] = field(default_factory=list)

    def count(self, line: int, outcome: Outcome) -> None:
        if isinstance(outcome, tuple):
            self.faults += [(line, fault) for fault in outcome]
        elif outcome.duplicate:
            self.duplicates += 1
        else:
            self.stored += 1
            self.qualified |= {outcome.lead_id} if isinstance(outcome, Taken) and outcome.path else set()

    def add(self, other: "Tally") -> None:
        self.stored += other.stored
        self.duplicates += other.duplicates
        self.qualified |= other.qualified
        self.faults += other.faults

    @property
    def bad_rows(self) -> int:
        return len({line for line, _ in self.faults})


class _Undo(Exception):
    """Ends a transaction of which nothing may stay."""


async def import_file(
    kind: SheetKind,
    path: Path,
    options: Options,
    database: Database,
    clock: Callable[[], datetime],
    out: Console,
    err: Console,
) -> int:
    """Imports one file and reports on `out`, with a progress bar on `err` where that is a terminal.

    Returns the exit code: 0 when every row was taken, 1 when one was not, 2 when the file or the options are no use.
    """
    try:
        table, zone = _sheet(kind, path, options), _zone(options)
    except Unusable as error:
        _say(err, str(error))
        return WRONG_USE
    importing = Import(kind, options, database, clock, zone)
    away = False
    with _progress(err) as bar:
        task = bar.add_task(path.name, total=len(table.rows))
        try:
            await importing.run(table.rows, lambda rows: bar.advance(task, rows))
        except POSSIBLE as error:
            if not is_outage(error):
                raise
            away = True
    for line in _report(kind, path.name, table.layout, importing.tally, options):
        _say(out, line)
    if away:
        _say(err, AWAY)
    return FOUND_A_PROBLEM if away or importing.tally.faults else 0


class Import:
    """The rows of one file on their way into the database."""

    def __init__(
        self,
        kind: SheetKind,
        options: Options,
        database: Database,
        clock: Callable[[], datetime],
        zone: ZoneInfo | None,
    ) -> None:
        self.tally = Tally()
        self._kind: SheetKind = kind
        self._options = options
        self._database = database
        self._clock = clock
        self._zone = zone
        self._turns = self._paced(clock())

    async def run(self, rows: Sequence[Row], advance: Callable[[int], None]) -> None:
        """Takes the rows in portions, each whole or not at all; `tally` counts the portions that are done."""
        async for portion in portions(self._database, rows, len(rows) if self._options.all_or_nothing else PORTION):
            self.tally.add(await self._portion(portion, advance))

    async def _portion(self, rows: Sequence[Row], advance: Callable[[int], None]) -> Tally:
        portion = Tally()
        with suppress(_Undo):
            async with self._database.write() as session:
                for start in range(0, len(rows), PORTION):
                    together, now = rows[start : start + PORTION], self._clock()
                    outcomes = await self._taken(session, [self._read(row, now) for row in together], now)
                    for row, outcome in zip(together, outcomes, strict=True):
                        portion.count(row.line, outcome)
                    advance(len(together))
                if self._options.dry_run or (self._options.all_or_nothing and portion.faults):
                    raise _Undo
        return portion

    def _read(self, row: Row, now: datetime) -> SheetItem | Faults:
        return (row.told,) if isinstance(row.told, Fault) else read(self._kind, row.told, Reading(now, self._zone))

    async def _taken(self, session: Session, items: Sequence[SheetItem | Faults], now: datetime) -> Sequence[Outcome]:
        told = [item for item in items if not isinstance(item, IncomingAccount)]
        if self._options.per_hour or len(told) < len(items):
            return [item if isinstance(item, tuple) else await self._one(session, item, now) for item in items]
        if not self._database.is_sqlite:
            await hold(session, told)
        return await take_some(session, told, now, history=self._options.history)

    async def _one(self, session: Session, item: SheetItem, now: datetime) -> Outcome:
        return await taken_in(session, item, now, history=self._options.history, hand_over_at=next(self._turns))

    def _paced(self, start: datetime) -> Iterator[datetime | None]:
        """When each lead that is taken may be handed over."""
        if not self._options.per_hour:
            return repeat(None)
        return (start + number * timedelta(hours=1) / self._options.per_hour for number in count())


def _sheet(kind: SheetKind, path: Path, options: Options) -> Sheet:
    if options.per_hour is not None and (kind != "leads" or options.per_hour < 1):
        raise Unusable("--per-hour says how many leads are handed over in an hour, such as --per-hour 20.")
    mapped, fixed = _pairs("--map", options.mapped), _pairs("--set", options.fixed)
    try:
        return sheet(kind, path.read_bytes(), mapped, fixed)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}.") from error


def _zone(options: Options) -> ZoneInfo | None:
    try:
        return ZoneInfo(contact_data.time_zone(options.zone)) if options.zone else None
    except ValueError as error:
        raise Unusable(f"--zone: {error}") from error


def _pairs(option: str, written: Sequence[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in written:
        name, _, value = (part.strip() for part in text.partition("="))
        if not (name and value):
            raise Unusable(f"{option} {text}: write FIELD={'COLUMN' if option == '--map' else 'VALUE'}.")
        if name in pairs:
            raise Unusable(f"{option} {name} is there twice.")
        pairs[name] = value
    return pairs


def _progress(err: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=err, transient=True, disable=not err.is_terminal)


def _report(kind: SheetKind, name: str, layout: Layout, tally: Tally, options: Options) -> Iterator[str]:
    yield f"{name}: {_summary(kind, tally, options)}"
    for line, fault in sorted(tally.faults, key=itemgetter(0)):
        where = f"{layout.heading(fault.field)}: " if fault.field else ""
        yield f"line {line}, {where}{fault.message}"
    if any(fault.message == ZONE_MISSING for _, fault in tally.faults):
        yield "If all these dates are in one time zone, say which, such as --zone Europe/Berlin."
    if layout.ignored:
        yield f"Columns left out: {', '.join(layout.ignored)}. Take one in with --map FIELD=COLUMN."


def _summary(kind: SheetKind, tally: Tally, options: Options) -> str:
    bad = _counted(tally.bad_rows, "bad row")
    if options.all_or_nothing and tally.faults:
        return f"nothing stored, because of {bad}."
    tried = "nothing stored, this was a dry run. It would be: " if options.dry_run else ""
    duplicates = _counted(tally.duplicates, "duplicate")
    qualified = "" if kind == "accounts" else f"{len(tally.qualified)} qualified, "
    return f"{tried}{tally.stored} stored, {duplicates}, {qualified}{bad}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _say(console: Console, words: str) -> None:
    """Prints a line that may quote a file: nothing in it reaches the terminal as a command."""
    plain = "".join(character if character.isprintable() else " " for character in words)
    console.print(plain, markup=False, highlight=False, emoji=False, soft_wrap=True)
