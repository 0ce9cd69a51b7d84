"""`baton run`, which tells how many statements it has asked of its database whenever it gets SIGUSR1."""

import signal
from pathlib import Path

from sqlalchemy import Engine, event

from bench import serving
from bot import app
from bot.logs import configure
from bot.settings import ToServe, read_settings

TOLD = Path("statements.txt")


def main() -> None:
    asked = 0

    def count(*told: object) -> None:
        nonlocal asked
        is_begin = len(told) > 1 and str(told[2]).startswith("BEGIN")  # counted when the transaction begins
        asked += not is_begin

    def tell(*_: object) -> None:
        TOLD.write_text(f"{asked}", encoding="utf-8")

    for moment in ("before_cursor_execute", "begin"):
        event.listen(Engine, moment, count)
    signal.signal(signal.SIGUSR1, tell)
    settings = read_settings(ToServe)
    configure(settings.baton_log)
    serving.run(app.run(settings))


if __name__ == "__main__":
    main()
