"""What a new policy changes, as people would say it."""

import pytest

from bot.domain.governing.policy_diff import told_changes
from bot.domain.policy import Policy
from bot.policy_file import read
from tests.stories.conftest import ROOT

TEXT = (ROOT / "tests/stories/policy.yml").read_text()
BEFORE = read(TEXT)
NAMES = {
    "ravi@acme.example": "Ravi",
    "rita@acme.example": "Rita",
    "ola@acme.example": "Ola",
    "dana@acme.example": "Dana",
}


def told(after: Policy) -> list[str]:
    return told_changes(BEFORE, after, lambda person: NAMES.get(person, person))


BUDGET = "{id: budget, label: Budget is there, reading: fit, points: 10, when: {field: bant.budget, known: true}}"
NEW_CRITERION = f"    - {BUDGET}\n  paths:\n"
PERSONA = "personas:\n  - {id: cfo, label: Finance lead, titles: [CFO]}\n"


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("", "", []),
        ("# nothing", "# nothing", []),
        ("fit: 40,", "fit: 35,", ["Fit and engaged: fit 40 → 35"]),
        ("engagement: 30}", "engagement: 25, sla: fast}", [
            "Fit and engaged: engagement 30 → 25", "Fit and engaged: promised times default → fast",
        ]),
        ("fit: 15, requires: [asked]", "fit: 15, requires: [size]", [
            "Asked for sales: 200 people or more is needed now",
            "Asked for sales: Asked to be contacted is not needed any more",
        ]),
        ("    - {id: asked, label: Asked for sales, fit: 15, requires: [asked], sla: fast}\n", "", [
            "Path gone: Asked for sales",
        ]),
        ("  paths:\n", "  paths:\n    - {id: vip, label: Very important, fit: 50}\n", [
            "New path: Very important, fit 50",
        ]),
        ("label: Fit and engaged", "label: Scored", ["“Fit and engaged” is called “Scored” now"]),
        ("points: 20", "points: 25", ["Has authority: points 20 → 25"]),
        ("half_life: 14 days", "half_life: 30 days", ["Came back to pricing: half-life 14 days → 30 days"]),
        ("half_life: 14 days,", "", ["Came back to pricing: half-life 14 days → none"]),
        ("at_least: 200}", "at_least: 100}", ["200 people or more: asks for something else"]),
        ("  paths:\n", NEW_CRITERION, ["New criterion: Budget is there, 10 fit points"]),
        ("reading: engagement, points: 15", "reading: fit, points: 15", [
            "Attended a webinar: counts as engagement → fit",
        ]),
        ("required: [email, company.name]", "required: [email, phone]", [
            "No lead reaches sales unless phone is known", "company.name need not be known any more",
        ]),
        ("verified: [email]", "verified: []", ["email need not be verified any more"]),
        ("teams:\n", PERSONA + "teams:\n", ["New persona: Finance lead"]),
        (", {email: ravi@acme.example}", "", ["Team emea: Ravi is out"]),
        ("{email: ravi@acme.example}", "{email: ola@acme.example}", ["Team emea: Ravi is out", "Team emea: Ola is in"]),
        ("weight: 2, daily_cap: 10", "daily_cap: 5", [
            "Team emea, Rita: weight 2 → 1", "Team emea, Rita: daily cap 10 → 5",
        ]),
        ("manager: marta@acme.example", "manager: ola@acme.example", ["Team emea: manager marta@acme.example → Ola"]),
        (" director: dana@acme.example,", "", ["Team emea: director Dana → none"]),
        ('channel: "#emea-leads"', 'channel: "#new-leads"', ["Team emea: another channel"]),
        ("within: 4 business hours", "within: 2 business hours", [
            "Promised times “default”: sales answers within 4 business hours → 2 business hours",
        ]),
        ("{at: 300%, do: recycle}", "{at: 200%, do: recycle}", [
            "Promised times “default”: what happens when nobody answers",
        ]),
        ("{at: 150%, do: escalate, to: manager}", "{at: 200%, do: escalate, to: manager}", [
            "Promised times “default”: what happens when nobody follows up",
            "Promised times “fast”: what happens when nobody follows up",
        ]),
        ("marketing_handoff: 12 hours", "marketing_handoff: 6 hours", [
            "Promised times “default”: marketing hands over within 12 hours → 6 hours",
            "Promised times “fast”: marketing hands over within 12 hours → 6 hours",
        ]),
        ("cool_off: 30 days", "cool_off: 60 days", ["Not a decision maker: pause 30 days → 60 days"]),
        ("label: Already a customer, means: disqualify", "label: Already a customer, means: recycle", [
            "Already a customer: means disqualify → recycle",
        ]),
        ("  - {id: not-mine, label: Not my territory, means: reroute}\n", "", [
            "Reason to reject gone: Not my territory",
        ]),
        ("sign_off: {sales: [marta@acme.example]", "sign_off: {sales: [marta@acme.example, rita@acme.example]", [
            "Rita signs for sales from now on",
        ]),
        ("admins: [ola@acme.example]", "admins: [dana@acme.example]", [
            "Dana is an admin from now on", "Ola is an admin no more",
        ]),
        ("team: emea}\n  - {id: rest", "team: emea}\n  - {id: remaining", ["Which team gets which lead changes"]),
        ('fri: ["09:00-15:00"]', 'fri: ["09:00-16:00"]', ["When teams work changes"]),
        ("reasons:\n", "retention: 365 days\nreasons:\n", ["Leads nobody heard of: are erased after none → 365 days"]),
        ("reasons:\n", "stages: {mql: Sales calls within a day}\nreasons:\n", [
            "What “mql” means: Sales calls within a day",
        ]),
        ("reasons:\n", "near_miss: {points: 5}\nreasons:\n", ["What counts as a near miss changes"]),
        ("company: Acme", "company: Acme GmbH", ["The company is called Acme GmbH now"]),
        ("weight: 2, daily_cap: 10",
         "weight: 2, daily_cap: 10, weekly_cap: 30, open_cap: 4, calendar: berlin, speaks: [de, fr], skills: [erp]", [
            "Team emea, Rita: weekly cap none → 30", "Team emea, Rita: cap on open leads none → 4",
            "Team emea, Rita: calendar the team's → berlin", "Team emea, Rita: speaks none → de, fr",
            "Team emea, Rita: skills none → erp",
        ]),
        ("{email: ravi@acme.example}", "{email: ravi@acme.example, takes: {field: company.country, equals: DE}}", [
            "Team emea, Ravi: takes other leads",
        ]),
        ("calendar: berlin,", "calendar: berlin, hands_out: claim,", [
            "Team emea: hands out by turns → to who claims first",
        ]),
        ("calendar: berlin,", "calendar: berlin, hands_out: turns,", []),
        ("routing:\n", "segments: [{id: big, label: Large ones, when: {signal: x}, value: 3}]\nrouting:\n", [
            "New segment: Large ones",
        ]),
        ("routing:\n",
         "assignment: {catch_all: ola@acme.example, off_duty_after: 3, slack_status: false,\n"
         "  sticky: {account: false, wait: 1 day}}\n"
         "routing:\n", [
            "Before any rule: whoever has the account gets its leads yes → no",
            "Before any rule: their next shift may be as far off as 16 hours → 1 day",
            "Leads nobody takes: go to the manager → Ola",
            "Off duty: after so many missed leads in a row never → 3",
            "A status in Slack: keeps leads away yes → no",
        ]),
        ("reasons:\n", "sla_for: [{team: emea, sla: fast}]\nreasons:\n", [
            "Which promised times hold for which lead changes",
        ]),
        ("    follow_up:",
         "    attempts: {count: 4, within: 3 business days}\n    pause: 5 business days\n    follow_up:", [
            "Promised times “default”: attempts to reach a lead the first alone → 4 within 3 business days",
            "Promised times “default”: waiting for the prospect at most 10 business days → 5 business days",
            "Promised times “fast”: attempts to reach a lead the first alone → 4 within 3 business days",
            "Promised times “fast”: waiting for the prospect at most 10 business days → 5 business days",
        ]),
        ("acceptance: {within: 15 minutes, ", "acceptance: {within: 15 minutes, hours: always, repeats: 2, ", [
            "Promised times “fast”, sales answers: hours of team → always",
            "Promised times “fast”, sales answers: the last step is repeated for ever → 2",
        ]),
        ("  fast: {", "  fast: {question: {within: 1 business hours, ladder: [{at: 100%, do: escalate}]}, ", [
            "Promised times “fast”: marketing answers a question within 4 business hours → 1 business hour",
            "Promised times “fast”: what happens when marketing does not answer a question",
        ]),
        ("admins: [ola@acme.example]", "admins: [ola@acme.example], marketing_lead: dana@acme.example", [
            "When marketing is late: Baton tells everybody in marketing → Dana",
        ]),
        ("label: Not now, means: recycle,", "label: Not now, means: recycle, keeps_turn: true,", [
            "Not now: keeps the rep's turn by its meaning → yes",
        ]),
    ],
)  # fmt: skip
def test_each_change_is_told_in_words(old: str, new: str, changes: list[str]) -> None:
    assert old in TEXT or old == "# nothing"
    assert told(read(TEXT.replace(old, new, 1))) == changes


PRODUCT = """definitions:
  - id: pro
    label: Pro
    criteria: [{id: one, label: One, reading: fit, points: 5, when: {field: title, known: true}}]
    paths: [{id: pro, label: Pro path, fit: 5, evidence: {required: [phone]}}]
"""


def test_definitions_of_products_are_compared_too() -> None:
    with_product = TEXT.replace("teams:\n", PRODUCT + "teams:\n", 1)
    came = told(read(with_product))
    assert came == ["New path: Pro path, fit 5", "New criterion: One, 5 fit points", "New definition: Pro"]
    changed = read(with_product.replace("fit: 5, evidence: {required: [phone]}", "fit: 4, evidence: {required: []}"))
    assert told_changes(read(with_product), changed) == [
        "Pro path: fit 5 → 4",
        "Pro path: phone need not be known any more",
    ]
