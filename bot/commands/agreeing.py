"""`baton policy questions` and `draft`: both teams answer alone, then see where they agree."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console

from bot.commands.policies import CannotApply
from bot.domain.governing.agreement_draft import Answers, Side, compared, draft
from bot.policy_file import read
from bot.yaml_source import UnreadableError, read_yaml

QUESTIONS = """\
# What makes somebody worth a call? Answer for your own team, before you talk to the other one.
# Then: baton policy draft sales.yml marketing.yml   shows where you agree, and a first policy.
team: {team}
company: Acme              # whose leads these are

# Whose word binds your team: who does the work, and who leads it (e-mail addresses as in Slack).
people: [somebody@acme.example]
# Sales only: who leads the team, and who takes the leads.
# manager: somebody@acme.example
# reps: [somebody@acme.example]

# Who is worth a call? Words of a job title; industries; two letters of a country; people in the company.
titles: []                 # [CFO, head of finance]
industries: []             # [Manufacturing, Logistics]
countries: []              # [DE, AT, CH]
# employees_from: 200

# What must somebody have done? Any of: contact_requested, demo_requested, pricing_visited, webinar_attended,
# event_visit, ebook_download
actions: []

# What must be known before sales gets a lead? Any of: email, phone, title, company.name, company.country
needs: [email]

# How soon should sales answer? Such as: 4 business hours
# answer_within: 4 business hours

# Why may sales refuse a lead?
refuse_because: []         # [Not a decision maker, Not now]
"""


def questions(team: Side) -> str:
    """The questionnaire, to be filled in by one team."""
    return QUESTIONS.format(team=team)


def agree(sales: Path, marketing: Path, err: Console) -> str:
    """Says where the two teams agree and where not; a first policy file, which `baton policy check` takes.

    Raises:
        CannotApply: with every problem of either file, or when both are of one team.
    """
    first, second = _answers(sales), _answers(marketing)
    if (first.team, second.team) == ("marketing", "sales"):
        first, second = second, first
    if first.team == second.team:
        raise CannotApply(f"both files are of {first.team}: one must say `team: sales`, one `team: marketing`")
    for told in compared(first, second):
        err.print(told, markup=False, highlight=False)
    written = draft(first, second)
    read(written)
    return written


def _answers(path: Path) -> Answers:
    try:
        source = read_yaml(path.read_bytes())
    except OSError as error:
        raise CannotApply(f"{path}: {error.strerror}") from error
    except UnreadableError as error:
        raise CannotApply(f"{path}: line {error.line}: {error}") from error
    if source.flaws:
        raise CannotApply("\n".join(f"{path}: line {line}: {message}" for line, _, message in source.flaws))
    written = source.data if isinstance(source.data, Mapping) else {}
    try:
        return Answers.model_validate_json(json.dumps(written), strict=True)
    except ValidationError as errors:
        told = (
            f"{path}: line {source.line(tuple(error['loc']))}, {'.'.join(map(str, error['loc']))}: {error['msg']}"
            for error in errors.errors(include_url=False)
        )
        raise CannotApply("\n".join(told)) from errors
