"""The table of verdicts in the documents is the one in the code."""

import re
from pathlib import Path

from bot.delivery.verdicts import ANSWERS, Verdict, verdict_of

PAGE = Path(__file__).parents[2] / "docs/reliability.md"


def test_the_documents_name_every_word_of_slacks_that_the_code_knows() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## What Slack says, and what Baton does")[2]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    written = {verdict.strip(" `"): tuple(re.findall(r"`(\w+)`", words)) for verdict, words in rows}
    assert written == {verdict.value: ANSWERS.get(verdict, ()) for verdict in Verdict if verdict is not Verdict.SHOWN}


def test_no_word_of_slacks_has_two_meanings_and_an_unknown_one_is_refused() -> None:
    words = [word for known in ANSWERS.values() for word in known]
    assert len(words) == len(set(words))
    assert verdict_of("something_new") is Verdict.REFUSED
