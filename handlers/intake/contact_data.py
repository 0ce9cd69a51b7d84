"""Contact data in one form each, so that the same person is recognised however it was written.

Every function returns the normalised text, or raises ValueError with words for whoever sent it.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from zoneinfo import available_timezones

import phonenumbers
from email_validator import EmailNotValidError, validate_email

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
WEB_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:www\.)?([^/?#:]+)(?::\d+)?(?:[/?#].*)?", re.IGNORECASE | re.DOTALL
)

ALSO_CALLED = {
    "uk": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
    "usa": "US",
    "united states of america": "US",
    "the netherlands": "NL",
    "czechia": "CZ",
    "republic of korea": "KR",
    "south korea": "KR",
    "türkiye": "TR",
}
"""Usual names of countries that the time zone database's own list spells otherwise."""


def email(text: str) -> str:
    """Lower-case, with the domain in its ASCII form; the mailbox is not looked for, and `.test` is for trying out."""
    try:
        checked = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError(f"{shown(text)} is no e-mail address. {error}") from error
    return f"{checked.local_part}@{checked.ascii_domain}".lower()


def domain(text: str) -> str:
    """The host of a web address in its ASCII form, without `www.`."""
    host = WEB_ADDRESS.fullmatch(text)
    try:
        return validate_email(f"info@{host[1] if host else text}", check_deliverability=False).ascii_domain.lower()
    except EmailNotValidError as error:
        raise ValueError(f"{shown(text)} is no domain. Write it such as acme.example.") from error


def phone(text: str, country: str | None) -> str:
    """E.164; a number without a country code is read as one of `country`."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE and not text.startswith("+"):
            raise ValueError(
                "The country is unknown: write the number such as +1 415 555 0100, or send company.country."
            ) from error
        raise ValueError(f"{shown(text)} is no phone number. Write it such as +1 415 555 0100.") from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(f"{shown(text)} is too short or too long for a phone number.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def country(text: str) -> str:
    """The two-letter code of ISO 3166, from the code or the usual English name."""
    names = _countries()
    code = text.upper() if text.upper() in names.values() else names.get(text.casefold())
    if code is None:
        raise ValueError(f"{shown(text)} is no country. Write its two letters, such as DE.{_meant_country(text)}")
    return code


def _meant_country(text: str) -> str:
    near = nearest(text[:60], tuple(_countries()), 0.8)
    return f" Did you mean {near.title()}, {_countries()[near]}?" if near else ""


def time_zone(text: str) -> str:
    """The name as the time zone database spells it."""
    name = _time_zones().get(text.casefold())
    if name is None:
        raise ValueError(f"{shown(text)} is no time zone. Write it such as Europe/Berlin.{_meant_zone(text)}")
    return name


def _meant_zone(text: str) -> str:
    city = text.casefold().replace(" ", "_")
    there = [name for name in _time_zones().values() if name.casefold().endswith(f"/{city}")]
    return f" Did you mean {min(there)}?" if there else hint(text, _time_zones().values())


def language(text: str) -> str:
    """A BCP 47 tag in its usual case: `pt-BR`, `zh-Hant`."""
    if not LANGUAGE_TAG.fullmatch(text):
        raise ValueError(f"{shown(text)} is no language tag. Write it such as en or pt-BR.")
    first, *others = text.lower().split("-")
    return "-".join([first, *map(_subtag, others)])


def _subtag(subtag: str) -> str:
    usual = {2: str.upper, 4: str.title}
    return usual.get(len(subtag), str.lower)(subtag)


def shown(text: str) -> str:
    """What was written, short and free of control characters, to be quoted back."""
    printable = "".join(character if character.isprintable() else " " for character in text[:41])
    return f"“{printable if len(text) <= 40 else printable[:39] + '…'}”"


def hint(text: str, known: Iterable[str]) -> str:
    """` Did you mean …?` where something known is near, else nothing."""
    near = nearest(text[:60], tuple(known))
    return f" Did you mean {near}?" if near else ""


@lru_cache(maxsize=4096)
def nearest(text: str, known: tuple[str, ...], likeness: float = 0.7) -> str | None:
    """The known word that is most like this one, whatever the case; likeness from 0 to 1."""
    spelt = {word.casefold(): word for word in known}
    found = get_close_matches(text.casefold(), spelt, n=1, cutoff=likeness)
    return spelt[found[0]] if found else None


@lru_cache
def _time_zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


@lru_cache
def _countries() -> dict[str, str]:
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    listed = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {name.casefold(): code for code, name in listed} | ALSO_CALLED
