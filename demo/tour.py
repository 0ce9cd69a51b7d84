"""`baton demo --tour`: one scripted story, a line a step with what Slack showed, or the step that failed."""

from collections.abc import Callable, Sequence
from time import monotonic

import httpx
from rich.console import Console
from rich.text import Text

from demo.scene import Scene, Unmet, scene
from demo.stage import EXAMPLES, Stage, staged
from demo.story import STEPS, Step

NAME_WIDTH = max(len(step.name) for step in STEPS)


async def tour(out: Console) -> int:
    """Plays the story against a workspace of its own; 0 when every step showed what it should, else 1."""
    began = monotonic()
    async with staged(EXAMPLES / "tour-policy.yml") as stage:
        out.print(f"A workspace of its own, to look at meanwhile: [bold cyan]{stage.workspace_url}[/]\n")
        told = await stage.while_all_run(_told(stage, STEPS, out, lambda: monotonic() - began))
    took = f"{monotonic() - began:.0f} seconds"
    if told < len(STEPS):
        out.print(f"\n[red]Step {told + 1} of {len(STEPS)} failed[/], after {took}.")
        return 1
    out.print(f"\n[green]All {told} steps[/] in {took}.")
    return 0


async def _told(stage: Stage, steps: Sequence[Step], out: Console, elapsed: Callable[[], float]) -> int:
    """Plays the steps until one fails; how many were told."""
    here = await scene(stage)
    for number, step in enumerate(steps):
        if not await played(step, here, out, elapsed):
            return number
    return len(steps)


async def played(step: Step, here: Scene, out: Console, elapsed: Callable[[], float]) -> bool:
    """Plays one step and prints what Slack showed, or what was expected instead; `elapsed` in seconds."""
    try:
        shown = await step.play(here)
    except Unmet as unmet:
        _failed(step, unmet.expected, unmet.shown, out)
    except httpx.HTTPStatusError as error:
        _failed(step, "an answer", [f"{error.response.status_code} {error.response.text}"], out)
    else:
        when = f"{elapsed():4.1f} s  "
        line = Text.assemble(("✓ ", "green"), (when, "dim"), f"{step.name:<{NAME_WIDTH}}  ", (shown, "dim"))
        out.print(line, soft_wrap=True)
        return True
    return False


def _failed(step: Step, expected: str, shown: Sequence[str], out: Console) -> None:
    out.print(Text.assemble(("✗ ", "bold red"), (step.name, "bold")), soft_wrap=True)
    out.print(Text(f"    Expected: {expected}"), soft_wrap=True)
    for line in shown or ["nothing"]:
        out.print(Text(f"    Slack showed: {line}"), soft_wrap=True)
