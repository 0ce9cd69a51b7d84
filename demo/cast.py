"""The leads of the tour: all qualify at once, but Emil lacks a country."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works at a company and reads a lot about prices."""

    first_name: str
    last_name: str
    title: str
    company: str
    industry: str
    employees: int

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        return f"{self.first_name}@{self.company.replace(' ', '')}.example".lower()

    def lead(self, now: datetime) -> dict[str, Any]:
        """What a webinar system tells of them: they came, and then looked at the prices three times."""
        return {
            "source": "webinar",
            "email": self.email,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "title": self.title,
            "phone": "+1 415 555 0100",
            "company": {"name": self.company, "industry": self.industry, "employees": self.employees, "country": "DE"},
            "campaign": "paperless-factory",
            "consent": True,
            "bant": {"budget": "approved", "timing": "this quarter"},
            "pain_points": ["manual invoicing"],
            "signals": [
                self._did("webinar_attended", now - timedelta(days=1), label="Invoicing without paper"),
                *(
                    self._did("page_view", now - timedelta(minutes=minutes), url="https://acme.example/pricing")
                    for minutes in (9, 5, 2)
                ),
            ],
        }

    def signal(self, kind: str, label: str, now: datetime) -> dict[str, Any]:
        return {"lead": {"email": self.email}, **self._did(kind, now, label=label)}

    def outcome(self, outcome: str, now: datetime) -> dict[str, Any]:
        amount = {"amount": 12_000, "currency": "EUR"}
        return {"lead": {"email": self.email}, "outcome": outcome, "at": now.isoformat(), **amount}

    def _did(self, kind: str, at: datetime, **more: str) -> dict[str, Any]:
        return {"id": f"{self.first_name}-{kind}-{at:%H%M%S}", "kind": kind, "at": at.isoformat(), **more}


ANA = Person("Ana", "Silva", "VP Operations", "Porto Freight", "Logistics", 450)
BRUNO = Person("Bruno", "Weber", "Head of Finance", "Weber Metall", "Manufacturing", 260)
CHIARA = Person("Chiara", "Rossi", "Director of Operations", "Rossi Cargo", "Logistics", 320)
EMIL = Person("Emil", "Novotny", "Head of Logistics", "Vltava Cargo", "Logistics", 280)
DORA = Person("Dora", "Lind", "Chief Financial Officer", "Lind Papper", "Manufacturing", 900)
