"""Rounds in turn, and what is said of them."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bench import lines
from bench.line import Bench, CannotMeasure, Figure, Line, Of, Round, Sample, Scale, Side, Target, Unit
from bench.runs import LONGEST, Found, found, measured, percentile, ratio

TOOK = Figure("took", "it took", Unit.SECONDS)


def line(*figures: Figure, floors: Iterable[Side] = (), ours: Side | None = None, warms_up: bool = False) -> Line:
    return Line("line", "a line", figures or (TOOK,), ours or side("Baton"), tuple(floors), warms_up=warms_up)


def side(name: str, asked: list[str] | None = None, numbers: Iterable[float] = ()) -> Side:
    """One that finds those numbers round by round, and notes that it was asked."""
    left = iter(numbers)

    @asynccontextmanager
    async def opened(_: Bench) -> AsyncIterator[Round]:
        async def ask() -> Sample:
            if asked is not None:
                asked.append(name)
            return {"took": next(left, 1.0)}

        yield ask

    return Side(name, opened)


def of(figure: Figure, ours: list[float], theirs: list[float]) -> Found:
    samples = {"Baton": [{figure.name: one} for one in ours], "floor": [{figure.name: one} for one in theirs]}
    return found(line(figure, floors=[side("floor")]), samples)[0]


async def test_sides_are_measured_in_turn(tmp_path: Path) -> None:
    asked: list[str] = []
    one = line(ours=side("Baton", asked), floors=[side("bare", asked), side("barer", asked)])
    await measured(one, Scale.TINY, tmp_path, rounds=2)
    assert asked == ["Baton", "bare", "barer", "Baton", "bare", "barer"]


async def test_the_first_round_counts_for_nothing_where_a_line_warms_up(tmp_path: Path) -> None:
    one = line(ours=side("Baton", numbers=[100, 1, 2, 3]), warms_up=True)
    (figure,) = await measured(one, Scale.TINY, tmp_path, rounds=3)
    assert figure.ours.rounds == (1, 2, 3)


@pytest.mark.parametrize(
    ("scale", "needed", "asked", "made"),
    [
        (Scale.USUAL, 5, None, 5),
        (Scale.QUICK, 5, None, 3),
        (Scale.QUICK, 5, 7, 7),
        (Scale.USUAL, 1, None, 1),
        (Scale.USUAL, 2, 7, 2),
        (Scale.TINY, 2, None, 1),
        (Scale.USUAL, 2, 1, 1),
    ],
)
async def test_a_line_that_needs_few_rounds_never_has_more(
    scale: Scale, needed: int, asked: int | None, made: int, tmp_path: Path
) -> None:
    (figure,) = await measured(replace(line(), rounds=needed), scale, tmp_path, asked)
    assert len(figure.ours.rounds) == made


async def test_a_line_that_takes_too_long_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LONGEST, Scale.TINY, 0.01)

    @asynccontextmanager
    async def opened(_: Bench) -> AsyncIterator[Round]:
        async def ask() -> Sample:
            await asyncio.Event().wait()
            return {}

        yield ask

    with pytest.raises(CannotMeasure, match="not done after"):
        await measured(line(ours=Side("Baton", opened)), Scale.TINY, tmp_path)


async def test_each_side_has_a_folder_of_its_own(tmp_path: Path) -> None:
    folders: list[Path] = []

    @asynccontextmanager
    async def opened(bench: Bench) -> AsyncIterator[Round]:
        folders.append(bench.folder)

        async def ask() -> Sample:
            return {"took": 1.0}

        yield ask

    await measured(line(ours=Side("Baton", opened), floors=[Side("a bare app", opened)]), Scale.TINY, tmp_path)
    assert all(folder.is_dir() for folder in folders)
    assert len(set(folders)) == 2


async def test_what_a_side_cannot_measure_is_raised(tmp_path: Path) -> None:
    def opened(_: Bench) -> AbstractAsyncContextManager[Round]:
        raise CannotMeasure("no Slack")

    with pytest.raises(CannotMeasure, match="no Slack"):
        await measured(line(ours=Side("Baton", opened)), Scale.TINY, tmp_path)


def test_a_ratio_is_taken_round_by_round_and_not_of_the_medians() -> None:
    """The machine was slow for both in the second round: that says nothing of either."""
    one = of(TOOK, [2, 20, 3], [1, 10, 1])
    (beside,) = one.beside
    assert beside.ratio.rounds == (2, 2, 3)
    assert (beside.ratio.median, beside.ratio.least, beside.ratio.most) == (2, 2, 3)
    assert (one.ours.median, one.ours.least, one.ours.most) == (3, 2, 20)


def test_a_floor_without_a_figure_is_not_beside_it() -> None:
    samples: dict[str, list[Sample]] = {"Baton": [{"took": 1.0}], "floor": [{}]}
    (one,) = found(line(floors=[side("floor")]), samples)
    assert one.beside == ()


@pytest.mark.parametrize(
    ("target", "ours", "theirs", "missed_by"),
    [
        (Target(3), 3.0, 9.0, None),
        (Target(3), 4.5, 9.0, 0.5),
        (Target(300, at_least=True), 300.0, 1.0, None),
        (Target(300, at_least=True), 75.0, 1.0, 0.75),
        (Target(3, Of.RATIO), 6.0, 2.0, None),
        (Target(3, Of.RATIO), 12.0, 2.0, 1.0),
        (Target(0), 0.0, 1.0, None),
        (Target(0), 2.0, 1.0, 2.0),
    ],
)
def test_a_target_is_met_or_missed_by_a_share_of_it(
    target: Target, ours: float, theirs: float, missed_by: float | None
) -> None:
    figure = Figure("took", "it took", Unit.SECONDS, target)
    assert of(figure, [ours], [theirs]).missed_by == missed_by


@pytest.mark.parametrize(("ours", "theirs", "times"), [(6, 2, 3), (0, 2, 0), (0, 0, 1), (1, 0, float("inf"))])
def test_nothing_beside_nothing_is_the_same(ours: float, theirs: float, times: float) -> None:
    assert ratio(ours, theirs) == times


@pytest.mark.parametrize(("share", "number"), [(0.5, 50), (0.99, 99), (0.991, 100), (1, 100), (0, 1)])
def test_a_percentile_is_a_number_that_was_found(share: float, number: int) -> None:
    assert percentile(range(100, 0, -1), share) == number


def test_there_is_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_every_line_can_be_told_from_the_others_and_each_side_from_the_other() -> None:
    every = lines.every()
    assert len({one.name for one in every}) == len(every)
    for one in every:
        sides = [one.ours.name, *(floor.name for floor in one.floors)]
        assert len(set(sides)) == len(sides), one.name
        assert len({figure.name for figure in one.figures}) == len(one.figures), one.name


def test_what_is_held_to_a_ratio_has_a_floor() -> None:
    for one in lines.every():
        held = [figure for figure in one.figures if figure.target and figure.target.of is Of.RATIO]
        assert one.floors or not held, one.name
