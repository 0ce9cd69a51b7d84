"""How sure each field is, by the tables of docs/policy.md, worked out by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.judging.verification import checks
from bot.domain.lead import Company, Facts, Proof, Signal

NOW = datetime(2026, 11, 20, 17, tzinfo=UTC)
EARLIER = NOW - timedelta(days=2)


def check(field: str, *signals: Signal, proofs: tuple[Proof, ...] = (), **facts: Any) -> tuple[str, str] | None:
    company = facts.pop("company", {})
    known = Facts(source="web", company=Company(**company), **facts)
    found = checks(known, signals, proofs, NOW).get(field)
    return (found.verdict, found.how) if found else None


OWN, COMPANYS = "at the company's own domain", "at a company's domain"
OTHER = "not at the company's own domain"
FREE = "at a provider that gives addresses to anybody"
THROWN_AWAY = "at a provider of throw-away addresses"
OFFICE = "an office's mailbox, not a person's"


@pytest.mark.parametrize(
    ("address", "domain", "expected"),
    [
        ("ana.silva@acme.example", "acme.example", ("verified", OWN)),
        ("ana.silva@acme.example", None, ("verified", COMPANYS)),
        ("ana.silva@eu.acme.example", "acme.example", ("verified", OWN)),
        ("ana@acme.example", "eu.acme.example", ("plausible", OTHER)),
        ("ana@notacme.example", "acme.example", ("plausible", OTHER)),
        ("ana@acme.example.evil.example", "acme.example", ("plausible", OTHER)),
        ("jo@xn--mller-kva.example", "xn--mller-kva.example", ("verified", OWN)),
        ("jo@berlin.xn--mller-kva.example", "xn--mller-kva.example", ("verified", OWN)),
        ("jo@xn--mller-kva.example", "muller.example", ("plausible", OTHER)),
        ("ana@gmail.com", None, ("plausible", FREE)),
        ("ana@gmail.com", "acme.example", ("plausible", FREE)),
        ("ana@gmail.com", "gmail.com", ("plausible", FREE)),
        ("ana@t-online.de", None, ("plausible", FREE)),
        ("ana@uol.com.br", None, ("plausible", FREE)),
        ("ana@yahoo.co.jp", None, ("plausible", FREE)),
        ("ana@mailinator.com", None, ("wrong", THROWN_AWAY)),
        ("ana@deep.down.mailinator.com", None, ("wrong", THROWN_AWAY)),
        ("ana@mailinator.com", "mailinator.com", ("wrong", THROWN_AWAY)),
        ("ana@mailinator.com.acme.example", None, ("verified", COMPANYS)),
        ("info@acme.example", "acme.example", ("plausible", OFFICE)),
        ("sales+fair@acme.example", "acme.example", ("plausible", OFFICE)),
        ("no-reply@acme.example", None, ("plausible", OFFICE)),
        ("sales.ana@acme.example", "acme.example", ("verified", OWN)),
    ],
)
def test_an_address(address: str, domain: str | None, expected: tuple[str, str]) -> None:
    assert check("email", email=address, company={"domain": domain}) == expected


@pytest.mark.parametrize(
    ("number", "country", "expected"),
    [
        ("+14155550100", "US", ("plausible", "a valid number in US, not called yet")),
        ("+16045550123", "CA", ("plausible", "a valid number in CA, not called yet")),
        ("+16045550123", "US", ("plausible", "a valid number in CA, and the company is in US")),
        ("+18005550100", "US", ("plausible", "a toll-free number in US, not called yet")),
        ("+4915112345678", "DE", ("plausible", "a mobile number in DE, not called yet")),
        ("+493012345678", "DE", ("plausible", "a landline number in DE, not called yet")),
        ("+493012345678", None, ("plausible", "a landline number in DE, not called yet")),
        ("+493012345678", "at", ("plausible", "a landline number in DE, and the company is in AT")),
        ("+442071838750", "GB", ("plausible", "a landline number in GB, not called yet")),
        ("+447400123456", "GB", ("plausible", "a mobile number in GB, not called yet")),
        ("+5511912345678", "BR", ("plausible", "a mobile number in BR, not called yet")),
        ("+551123456789", "BR", ("plausible", "a landline number in BR, not called yet")),
        ("+81312345678", "JP", ("plausible", "a landline number in JP, not called yet")),
        ("+819012345678", "JP", ("plausible", "a mobile number in JP, not called yet")),
        ("+80012345678", "DE", ("plausible", "a toll-free number of no one country, not called yet")),
        ("+4930", "DE", ("wrong", "no such number in its country")),
        ("+14155552", "US", ("wrong", "no such number in its country")),
        ("+11234567890", "US", ("wrong", "no such number in its country")),
        ("+550011234567", "BR", ("wrong", "no such number in its country")),
        ("+99912345678", None, ("wrong", "no phone number")),
    ],
)
def test_a_number(number: str, country: str | None, expected: tuple[str, str]) -> None:
    assert check("phone", phone=number, company={"country": country}) == expected


@pytest.mark.parametrize(
    ("domain", "address", "expected"),
    [
        ("acme.example", "ana@acme.example", ("verified", "a verified e-mail address is there")),
        ("acme.example", "ana@eu.acme.example", ("verified", "a verified e-mail address is there")),
        ("acme.example", "info@acme.example", ("plausible", "as it was told")),
        ("acme.example", "ana@other.example", ("plausible", "as it was told")),
        ("acme.example", "ana@gmail.com", ("plausible", "as it was told")),
        ("acme.example", None, ("plausible", "as it was told")),
        ("gmail.com", "ana@gmail.com", ("wrong", "gives mail addresses to anybody, so it is no company's")),
        ("mailinator.com", "ana@acme.example", ("wrong", "gives away throw-away addresses")),
    ],
)
def test_a_companys_domain(domain: str, address: str | None, expected: tuple[str, str]) -> None:
    assert check("company.domain", email=address, company={"domain": domain}) == expected


@pytest.mark.parametrize(
    ("name", "domain", "verdict"),
    [
        ("Acme", "acme.example", "verified"),
        ("ACME Logistics GmbH", "acme-logistics.example", "verified"),
        ("Acme Logistics", "acme.example", "verified"),
        ("Müller AG", "muller.example", "verified"),
        ("Müller AG", "xn--mller-kva.example", "verified"),
        ("International Business Machines", "ibm.example", "verified"),
        ("Acme", "acmeology.example", "plausible"),
        ("Acme", "zenith.example", "plausible"),
        ("The A Team", "t.example", "plausible"),
        ("GmbH", "gmbh.example", "plausible"),
    ],
)
def test_a_companys_name(name: str, domain: str, verdict: str) -> None:
    found = check("company.name", email=f"ana@{domain}", company={"name": name, "domain": domain})
    assert found == (verdict, "its verified domain spells it" if verdict == "verified" else "as it was told")
    assert check("company.name", company={"name": name, "domain": domain}) == ("plausible", "as it was told")


@pytest.mark.parametrize(
    ("field", "kind", "how"),
    [
        ("email", "email_confirmed", "its owner confirmed it"),
        ("email", "EMAIL_REPLIED", "its owner answered from it"),
        ("email", "email_clicked", "its owner followed a link sent to it"),
        ("email", "form_confirmed", "its owner confirmed a form by it"),
        ("phone", "call_answered", "somebody answered a call"),
        ("phone", "phone_confirmed", "its owner confirmed it"),
    ],
)
def test_what_only_the_holder_can_do(field: str, kind: str, how: str) -> None:
    facts: dict[str, Any] = {"email": "info@gmail.com", "phone": "+493012345678", "company": {"country": "US"}}
    done = Signal(kind=kind, at=EARLIER)
    assert check(field, done, **facts) == ("verified", how)
    assert check(field, Signal(kind="page_view", at=EARLIER), **facts) != ("verified", how)
    other = "phone" if field == "email" else "email"
    assert check(other, done, **facts) == check(other, **facts)


def test_doing_something_mends_no_throw_away_address_and_no_number_that_cannot_be() -> None:
    did = (Signal(kind="email_clicked", at=EARLIER), Signal(kind="call_answered", at=EARLIER))
    assert check("email", *did, email="ana@mailinator.com") == ("wrong", THROWN_AWAY)
    assert check("phone", *did, phone="+4930") == ("wrong", "no such number in its country")


def test_a_confirmed_address_vouches_for_its_domain() -> None:
    confirmed = Signal(kind="email_confirmed", at=EARLIER)
    found = check("company.domain", confirmed, email="info@acme.example", company={"domain": "acme.example"})
    assert found == ("verified", "a verified e-mail address is there")


@pytest.mark.parametrize(
    ("field", "value", "facts"),
    [
        ("email", "ana@mailinator.com", {"email": "ana@mailinator.com"}),
        ("phone", "+4930", {"phone": "+4930"}),
        ("company.domain", "gmail.com", {"company": {"domain": "gmail.com"}}),
        ("title", "CFO", {"title": "CFO"}),
        ("company.employees", "450", {"company": {"employees": 450}}),
    ],
)
def test_a_proof_by_hand_counts_for_this_value_alone_and_not_before_it_was_given(
    field: str, value: str, facts: dict[str, Any]
) -> None:
    unproven = check(field, **facts)
    assert unproven is not None
    assert unproven[0] != "verified"

    proof = Proof(field=field, value=value, by="U0MAYA0001", at=EARLIER)
    assert check(field, proofs=(proof,), **facts) == ("verified", "checked by hand")
    assert check(field, proofs=(proof.model_copy(update={"value": "1"}),), **facts) == unproven
    assert check(field, proofs=(proof.model_copy(update={"field": "bant.need"}),), **facts) == unproven
    later = proof.model_copy(update={"at": NOW + timedelta(seconds=1)})
    assert check(field, proofs=(later,), **facts) == unproven


def test_a_check_says_since_when() -> None:
    facts = Facts(source="web", email="ana@gmail.com", phone="+493012345678", title="CFO")
    done = Signal(kind="email_clicked", at=EARLIER)
    proofs = [Proof(field="phone", value="+493012345678", by="U0MAYA0001", at=at) for at in (EARLIER, NOW)]

    found = checks(facts, [done], proofs, NOW)

    assert {field: one.at for field, one in found.items()} == {"email": EARLIER, "phone": NOW, "title": None}


def test_only_what_is_known_is_checked_and_only_what_is_asked_for() -> None:
    facts = Facts(source="web", email="ana@acme.example", title="CFO", company=Company(name="Acme", employees=0))

    assert set(checks(facts, [], [], NOW)) == {"email", "title", "company.name", "company.employees"}
    assert set(checks(facts, [], [], NOW, ("email", "phone"))) == {"email"}


def test_no_check_repeats_the_value() -> None:
    facts = Facts(source="web", email="ana@mailinator.com", phone="+4930", company=Company(domain="gmail.com"))
    said = " ".join(one.how for one in checks(facts, [], [], NOW).values())
    assert not any(value in said for value in ("ana", "mailinator", "4930", "gmail"))
