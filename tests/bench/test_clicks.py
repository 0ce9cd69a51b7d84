"""Presses in a flood say what a press waits in a flood, and not what one waits after it."""

import asyncio
from typing import Any

import pytest

from bench import clicking
from bench.lines import clicks


async def test_a_press_after_the_flood_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = asyncio.Event()

    async def waited(_one: object, _body: bytes) -> float:
        return 0.0 if is_over.is_set() else 1.0

    async def flood() -> None:
        await asyncio.sleep(0.11)
        is_over.set()

    monkeypatch.setattr(clicking, "waited", waited)
    nothing: Any = None
    found = await clicks.amid(flood(), nothing, [b""] * 20, 0.02)
    assert found
    assert set(found) == {1.0}
