"""Presses in a flood say what a press waits in a flood, and not what one waits after it."""

import asyncio
from typing import Any

import pytest

from bench import clicking
from bench.lines import clicks


async def test_a_press_after_the_flood_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = 0
    is_over = asyncio.Event()

    async def waited(_one: object, _body: bytes) -> float:
        nonlocal begun
        begun += 1
        if begun == 5:
            is_over.set()
        return 1.0

    async def flood() -> None:
        await is_over.wait()

    monkeypatch.setattr(clicking, "waited", waited)
    nothing: Any = None
    found = await clicks.amid(flood(), nothing, [b""] * 50, 0.02)
    assert begun == 50
    assert 5 <= len(found) < 50
