"""Spreadsheets as people and programs really save them."""

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.intake.cells import number, whole, yes_or_no
from handlers.intake.columns import Unusable
from handlers.intake.faults import Fault
from handlers.intake.incoming import Kind
from handlers.intake.spreadsheet import Sheet, sheet

ANA = {"source": "web", "email": "ana@acme.example"}
HEAD = "Source,Email,First name\n"


def read(text: str | bytes, kind: Kind = "leads", mapped: Mapping[str, str] | None = None, **fixed: str) -> Sheet:
    return sheet(kind, text if isinstance(text, bytes) else text.encode(), mapped or {}, fixed)


def items(text: str | bytes, kind: Kind = "leads") -> list[dict[str, Any]]:
    """What the rows tell, without the rooms in which nothing is told."""
    told = [row.told for row in read(text, kind).rows]
    assert not any(isinstance(item, Fault) for item in told), told
    return [{name: value for name, value in item.items() if value != {}} for item in told if isinstance(item, dict)]


def by_line(text: str | bytes) -> dict[int, str]:
    """By line: the first name told there, or what is wrong."""
    rows = read(text).rows
    return {row.line: row.told.message if isinstance(row.told, Fault) else row.told["first_name"] for row in rows}


def refusal(text: str | bytes, kind: Kind = "leads", mapped: Mapping[str, str] | None = None, **fixed: str) -> str:
    with pytest.raises(Unusable) as refused:
        read(text, kind, mapped, **fixed)
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_usual_way_of_saving_reads_the_same(encoding: str, delimiter: str, newline: str) -> None:
    lines = [["Source", "Email", "First name"], ["web", "ana@acme.example", "Añá"], ["web", "b@acme.example", "Bo"]]
    text = "".join(delimiter.join(cells) + newline for cells in lines)
    assert items(text.encode(encoding)) == [
        ANA | {"first_name": "Añá"},
        {"source": "web", "email": "b@acme.example", "first_name": "Bo"},
    ]


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_both_byte_orders_of_utf_16_are_read(order: str) -> None:
    assert items(("\ufeff" + HEAD + "web,ana@acme.example,Añá\n").encode(order)) == [ANA | {"first_name": "Añá"}]


def test_a_first_line_that_names_the_separator_is_obeyed_and_counted() -> None:
    text = 'sep=;\nSource;Email;First name\nweb;ana@acme.example;"Ana, Maria"\n'
    assert by_line(text) == {3: "Ana, Maria"}


def test_a_heading_with_the_other_separator_in_it_does_not_mislead() -> None:
    assert items("Source;Email;Revenue (in 1,000, EUR, net)\nweb;ana@acme.example;5\n") == [ANA]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = (
        HEAD + 'web,a@acme.example,"Two\nlines"\n'  # 2 and 3
        "\n"  # 4
        "web,b@acme.example,Bo\n"  # 5
        " , ,\n"  # 6
        'web,c@acme.example,"Three\r\nlines\rhere"\n'  # 7 to 9
        "web,d@acme.example,Di\n"
    )
    assert by_line(text) == {2: "Two\nlines", 5: "Bo", 7: "Three\r\nlines\rhere", 10: "Di"}


def test_blank_lines_before_the_headings_are_passed_over() -> None:
    assert by_line("\n,,\n" + HEAD + "web,a@acme.example,Ana\n") == {4: "Ana"}


def test_a_quote_that_is_never_closed_costs_one_row_only() -> None:
    text = (
        HEAD
        + 'web,a@acme.example,Ana\nweb,"b@acme.example,Bo\nweb,c@acme.example,"Cy ""C"" C"\nweb,d@acme.example,Di\n'
    )
    found = by_line(text)
    assert "quotes do not add up" in found.pop(3)
    assert found == {2: "Ana", 4: 'Cy "C" C', 5: "Di"}


def test_an_open_quote_at_the_very_end_is_told() -> None:
    assert "quotes do not add up" in by_line(HEAD + 'web,a@acme.example,"Ana')[2]


def test_a_quote_inside_a_text_without_quotes_is_just_a_quote() -> None:
    assert by_line(HEAD + 'web,a@acme.example,17" Ana\n') == {2: '17" Ana'}


def test_more_cells_than_columns_are_told_and_fewer_are_blank() -> None:
    found = by_line(HEAD + "web,a@acme.example,Ana,Silva\nweb,b@acme.example,Bo,,\n")
    assert "4 cells for 3 columns" in found[2]
    assert found[3] == "Bo"
    assert items(HEAD + "web,ana@acme.example\n") == [ANA]


def test_broken_utf_8_costs_its_own_rows_only() -> None:
    text = HEAD.encode() + "web,a@acme.example,Añá\n".encode() + b"web,b@acme.example,B\xf1\nweb,c@acme.example,Cy\n"
    found = by_line(text)
    assert "not UTF-8" in found.pop(3)
    assert found == {2: "Añá", 4: "Cy"}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (HEAD.encode("utf-16-le"), "CSV UTF-8"),
        (b"\xff\xfe\x00", "encoding"),
        (b"Source,Email\nweb,\x81\x8d\n", "encoding"),
        (b'"Source,Email\nweb,a@acme.example\n', "quotes do not add up"),
        (b"Source,Email,\xc3\xb1,\xf1\n", "not UTF-8"),
    ],
)
def test_what_is_no_spreadsheet_is_said_to_be_none(raw: bytes, words: str) -> None:
    assert words in refusal(raw)


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (
            "First Name,Last Name,Email Address,Job Title,Company Name,Website,Headcount,Country/Region,Lead Source",
            "first_name,last_name,email,title,company.name,company.domain,company.employees,company.country,source",
        ),
        (
            "Vorname,Nachname,E-Mail-Adresse,Funktion,Firma,Webseite,Mitarbeiterzahl,Land,Quelle",
            "first_name,last_name,email,title,company.name,company.domain,company.employees,company.country,source",
        ),
        (
            "Prénom,Nom,Adresse e-mail,Poste,Entreprise,Site web,Nombre d'employés,Pays,Origine",
            "first_name,last_name,email,title,company.name,company.domain,company.employees,company.country,source",
        ),
        (
            "Nombre,Apellidos,Correo electrónico,Cargo,Empresa,Sitio web,Número de empleados,País,Fuente",
            "first_name,last_name,email,title,company.name,company.domain,company.employees,company.country,source",
        ),
        (
            "source,email,company.name,bant.budget,attributes.plan,FIRST_NAME, Téléphone ",
            "source,email,company.name,bant.budget,attributes.plan,first_name,phone",
        ),
    ],
)
def test_columns_are_known_by_their_usual_names(headings: str, fields: str) -> None:
    layout = read(headings + "\n").layout
    assert [layout.fields.get(at) for at in range(len(layout.headings))] == fields.split(",")


def test_an_id_is_the_signal_s_own_beside_signals_and_the_lead_s_beside_leads() -> None:
    assert items("Source,ID\nweb,7\n") == [{"source": "web", "external_id": "7"}]
    told = items("ID,Lead source,Lead ID,Type,Date\ns-1,web,7,page_view,2026-11-20T16:00:00Z\n", "signals")
    who = {"source": "web", "external_id": "7"}
    assert told == [{"id": "s-1", "lead": who, "kind": "page_view", "at": "2026-11-20T16:00:00Z"}]


def test_cells_become_what_they_stand_for() -> None:
    head = "Source,Email,Employees,Contact requested,Consent,Pain points,Company,Budget,attributes.plan\n"
    told = items(head + 'web,ana@acme.example,"1,200",Ja,non,"slow; dear;\nold",Acme,"1,200",3\n')
    assert told == [
        ANA
        | {
            "company": {"employees": 1200, "name": "Acme"},
            "contact_requested": True,
            "consent": False,
            "pain_points": ["slow", "dear", "old"],
            "bant": {"budget": "1,200"},
            "attributes": {"plan": "3"},
        }
    ]


def test_outcomes_of_usual_crms_are_understood() -> None:
    head = "Email,Outcome,Close date,Amount,Currency\n"
    told = items(head + 'ana@acme.example,Closed Won,2026-11-20T16:00:00Z,"12.000,50",EUR\n', "outcomes")
    assert told[0]["outcome"] == "won"
    assert told[0]["amount"] == 12000.5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12000", 12000.0),
        ("12,000", 12000.0),
        ("12.000", 12000.0),
        ("12.5", 12.5),
        ("12,50", 12.5),
        ("1,234,567.89", 1234567.89),
        ("1.234.567,89", 1234567.89),
        ("1 234,5", 1234.5),
        ("1'200.50", 1200.5),
        ("-5", -5.0),
        ("€5", "€5"),
        ("1e5", "1e5"),
        ("a lot", "a lot"),
        ("1,23,456", "1,23,456"),
    ],
)
def test_amounts_are_read_in_every_notation_or_left_as_they_are(text: str, value: object) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("450", 450), ("1.200", 1200), ("1 200", 1200), ("51-200", "51-200"), ("4.5", "4.5")]
)
def test_whole_numbers_likewise(text: str, value: object) -> None:
    assert whole(text) == value


@pytest.mark.parametrize(("text", "value"), [("YES", True), ("sí", True), ("Nein", False), ("perhaps", "perhaps")])
def test_yes_and_no_likewise(text: str, value: object) -> None:
    assert yes_or_no(text) == value


def test_map_and_set_go_before_usual_names() -> None:
    text = "Email,Work mail,Origin,Campaign\nx@acme.example,ana@acme.example,web,old\n"
    told = read(text, "leads", {"email": "Work mail", "source": "origin", "attributes.other": "Email"}, campaign="new")
    assert told.rows[0].told == ANA | {"campaign": "new", "attributes": {"other": "x@acme.example"}}
    assert told.layout.ignored == ("Campaign",)


def test_the_lead_of_a_signal_may_be_mapped_by_its_short_name() -> None:
    told = sheet(
        "signals", b"Who\nana@acme.example\n", {"email": "Who"}, {"kind": "call", "at": "2026-11-20T16:00:00Z"}
    )
    assert told.rows[0].told == {
        "lead": {"email": "ana@acme.example"},
        "kind": "call",
        "at": "2026-11-20T16:00:00Z",
    }


@pytest.mark.parametrize(
    ("mapped", "fixed", "words"),
    [
        ({"emial": "Email"}, {}, "There is no field emial. Did you mean email?"),
        ({}, {"colour": "red"}, "There is no field colour."),
        ({"email": "Emial"}, {}, "There is no column Emial. Did you mean Email?"),
        ({"email": "Telex"}, {}, "The file's columns: Source, Email, First name."),
    ],
)
def test_unknown_fields_and_columns_are_named_with_the_nearest(
    mapped: dict[str, str], fixed: dict[str, str], words: str
) -> None:
    assert words in refusal(HEAD, "leads", mapped, **fixed)


def test_columns_that_are_missing_are_named_all_at_once() -> None:
    told = refusal("Company,Title\nAcme,VP\n")
    assert "no column for source, nor for one of email, external_id, phone" in told
    assert "Company, Title" in told
    assert "--map FIELD=COLUMN" in told
    assert "kind, nor for at, nor for one of lead.email, lead.phone, lead.source with lead.external_id" in refusal(
        "Lead source\nweb\n", "signals"
    )


def test_two_columns_of_one_field_ask_for_a_choice() -> None:
    told = refusal("Source,Email,E-mail\nweb,a@acme.example,b@acme.example\n")
    assert "Email and E-mail" in told
    assert "--map email=COLUMN" in told


def test_a_row_knows_its_fields_by_the_file_s_own_headings() -> None:
    layout = read("Quelle,E-Mail,Challenges\n", language="de").layout
    assert layout.heading("email") == "E-Mail"
    assert layout.heading("pain_points[2]") == "Challenges"
    assert layout.heading("language") == "--set language"
    assert layout.heading("phone") == "phone"


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
rows = st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8)


@settings(max_examples=200, deadline=None)
@given(
    rows, st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from(["\n", "\r\n"])
)
def test_whatever_a_spreadsheet_program_writes_comes_back(
    written: list[list[str]], delimiter: str, encoding: str, newline: str
) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerow(["Source", "Email", "First name"])
    expected = {}
    for row in written:
        begins = _newlines(file.getvalue()) + 1
        writer.writerow(row)
        if any(cell.strip() for cell in row):
            expected[begins] = dict(zip(("source", "email", "first_name"), map(str.strip, row), strict=True))
    found = {row.line: row.told for row in read(file.getvalue().encode(encoding)).rows}
    assert found == {line: {field: text for field, text in told.items() if text} for line, told in expected.items()}


def _newlines(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_whatever_bytes_come_the_answer_is_a_sheet_or_words(raw: bytes) -> None:
    for start in (b"", HEAD.encode()):
        assert _headings_or_words(start + raw)


def _headings_or_words(raw: bytes) -> tuple[str, ...] | str:
    try:
        return read(raw).layout.headings
    except Unusable as refused:
        return str(refused)
