import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.domain.calendars import Calendar, Holidays
from bot.domain.definition import FieldCondition, SignalCondition
from bot.domain.durations import Duration
from bot.domain.policy import Policy, Reason
from bot.domain.promises import Rung
from bot.domain.teams import Rep
from bot.policy_file import PolicyErrors, Problem, read, schema, warnings

DOCS = Path(__file__).parents[1] / "docs"
EXAMPLE = (DOCS / "policy.md").read_text().partition("```yaml\n")[2].partition("```")[0]

LEAST = """\
company: Acme
definition:
  criteria:
    - {id: vp, label: A VP, reading: fit, points: 20, when: {field: title, equals: VP}}
  paths:
    - {id: fit, label: Fits, fit: 20}
teams:
  - id: emea
    manager: marta@acme.example
    reps:
      - email: rita@acme.example
"""


def told(text: str | bytes) -> list[str]:
    with pytest.raises(PolicyErrors) as raised:
        read(text)
    assert str(raised.value).splitlines() == [str(problem) for problem in raised.value.problems]
    return [str(problem) for problem in raised.value.problems]


def changed(old: str, new: str, text: str = LEAST) -> str:
    assert text.count(old) == 1
    return text.replace(old, new)


def test_the_least_policy_is_read_from_text_and_from_bytes() -> None:
    assert read(LEAST).teams[0].manager == "marta@acme.example"
    assert read(LEAST.encode()) == read("\ufeff" + LEAST) == read(LEAST.replace("\n", "\r\n")) == read(LEAST)


def test_the_documented_example_reads_without_a_problem() -> None:
    assert warnings(read(EXAMPLE), EXAMPLE) == ()


def test_the_documented_example_says_who_works_when() -> None:
    policy = read(EXAMPLE)
    assert policy.company == "Acme"
    assert policy.calendars == {
        "berlin": Calendar(
            zone="Europe/Berlin",
            hours={"mon-thu": ("09:00-12:30", "13:30-18:00"), "fri": ("09:00-15:00",)},
            holidays=Holidays(country="DE", subdivision="BE"),
            closed=(date(2026, 12, 24),),
        )
    }
    assert policy.channels.model_dump() == {
        "leads": "#new-leads",
        "marketing": "#marketing-leads",
        "escalations": "#lead-escalations",
    }
    assert policy.roles.model_dump(exclude_none=True) == {
        "marketing": ("maya@acme.example",),
        "admins": ("ola@acme.example",),
    }
    assert policy.sign_off.model_dump() == {"sales": ("marta@acme.example",), "marketing": ("maya@acme.example",)}
    [team] = policy.teams
    assert (team.id, team.manager, team.director) == ("emea", "marta@acme.example", "dana@acme.example")
    assert (team.channel, policy.calendar("emea")) == ("#emea-leads", policy.calendars["berlin"])
    assert team.reps == (Rep(email="rita@acme.example", weight=2, daily_cap=10), Rep(email="ravi@acme.example"))
    assert (team.reps[1].weight, team.reps[1].daily_cap) == (1, None)


def test_the_documented_example_says_what_qualifies() -> None:
    definition = read(EXAMPLE).definition
    assert [(c.id, c.label, c.reading, c.points, c.half_life and str(c.half_life)) for c in definition.criteria] == [
        ("authority", "Has authority", "fit", 20, None),
        ("size", "200 people or more", "fit", 15, None),
        ("industry", "Our industry", "fit", 15, None),
        ("pricing", "Came back to pricing", "engagement", 25, "14 days"),
        ("webinar", "Attended a webinar", "engagement", 15, None),
        ("asked", "Asked to be contacted", "engagement", 40, None),
    ]
    assert [criterion.when for criterion in definition.criteria] == [
        FieldCondition(field="title", matches=r"(?i)\b(vp|head|chief|director)\b"),
        FieldCondition(field="company.employees", at_least=200),
        FieldCondition(field="company.industry", one_of=("Manufacturing", "Logistics")),
        SignalCondition(signal="page_view", url="*/pricing*", at_least=3, within=Duration.parse("7 days")),
        SignalCondition(signal="webinar_attended"),
        FieldCondition(field="contact_requested", equals=True),
    ]
    assert [path.model_dump(exclude_none=True) for path in definition.paths] == [
        {"id": "scored", "label": "Fit and engaged", "fit": 40, "engagement": 30, "requires": (), "sla": "default"},
        {"id": "asked", "label": "Asked for sales", "fit": 15, "engagement": 0, "requires": ("asked",), "sla": "fast"},
    ]
    assert definition.evidence.required == ("email", "company.name")
    assert definition.evidence.verified == ("email",)


def test_the_documented_example_says_what_is_promised_and_what_a_refusal_means() -> None:
    policy = read(EXAMPLE)
    assert [rule.model_dump(exclude_none=True, exclude_defaults=True) for rule in policy.routing] == [
        {"id": "dach", "when": {"field": "company.country", "one_of": ("DE", "AT", "CH")}, "team": "emea"},
        {"id": "rest", "team": "emea"},
    ]
    assert str(policy.marketing_handoff("default")) == "12 hours"
    acceptance, follow_up = policy.clock("default", "acceptance"), policy.clock("default", "follow_up")
    assert acceptance.within == Duration("business", 4 * 3600)
    assert acceptance.ladder == (
        Rung(at=50, do="remind"),
        Rung(at=100, do="escalate", to="manager"),
        Rung(at=150, do="reassign"),
        Rung(at=300, do="recycle"),
    )
    assert follow_up.within == Duration("same business day", 1)
    assert follow_up.ladder == (Rung(at=100, do="remind"), Rung(at=150, do="escalate"))
    fast = policy.clock("fast", "acceptance")
    assert fast.within == Duration("wall", 900)
    assert fast.ladder == (Rung(at=50, do="remind"), Rung(at=100, do="reassign"), Rung(at=200, do="escalate"))
    assert policy.clock("fast", "follow_up") == follow_up
    month, quarter = Duration.parse("30 days"), Duration.parse("90 days")
    assert policy.reasons == (
        Reason(id="wrong-person", label="Not a decision maker", means="recycle", cool_off=month, asks="evidence"),
        Reason(id="bad-timing", label="Not now", means="recycle", cool_off=quarter),
        Reason(id="bad-data", label="Contact data is wrong", means="recycle", asks="detail"),
        Reason(id="not-mine", label="Not my territory", means="reroute"),
        Reason(id="customer", label="Already a customer", means="disqualify"),
        Reason(id="other", label="Something else", means="recycle", asks="detail"),
    )


def test_norway_is_a_country() -> None:
    rules = "routing:\n  - {id: north, team: emea, when: {field: company.country, one_of: [NO, SE]}}\n"
    assert read(LEAST + rules).routing[0].when == FieldCondition(field="company.country", one_of=("NO", "SE"))


TITLE = "{field: title, equals: VP}"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("company: Acme\n", "", "line 1, company: is missing"),
        ("company: Acme", "company: 5", "line 1, company: write text (a number or date that is text needs quotes)"),
        (
            "company: Acme",
            "company:",
            "line 1, company: nothing is written here; write a value, or leave out the key (a # needs quotes)",
        ),
        ("company: Acme", "company: Acme\ncompany: B", "line 2, company: stands here twice, first in line 1"),
        ("company: Acme", "compny: A\ncompany: A", "line 1, compny: unknown key; did you mean `company`?"),
        ("points: 20", 'points: "20"', "line 4, definition.criteria[0].points: write a whole number"),
        ("points: 20", "points: 2.5", "line 4, definition.criteria[0].points: write a whole number"),
        ("points: 20", "points: true", "line 4, definition.criteria[0].points: write a whole number"),
        ("points: 20", "points: -1001", "line 4, definition.criteria[0].points: must be at least -1000"),
        ("points: 20", "points: 1001", "line 4, definition.criteria[0].points: must be at most 1000"),
        ("points: 20", "points: .inf", "line 4, definition.criteria[0].points: not a number that can be read"),
        ("points: 20", "points: !tag 20", "line 4, definition.criteria[0].points: unknown tag !tag"),
        ("reading: fit", "reading: fitt", "line 4, definition.criteria[0].reading: write 'fit' or 'engagement'"),
        (
            "id: vp",
            "id: Big VP",
            "line 4, definition.criteria[0].id: write small letters, digits, - and _ only, such as emea-north",
        ),
        ("label: A VP", 'label: ""', "line 4, definition.criteria[0].label: must not be empty"),
        (
            "field: title, equals: VP",
            "field: title",
            "line 4, definition.criteria[0].when: "
            "give exactly one of equals, one_of, at_least, at_most, matches, known",
        ),
        (
            "equals: VP",
            "equal: VP, known: true",
            "line 4, definition.criteria[0].when.equal: unknown key; did you mean `equals`?",
        ),
        (
            "equals: VP",
            "equals: [VP]",
            "line 4, definition.criteria[0].when.equals: write text, a number, true or false",
        ),
        (
            "equals: VP",
            "one_of: VP",
            "line 4, definition.criteria[0].when.one_of: write a list, such as [a, b]",
        ),
        (
            "equals: VP",
            'matches: "(vp"',
            "line 4, definition.criteria[0].when.matches: "
            "not a regular expression: missing ), unterminated subpattern at position 0",
        ),
        (TITLE, "VP", "line 4, definition.criteria[0].when: write keys with values, such as {key: value}"),
        (
            TITLE,
            "{signal: page_view, at_least: three}",
            "line 4, definition.criteria[0].when.at_least: write a whole number",
        ),
        (
            TITLE,
            "{signal: page_view, equals: 3}",
            "line 4, definition.criteria[0].when.equals: unknown key; "
            "there is at_least, recent, seconds, signal, url, within",
        ),
        (
            TITLE,
            "{signal: page_view, within: 2 business days}",
            "line 4, definition.criteria[0].when.within: write a plain duration such as `14 days`, not business time",
        ),
        (
            "field: title",
            "field: titel",
            "line 4, definition.criteria[0].when.field: unknown field; did you mean `title`?",
        ),
        (
            "field: title",
            "field: employees",
            "line 4, definition.criteria[0].when.field: unknown field; did you mean `company.employees`?",
        ),
        (
            "field: title",
            "field: company",
            "line 4, definition.criteria[0].when.field: unknown field; name one part of it, such as `company.name`",
        ),
        (
            "field: title",
            "field: attributes.a.b",
            "line 4, definition.criteria[0].when.field: unknown field; "
            "write one of a lead's fields, such as `title` or `company.employees`",
        ),
        (
            "field: title",
            "field: contact_requested",
            "line 4, definition.criteria[0].when.equals: can never hold: `contact_requested` is true or false",
        ),
        (
            TITLE,
            '{field: company.employees, one_of: [200, "300"]}',
            "line 4, definition.criteria[0].when.one_of[1]: can never hold: `company.employees` is a number",
        ),
        (
            "equals: VP",
            "at_least: 5",
            "line 4, definition.criteria[0].when.at_least: "
            "can never hold: `title` is text (write a number that is one in quotes)",
        ),
        (
            "{id: fit, label: Fits, fit: 20}",
            "{id: fit, label: Fits, requires: [pv]}",
            "line 6, definition.paths[0].requires[0]: there is no criterion `pv`; there is vp",
        ),
        (
            "fit: 20}",
            "fit: 20, sla: slow}",
            "line 6, definition.paths[0].sla: there is no sla `slow`; there is default, fast",
        ),
        ("    manager: marta@acme.example\n", "", "line 8, teams[0].manager: is missing"),
        (
            "marta@acme.example",
            "marta",
            "line 9, teams[0].manager: write an e-mail address, or a Slack id such as U012ABCDEF",
        ),
        (
            "    reps:",
            "    calendar: berlin\n    reps:",
            "line 10, teams[0].calendar: there is no calendar `berlin`; there is default",
        ),
        (
            "    reps:",
            "    channel: #emea\n    reps:",
            "line 10, teams[0].channel: "
            "nothing is written here; write a value, or leave out the key (a # needs quotes)",
        ),
        (
            "    reps:",
            "    channel: emea\n    reps:",
            'line 10, teams[0].channel: write a channel such as "#new-leads" (in quotes), '
            "or a Slack id such as C012ABCDEF",
        ),
        (
            "    reps:\n      - email: rita@acme.example",
            "    reps: []",
            "line 10, teams[0].reps: nobody is in this team, so its leads would go to nobody; name at least one rep",
        ),
        (
            "- email: rita@acme.example",
            "- rita@acme.example",
            "line 11, teams[0].reps[0]: write keys with values, such as {key: value}",
        ),
        (
            "- email: rita@acme.example",
            "- email: rita@acme.example\n      - email: Rita@acme.example",
            "line 12, teams[0].reps[1].email: `Rita@acme.example` is here already",
        ),
        (
            "- email: rita@acme.example",
            "- {email: rita@acme.example, speaks: [de, German]}",
            "line 11, teams[0].reps[0].speaks[1]: write a language such as de or pt-BR",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_its_place_and_what_to_write(old: str, new: str, problem: str) -> None:
    assert told(changed(old, new)) == [problem]


@pytest.mark.parametrize(
    ("section", "problems"),
    [
        (
            "calendars: {Emea: {zone: Mars/Olympus}}",
            [
                "line 12, calendars.Emea: write small letters, digits, - and _ only, such as emea-north",
                "line 12, calendars.Emea.zone: unknown time zone",
            ],
        ),
        (
            'calendars: {emea: {hours: {mon: ["09:00-12:00"], tues: ["9-5"]}}}',
            [
                "line 12, calendars.emea.hours.tues: "
                "write days as `mon` or `mon-fri`, with mon, tue, wed, thu, fri, sat, sun",
                "line 12, calendars.emea.hours.tues[0]: write hours as `09:00-17:00`",
            ],
        ),
        (
            'calendars:\n  early:\n    hours: {mon-fri: ["09:00-17:00"]}\n    cut_off: 08:30\n  odd: {cut_off: 3 pm}',
            [
                "line 13, calendars.early: `cut_off` 08:30 is before anybody starts on mon (09:00); "
                "all of that day would be too late: choose a later time",
                "line 16, calendars.odd.cut_off: write a time of day such as `15:00`",
            ],
        ),
        (
            'calendars:\n  nights:\n    hours: {mon: ["22:00-06:00"], tue: ["05:30-14:00"]}',
            ["line 13, calendars.nights: `hours` overlap on tue: the shift of mon runs to 06:00 there"],
        ),
        (
            "calendars:\n  emea:\n    holidays: {country: DE, subdivision: XX}\n    closed: [2026-13-01]",
            [
                "line 14, calendars.emea.holidays: `XX` is no subdivision of DE",
                "line 15, calendars.emea.closed[0]: write a date such as 2026-12-24",
            ],
        ),
        (
            "routing:\n  - {id: a, team: apac}\n  - {id: a, team: emea}",
            [
                "line 13, routing[0].team: there is no team `apac`; there is emea",
                "line 14, routing[1].id: `a` is here already",
            ],
        ),
        (
            "sla: {default: {acceptance: {within: 0 hours, ladder: [{at: 50%, do: remind}, {at: 50%, do: nag}]}}}",
            [
                "line 12, sla.default.acceptance.ladder[1].at: each rung must come after the one before it",
                "line 12, sla.default.acceptance.ladder[1].do: "
                "write 'remind', 'mention', 'escalate', 'reassign', 'pool' or 'recycle'",
                "line 12, sla.default.acceptance.within: write a duration such as `90 seconds`, `4 business hours`, "
                "`1 business day` or `same business day`",
            ],
        ),
        (
            "sla: {fast: {follow_up: {within: 11 weeks, ladder: [{at: half, do: recycle}, {at: 99%, do: remind}]}}}",
            [
                "line 12, sla.fast.follow_up.ladder[0].at: write a share such as `50%`",
                "line 12, sla.fast.follow_up.ladder[0].do: "
                "a lead that was accepted is not recycled by a clock; remind, escalate or reassign",
            ],
        ),
        (
            "sla: {fast: {acceptance: {within: 9999 days, ladder: [{at: 99%, do: escalate, to: director}]}}}",
            [
                "line 12, sla.fast.acceptance.ladder[0].to: team `emea` has no director",
                "line 12, sla.fast.acceptance.within: longer than 10 years",
            ],
        ),
        (
            "sla: {fast: {returned: {within: 1 days, ladder: [{at: 50%, do: reassign}, {at: 50%, do: remind}]}}}",
            [
                "line 12, sla.fast.returned.ladder[0].do: marketing's own clocks can only remind or escalate",
                "line 12, sla.fast.returned.ladder[1].at: each rung must come after the one before it",
            ],
        ),
        (
            "sla: {fast: {question: {within: 1 days, ladder: [{at: 50%, do: escalate, to: director}]}}}",
            [
                "line 12, sla.fast.question.ladder[0].to: "
                "marketing has no director here; it goes to `roles.marketing_lead`",
            ],
        ),
        ("reasons: []", ["line 12, reasons: needs at least 1 entry"]),
        (
            "reasons: [{id: a, label: A, means: recycle}, {id: a, label: B, means: reroute, asks: detial}]",
            [
                "line 12, reasons[1].asks: write 'evidence' or 'detail'",
                "line 12, reasons[1].id: `a` is here already",
            ],
        ),
        (
            "roles: {admins: [ola]}",
            ["line 12, roles.admins[0]: write an e-mail address, or a Slack id such as U012ABCDEF"],
        ),
        ("sign_off: {sales: ola@a.example}", ["line 12, sign_off.sales: write a list, such as [a, b]"]),
        ("reson: [x]", ["line 12, reson: unknown key; did you mean `reasons`?"]),
    ],
)
def test_every_mistake_of_a_section_is_told(section: str, problems: list[str]) -> None:
    assert told(f"{LEAST}{section}\n") == problems


def test_evidence_names_known_fields_and_verifies_addresses() -> None:
    gate = "  evidence: {required: [emial, name, attributes.plan], verified: [phone, title, company.domain, email]}\n"
    assert told(changed("teams:\n", f"{gate}teams:\n")) == [
        "line 7, definition.evidence.required[0]: unknown field; did you mean `email`?",
        "line 7, definition.evidence.required[1]: unknown field; did you mean `company.name`?",
        "line 7, definition.evidence.verified[1]: only email, phone, company.domain can be verified",
    ]


def test_mistakes_of_every_kind_are_told_at_once() -> None:
    text = """\
company: Acme
company: Again
definition:
  criteria:
    - {id: a, label: A, reading: fit, points: many, when: {field: titel, equals: VP}}
    - {id: a, label: , reading: fit, points: 1, when: {signal: page_view, untli: 3}}
  paths: [{id: p, label: P, requires: [b]}]
teams:
  - {id: emea, manager: nobody, reps: [], calender: berlin}
routing: [{id: all, team: apac}]
"""
    assert [problem.partition(":")[0] for problem in told(text)] == [
        "line 2, company",
        "line 5, definition.criteria[0].points",
        "line 5, definition.criteria[0].when.field",
        "line 6, definition.criteria[1].id",
        "line 6, definition.criteria[1].label",
        "line 6, definition.criteria[1].when.untli",
        "line 7, definition.paths[0].requires[0]",
        "line 9, teams[0].calender",
        "line 9, teams[0].manager",
        "line 9, teams[0].reps",
        "line 10, routing[0].team",
    ]


BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1, file: the file is empty"),
        ("# nothing\n", "line 1, file: the file is empty"),
        ("Acme", "line 1, file: write sections, such as `company: Acme`"),
        ("- a\n- b", "line 1, file: write sections, such as `company: Acme`"),
        ("company: Acme\nteams:\n\t- id: emea\n", "line 3, file: a tab; indent with spaces"),
        ("a: 1\nb: @rita", "line 2, file: text that begins with a sign such as @, %, ` or & needs quotes"),
        ("a: *emea", "line 1, file: text that begins with * needs quotes"),
        (
            "a: 1\nb: c: d",
            "line 2, file: a `:` where none can be; check the indentation, or put the text in quotes",
        ),
        ("a:\n  b: 1\n c: 2", "line 3, file: the indentation does not fit the lines above"),
        ("a: 1\nb: 'Acme\nc: 2\n", "line 2, file: the quote that opens here is never closed"),
        ("a: 1\nb: [1, 2\nc: 3\n", "line 2, file: the bracket that opens here is not closed, or a comma is missing"),
        ('a: "\\d"', "line 1, file: a \\ in double quotes must be written twice"),
        ("a: 1\n---\nb: 2\n", "line 2, file: a second document begins; only one is read"),
        ("a: 1\nb: \x07", "line 2, file: a character that is no text (U+0007)"),
        (b"a: 1\nb: \xff\xfe", "line 2, file: not UTF-8; save the file as UTF-8"),
        ("company: Acme".encode("utf-16"), "line 1, file: not UTF-8; save the file as UTF-8"),
        ("a: " + "x" * 2**20, "line 1, file: larger than 256 KiB"),
        (b"a: " + "ü".encode() * 2**17, "line 1, file: larger than 256 KiB"),
        ("[" * 100_000, "line 1, file: nested too deeply"),
        ("a:\n" + "".join(f"{' ' * depth}- \n" for depth in range(200)), "line 31, file: nested too deeply"),
        (BOMB, "line 1, file: too many values; aliases multiply them"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_in_plain_words(text: str | bytes, problem: str) -> None:
    assert told(text) == [problem]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("roles: &r {admins: [*r]}", "line 12, roles.admins[0]: this alias stands for something around it"),
        ("? [a, b]\n: 1", "line 12, file: a key must be a word"),
        ('reasons: "\\ud800"', "line 12, reasons: not a text that can be stored"),
        (f"reasons: {'9' * 5000}", "line 12, reasons: not a number that can be read"),
    ],
)
def test_odd_values_are_problems_of_their_own_line(line: str, problem: str) -> None:
    assert told(f"{LEAST}{line}\n") == [problem]


def test_an_anchor_may_be_used_again() -> None:
    text = """\
sla:
  default: {acceptance: {within: 1 hour, ladder: &climb [{at: 50%, do: remind}, {at: 100%, do: reassign}]}}
  fast: {acceptance: {within: 5 minutes, ladder: *climb}}
"""
    policy = read(LEAST + text)
    assert policy.clock("fast", "acceptance").ladder == policy.clock("default", "acceptance").ladder


def test_an_anchor_may_be_set_anew() -> None:
    names = "channels: {leads: &c C012, marketing: *c, escalations: &c C345}\nroles: {admins: [&c U012, *c]}\n"
    policy = read(LEAST + names)
    assert (policy.channels.marketing, policy.roles.admins) == ("C012", ("U012", "U012"))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_whatever_is_broken_there_is_a_policy_or_there_are_problems(data: st.DataObject) -> None:
    lines = EXAMPLE.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    start = data.draw(st.integers(0, len(lines[number])))
    end = data.draw(st.integers(start, min(start + 12, len(lines[number]))))
    junk = data.draw(st.text("ab1-:,{}[]\"'#&*!|>%@` \t\\\n\u2028\x85é", max_size=4))
    lines[number] = lines[number][:start] + junk + lines[number][end:]
    text = "\n".join(lines)
    for problem in problems_of(text):
        assert 1 <= problem.line <= len(text.splitlines()) + 1
        assert problem.where
        assert problem.message


def problems_of(text: str) -> tuple[Problem, ...]:
    """What is told about a text, at least one thing; nothing when it reads as a policy."""
    try:
        assert isinstance(read(text), Policy)
    except PolicyErrors as errors:
        return errors.problems or (Problem(0, "", ""),)
    return ()


@pytest.mark.parametrize(
    ("old", "new", "doubts"),
    [
        ("fit: 20}", "fit: 20}", []),
        (
            "fit: 20}",
            "fit: 21, engagement: 1}",
            [
                "line 6, definition.paths[0].engagement: no lead can reach 1: all criteria give 0",
                "line 6, definition.paths[0].fit: no lead can reach 21: all criteria give 20",
            ],
        ),
        ("label: Fits, fit: 20}", "label: Fits}", ["line 6, definition.paths[0]: every lead qualifies by this path"]),
        (
            "points: 20",
            "points: 20, half_life: 2 days",
            ["line 4, definition.criteria[0].half_life: only points for signals fade; a fact has no date"],
        ),
        (
            TITLE,
            "{field: company.country, one_of: [Germany, AT]}",
            ["line 4, definition.criteria[0].when: countries are known by two letters, such as DE"],
        ),
        (
            "teams:",
            "routing:\n  - {id: big, team: emea, when: {field: title, known: true}}\nteams:",
            ["line 7, routing: no rule holds for every lead; end with one that has no `when`"],
        ),
        (
            "teams:",
            "routing:\n  - {id: all, team: emea}\n  - {id: more, team: emea}\nteams:",
            ["line 9, routing[1]: never reached: rule `all` before it always holds"],
        ),
        (
            "teams:",
            "sla: {a: {acceptance: {within: 1 hour, ladder: [{at: 9%, do: recycle}, {at: 10%, do: remind}]}}}\nteams:",
            [
                "line 7, sla.a: no path and no rule of `sla_for` names these promised times",
                "line 7, sla.a.acceptance.ladder[1]: never reached: the lead is back with marketing by then",
            ],
        ),
        (
            "teams:",
            "sla: {hot: {acceptance: {within: 10 minutes, ladder: [{at: 100%, do: remind}]}}}\nteams:",
            [
                "line 7, sla.hot: an e-mail after 30 minutes is too late for an answer within 10 minutes; "
                "say `at once`",
                "line 7, sla.hot: no path and no rule of `sla_for` names these promised times",
            ],
        ),
    ],
)
def test_what_is_hardly_meant_is_a_warning_and_no_error(old: str, new: str, doubts: list[str]) -> None:
    text = changed(old, new)
    policy = read(text)
    assert [str(doubt) for doubt in warnings(policy, text)] == doubts
    assert [str(doubt) for doubt in warnings(policy)] == [re.sub("^line [0-9]+, ", "", doubt) for doubt in doubts]


def test_a_person_may_be_in_two_teams() -> None:
    twin = "  - {id: apac, manager: U012ABCDEF, reps: [{email: rita@acme.example}]}\n"
    assert len(read(LEAST + twin).teams) == 2


def test_problems_sort_by_line_and_read_as_one_line() -> None:
    late, early = Problem(12, "teams[0].reps", "is missing"), Problem(2, "sla", "unknown key")
    assert sorted([late, early]) == [early, late]
    assert str(late) == "line 12, teams[0].reps: is missing"


def test_the_published_schema_is_the_one_in_use() -> None:
    assert json.loads((DOCS / "policy.schema.json").read_text()) == schema()


def plain(text: str) -> object:
    return json.loads(json.dumps(YAML(typ="safe").load(text), default=str))


def test_the_published_schema_accepts_the_documented_example() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(plain(EXAMPLE), schema())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points: 20", 'points: "20"'),
        ("company: Acme", "compny: Acme"),
        ("reading: fit", "reading: fitt"),
        ("marta@acme.example", "marta"),
        (TITLE, "{field: title, signal: page_view}"),
        (TITLE, "{signal: page_view, within: soon}"),
    ],
)
def test_the_published_schema_refuses_what_the_bot_refuses(old: str, new: str) -> None:
    text = changed(old, new)
    assert told(text)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain(text), schema())
