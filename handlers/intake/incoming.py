"""What senders may tell, and what it means: facts, signals and outcomes.

One set of models serves requests and spreadsheets alike, so that both are held to the same rules.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, overload

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from bot.domain.lead import Bant, Company, Facts, Signal
from bot.usecases.identifying.accounts import IncomingAccount
from bot.usecases.qualifying.telling import Incoming, Result, Who
from handlers.intake import contact_data
from handlers.intake.faults import Fault, faults_of
from handlers.intake.fields import (
    Attributes,
    Country,
    Currency,
    Date,
    Domain,
    Email,
    Employees,
    Language,
    Name,
    Reading,
    Seconds,
    TimeZone,
    Words,
    told_of,
)

Kind = Literal["leads", "signals", "outcomes"]
SheetKind = Kind | Literal["accounts"]
"""What a spreadsheet may tell: that, and which companies sales knows."""
MOST_ITEMS = 500
"""Items of one request."""
MOST_SIGNALS = 500
"""Signals beside one lead; more go to `/v1/signals`."""


@dataclass(frozen=True, slots=True)
class LeadSignal:
    """A signal, and who did it."""

    who: Who
    signal: Signal


@dataclass(frozen=True, slots=True)
class LeadResult:
    """An outcome, and whose it is."""

    who: Who
    result: Result


Item = Incoming | LeadSignal | LeadResult
SheetItem = Item | IncomingAccount
Faults = tuple[Fault, ...]


@overload
def read(kind: Kind, raw: object, reading: Reading) -> Item | Faults: ...


@overload
def read(kind: SheetKind, raw: object, reading: Reading) -> SheetItem | Faults: ...


def read(kind: SheetKind, raw: object, reading: Reading) -> SheetItem | Faults:
    """What one item tells, or everything that is wrong with it."""
    model = OF_SHEETS[kind]
    nobody = model.nobody(raw) if isinstance(raw, Mapping) else ()
    try:
        item = model.model_validate(raw, context=reading)
    except ValidationError as error:
        return nobody + faults_of(error, model)
    return nobody or item.told()


class Inbound(BaseModel):
    """Refuses what it does not know and never guesses a type; null and blank text mean: not told."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, raw: object) -> object:
        return told_of(raw, cls.model_fields)


class InboundItem(Inbound):
    """Something that is sent by itself, and is somebody's."""

    @classmethod
    @abstractmethod
    def nobody(cls, raw: Mapping[str, Any]) -> Faults:
        """What is wrong where nothing tells whose this is; asked of the raw item, to be told with all other faults."""

    @abstractmethod
    def told(self) -> SheetItem:
        """The same in the words of the domain."""


class CompanyIn(Inbound):
    name: Name | None = None
    domain: Domain | None = Field(None, description="The company's web address; its bare domain is kept.")
    industry: Name | None = None
    employees: Employees | None = None
    country: Country | None = Field(None, description="Two letters of ISO 3166, or the usual English name.")
    region: Name | None = None


class BantIn(Inbound):
    budget: Words | None = None
    authority: Words | None = None
    need: Words | None = None
    timing: Words | None = None


class SignalIn(Inbound):
    """One dated thing the lead did."""

    id: Name | None = Field(None, description="The sender's own id: the same id again is the same signal.")
    kind: Name = Field(examples=["page_view"])
    at: Date
    label: Words | None = None
    url: Words | None = None
    seconds: Seconds | None = Field(None, description="Time spent.")

    def signal(self) -> Signal:
        return Signal(**self.model_dump(include=set(Signal.model_fields)))


class WhoIn(Inbound):
    """A known lead, by e-mail, by phone, or by source and external_id together."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["email"]}, {"required": ["phone"]}, {"required": ["source", "external_id"]}]
        }
    )

    email: Email | None = None
    phone: str | None = Field(None, max_length=40, description="With its country code.")
    source: Name | None = None
    external_id: Name | None = None

    @field_validator("phone")
    @classmethod
    def _e164(cls, written: str | None) -> str | None:
        return contact_data.phone(written, None) if written else None

    def who(self) -> Who:
        return Who(**self.model_dump())


class OfLead(InboundItem):
    """Something about a lead that is already known."""

    lead: WhoIn

    @classmethod
    def nobody(cls, raw: Mapping[str, Any]) -> Faults:
        named = told_of(raw.get("lead"), WhoIn.model_fields)
        if not isinstance(named, Mapping) or "email" in named or "phone" in named:
            return ()
        if "external_id" not in named:
            return (Fault("lead.email", "Name the lead by email, by phone, or by source and external_id."),)
        if "source" not in named:
            return (Fault("lead.source", "An external_id counts only together with its source. Send both."),)
        return ()


class LeadIn(InboundItem):
    """A lead: `source` and one of `email`, `external_id` and `phone` are required."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [name]} for name in ("email", "external_id", "phone")]}
    )

    source: Name = Field(examples=["webinar"], description="Where the lead comes from; ids are unique within it.")
    external_id: Name | None = None
    email: Email | None = None
    first_name: Name | None = None
    last_name: Name | None = None
    title: Name | None = None
    company: CompanyIn | None = None
    phone: str | None = Field(None, max_length=40, description="Without a country code: read by company.country.")
    campaign: Name | None = None
    contact_requested: bool | None = Field(None, description="The lead asked to be contacted by sales.")
    language: Language | None = Field(None, examples=["pt-BR"])
    time_zone: TimeZone | None = Field(None, examples=["Europe/Berlin"])
    consent: bool | None = Field(None, description="False: stored, and never handed over.")
    bant: BantIn | None = None
    pain_points: list[Name] | None = Field(None, max_length=50)
    attributes: Attributes | None = Field(None, description="Anything else worth keeping.")
    signals: list[SignalIn] | None = Field(None, max_length=MOST_SIGNALS)
    created_at: Date | None = Field(None, description="When the lead first came; where nothing is told, now.")

    @field_validator("phone")
    @classmethod
    def _e164(cls, written: str | None, info: ValidationInfo) -> str | None:
        if not written or "company" not in info.data:  # a company with faults: its country is not known yet
            return None
        company: CompanyIn | None = info.data["company"]
        return contact_data.phone(written, company.country if company else None)

    @classmethod
    def nobody(cls, raw: Mapping[str, Any]) -> Faults:
        named = told_of(raw, cls.model_fields)
        if isinstance(named, Mapping) and named.keys() & {"email", "external_id", "phone"}:
            return ()
        return (Fault("email", "Nothing tells who this is. Send email, external_id or phone."),)

    def told(self) -> Incoming:
        facts = Facts(
            **self.model_dump(exclude={"company", "bant", "pain_points", "attributes", "signals", "created_at"}),
            company=Company(**self.company.model_dump()) if self.company else Company(),
            bant=Bant(**self.bant.model_dump()) if self.bant else Bant(),
            pain_points=tuple(filter(None, self.pain_points or ())),
            attributes=self.attributes or {},
        )
        return Incoming(facts, tuple(signal.signal() for signal in self.signals or ()), self.created_at)


class LeadSignalIn(SignalIn, OfLead):
    """A signal by itself."""

    def told(self) -> LeadSignal:
        return LeadSignal(self.lead.who(), self.signal())


class OutcomeIn(OfLead):
    """What became of a lead in sales."""

    outcome: Literal["opportunity", "won", "lost"]
    at: Date
    amount: FiniteFloat | None = Field(None, ge=0, le=1e15)
    currency: Currency | None = Field(None, description="Three letters of ISO 4217.", examples=["EUR"])
    reason: Words | None = None

    def told(self) -> LeadResult:
        return LeadResult(self.lead.who(), Result(self.outcome, self.at, self.amount, self.currency, self.reason))


class AccountIn(InboundItem):
    """A company that sales knows; `owner` is a rep's e-mail address."""

    name: Name
    domain: Domain | None = None
    country: Country | None = None
    owner: Email | None = None

    @classmethod
    def nobody(cls, raw: Mapping[str, Any]) -> Faults:  # noqa: ARG003 - a company is nobody's
        return ()

    def told(self) -> IncomingAccount:
        return IncomingAccount(**self.model_dump())


MODELS: Mapping[Kind, type[InboundItem]] = {"leads": LeadIn, "signals": LeadSignalIn, "outcomes": OutcomeIn}
OF_SHEETS: Mapping[SheetKind, type[InboundItem]] = {
    "leads": LeadIn,
    "signals": LeadSignalIn,
    "outcomes": OutcomeIn,
    "accounts": AccountIn,
}
