"""Measures Baton against its floors, line by line: `python -m bench --help`.

A ratio of two things that were measured in turn moves little from machine to machine; the numbers beside it, and
whether a target was met, say only what this one did: targets are for two cores that have nothing else to do.
"""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench import lines, report
from bench.line import ROUNDS, CannotMeasure, Line, Scale
from bench.report import Measured
from bench.runs import Found, measured

WIDE = 180
"""Columns of a table that is not printed on a screen."""


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    chosen = _chosen(asked.only, asked.scale)
    if asked.list:
        for line in chosen:
            print(" | ".join(filter(None, (line.name, line.what, report.promised(line)))))  # noqa: T201 - what was asked for
        return 0
    console, at = Console(width=None if sys.stdout.isatty() else WIDE), datetime.now(UTC)
    found: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="baton-bench-") as folder:
        for line in chosen:
            found.append(_measured(console, line, asked.scale, Path(folder), asked.rounds))
            _write(asked.json, report.as_json(asked.scale, at, found))  # whoever stops it keeps what was measured
    console.print(report.table(asked.scale, found))
    for note in report.notes(found):
        console.print(f"• {note}", highlight=False, markup=False)
    return 1 if any(one.failed for one in found) else 0


def _write(path: Path, told: object) -> None:
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description="Measures Baton against its floors.")
    scales = parser.add_mutually_exclusive_group()
    for scale, words in (
        (Scale.QUICK, "a few minutes: little of everything, in three rounds"),
        (Scale.FULL, "as much as the targets speak of, for hours"),
        (Scale.TINY, "a few seconds: does the bench itself work?"),
    ):
        scales.add_argument(f"--{scale}", dest="scale", action="store_const", const=scale, help=words)
    parser.set_defaults(scale=Scale.USUAL)
    parser.add_argument("--only", nargs="+", default=[], metavar="LINE", help="these lines alone")
    parser.add_argument(
        "--rounds", type=_rounds, metavar="N", help=f"rounds of each line, if not {ROUNDS}; some need fewer"
    )
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="where everything is written")
    parser.add_argument("--list", action="store_true", help="say what lines there are, and their targets")
    return parser


def _rounds(written: str) -> int:
    if not written.isdecimal() or int(written) < 1:
        raise argparse.ArgumentTypeError("there is at least one round")
    return int(written)


def _chosen(names: Sequence[str], scale: Scale) -> list[Line]:
    every = {line.name: line for line in lines.every()}
    if unknown := set(names) - set(every):
        sys.exit(f"There is no line {', '.join(sorted(unknown))}: there are {', '.join(every)}.")
    return [line for line in every.values() if (line.name in names if names else scale in line.at)]


def _measured(console: Console, line: Line, scale: Scale, folder: Path, rounds: int | None) -> Measured:
    began, failed = time.perf_counter(), ""
    found: tuple[Found, ...] = ()
    with console.status(line.what):
        try:
            found = asyncio.run(measured(line, scale, folder, rounds))
        except CannotMeasure as why:
            failed = str(why)
        except Exception as bug:  # the lines after it are measured all the same
            failed = "".join(traceback.format_exception(bug))
    shutil.rmtree(folder / line.name, ignore_errors=True)  # a million leads take fourteen gigabytes
    seconds = time.perf_counter() - began
    console.print(f"{line.name}: {failed or 'measured'} in {seconds:.0f} s", style="dim", highlight=False, markup=False)
    return Measured(line, found, seconds, failed)


if __name__ == "__main__":
    sys.exit(main())
