"""What marketing is asked for, and the form behind it: words, secrets and limits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.lead import Stage
from bot.domain.tasks import Ended, Ending, Lacking, Task
from bot.views.qualifying import tasks
from sandbox.blocks import accept_blocks, accept_view
from tests.views.reading import buttons, dump, read
from tests.views.samples import ANA, EMAIL, NOW, PHONE, RITA
from tests.views.test_hostile import NASTY, refuse_markup

UNSURE = "at a provider that gives addresses to anybody"
LACKING = (
    Lacking("phone"),
    Lacking("email", EMAIL, UNSURE, to_verify=True),
    Lacking("company.domain", to_verify=True),
    Lacking("attributes.last_call"),
    Lacking("consent"),
)
ASKED = Task("lead-1", ANA, Stage.PROSPECT, "Fit and engaged", NOW - timedelta(hours=2), LACKING)


def test_a_task_says_who_is_nearly_with_sales_by_what_since_when_and_what_is_missing() -> None:
    message = tasks.task(ASKED)

    assert read(message).splitlines()[:-1] == [
        "Nearly with sales: Ana Silva at Acme",
        "Acme · Manufacturing · 450 people · CA, US",
        "Meets Fit and engaged since {20 Nov 14:10 UTC}. Before a rep gets it, sales needs:",
        "• Phone number: missing",
        f"• E-mail address: not sure enough, {UNSURE}",
        "• Company's web address: missing, and to be checked",
        "• Last call: missing",
        "• Consent: missing",
    ]
    assert buttons(message) == ["Add what is missing"]
    assert message.text == (
        "Nearly with sales: Ana Silva at Acme. Missing: phone number, e-mail address (not sure enough), "
        "company's web address, last call and consent."
    )


def test_what_cannot_be_right_is_called_wrong() -> None:
    wrong = Lacking("email", EMAIL, "at a provider of throw-away addresses", to_verify=True, wrong=True)
    message = tasks.task(replace(ASKED, lacking=(wrong,)))

    assert "• E-mail address: wrong, at a provider of throw-away addresses" in read(message)
    assert message.text.endswith("Missing: e-mail address (wrong).")


@pytest.mark.parametrize(
    ("why", "to", "said"),
    [
        ("passed", RITA, f"Done: Ana Silva at Acme went to sales {{20 Nov 16:10 UTC}}, to @{RITA}."),
        ("passed", None, "Done: Ana Silva at Acme went to sales {20 Nov 16:10 UTC}."),
        ("complete", None, "Done: Ana Silva at Acme has all that sales needs, since {20 Nov 16:10 UTC}."),
        (
            "faded",
            None,
            "Not needed any more: Ana Silva at Acme does not meet “Fit and engaged” any more, "
            "since {20 Nov 16:10 UTC}.",
        ),
        (
            "consent",
            None,
            "Not needed any more: Ana Silva at Acme does not want to be contacted, since {20 Nov 16:10 UTC}.",
        ),
        (
            "merged",
            None,
            "Not needed any more: Ana Silva at Acme is one person with another lead, since {20 Nov 16:10 UTC}.",
        ),
        ("left", None, "Not needed any more: Ana Silva at Acme is disqualified, since {20 Nov 16:10 UTC}."),
    ],
)
def test_a_task_that_is_over_says_what_became_of_it(why: Ending, to: str | None, said: str) -> None:
    message = tasks.task(replace(ASKED, stage=Stage.DISQUALIFIED, ended=Ended(why, NOW, to)))
    assert read(message) == said
    assert buttons(message) == []


@pytest.mark.parametrize("ended", [None, Ended("faded", NOW)])
@pytest.mark.parametrize("text", NASTY)
def test_text_from_outside_is_only_text_and_contact_details_stay_out(text: str, ended: Ended | None) -> None:
    known = ANA.model_copy(
        update={
            "first_name": text,
            "last_name": EMAIL,
            "company": ANA.company.model_copy(update={"name": f"{text} {PHONE}", "industry": text}),
        }
    )
    lacking = (Lacking("email", EMAIL, UNSURE), Lacking("phone", PHONE, "a number"), Lacking("company.region", text))

    message = tasks.task(replace(ASKED, facts=known, lacking=lacking, ended=ended))

    accept_blocks(message.blocks, [])
    refuse_markup(message)
    assert not any(secret in dump(message) for secret in (EMAIL, "ana.silva", PHONE, "5550100"))


@pytest.mark.parametrize("text", NASTY)
def test_the_form_holds_what_is_known_and_asks_whether_it_was_checked(text: str) -> None:
    lacking = (*LACKING, Lacking("company.region", text * 300, "as it was told"), Lacking("pain_points", "a\nb"))

    view = tasks.form("lead-1", ANA, lacking)

    accept_view(view, "modal", [])
    refuse_markup(view)
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    filled = {name: block["element"].get("initial_value") for name, block in inputs.items()}
    assert (filled["email"], filled["phone"], filled["pain_points"]) == (EMAIL, None, "a\nb")
    assert [name for name in inputs if name.endswith(":checked")] == ["email:checked", "company.domain:checked"]
    assert inputs["consent"]["element"]["type"] == "static_select"
    assert inputs["email"]["hint"]["text"] == f"Not sure enough: {UNSURE}."
    assert all(block["optional"] for block in inputs.values())
