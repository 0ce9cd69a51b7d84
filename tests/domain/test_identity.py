"""Which company a name means, which account a lead is of, and whether two leads are one person: by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.handoff import Handoff, State
from bot.domain.identifying.company_names import fold, name_key
from bot.domain.identifying.identity import (
    SAME_COMPANY,
    Account,
    Recognised,
    company_likeness,
    compared,
    may_be_one,
    recognise,
    speaks_against,
    twin_keys,
)
from bot.domain.identifying.merging import Candidate, Standing, folded, standing, survivor
from bot.domain.lead import Bant, Company, Facts, Stage

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Acme", "acme"),
        ("ACME, Inc.", "acme"),
        ("Acme GmbH", "acme"),
        ("Acme S.A.", "acme"),
        ("Acme S. A.", "acme"),
        ("Acme S.à r.l.", "acme"),
        ("Acme Sp. z o.o.", "acme"),
        ("Acme s.r.o.", "acme"),
        ("Acme, a.s.", "acme"),
        ("Acme Pty Ltd", "acme"),
        ("Acme S.A. de C.V.", "acme"),
        ("Acme Co., Ltd.", "acme"),
        ("Acme B.V.", "acme"),
        ("Acme Oy", "acme"),
        ("Acme Sdn. Bhd.", "acme"),
        ("Müller GmbH & Co. KG", "muller"),
        ("Bosch Gesellschaft mit beschränkter Haftung", "bosch"),
        ("Ørsted A/S", "orsted"),
        ("A/S Norden", "norden"),
        ("AB Volvo", "volvo"),
        ("PT Telkom Tbk", "telkom"),
        ("Crédit Agricole SA", "credit agricole"),
        ("L’Oréal", "loreal"),
        ("H & M", "hm"),
        ("Procter & Gamble Co.", "procter gamble"),
        ("Johnson and Johnson", "johnson and johnson"),
        ("Banco de Chile", "banco de chile"),
        ("Société Générale", "societe generale"),
        ("Toyota K.K.", "toyota"),
        ("株式会社トヨタ", "トヨタ"),
        ("トヨタ株式会社", "トヨタ"),
        ("（株）トヨタ", "トヨタ"),
        ("㈜카카오", "카카오"),
        ("삼성전자 주식회사", "삼성전자"),
        ("阿里巴巴有限公司", "阿里巴巴"),
        ("ООО «Ромашка»", "ромашка"),
        ("Berlin Zoo", "berlin zoo"),
        ("Sony Group", "sony group"),
        ("SAP SE", "sap"),
        ("SE", "se"),
        ("Co", "co"),
        ("3M Company", "3m"),
        ("  Acme \t Logistics ", "acme logistics"),
    ],
)
def test_a_company_s_name_is_compared_without_case_accents_and_legal_form(name: str, key: str) -> None:
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Müller AG", "Mueller GmbH", True),
        ("Muller", "Müller", True),
        ("Acme Logistics", "ACME LOGISTICS GMBH", True),
        ("Acme Logistics", "Acme Logistic", True),
        ("Acme Logistics", "Acme Legal", False),
        ("Blue", "Blu", False),
        ("Acme", "", False),
        ("Siemens Healthineers", "Siemens Energy", False),
        ("Deutsche Bank AG", "Deutsche Bahn AG", False),
    ],
)
def test_two_spellings_are_one_company_s_or_not(one: str, other: str, alike: bool) -> None:
    assert (company_likeness(one, other) >= SAME_COMPANY) is alike


@given(st.text(max_size=60))
def test_a_name_is_never_lost_and_its_key_is_stable(name: str) -> None:
    assert bool(name_key(name)) == bool(fold(name))
    assert name_key(name.upper().upper()) == name_key(name.upper())


ACCOUNTS = (
    Account(id=1, name="Acme Logistics GmbH", domain="acme.example", country="DE"),
    Account(id=2, name="Müller & Söhne AG", country="CH"),
    Account(id=3, name="Acme Legal LLP", domain="legal.acme.example"),
    Account(id=4, name="Twin Ltd", country="GB"),
    Account(id=5, name="Twin Limited", country="IE"),
    Account(id=6, name="Gmail Tools", domain="gmail.com"),
)


def facts(email: str | None = None, **company: Any) -> Facts:
    return Facts(source="web", email=email, company=Company(**company))


@pytest.mark.parametrize(
    ("known", "account"),
    [
        (facts(domain="acme.example"), (1, "domain", "acme.example", 100)),
        (facts(domain="eu.acme.example"), (1, "domain", "acme.example", 100)),
        (facts(domain="uk.legal.acme.example"), (3, "domain", "legal.acme.example", 100)),
        (facts(domain="notacme.example"), None),
        (facts("ana@acme.example"), (1, "email", "acme.example", 100)),
        (facts("ana@mail.acme.example"), (1, "email", "acme.example", 100)),
        (facts("ana@acme.example", domain="legal.acme.example"), (3, "domain", "legal.acme.example", 100)),
        (facts("ana@gmail.com"), None),
        (facts(domain="gmail.com"), None),
        (facts("ana@mailinator.com", name="Acme Logistics"), (1, "name", "Acme Logistics GmbH", 100)),
        (facts(name="ACME logistics"), (1, "name", "Acme Logistics GmbH", 100)),
        (facts(name="Acme Logistcs"), (1, "name", "Acme Logistics GmbH", 96)),
        (facts(name="Acme Logistics", country="US"), None),
        (facts(name="Mueller & Soehne", country="CH"), (2, "name", "Müller & Söhne AG", 100)),
        (facts(name="Twin"), None),
        (facts(name="Twin", country="IE"), (5, "name", "Twin Limited", 100)),
        (facts(name="Somebody Else"), None),
        (facts(), None),
    ],
)
def test_a_lead_s_account_is_known_by_domain_then_address_then_name(
    known: Facts, account: tuple[int, str, str, int] | None
) -> None:
    found = recognise(known, ACCOUNTS)
    expected = dict(zip(("account", "how", "matched", "likeness"), account, strict=True)) if account else None
    assert found == (Recognised(**expected) if expected else None)


ANA = Facts(
    source="web",
    external_id="1",
    first_name="Ana",
    last_name="Silva",
    email="ana@acme.example",
    phone="+14155550100",
    title="VP",
    company=Company(name="Acme GmbH", domain="acme.example", country="DE"),
)


def like_ana(**changes: Any) -> Facts:
    return ANA.model_copy(update={"external_id": "2", "email": "a.silva@acme.example", "phone": None, **changes})


@pytest.mark.parametrize(
    ("other", "asked"),
    [
        (like_ana(), True),
        (like_ana(first_name="ANA", last_name="SILVÁ"), True),
        (like_ana(first_name="Silva", last_name="Ana"), True),
        (like_ana(company=Company(name="Acme"), email="ana@private.example"), True),
        (like_ana(company=Company(name="Other"), email="ana@other.example"), False),
        (like_ana(first_name="Bo"), False),
        (like_ana(phone=ANA.phone, company=Company(), email=None), True),
        (like_ana(phone=ANA.phone, first_name=None, last_name=None, company=Company()), True),
        (like_ana(phone=ANA.phone, first_name="Bo", last_name="Larsen", company=Company()), False),
        (like_ana(first_name=None, last_name=None), False),
    ],
)
def test_marketing_is_asked_about_the_same_name_at_the_same_company_and_about_the_same_phone(
    other: Facts, asked: bool
) -> None:
    assert may_be_one(compared(ANA, other)) is asked


def test_what_two_leads_have_in_common_is_said_by_field() -> None:
    found = compared(ANA, like_ana(title="CTO", company=Company(name="Acme", country="US")), same_account=True)
    assert found.alike == ("name", "company", "domain", "account")
    assert found.differs == ("e-mail", "title", "country")


@pytest.mark.parametrize(
    ("one", "other", "told", "against"),
    [
        (ANA, like_ana(source="fair"), facts(), False),
        (ANA, like_ana(source="fair", first_name="Anna"), facts(), False),
        (ANA, like_ana(source="fair", first_name="Bo", last_name="Larsen"), facts(), True),
        (ANA, like_ana(source="fair", first_name=None, last_name=None), facts(), False),
        (ANA, like_ana(source="fair"), Facts(source="web", first_name="Bo", last_name="Larsen"), True),
        (ANA, like_ana(), facts(), False),
        (ANA, like_ana(first_name=None, last_name=None), facts(), True),
        (ANA, like_ana(first_name="Anna", last_name="Silvan"), facts(), False),
        (ANA, like_ana(source="fair", last_name=None), facts(), False),
    ],
)
def test_other_names_and_two_ids_of_one_source_speak_against_one_person(
    one: Facts, other: Facts, told: Facts, against: bool
) -> None:
    assert speaks_against(one, other, told) is against


def test_twins_meet_by_name_and_company_and_nobody_by_half_a_name() -> None:
    assert twin_keys(ANA, None) & twin_keys(like_ana(first_name="Silva", last_name="ANÁ"), None)
    assert not twin_keys(ANA, None) & twin_keys(like_ana(first_name="Bo"), None)
    assert twin_keys(ANA.model_copy(update={"last_name": None}), 7) == frozenset()
    assert twin_keys(Facts(source="x", first_name="Ana", last_name="Silva"), 7) == {"ana silva\naccount 7"}


def handoff(number: int, state: State, hours: int = 0, **more: Any) -> Handoff:
    at = NOW + timedelta(hours=hours)
    known = {"id": f"h{number}", "lead_id": "l", "policy_version": 1, "path": "p", "sla": "default", "team": "emea"}
    return Handoff.model_validate({**known, "number": number, "state": state, "created_at": at, **more})


WAITING, OFFERED = handoff(1, State.WAITING), handoff(2, State.OFFERED)
ACCEPTED = handoff(3, State.ACCEPTED, accepted_at=NOW)
CALLED = handoff(4, State.ACCEPTED, accepted_at=NOW, followed_up_at=NOW)
BACK = handoff(5, State.RECYCLED, closed_at=NOW, cool_off_until=NOW + timedelta(days=30))
OUT = handoff(6, State.DISQUALIFIED, 1, closed_at=NOW + timedelta(hours=2))
GONE = handoff(7, State.WITHDRAWN, 3, closed_at=NOW + timedelta(hours=4))
BY_HAND = handoff(8, State.OFFERED, 5, origin="hand", qualified_by="U1")


@pytest.mark.parametrize(
    ("older", "younger", "goes_on"),
    [
        ([], [], "older"),
        ([], [BACK], "younger"),
        ([BACK], [WAITING], "younger"),
        ([WAITING], [OFFERED], "younger"),
        ([OFFERED], [ACCEPTED], "younger"),
        ([ACCEPTED], [CALLED], "younger"),
        ([CALLED], [ACCEPTED, BACK], "older"),
        ([GONE], [BACK], "older"),
        ([OFFERED], [OFFERED], "older"),
    ],
)
def test_whoever_is_further_with_sales_goes_on_else_the_older(
    older: list[Handoff], younger: list[Handoff], goes_on: str
) -> None:
    one, other = Candidate("b", NOW, older), Candidate("a", NOW + timedelta(days=1), younger)
    expected = [one, other] if goes_on == "older" else [other, one]
    assert list(survivor(one, other)) == expected
    assert list(survivor(other, one)) == expected


def test_who_was_won_long_ago_does_not_keep_the_person_from_whoever_has_them_now() -> None:
    customer, lead = Candidate("a", NOW, [CALLED], "won"), Candidate("b", NOW, [OFFERED])
    assert survivor(customer, lead)[0] is lead


AGAIN: dict[str, Any] = {"recycled_at": NOW, "recycled_count": 1, "cool_off_until": NOW + timedelta(days=30)}


@pytest.mark.parametrize(
    ("past", "outcome", "stands"),
    [
        ([], "", Standing(Stage.PROSPECT)),
        ([GONE], "", Standing(Stage.PROSPECT)),
        ([BACK, GONE], "", Standing(Stage.RECYCLED, **AGAIN)),
        ([BACK, OUT], "", Standing(Stage.DISQUALIFIED, **AGAIN)),
        ([CALLED, OUT], "", Standing(Stage.SQL)),
        ([BACK, OFFERED], "", Standing(Stage.MQL, **AGAIN)),
        ([ACCEPTED], "", Standing(Stage.SQL)),
        ([CALLED], "won", Standing(Stage.WON)),
        ([], "lost", Standing(Stage.LOST)),
        ([OFFERED], "lost", Standing(Stage.MQL)),
        ([BACK, BY_HAND], "", Standing(Stage.MQL)),
    ],
)
def test_a_lead_stands_where_all_its_handoffs_and_outcomes_put_it(
    past: list[Handoff], outcome: str, stands: Standing
) -> None:
    assert standing(past, outcome) == stands
    assert standing(past[::-1], outcome) == stands


def test_what_was_told_later_lies_over_what_was_told_before_and_nothing_erases() -> None:
    before = Facts(source="web", email="a@acme.example", title="VP", bant=Bant(budget="none", need="speed"))
    after = Facts(source="fair", title="CTO", bant=Bant(budget="approved"), pain_points=("late",))
    both = folded([(NOW + timedelta(days=1), after), (NOW, before)])
    assert (both.source, both.email, both.title, both.pain_points) == ("fair", "a@acme.example", "CTO", ("late",))
    assert both.bant == Bant(budget="approved", need="speed")
