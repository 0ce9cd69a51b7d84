"""What senders tell: taken as the contract says, or refused with the field and what to do."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.lead import Bant, Company, Facts, Signal
from bot.usecases.qualifying.telling import Incoming, Result, Who
from handlers.intake.fields import Reading
from handlers.intake.incoming import Kind, LeadResult, LeadSignal, read
from tests.intake.conftest import NOW

LEAD: dict[str, Any] = {
    "source": "webinar",
    "external_id": "A-1001",
    "email": "ana.silva@acme.example",
    "first_name": "Ana",
    "last_name": "Silva",
    "title": "VP Operations",
    "phone": "+1 415 555 0100",
    "company": {
        "name": "Acme",
        "domain": "acme.example",
        "industry": "Manufacturing",
        "employees": 450,
        "country": "US",
        "region": "CA",
    },
    "campaign": "spring-webinar",
    "contact_requested": False,
    "language": "en",
    "time_zone": "America/Los_Angeles",
    "consent": True,
    "bant": {"budget": "approved", "authority": "decision maker", "need": "manual invoicing", "timing": "this quarter"},
    "pain_points": ["manual invoicing"],
    "attributes": {"anything": "else"},
    "signals": [
        {
            "id": "s-1",
            "kind": "webinar_attended",
            "at": "2026-11-20T15:00:00Z",
            "label": "Invoicing 101",
            "url": "https://acme.example/w/1",
        },
        {"kind": "page_view", "at": "2026-11-20T17:00:00+01:00", "seconds": 30},
    ],
}
SIGNAL = {"lead": {"email": "ana.silva@acme.example"}, "kind": "page_view", "at": "2026-11-20T16:00:00Z"}
OUTCOME = {"lead": {"source": "webinar", "external_id": "A-1001"}, "outcome": "won", "at": "2026-11-20T16:00:00Z"}
ITEMS: dict[Kind, dict[str, Any]] = {"leads": LEAD, "signals": SIGNAL, "outcomes": OUTCOME}


def changed(kind: Kind, path: str, value: object) -> dict[str, Any]:
    """The good item with one field set otherwise; `signals.0.at` reaches inside."""
    item = deepcopy(ITEMS[kind])
    *rooms, name = path.split(".")
    inside: Any = item
    for room in rooms:
        inside = inside[int(room)] if room.isdigit() else inside.setdefault(room, {})
    inside[name] = value
    return item


def faults(kind: Kind, raw: object) -> dict[str, str]:
    told = read(kind, raw, Reading(NOW))
    assert isinstance(told, tuple), f"taken: {told}"
    return {fault.field: fault.message for fault in told}


def lead(raw: object) -> Incoming:
    told = read("leads", raw, Reading(NOW))
    assert isinstance(told, Incoming), told
    return told


def test_a_full_lead_is_taken_word_for_word() -> None:
    assert lead(LEAD) == Incoming(
        Facts(
            source="webinar",
            external_id="A-1001",
            email="ana.silva@acme.example",
            phone="+14155550100",
            first_name="Ana",
            last_name="Silva",
            title="VP Operations",
            company=Company(
                name="Acme",
                domain="acme.example",
                industry="Manufacturing",
                employees=450,
                country="US",
                region="CA",
            ),
            campaign="spring-webinar",
            contact_requested=False,
            language="en",
            time_zone="America/Los_Angeles",
            consent=True,
            bant=Bant(budget="approved", authority="decision maker", need="manual invoicing", timing="this quarter"),
            pain_points=("manual invoicing",),
            attributes={"anything": "else"},
        ),
        (
            Signal(
                id="s-1",
                kind="webinar_attended",
                at=datetime(2026, 11, 20, 15, tzinfo=UTC),
                label="Invoicing 101",
                url="https://acme.example/w/1",
            ),
            Signal(kind="page_view", at=datetime(2026, 11, 20, 16, tzinfo=UTC), seconds=30),
        ),
    )


def test_a_signal_and_an_outcome_name_their_lead() -> None:
    at = datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert read("signals", SIGNAL, Reading(NOW)) == LeadSignal(
        Who(email="ana.silva@acme.example"), Signal(kind="page_view", at=at)
    )
    told = OUTCOME | {"amount": 12000, "currency": "eur", "reason": "Price"}
    assert read("outcomes", told, Reading(NOW)) == LeadResult(
        Who(source="webinar", external_id="A-1001"), Result("won", at, 12000.0, "EUR", "Price")
    )


@pytest.mark.parametrize("name", ["email", "external_id", "phone"])
def test_source_and_one_identity_are_enough(name: str) -> None:
    assert lead({"source": "web", name: LEAD[name]}).facts.source == "web"


@pytest.mark.parametrize(
    ("path", "written", "kept"),
    [
        ("email", "  Ana.SILVA@ACME.example ", "ana.silva@acme.example"),
        ("email", "ana@Bücher.example", "ana@xn--bcher-kva.example"),
        ("phone", "(415) 555-0100", "+14155550100"),
        ("phone", "+44 20 7946 0018", "+442079460018"),
        ("company.domain", "https://www.Acme.example:8443/about?x=1", "acme.example"),
        ("company.domain", "bücher.example", "xn--bcher-kva.example"),
        ("company.country", "us", "US"),
        ("company.country", "United States", "US"),
        ("company.country", "uk", "GB"),
        ("time_zone", "europe/BERLIN", "Europe/Berlin"),
        ("language", "PT-br", "pt-BR"),
        ("language", "zh-hant-tw", "zh-Hant-TW"),
        ("title", "  VP  ", "VP"),
        ("title", "   ", None),
        ("title", None, None),
        ("company.employees", "", None),
        ("company", None, None),
        ("pain_points", ["  slow ", " "], ("slow",)),
        ("attributes", {"plan": " gold ", "seats": 5, "trial": True, "gone": None, "blank": " "}, None),
    ],
)
def test_each_thing_is_kept_in_one_form(path: str, written: object, kept: object) -> None:
    facts = lead(changed("leads", path, written)).facts.model_dump()
    if path == "attributes":
        assert facts["attributes"] == {"plan": "gold", "seats": 5, "trial": True}
    elif path == "company":
        assert set(facts["company"].values()) == {None}
    else:
        for step in path.split("."):
            facts = facts[step]
        assert facts == kept


@pytest.mark.parametrize(
    ("kind", "path", "value", "field", "words"),
    [
        ("leads", "source", None, "source", "required"),
        ("leads", "source", 5, "source", "text"),
        ("leads", "title", ["VP"], "title", "text"),
        ("leads", "title", "x" * 201, "title", "200"),
        ("leads", "title", "a\0b", "title", "NUL"),
        ("leads", "emial", "x", "emial", "Did you mean email?"),
        ("leads", "favourite_colour", "red", "favourite_colour", "attributes"),
        ("leads", "company.nmae", "x", "company.nmae", "Did you mean name?"),
        ("leads", "company", "Acme", "company", "object"),
        ("leads", "company.employees", "450", "company.employees", "whole number"),
        ("leads", "company.employees", 4.5, "company.employees", "whole number"),
        ("leads", "company.employees", True, "company.employees", "whole number"),
        ("leads", "company.employees", -1, "company.employees", "at least 0"),
        ("leads", "company.employees", 10**9, "company.employees", "at most 100,000,000"),
        ("leads", "company.country", "Narnia", "company.country", "“Narnia” is no country"),
        ("leads", "company.country", "Germny", "company.country", "Did you mean Germany, DE?"),
        ("leads", "company.domain", "acme", "company.domain", "acme.example"),
        ("leads", "email", "ana", "email", "@-sign"),
        ("leads", "email", "a@b@c.example", "email", "is no e-mail address"),
        ("leads", "phone", "call me", "phone", "+1 415 555 0100"),
        ("leads", "phone", "+1 41", "phone", "too short"),
        ("leads", "contact_requested", "yes", "contact_requested", "true or false"),
        ("leads", "time_zone", "Berlin", "time_zone", "Did you mean Europe/Berlin?"),
        ("leads", "language", "English", "language", "en or pt-BR"),
        ("leads", "pain_points", "slow", "pain_points", "list"),
        ("leads", "pain_points", ["a"] * 51, "pain_points", "at most 50"),
        ("leads", "attributes", {"a": {"b": 1}}, "attributes.a", "text, a number"),
        ("leads", "attributes", {"a": 1e999}, "attributes.a", "number"),
        ("leads", "attributes", {"a": 2**53 + 1}, "attributes.a", "2^53"),
        ("leads", "attributes", {"a": "x" * 1001}, "attributes.a", "1000"),
        ("leads", "signals", [SIGNAL], "signals[0].lead", "unknown"),
        ("leads", "signals.0.at", "yesterday", "signals[0].at", "2026-11-20T15:00:00Z"),
        ("leads", "signals.1.kind", None, "signals[1].kind", "required"),
        ("leads", "created_at", "1999-12-31T23:59:59Z", "created_at", "before the year 2000"),
        ("signals", "at", "2026-11-20T16:00:00", "at", "time zone is missing"),
        ("signals", "at", "2026-11-20", "at", "time zone is missing"),
        ("signals", "at", 1763654400, "at", "2026-11-20T15:00:00Z"),
        ("signals", "at", "0001-01-01T00:00:00+14:00", "at", "before the year 2000"),
        ("signals", "at", "9999-12-31T23:59:59-12:00", "at", "future"),
        ("signals", "seconds", -1, "seconds", "at least 0"),
        ("signals", "lead", {}, "lead.email", "email, by phone, or by source and external_id"),
        ("signals", "lead", {"external_id": "A-1"}, "lead.source", "Send both"),
        ("signals", "lead", {"phone": "415 555 0100"}, "lead.phone", "country"),
        ("signals", "lead", "ana", "lead", "object"),
        ("signals", "lead", None, "lead", "required"),
        ("outcomes", "outcome", "maybe", "outcome", "'opportunity', 'won' or 'lost'"),
        ("outcomes", "amount", "12000", "amount", "number"),
        ("outcomes", "amount", float("inf"), "amount", "number"),
        ("outcomes", "amount", -1, "amount", "at least 0"),
        ("outcomes", "currency", "Euro", "currency", "three letters"),
    ],
)
def test_a_bad_field_is_named_and_explained(kind: Kind, path: str, value: object, field: str, words: str) -> None:
    found = faults(kind, changed(kind, path, value))
    assert list(found) == [field]
    assert words in found[field]


def test_a_phone_without_country_code_needs_the_company_s_country() -> None:
    raw = {"source": "web", "phone": "030 23125 123"}
    assert "send company.country" in faults("leads", raw)["phone"]
    assert lead(raw | {"company": {"country": "DE"}}).facts.phone == "+493023125123"


def test_every_fault_is_told_at_once() -> None:
    raw = {"title": 5, "consent": "yes", "company": {"employees": "lots"}, "signals": [{"kind": "x"}], "foo": 1}
    assert set(faults("leads", raw)) == {
        "email",
        "source",
        "title",
        "consent",
        "company.employees",
        "signals[0].at",
        "foo",
    }


def test_more_faults_than_anyone_reads_are_counted() -> None:
    told = read("leads", LEAD | {f"field{number}": 1 for number in range(100)}, Reading(NOW))
    assert isinstance(told, tuple)
    assert len(told) == 26
    assert told[-1].message == "75 more fields cannot be taken either."


@pytest.mark.parametrize("raw", [None, 5, "lead", [], [LEAD], True])
def test_what_is_no_object_is_refused(raw: object) -> None:
    assert "object" in faults("leads", raw)[""]


@pytest.mark.parametrize(
    ("ahead", "is_taken"),
    [(timedelta(0), True), (timedelta(minutes=5), True), (timedelta(minutes=5, seconds=1), False)],
)
def test_a_sender_s_clock_may_be_five_minutes_ahead(ahead: timedelta, is_taken: bool) -> None:
    told = read("signals", SIGNAL | {"at": (NOW + ahead).isoformat()}, Reading(NOW))
    assert isinstance(told, LeadSignal) is is_taken


@pytest.mark.parametrize(("at", "is_taken"), [("2000-01-01T00:00:00Z", True), ("1999-12-31T23:59:59Z", False)])
def test_dates_begin_with_the_year_2000(at: str, is_taken: bool) -> None:
    assert isinstance(read("signals", SIGNAL | {"at": at}, Reading(NOW)), LeadSignal) is is_taken


def test_a_zone_given_for_all_dates_is_used_only_where_none_is_told() -> None:
    berlin = Reading(NOW, ZoneInfo("Europe/Berlin"))
    moments = {"2026-11-20T16:00:00": 15, "2026-11-20 16:00": 15, "2026-11-20T16:00:00Z": 16}
    for written, hour in moments.items():
        told = read("signals", SIGNAL | {"at": written}, berlin)
        assert isinstance(told, LeadSignal)
        assert told.signal.at == datetime(2026, 11, 20, hour, tzinfo=UTC)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=15), inner, max_size=3),
    max_leaves=8,
)
paths = {
    "leads": [*LEAD, "nonsense", *(f"company.{name}" for name in LEAD["company"]), "bant.budget", "signals.0.at"],
    "signals": [*SIGNAL, "lead.phone", "lead.external_id", "url", "seconds", "label"],
    "outcomes": [*OUTCOME, "amount", "currency", "reason"],
}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_sent_is_taken_or_explained(data: st.DataObject) -> None:
    kind: Kind = data.draw(st.sampled_from(["leads", "signals", "outcomes"]))
    told = read(kind, changed(kind, data.draw(st.sampled_from(paths[kind])), data.draw(anything)), Reading(NOW))
    if isinstance(told, tuple):
        assert told
        assert all(fault.message and fault.message.isprintable() for fault in told)
