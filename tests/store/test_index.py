"""The index follows the store: after any changes it is what a new one would be."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.documents import Document, Sentence
from kg.entities import Entity, slug
from kg.graph.canonical import canonical
from kg.statements import Amount, DateValue, EntityRef, Evidence, Extraction, Literal, Statement
from kg.store import Store, open_store
from kg.store.index import Index
from ontology import sources

# What can be compared; numbers of rows depend on the order of changes.
TABLES = {
    "document": "SELECT * FROM document ORDER BY id",
    "evidence": "SELECT document, statement, day, modality, confidence FROM evidence ORDER BY 1, 2",
    "dated": "SELECT statement, qualifier, edtf, first, last FROM dated ORDER BY 1, 2, 3, 4",
    "statement": "SELECT * FROM statement ORDER BY id",
    "entity": "SELECT * FROM entity ORDER BY id",
    "degree": "SELECT * FROM degree WHERE n ORDER BY entity",
    "print": "SELECT * FROM print ORDER BY 1, 2",
    "name": "SELECT entity, shown, key, joined FROM name ORDER BY 1, 3",
    "total": "SELECT * FROM total WHERE n ORDER BY kind, key",
}


def said(
    day: str,
    *names: str,
    modality: str = "asserted",
    alias: str = "",
    text: str = "",
    source: str = "",
) -> Extraction:
    """A document which says that Japan evaluates some equipment, and spends money."""
    text = text or f"{day} {modality} {alias} {' '.join(names)}"
    statements = [
        *(
            Statement("country/japan", "evaluates", EntityRef(f"equipment/{slug(n)}"))
            for n in names
        ),
        Statement("country/japan", "hasExportValue", Amount(5, "USD")),
        Statement("person/x", "holdsPosition", Literal("Minister")),
        Statement("country/japan", "cooperatesWith", EntityRef("country/japan")),
    ]
    return canonical(
        Extraction(
            document=Document(
                text=text, date=day or None, source=source or f"https://www.{day}.example/1"
            ),
            sentences=(Sentence(number=1, start=0, end=len(text)),),
            entities=(
                Entity(
                    id="country/japan",
                    type="Country",
                    name="Japan",
                    aliases=(alias,) if alias else (),
                ),
                Entity(id="person/x", type="Person", name="X"),
                *(Entity(id=f"equipment/{slug(n)}", type="Equipment", name=n) for n in set(names)),
            ),
            evidence=tuple(
                Evidence(
                    statement=statement,
                    sentence=1,
                    start=0,
                    end=len(text),
                    modality=modality,
                    confidence=0.5 + len(day) / 100,
                    qualifiers={"date": (DateValue("in May", "2026-05", "stated", "month"),)},
                )
                for statement in statements
            ),
        )
    )


WHOLE = " ".join(f"word{n}" for n in range(60))
DOCUMENTS = (
    said("2026-01-08", "Anka"),
    said("2026-02-01", "Anka", "Kaan", modality="possible"),
    said("", "Akıncı", modality="planned", alias="Nippon"),
    said("2025-12-31", "Hürjet", "Kaan", modality="denied", alias="Tokyo"),
    # Three that hang together: neither half is a copy of the other.
    said("2026-01-02", "Anka", text=WHOLE),
    said("2026-01-01", "Anka", "Kaan", text=" ".join(WHOLE.split()[:30]), modality="planned"),
    said("2026-01-03", "Anka", text=" ".join(WHOLE.split()[30:]), source="Wire"),
)


def content(index: Index) -> dict[str, list[tuple[object, ...]]]:
    with index.reading() as db:
        return {name: [tuple(r) for r in db.execute(query)] for name, query in TABLES.items()}


def made_anew(store: Store) -> dict[str, list[tuple[object, ...]]]:
    index = Index(None)
    index.build(store, revision=1)
    found = content(index)
    index.close()
    return found


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "kg-store")


@pytest.fixture
def store(folder: str) -> Iterator[Store]:
    with open_store(folder) as result:
        yield result


@settings(max_examples=15)
@given(steps=st.lists(st.tuples(st.booleans(), st.integers(0, 6)), max_size=10))
def test_any_changes_give_what_a_new_index_would_have(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[bool, int]]
) -> None:
    with open_store(str(tmp_path_factory.mktemp("index") / "store")) as store:
        there: set[int] = set()
        assert content(store.index) == made_anew(store)
        for add, number in steps:
            if add:
                store.add([DOCUMENTS[number]])
                there.add(number)
            elif number in there:
                store.retract(DOCUMENTS[number].document.id)
                there.remove(number)
            # Not made anew on looking: what followed the change is looked at.
            assert store.index.revision == store.revision
        assert content(store.index) == made_anew(store)


def test_totals_are_those_that_counting_gives(store: Store) -> None:
    store.add(DOCUMENTS)
    store.retract(DOCUMENTS[1].document.id)
    with store.index.reading() as db:
        kept = {(r["kind"], r["key"]): r["n"] for r in db.execute("SELECT * FROM total WHERE n")}
        for kind, counted in (
            ("document", "SELECT '', COUNT(*) FROM document"),
            ("month", "SELECT substr(day, 1, 7), COUNT(*) FROM document GROUP BY 1"),
            ("publisher", "SELECT publisher, COUNT(*) FROM document GROUP BY 1"),
            ("evidence", "SELECT modality, COUNT(*) FROM evidence GROUP BY 1"),
            ("predicate", "SELECT predicate, COUNT(*) FROM statement GROUP BY 1"),
            ("modality", "SELECT modality, COUNT(*) FROM statement GROUP BY 1"),
            (
                "copied",
                "SELECT publisher, COUNT(*) FROM document WHERE original != id GROUP BY 1",
            ),
            ("type", "SELECT type, COUNT(*) FROM entity GROUP BY 1"),
        ):
            found = {key: n for (each, key), n in kept.items() if each == kind}
            assert found == dict(tuple(r) for r in db.execute(counted)), kind
        degrees = dict(tuple(r) for r in db.execute("SELECT * FROM degree"))
    # Three kinds of equipment and one more, the sum, and itself, which counts once.
    assert degrees["country/japan"] == 6


def test_the_index_outlives_the_process(folder: str) -> None:
    with open_store(folder) as store:
        store.add(DOCUMENTS)
        before, history = content(store.index), _history(store)
    with open_store(folder) as store:
        assert content(store.index) == before
        assert _history(store) == history


@pytest.mark.parametrize("harm", ["missing", "older", "garbage", "half", "of another format"])
def test_a_useless_file_is_made_anew(folder: str, harm: str) -> None:
    with open_store(folder) as store:
        store.add(DOCUMENTS)
        before = content(store.index)
    file = Path(folder, "index.sqlite")
    if harm == "missing":
        file.unlink()
    elif harm == "garbage":
        file.write_bytes(b"no database at all" * 1000)
    elif harm == "half":
        file.write_bytes(file.read_bytes()[: 3 * 4096])
    else:
        with sqlite3.connect(file) as db:
            key = "revision" if harm == "older" else "format"
            db.execute("UPDATE meta SET value = '0' WHERE key = ?", (key,))
        db.close()
    with open_store(folder) as store:
        assert content(store.index) == before
        store.retract(DOCUMENTS[0].document.id)
        assert content(store.index) == made_anew(store)


def _history(store: Store) -> list[tuple[str, str, str]]:
    with store.index.reading() as db:
        return [tuple(r) for r in db.execute("SELECT change, kind, id FROM history ORDER BY n")]


def test_the_history_has_what_came_and_went(store: Store) -> None:
    first, second = (DOCUMENTS[n].document.id for n in (0, 1))
    store.add([DOCUMENTS[0]])
    store.add([DOCUMENTS[1]])
    start = len(_history(store))
    store.retract(first)
    assert _history(store)[start:] == [("removed", "document", first)]  # Anka is said elsewhere
    store.retract(second)
    gone = _history(store)[start + 1 :]
    assert [each[:2] for each in gone] == [("removed", "document")] + [("removed", "statement")] * 5
    with store.index.reading() as db:
        said = [json.loads(r[0]) for r in db.execute("SELECT said FROM history WHERE kind != ''")]
    assert {"subject_name": "Japan", "object_name": "Kaan"}.items() <= next(
        each for each in said if each.get("object") == "equipment/kaan"
    ).items()


def test_making_anew_notes_only_the_difference(folder: str) -> None:
    with open_store(folder) as store:
        store.add(DOCUMENTS[:2])
        history = _history(store)
    file = Path(folder, "index.sqlite")
    with sqlite3.connect(file) as db:
        db.execute("UPDATE meta SET value = '0' WHERE key = 'revision'")
    db.close()
    with open_store(folder) as store:
        assert _history(store) == history


def test_a_change_of_clients_keeps_the_index_in_step(store: Store) -> None:
    from pyoxigraph import Literal as Text
    from pyoxigraph import NamedNode, Quad

    from kg.store.interface import Delta

    store.add(DOCUMENTS)
    before = content(store.index)
    node = NamedNode("https://example.org/a")
    assert store.apply(Delta(added=(Quad(node, node, Text("b"), node),)), revision=store.revision)
    assert store.index.revision == store.revision
    assert content(store.index) == before


def _belief(store: Store, statement: Statement) -> tuple[float, dict[str, float]]:
    with store.index.reading() as db:
        row = db.execute(
            "SELECT belief, beliefs FROM statement WHERE id = ?", (statement.id,)
        ).fetchone()
    return row[0], json.loads(row[1])


def _originals(store: Store) -> dict[str, str]:
    names = {each.document.id: f"{number}" for number, each in enumerate(DOCUMENTS)}
    with store.index.reading() as db:
        found = db.execute("SELECT id, original FROM document").fetchall()
    return {names[row[0]]: names[row[1]] for row in found}


EVALUATES = Statement("country/japan", "evaluates", EntityRef("equipment/anka"))


def test_belief_counts_copies_once_while_they_hang_together(store: Store) -> None:
    sure = 0.5 + 10 / 100  # what `said` gives with a day
    one = 0.05 + 0.95 * (1 - sure)
    whole, half, rest = DOCUMENTS[4:]
    store.add([rest])
    assert _belief(store, EVALUATES)[0] == pytest.approx(1 - one, abs=1e-4)
    store.add([half])  # planned, and no copy of the other half
    value, by_modality = _belief(store, EVALUATES)
    assert value == pytest.approx(1 - one, abs=1e-4)
    assert by_modality == {"asserted": value, "planned": value}
    assert set(_originals(store).items()) == {("5", "5"), ("6", "6")}
    store.add([whole])  # makes the three one
    assert set(_originals(store).values()) == {"5"}
    assert _belief(store, EVALUATES)[0] == pytest.approx(1 - one, abs=1e-4)
    store.add([DOCUMENTS[0]])  # said by another
    assert _belief(store, EVALUATES)[0] == pytest.approx(1 - one**2, abs=1e-4)
    store.retract(whole.document.id)
    assert _originals(store) == {"0": "0", "5": "5", "6": "6"}
    store.retract(DOCUMENTS[0].document.id)
    store.retract(rest.document.id)
    assert _belief(store, EVALUATES)[1] == {"planned": pytest.approx(1 - one, abs=1e-4)}


def test_other_sources_make_the_index_anew(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(folder) as store:
        store.add(DOCUMENTS[:1])
        history = _history(store)
        assert _belief(store, EVALUATES)[0] == pytest.approx(0.95 * 0.6, abs=1e-4)
    other = tmp_path / "sources.yaml"
    text = sources.FILE.read_text(encoding="utf-8").replace("named: 0.05", "named: 0.20")
    other.write_text(f"{text}  - {{name: Daily, hosts: [2026-01-08.example]}}\n", encoding="utf-8")
    found = sources.load(other)
    monkeypatch.setattr(sources, "load", lambda: found)
    with open_store(folder) as store:
        assert _belief(store, EVALUATES)[0] == pytest.approx(0.80 * 0.6, abs=1e-4)
        with store.index.reading() as db:
            assert db.execute("SELECT publisher FROM document").fetchone()[0] == "Daily"
        assert _history(store) == history  # nothing came and went


def test_a_copy_that_comes_later_and_is_older_is_the_original(store: Store) -> None:
    store.add([DOCUMENTS[4]])
    store.add([DOCUMENTS[5]])
    assert _originals(store) == {"4": "5", "5": "5"}
