"""The loader, its errors, and what the catalogue must hold.

What is wrong is in `catalogue_errors.yaml`, spellings in `names.txt`.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg.entities import slug
from kg.errors import CatalogueError
from ontology import catalogue
from ontology.catalogue import SCHEMA, Catalogue, Row, load, normal_name

HERE = Path(__file__).parent
ERRORS: list[dict[str, Any]] = yaml.safe_load((HERE / "catalogue_errors.yaml").read_text("utf-8"))
NAMES = [
    line
    for line in (HERE / "names.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.fixture(scope="module")
def built_in() -> Catalogue:
    return load()


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# What the loader refuses and accepts ---------------------------------------------------------


def test_number_of_cases() -> None:
    assert (len(ERRORS), len(NAMES)) == (32, 46)


@pytest.mark.parametrize("case", ERRORS, ids=[c["case"] for c in ERRORS])
def test_error(case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = write(tmp_path / "user.csv", case.get("extra", "id,source\n"))
    if "base" in case:
        (tmp_path / "base").mkdir()
        write(tmp_path / "base" / "base.csv", case["base"])
        monkeypatch.setattr(catalogue, "FOLDER", tmp_path / "base")
    with pytest.raises(CatalogueError) as caught:
        load(extra)
    message = str(caught.value)
    assert [part for part in case["says"] if part not in message] == [], message


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"none\.csv: No such file or directory; name a CSV"):
        load(tmp_path / "none.csv")


def test_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("id,source\nplace/malmo,Malmö\n".encode("latin-1"))
    with pytest.raises(CatalogueError, match=r"latin\.csv: not UTF-8 .*; save it as UTF-8"):
        load(path)


def test_schema_that_is_not_the_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    del schema["properties"]["maker"]
    monkeypatch.setattr(catalogue, "SCHEMA", write(tmp_path / "s.json", json.dumps(schema)))
    catalogue._columns.cache_clear()
    try:
        with pytest.raises(CatalogueError, match="the properties are not the fields of Row"):
            load(write(tmp_path / "user.csv", "id,source\n"))
    finally:
        catalogue._columns.cache_clear()


def test_user_adds_rows_and_aliases(tmp_path: Path, built_in: Catalogue) -> None:
    path = write(
        tmp_path / "user.csv",
        "\ufeffid,type,name,aliases,country,seat,source\r\n"
        "company/acme,Company,Acme,ACME Corp.,country/japan,Springfield,its site\r\n"
        "country/turkey,,,Anatolian Republic|Türkiye,,,a novel\r\n",
    )
    more = load(path)
    assert len(more.rows) == len(built_in.rows) + 1
    assert more.rows["company/acme"].seat == "Springfield"
    assert [r.id for r in more.find("acme corp")] == ["company/acme"]
    old, new = built_in.rows["country/turkey"], more.rows["country/turkey"]
    assert new.aliases == (*old.aliases, "Anatolian Republic")
    assert (new.name, new.code, new.source) == (old.name, old.code, f"{old.source}; a novel")
    assert list(more.rows) == sorted(more.rows)


def test_two_user_files_add_to_each_other(tmp_path: Path) -> None:
    one = write(tmp_path / "1.csv", "id,type,name,source\ncompany/acme,Company,Acme,a\n")
    two = write(tmp_path / "2.csv", "id,seat,aliases,source\ncompany/acme,Rome,ACME Corp,b\n")
    row = load(one, two).rows["company/acme"]
    assert (row.name, row.seat, row.aliases) == ("Acme", "Rome", ("ACME Corp",))


def test_cells_may_have_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "u.csv", 'id,type,name,source\ncompany/a,Company,"A\nB",x\n')
    with pytest.raises(CatalogueError, match=r"line 3, column name: 'A\\nB' does not fit"):
        load(path)


def test_loaded_once(built_in: Catalogue) -> None:
    assert load() is built_in


CELLS = st.lists(
    st.sampled_from(
        ["company/acme", "Company", "Acme", "A|B", "", " ", '"', "\n", "|", "é", "\x00"]
    )
    | st.text(max_size=5),
    max_size=30,
).map(",".join)


@given(st.sampled_from(["", "id,type,name,source\n", "id,aliases,source\n"]), CELLS)
def test_any_text_is_read_or_refused(header: str, cells: str) -> None:
    """Whatever a user's file holds, the loader answers with rows or with its own error."""
    path = Path("user.csv")
    message = ""
    read = []
    try:
        read = list(catalogue._records(path, header + cells, catalogue._columns()))
    except CatalogueError as error:
        message = str(error)
    assert message.startswith("user.csv, line ") or not message
    assert message or header or not read


# Names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", NAMES)
def test_spellings(line: str) -> None:
    same = " != " not in line
    one, other = line.split(" = " if same else " != ")
    assert (normal_name(one) == normal_name(other)) == same
    assert normal_name(one)


@given(st.text())
def test_normal_name_is_stable(text: str) -> None:
    once = normal_name(text)
    assert once == once.strip()
    assert "  " not in once
    assert normal_name(f" {text}\n") == once


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("US", ["country/united-states"]),
        ("U.S.", ["country/united-states"]),
        ("us", []),
        ("who", []),
        ("britain", ["country/united-kingdom"]),
        ("Türkiye", ["country/turkey"]),
        (
            "Congo",
            ["country/democratic-republic-of-the-congo", "country/republic-of-the-congo"],
        ),
        ("the JMSDF", ["armed-force/japan-maritime-self-defense-force"]),
        ("Turkish defence ministry", ["government-body/turkish-ministry-of-national-defense"]),
        ("Ankara", ["place/ankara"]),
        ("UAV", ["equipment-category/unmanned-aerial-system"]),
        ("no such name", []),
        ("", []),
    ],
)
def test_find(built_in: Catalogue, name: str, ids: list[str]) -> None:
    assert [r.id for r in built_in.find(name)] == ids


@pytest.mark.parametrize(
    ("name", "demonym_of", "metonym_of"),
    [
        ("Turks", ["country/turkey"], []),
        ("Norwegian", ["country/norway"], []),
        ("Ankara", [], ["country/turkey"]),
        ("the Kremlin", [], ["country/russia"]),
        ("Elysee", [], ["country/france"]),
        ("Blue House", [], ["country/south-korea"]),
        ("Dominican", ["country/dominica", "country/dominican-republic"], []),
    ],
)
def test_demonyms_and_metonyms(
    built_in: Catalogue, name: str, demonym_of: list[str], metonym_of: list[str]
) -> None:
    assert [r.id for r in built_in.find_demonym(name)] == demonym_of
    assert [r.id for r in built_in.find_metonym(name)] == metonym_of


# What the catalogue holds ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "at_least"),
    [
        ("Country", 200),
        ("Place", 700),
        ("ArmedForce", 500),
        ("GovernmentBody", 380),
        ("InternationalOrganization", 180),
        ("Company", 150),
        ("Equipment", 300),
        ("EquipmentCategory", 200),
        ("Topic", 120),
        ("Person", 6000),
    ],
)
def test_number_of_rows(built_in: Catalogue, type_: str, at_least: int) -> None:
    assert len(built_in.of_type(type_)) >= at_least


def test_members_of_the_united_nations_are_all_there_with_capitals(built_in: Catalogue) -> None:
    members = built_in.rows["international-organization/united-nations"].members
    rows = [built_in.rows[m] for m in members]
    assert len({r.code for r in rows}) == 193
    for row in rows:
        assert row.demonyms, row.id
        assert built_in.rows[row.seat].country == row.id


@pytest.mark.parametrize(
    ("body", "members"),
    [("nato", 32), ("european-union", 27), ("osce", 57), ("african-union", 54), ("aukus", 3)],
)
def test_number_of_members(built_in: Catalogue, body: str, members: int) -> None:
    assert len(built_in.rows[f"international-organization/{body}"].members) == members


def test_forty_countries_have_forces_and_a_ministry(built_in: Catalogue) -> None:
    forces: dict[str, int] = {}
    for row in built_in.of_type("ArmedForce"):
        forces[row.country] = forces.get(row.country, 0) + 1
    ministries = {
        r.country
        for r in built_in.of_type("GovernmentBody")
        if any("defense" in normal_name(n) or "armed forces" in n.casefold() for n in r.names)
    }
    assert len([c for c in forces if c in ministries and forces[c] >= 3]) >= 60


def test_every_row_has_a_source_and_an_id_from_its_name(built_in: Catalogue) -> None:
    for row in built_in.rows.values():
        assert row.source
        assert slug(row.id.partition("/")[2]) == row.id.partition("/")[2]


def test_ids_are_those_of_minted_entities(built_in: Catalogue) -> None:
    """A name found in a text before it came into the catalogue keeps its IRI afterwards."""
    states = ("Country", "Place", "ArmedForce", "GovernmentBody", "EquipmentCategory", "Topic")
    others = {r.id for t in states for r in built_in.of_type(t) if not _minted(r)}
    assert others == set()


def _minted(row: Row) -> bool:
    return row.id.partition("/")[2] == slug(row.name)


def test_names_are_shared_by_few(built_in: Catalogue) -> None:
    """Within a type a name means one row, a handful excepted."""
    seen: dict[tuple[str, str], set[str]] = {}
    for row in built_in.rows.values():
        for name in row.names:
            seen.setdefault((row.type, normal_name(name)), set()).add(row.id)
    shared = sorted(key for key, ids in seen.items() if len(ids) > 1)
    assert shared == [("Country", "congo"), ("Place", "victoria")]


def test_rows_fit_the_json_schema(built_in: Catalogue) -> None:
    """What our own check accepts, the JSON Schema library accepts too."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    for row in built_in.rows.values():
        filled: dict[str, Any] = {}
        for name in catalogue._columns():
            value = getattr(row, name)
            if value:
                filled[name] = list(value) if isinstance(value, tuple) else value
        assert not list(validator.iter_errors(filled)), row.id


def test_people_have_full_names_and_a_state(built_in: Catalogue) -> None:
    people = built_in.of_type("Person")
    alone = {n for r in people for n in r.names if " " not in n}
    assert len(alone) < 20  # family names that everybody knows, and no others
    assert sum(bool(r.country) for r in people) > 0.95 * len(people)
    for row in people:
        assert len(built_in.find(row.name)) == 1, row.name


def test_files_are_sorted_by_id() -> None:
    for path in sorted(catalogue.FOLDER.glob("*.csv")):
        ids = [line.split(",", 1)[0] for line in path.read_text("utf-8").splitlines()[1:]]
        assert ids == sorted(ids), path.name


def test_loads_fast() -> None:
    """In processor time, since the machine may be busy; 150 ms measured for 11,300 rows."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        catalogue._read(sorted(catalogue.FOLDER.glob("*.csv")), ())
        best = min(best, time.process_time() - start)
    assert best < 0.5
