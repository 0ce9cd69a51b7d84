"""Rounds of a line's sides in turn, and what is said of them: medians, spreads, ratios, and whether a target is met."""

import asyncio
import math
import statistics
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.line import ROUNDS, Bench, CannotMeasure, Figure, Line, Of, Round, Sample, Scale, Side

MOST_ROUNDS = {Scale.TINY: 1, Scale.QUICK: 3}
"""Where somebody only wants to see roughly."""
LONGEST = {Scale.TINY: 300.0, Scale.QUICK: 600.0, Scale.USUAL: 900.0, Scale.FULL: 3600.0}
"""Seconds after which a line is left, so that those after it are measured."""


@dataclass(frozen=True, slots=True)
class Spread:
    """One number of several rounds: what each of them found, in order."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def least(self) -> float:
        return min(self.rounds)

    @property
    def most(self) -> float:
        return max(self.rounds)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a floor found in the same rounds, and how many times that ours is, round by round."""

    name: str
    found: Spread
    ratio: Spread


@dataclass(frozen=True, slots=True)
class Found:
    """One figure of a line after all rounds."""

    figure: Figure
    ours: Spread
    beside: tuple[Beside, ...]

    @property
    def judged(self) -> float:
        """The number that the target is about."""
        target = self.figure.target
        return self.beside[0].ratio.median if target and target.of is Of.RATIO else self.ours.median

    @property
    def missed_by(self) -> float | None:
        """By what share of its limit the target is missed; None where it is met, or where there is none."""
        return self.figure.target.missed_by(self.judged) if self.figure.target else None


def found(line: Line, samples: Mapping[str, Sequence[Sample]]) -> tuple[Found, ...]:
    """The figures of a line from the samples of its sides, by their names, a sample a round."""
    return tuple(_found(line, figure, samples) for figure in line.figures)


def _found(line: Line, figure: Figure, samples: Mapping[str, Sequence[Sample]]) -> Found:
    ours = _numbers(figure, samples[line.ours.name])
    beside = tuple(
        Beside(floor.name, Spread(theirs), Spread(tuple(map(ratio, ours, theirs))))
        for floor in line.floors
        if (theirs := _numbers(figure, samples[floor.name]))
    )
    return Found(figure, Spread(ours), beside)


def _numbers(figure: Figure, samples: Sequence[Sample]) -> tuple[float, ...]:
    return tuple(sample[figure.name] for sample in samples if figure.name in sample)


def ratio(ours: float, theirs: float) -> float:
    """How many times theirs ours is; what is nothing beside nothing is the same."""
    if theirs:
        return ours / theirs
    return 1.0 if not ours else float("inf")


async def measured(line: Line, scale: Scale, folder: Path, rounds: int | None = None) -> tuple[Found, ...]:
    """All rounds of one line.

    Raises:
        CannotMeasure: when a side did not do its work, or all of them took too long.
    """
    try:
        async with asyncio.timeout(LONGEST[scale]) as limit:
            return await _measured(line, scale, folder, _rounds(line, scale, rounds))
    except TimeoutError:
        if not limit.expired():
            raise
        raise CannotMeasure(f"it was not done after {LONGEST[scale]:,.0f} s") from None


def _rounds(line: Line, scale: Scale, asked: int | None) -> int:
    """As many as somebody asked for, or the scale has; no more than a line says that needs few."""
    most = asked or min(ROUNDS, MOST_ROUNDS.get(scale, ROUNDS))
    return min(most, line.rounds) if line.rounds < ROUNDS else most


async def _measured(line: Line, scale: Scale, folder: Path, rounds: int) -> tuple[Found, ...]:
    async with AsyncExitStack() as stack:
        sides = {side.name: await _open(stack, side, scale, folder / line.name) for side in (line.ours, *line.floors)}
        samples: dict[str, list[Sample]] = {name: [] for name in sides}
        for number in range(-line.warms_up, rounds):
            for name, ask in sides.items():
                sample = await ask()
                if number >= 0:
                    samples[name].append(sample)
    return found(line, samples)


async def _open(stack: AsyncExitStack, side: Side, scale: Scale, folder: Path) -> Round:
    own = folder / side.name.replace(" ", "-").replace("/", "-")
    own.mkdir(parents=True)
    return await stack.enter_async_context(side.opened(Bench(own, scale)))


def percentile(numbers: Sequence[float], share: float) -> float:
    """The smallest number that at least this share of them does not exceed.

    Raises:
        ValueError: when there are no numbers.
    """
    if not numbers:
        raise ValueError("nothing was measured")
    ordered = sorted(numbers)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]
