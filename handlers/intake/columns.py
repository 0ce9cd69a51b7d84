"""Which column of a spreadsheet tells what: recognised by its usual names, or as the person importing it says."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from handlers.intake.contact_data import hint
from handlers.intake.incoming import SheetKind

WHO = {
    "email": "Email, Email address, Mail, Work email, Business email, E-Mail-Adresse, Adresse e-mail, Adresse mail, "
    "Courriel, Correo, Correo electrónico",
    "phone": "Phone, Phone number, Telephone, Mobile, Mobile phone, Work phone, Telefon, Telefonnummer, Handy, "
    "Téléphone, Numéro de téléphone, Teléfono, Número de teléfono, Móvil",
    "source": "Source, Lead source, Original source, Quelle, Leadquelle, Herkunft, Source du lead, Origine, Fuente, "
    "Origen, Origen del lead",
    "external_id": "External ID, Lead ID, Contact ID, Externe ID, Kontakt-ID, ID externe, ID externo",
}
LEAD = WHO | {
    "external_id": WHO["external_id"] + ", ID, Record ID, Identifiant, Identificador",
    "first_name": "First name, Given name, Vorname, Prénom, Nombre",
    "last_name": "Last name, Surname, Family name, Nachname, Familienname, Nom, Nom de famille, Apellido, Apellidos",
    "title": "Title, Job title, Position, Job role, Berufsbezeichnung, Stellenbezeichnung, Funktion, Poste, Fonction, "
    "Intitulé du poste, Cargo, Puesto",
    "company.name": "Company, Company name, Organization, Organisation, Account, Account name, Firma, Firmenname, "
    "Unternehmen, Entreprise, Société, Nom de l'entreprise, Empresa, Nombre de la empresa, Compañía",
    "company.domain": "Website, Company website, Domain, Company domain, Webseite, Site web, Site internet, Domaine, "
    "Sitio web, Página web, Dominio",
    "company.industry": "Industry, Sector, Branche, Secteur, Secteur d'activité, Industria",
    "company.employees": "Employees, Number of employees, No. of employees, Headcount, Company size, Mitarbeiter, "
    "Mitarbeiterzahl, Anzahl Mitarbeiter, Effectif, Nombre d'employés, Empleados, Número de empleados",
    "company.country": "Country, Country code, Country/Region, Land, Pays, País",
    "company.region": "Region, State, State/Region, Province, Bundesland, Région, Región, Provincia, Estado",
    "campaign": "Campaign, Campaign name, UTM campaign, Kampagne, Campagne, Campaña",
    "contact_requested": "Contact requested, Wants contact, Kontaktwunsch, Kontakt gewünscht, Demande de contact, "
    "Contact demandé, Solicita contacto, Contacto solicitado",
    "consent": "Consent, Opt-in, Opted in, Einwilligung, Zustimmung, Consentement, Consentimiento",
    "language": "Language, Preferred language, Sprache, Langue, Idioma",
    "time_zone": "Time zone, Zeitzone, Fuseau horaire, Zona horaria",
    "bant.budget": "Budget, Presupuesto",
    "bant.authority": "Authority, Entscheidungsbefugnis, Pouvoir de décision, Autoridad",
    "bant.need": "Need, Bedarf, Besoin, Necesidad",
    "bant.timing": "Timing, Timeline, Timeframe, Zeitrahmen, Zeitplan, Échéance, Plazo",
    "pain_points": "Pain points, Pain point, Challenges, Herausforderungen, Problèmes, Problemas, Retos",
    "created_at": "Created, Created at, Create date, Created date, Date created, Erstellt, Erstellt am, "
    "Erstellungsdatum, Créé le, Date de création, Creado, Fecha de creación",
}
OF_LEAD = {f"lead.{field}": f"{names}, Lead {field}" for field, names in WHO.items()}
WHEN = (
    "At, Date, Timestamp, Time, Date and time, Datum, Zeitpunkt, Datum und Uhrzeit, Date et heure, Fecha, Fecha y hora"
)
SIGNAL = OF_LEAD | {
    "id": "ID, Signal ID, Event ID, Activity ID",
    "kind": "Kind, Type, Signal, Event, Event type, Activity, Activity type, Art, Ereignis, Aktivität, Événement, "
    "Type d'événement, Activité, Tipo, Evento, Actividad",
    "at": WHEN,
    "label": "Label, Name, Description, Asset, Bezeichnung, Beschreibung, Libellé, Etiqueta, Descripción",
    "url": "URL, Page, Page URL, Link, Seite, Lien, Página, Enlace",
    "seconds": "Seconds, Duration (seconds), Sekunden, Secondes, Segundos",
}
OUTCOME = OF_LEAD | {
    "outcome": "Outcome, Result, Ergebnis, Résultat, Resultado",
    "at": WHEN + ", Close date, Closed at, Abschlussdatum, Date de clôture, Fecha de cierre",
    "amount": "Amount, Value, Deal value, Betrag, Wert, Montant, Valeur, Importe, Monto, Valor",
    "currency": "Currency, Währung, Devise, Moneda, Divisa",
    "reason": "Reason, Lost reason, Closed lost reason, Grund, Motif, Raison, Motivo, Razón",
}
ACCOUNT = {
    "name": "Name, " + LEAD["company.name"],
    "domain": LEAD["company.domain"],
    "country": LEAD["company.country"] + ", Billing country",
    "owner": "Owner, Owner email, Account owner, Account owner email, Account manager, Sales rep, Rep, Inhaber, "
    "Kundenbetreuer, Betreuer, Verantwortlich, Propriétaire, Responsable, Propietario, Responsable de cuenta",
}
USUAL_NAMES: Mapping[SheetKind, Mapping[str, str]] = {
    "leads": LEAD,
    "signals": SIGNAL,
    "outcomes": OUTCOME,
    "accounts": ACCOUNT,
}
"""What each field's column is usually called, in English, German, French and Spanish."""

NAMED = (("lead.email",), ("lead.phone",), ("lead.source", "lead.external_id"))
NEEDED: Mapping[SheetKind, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "leads": (("source",), (("email",), ("external_id",), ("phone",))),
    "signals": (("kind", "at"), NAMED),
    "outcomes": (("outcome", "at"), NAMED),
    "accounts": (("name",), ((),)),
}
"""Fields that must have a column, and sets of fields of which one must."""


class Unusable(Exception):
    """The file, or what was asked of it, cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What each column tells: field by position, and the values that every row has."""

    fields: Mapping[int, str]
    fixed: Mapping[str, str]
    headings: tuple[str, ...]

    def heading(self, field: str) -> str:
        """What whoever made the file calls this field."""
        field = field.partition("[")[0]
        if field in self.fixed:
            return f"--set {field}"
        return next((self.headings[at] for at, told in self.fields.items() if told == field), field)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headings of the columns that are left out."""
        return tuple(name for at, name in enumerate(self.headings) if name and at not in self.fields)


def laid_out(kind: SheetKind, headings: Sequence[str], mapped: Mapping[str, str], fixed: Mapping[str, str]) -> Layout:
    """Finds the column of each field; `mapped` (column by field) and `fixed` (value by field) go before usual names.

    Raises:
        Unusable: when a field or column is unknown, two columns tell the same, or one that is needed is missing.
    """
    chosen = {field_named(kind, field): _position(headings, column) for field, column in mapped.items()}
    values = {field_named(kind, field): value for field, value in fixed.items()}
    fields = {at: field for field, at in chosen.items()}
    for at, heading in enumerate(headings):
        field = recognised(kind, heading)
        if field and at not in fields and field not in chosen and field not in values:
            fields[at] = field
    layout = Layout(fields, values, tuple(headings))
    _refuse_twice(layout)
    _refuse_missing(kind, layout)
    return layout


def recognised(kind: SheetKind, heading: str) -> str | None:
    """The field that a column with this heading usually tells."""
    if kind == "leads" and heading.startswith("attributes."):
        return heading
    return _by_name(kind).get(_bare(heading))


def field_named(kind: SheetKind, name: str) -> str:
    """The field a person means; that of the lead may be named without `lead.`.

    Raises:
        Unusable: when there is none, with the nearest.
    """
    known = USUAL_NAMES[kind]
    if name in known or (kind == "leads" and name.startswith("attributes.")):
        return name
    if f"lead.{name}" in known:
        return f"lead.{name}"
    raise Unusable(f"There is no field {name}.{hint(name, known) or ' Fields: ' + ', '.join(known) + '.'}")


def _position(headings: Sequence[str], column: str) -> int:
    wanted = _bare(column)
    for at, heading in enumerate(headings):
        if heading == column or (wanted and _bare(heading) == wanted):
            return at
    raise Unusable(f"There is no column {column}.{hint(column, headings) or _columns(headings)}")


def _refuse_twice(layout: Layout) -> None:
    times = Counter(layout.fields.values())
    twice = [field for field, count in times.items() if count > 1]
    for field in twice[:1]:
        columns = " and ".join(layout.headings[at] for at, told in layout.fields.items() if told == field)
        raise Unusable(f"More than one column tells {field}: {columns}. Choose with --map {field}=COLUMN.")


def _refuse_missing(kind: SheetKind, layout: Layout) -> None:
    told = {*layout.fields.values(), *layout.fixed}
    always, one_of = NEEDED[kind]
    missing = [field for field in always if field not in told]
    if not any(told.issuperset(choice) for choice in one_of):
        missing.append("one of " + ", ".join(" with ".join(choice) for choice in one_of))
    if missing:
        raise Unusable(
            f"There is no column for {', nor for '.join(missing)}.{_columns(layout.headings)}"
            " Say which one it is with --map FIELD=COLUMN, or give every row a value with --set FIELD=VALUE."
        )


def _columns(headings: Sequence[str]) -> str:
    return f" The file's columns: {', '.join(filter(None, headings)) or 'none'}."


@lru_cache
def _by_name(kind: SheetKind) -> Mapping[str, str]:
    return {_bare(name): field for field, names in USUAL_NAMES[kind].items() for name in (field, *names.split(", "))}


def _bare(heading: str) -> str:
    """The heading without case, accents, blanks and punctuation."""
    decomposed = unicodedata.normalize("NFKD", heading.casefold())
    return re.sub(r"[\W_]", "", "".join(c for c in decomposed if not unicodedata.combining(c)))
