"""The embedded store, over documents that a small table makes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.documents import Document, Sentence
from kg.entities import Entity
from kg.errors import InputError, NotFoundError, QueryError, StoreError, StoreInUseError
from kg.graph.canonical import canonical
from kg.statements import EntityRef, Evidence, Extraction, Statement
from kg.store import Store, open_store

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
EVALUATES = "https://w3id.org/entente/ontology#evaluates"
NAMES = ("Anka", "Akinci", "Kaan", "Hurjet", "Anka-3")


def said(text: str, *names: str, modality: str = "asserted") -> Extraction:
    """A document which says that Japan evaluates some equipment."""
    ids = sorted(f"equipment/{name.lower()}" for name in set(names))
    return canonical(
        Extraction(
            document=Document(text=text, date="2026-01-08", name=text[:8]),
            sentences=(Sentence(number=1, start=0, end=len(text)),),
            entities=(
                Entity(id="country/japan", type="Country", name="Japan", catalogue=True),
                *(Entity(id=f"equipment/{n.lower()}", type="Equipment", name=n) for n in names),
            ),
            evidence=tuple(
                Evidence(
                    statement=Statement("country/japan", "evaluates", EntityRef(id_)),
                    sentence=1,
                    start=0,
                    end=len(text),
                    modality=modality,
                    extractor="test",
                )
                for id_ in ids
            ),
        )
    )


ONE = said("Japan is assessing the Anka.", "Anka")
TWO = said("Tokyo may look at the Anka and the Kaan.", "Anka", "Kaan", modality="possible")


def content(store: Store) -> bytes:
    return b"".join(store.nquads())


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "kg-store")


@pytest.fixture
def store(folder: str) -> Iterator[Store]:
    with open_store(folder) as result:
        yield result


def test_what_is_added_is_there_when_opened_again(folder: str) -> None:
    with open_store(folder) as store:
        assert store.add([ONE, TWO]) == 2
        before, revision = content(store), store.revision
    with open_store(folder, create=False) as store:
        assert content(store) == before
        assert store.revision == revision
        assert store.extraction(ONE.document.id) == ONE
        assert store.extraction(TWO.document.id) == TWO


def test_adding_again_changes_nothing_and_retracting_undoes(store: Store) -> None:
    store.add([ONE])
    before, revision = content(store), store.revision
    assert store.add([ONE]) == 0
    assert store.revision == revision
    store.add([TWO])
    assert store.revision > revision
    store.retract(TWO.document.id)
    assert content(store) == before
    store.retract(ONE.document.id)
    assert content(store) == b""
    assert store.select("SELECT ?g { GRAPH ?g { } }") == []


def test_a_document_is_replaced_by_its_new_extraction(store: Store, tmp_path: Path) -> None:
    better = replace(ONE, evidence=(replace(ONE.evidence[0], confidence=0.5, modality="planned"),))
    assert store.add([ONE, TWO]) == 2
    assert store.add([better]) == 1
    assert store.extraction(ONE.document.id) == canonical(better)
    with open_store(str(tmp_path / "other")) as other:
        other.add([TWO, better])
        assert content(other) == content(store)


DOCUMENTS = st.builds(
    lambda number, names, modality: said(
        f"Text {number} is about drones.", *names, modality=modality
    ),
    st.integers(0, 5),
    st.sets(st.sampled_from(NAMES), min_size=1),
    st.sampled_from(["asserted", "possible", "denied"]),
)


@settings(max_examples=30)
@given(batches=st.lists(st.lists(DOCUMENTS, max_size=4), max_size=4), data=st.data())
def test_any_history_leaves_what_its_documents_give(
    tmp_path_factory: pytest.TempPathFactory,
    batches: list[list[Extraction]],
    data: st.DataObject,
) -> None:
    base = tmp_path_factory.mktemp("history")
    known: dict[str, Extraction] = {}
    with open_store(str(base / "one")) as store, open_store(str(base / "two")) as fresh:
        for batch in batches:
            store.add(batch)
            known |= {extraction.document.id: extraction for extraction in batch}
            gone = data.draw(st.none() | st.sampled_from(sorted(known))) if known else None
            if gone is not None:
                store.retract(gone)
                del known[gone]
        for id_ in sorted(known, reverse=True):
            fresh.add([known[id_]])
        assert content(store) == content(fresh)


@pytest.mark.parametrize(
    "text", ['"', "\\", "a\nb", "\u0001\u007f\u2028", "😀 {} } . ;", "'''\"\"\""]
)
def test_odd_characters_survive_a_replacement(store: Store, text: str) -> None:
    first = said(f"Anka {text} flies.", "Anka")
    second = replace(first, evidence=(replace(first.evidence[0], reason=text),))
    store.add([first])
    store.add([second])
    assert store.extraction(second.document.id) == second
    store.retract(second.document.id)
    assert content(store) == b""


@pytest.mark.parametrize("id_", ["0" * 16, "", "nonsense", "> } ; DROP ALL ; {", "../x", "é"])
def test_unknown_documents(store: Store, id_: str) -> None:
    store.add([ONE])
    before = content(store)
    with pytest.raises(NotFoundError, match=r"no (such )?document"):
        store.extraction(id_)
    with pytest.raises(NotFoundError, match="no such document"):
        store.retract(id_)
    assert content(store) == before


def test_nothing_of_a_batch_is_kept_if_one_is_wrong(store: Store) -> None:
    store.add([ONE])
    before, revision = content(store), store.revision
    wrong = replace(TWO, evidence=(replace(TWO.evidence[0], modality="perhaps"),))
    with pytest.raises(InputError, match="perhaps"):
        store.add([said("Kaan flies.", "Kaan"), wrong])
    assert (content(store), store.revision) == (before, revision)


def test_writes_of_many_threads_all_count(store: Store, tmp_path: Path) -> None:
    made = [said(f"Text {n}.", NAMES[n % 5], NAMES[(n + 1) % 5]) for n in range(40)]
    threads = [
        threading.Thread(target=lambda part=made[i::4]: [store.add([e]) for e in part])
        for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_store(str(tmp_path / "other")) as other:
        other.add(made)
        assert content(other) == content(store)
    assert store.revision == 40


def test_queries(store: Store) -> None:
    store.add([ONE])
    rows = store.select(
        "SELECT ?s ?n ?x { ?s ent:evaluates ?o }".replace(
            "ent:", "<https://w3id.org/entente/ontology#"
        ).replace("evaluates", "evaluates>")
    )
    assert rows == [{"s": "https://w3id.org/entente/entity/country/japan", "n": None, "x": None}]
    found = json.loads(store.query(COUNT, media_type="application/sparql-results+json"))
    total = int(found["results"]["bindings"][0]["n"]["value"])
    assert total == len(content(store).splitlines())
    assert store.query("ASK { }", media_type="application/sparql-results+json")
    assert b"Anka" in store.query("CONSTRUCT WHERE { ?s ?p ?o }", media_type="text/turtle")


@pytest.mark.parametrize(
    ("query", "media_type", "says"),
    [
        ("SELECT {", "text/csv", "query is wrong"),
        (COUNT, "text/turtle", "gives a table"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv", "gives a graph"),
        (COUNT, "nonsense", "gives a table"),
    ],
)
def test_wrong_queries(store: Store, query: str, media_type: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        store.query(query, media_type=media_type)


def test_select_wants_a_select(store: Store) -> None:
    with pytest.raises(QueryError, match="no SELECT"):
        store.select("ASK { }")


def test_a_snapshot_stays_as_it_was(store: Store) -> None:
    store.add([ONE])
    before = content(store)
    target = store.scratch / "snapshot"
    store.snapshot(target)
    store.add([TWO])
    lines = pyoxigraph.serialize(
        pyoxigraph.Store.read_only(str(target)), format=pyoxigraph.RdfFormat.N_QUADS
    )
    assert lines is not None
    assert sorted(lines.splitlines()) == before.splitlines()
    with pytest.raises(StoreError, match="no snapshot can be made"):
        store.snapshot(target)


def test_a_closed_store_says_so(folder: str) -> None:
    store = open_store(folder)
    store.close()
    store.close()
    for call in (lambda: store.add([ONE]), lambda: store.select(COUNT), store.flush):
        with pytest.raises(StoreError, match="the store is closed"):
            call()


def test_scratch_is_emptied_on_opening(folder: str) -> None:
    with open_store(folder) as store:
        assert store.scratch.is_dir()
    leftover = Path(folder, "scratch", "old")
    leftover.mkdir(parents=True)
    with open_store(folder) as store:
        assert list(store.scratch.iterdir()) == []


def test_another_process_is_told_who_holds_the_store(folder: str) -> None:
    with open_store(folder, purpose="serving at http://127.0.0.1:8000"):
        code = f"from kg.store import open_store; open_store({folder!r})"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert f"StoreInUseError: {folder}: store in use by process {os.getpid()} (serving at " in (
            done.stderr
        )
        with pytest.raises(StoreInUseError, match=f"store in use by process {os.getpid()}"):
            open_store(folder)
    open_store(folder).close()


def test_a_dead_process_holds_nothing(folder: str) -> None:
    code = (
        f"import os; from kg.store import open_store as o; o({folder!r}); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    open_store(folder).close()


def test_a_store_that_is_not_there(folder: str) -> None:
    with pytest.raises(StoreError, match="no store here: kg ingest makes one"):
        open_store(folder, create=False)
    assert not Path(folder).exists()


@pytest.mark.parametrize("location", ["http://example.org/sparql", "ftp://localhost:8890/"])
def test_servers_are_no_folders(location: str) -> None:
    with pytest.raises(StoreError, match="a store is a folder on this machine"):
        open_store(location)


def test_other_folders_and_files_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(StoreError, match="holds something else than a store"):
        open_store(str(tmp_path))
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(StoreError, match="this is a file, and a store is a folder"):
        open_store(str(tmp_path / "thesis.txt"))
    with pytest.raises(StoreError, match="cannot be opened: Not a directory"):
        open_store(str(tmp_path / "thesis.txt" / "store"))


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("format", "2\n", "the store has format '2', newer than format 1 of this kg"),
        ("format", "", "the store has format ''"),
        ("revision", "many", "this is no number"),
        ("data/CURRENT", "nonsense\n", "the store's files are damaged"),
    ],
)
def test_damaged_stores(folder: str, file: str, text: str, says: str) -> None:
    with open_store(folder) as store:
        store.add([ONE])
    path = Path(folder, file)
    before = path.read_text()
    path.write_text(text)
    with pytest.raises(StoreError, match=says):
        open_store(folder)
    path.write_text(before)
    with open_store(folder) as store:
        assert store.extraction(ONE.document.id) == ONE


def test_a_kill_while_the_folder_is_made_does_no_harm(folder: str) -> None:
    Path(folder).mkdir()
    Path(folder, "lock").touch()
    with open_store(folder) as store:
        assert store.revision == 0
