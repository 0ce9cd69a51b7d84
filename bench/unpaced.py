"""`baton run` without Slack's pace, to measure the program itself: beside the stand-in workspace and nothing else."""

from datetime import timedelta

from bench import serving
from bot import app
from bot.delivery.pace import Lane, Pace
from bot.logs import configure
from bot.outside import now
from bot.settings import ToServe, read_settings

AS_MANY_AS_COME = dict.fromkeys(Lane, 10**9)


async def served() -> None:
    """Serves until it is stopped."""
    settings = read_settings(ToServe)
    configure(settings.baton_log)
    await app.run(settings, Pace(now, AS_MANY_AS_COME, timedelta(0)))


if __name__ == "__main__":
    serving.run(served())
