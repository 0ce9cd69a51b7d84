"""Two teams answer apart; what both said becomes a policy, what one said alone something to talk about."""

from pathlib import Path

import pytest
from rich.console import Console

from bot.commands.agreeing import agree, questions
from bot.commands.policies import CannotApply
from bot.domain.governing.agreement_draft import Answers, compared, draft
from bot.policy_file import read, warnings

SALES = Answers.model_validate(
    {
        "team": "sales",
        "company": "Acme",
        "people": ["marta@acme.example", "rita@acme.example"],
        "manager": "marta@acme.example",
        "reps": ["rita@acme.example"],
        "titles": ["CFO", "head of finance"],
        "industries": ["Manufacturing"],
        "employees_from": 200,
        "actions": ["contact_requested", "demo_requested"],
        "needs": ["email", "phone"],
        "answer_within": "1 business day",
        "refuse_because": ["Not a decision maker", "Not now"],
    }
)
MARKETING = Answers.model_validate(
    {
        "team": "marketing",
        "company": "Acme",
        "people": ["maya@acme.example"],
        "titles": ["cfo", "Controller"],
        "industries": ["manufacturing", "Logistics"],
        "employees_from": 50,
        "actions": ["contact_requested", "ebook_download"],
        "answer_within": "4 business hours",
        "refuse_because": ["not now"],
    }
)


def test_both_read_where_they_agree_and_where_not() -> None:
    assert compared(SALES, MARKETING) == [
        "Agreed on job titles: CFO",
        "Only sales names job titles: head of finance",
        "Only marketing names job titles: Controller",
        "Agreed on industries: Manufacturing",
        "Only marketing names industries: Logistics",
        "Agreed on what a lead does: contact_requested",
        "Only sales names what a lead does: demo_requested",
        "Only marketing names what a lead does: ebook_download",
        "Agreed on what sales needs to know: email",
        "Only sales names what sales needs to know: phone",
        "Agreed on reasons to refuse a lead: Not now",
        "Only sales names reasons to refuse a lead: Not a decision maker",
        "To talk about, people in the company, at least: sales says 200, marketing 50",
        "To talk about, how soon sales answers: sales says 1 business day, marketing 4 business hours",
    ]


def test_the_draft_is_a_policy_without_doubts_and_names_each_disagreement_at_its_place() -> None:
    text = draft(SALES, MARKETING)
    policy = read(text)
    assert warnings(policy) == ()
    assert [one.id for one in policy.definition.criteria] == ["titles", "industries", "size", "contact-requested"]
    assert [(one.id, one.fit, one.engagement) for one in policy.definition.paths] == [
        ("asked", 0, 0),
        ("scored", 30, 40),
    ]
    assert policy.sign_off.people == ("marta@acme.example", "rita@acme.example", "maya@acme.example")
    assert [reason.label for reason in policy.reasons] == ["Not now"]
    lines = text.splitlines()
    size = next(number for number, line in enumerate(lines) if "id: size" in line)
    assert lines[size - 1].strip() == "# people in the company, at least: sales says 200, marketing 50"
    assert "    # only sales names: asked for a demo" in lines


def test_teams_that_agree_on_nothing_get_a_policy_too() -> None:
    sales = Answers(team="sales", company='Ac"me: #1', people=("marta@acme.example",), needs=("phone",))
    marketing = Answers(team="marketing", company="Acme", people=("maya@acme.example",), titles=("a\nb: [",))
    policy = read(draft(sales, marketing))
    assert policy.company == 'Ac"me: #1'
    assert [path.id for path in policy.definition.paths] == ["asked", "scored"]


def test_the_questionnaire_is_filled_in_and_read_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sales, marketing = tmp_path / "s.yml", tmp_path / "m.yml"
    sales.write_text(questions("sales").replace("actions: []", "actions: [contact_requested]"))
    marketing.write_text(questions("marketing"))
    assert read(agree(marketing, sales, Console())).company == "Acme"
    assert "Only sales names what a lead does: contact_requested" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("team: marketing", "team: sales", "both files are of sales"),
        ("actions: []", "actions: [danced]", "line 20, actions.0: "),
        ("company: Acme", "company: [", "line 4: "),
        ("company: Acme", "company:", "line 4: "),
    ],
)
def test_what_is_wrong_with_the_answers_is_said(tmp_path: Path, old: str, new: str, told: str) -> None:
    sales, marketing = tmp_path / "s.yml", tmp_path / "m.yml"
    sales.write_text(questions("sales"))
    marketing.write_text(questions("marketing").replace(old, new))
    with pytest.raises(CannotApply) as refused:
        agree(sales, marketing, Console())
    assert told in str(refused.value)
    with pytest.raises(CannotApply, match="No such file"):
        agree(sales, tmp_path / "none.yml", Console())
