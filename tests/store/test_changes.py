"""Changes quad by quad: whole or not at all, with blank nodes too, whatever happens meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.store import Store, deltas, open_store
from kg.store.interface import Delta

GRAPH = ox.NamedNode("a:g")
BLANK = ox.BlankNode("ab12")


def quad(value: str, subject: ox.NamedNode | ox.BlankNode = BLANK) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode("a:p"), ox.Literal(value), GRAPH)


NAMED = quad("named", ox.NamedNode("a:s"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(str(tmp_path / "store")) as result:
        yield result


def content(store: Store) -> set[str]:
    return {str(q) for q in store.quads_for_pattern(None, None, None, None)}


def test_blank_nodes_come_and_go(store: Store) -> None:
    assert store.apply(Delta(added=(quad("1"), NAMED)), revision=0)
    assert store.has_graph("a:g")
    assert store.apply(Delta(removed=(quad("1"),), added=(quad("2"),)), revision=1)
    assert content(store) == {str(quad("2")), str(NAMED)}
    assert store.apply(Delta(removed=(quad("2"), NAMED), dropped=("a:g",)), revision=2)
    assert (content(store), store.graphs(), store.revision) == (set(), [], 3)


def test_graphs_may_be_empty(store: Store) -> None:
    assert store.apply(Delta(created=("a:x", "a:y")), revision=0)
    assert store.graphs() == ["a:x", "a:y"]
    assert store.apply(Delta(dropped=("a:x",)), revision=1)
    assert (store.graphs(), store.has_graph("a:x")) == (["a:y"], False)


def test_an_old_revision_changes_nothing(store: Store) -> None:
    assert store.apply(Delta(added=(NAMED,)), revision=0)
    assert not store.apply(Delta(removed=(NAMED,)), revision=0)
    assert content(store) == {str(NAMED)}


def test_no_change_is_no_revision(store: Store) -> None:
    assert store.apply(Delta(), revision=0)
    assert store.revision == 0


@pytest.mark.parametrize("step", ["remove", "extend", "flush"])
def test_a_change_that_was_cut_short_is_ended_at_the_next_start(tmp_path: Path, step: str) -> None:
    folder = str(tmp_path / "store")
    with open_store(folder) as store:
        store.apply(Delta(added=(quad("1"), quad("2"), NAMED)), revision=0)
    code = f"""
import os
import pyoxigraph as ox
from kg.store import deltas, open_store
from tests.store.test_changes import BLANK, GRAPH, NAMED, quad
from kg.store.interface import Delta

class Engine:
    def __init__(self, engine): self.engine = engine
    def __getattr__(self, name):
        if name == {step!r}: os.kill(os.getpid(), 9)
        return getattr(self.engine, name)

store = open_store({folder!r})
store._open = Engine(store._open)
delta = Delta(removed=(quad("1"), quad("2")), added=(quad("3"),), created=("a:new",))
store.apply(delta, revision=1)
"""
    root = Path(__file__).parent.parent.parent
    found = subprocess.run([sys.executable, "-c", code], cwd=root, env=dict(os.environ))
    assert found.returncode == -9
    with open_store(folder) as store:
        assert content(store) == {str(quad("3")), str(NAMED)}
        assert store.graphs() == ["a:g", "a:new"]
        assert not (tmp_path / "store" / "journal").exists()


VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
QUADS = st.lists(
    st.builds(
        ox.Quad,
        st.sampled_from([BLANK, ox.NamedNode("a:s")]),
        st.just(ox.NamedNode("a:p")),
        st.one_of(VALUES.map(ox.Literal), st.just(BLANK)),
        st.sampled_from([GRAPH, ox.DefaultGraph()]),
    ),
    max_size=5,
    unique=True,
)


@given(removed=QUADS, added=QUADS, created=st.lists(st.sampled_from(["a:x", "a:é"]), max_size=2))
def test_bytes_and_back(removed: list[ox.Quad], added: list[ox.Quad], created: list[str]) -> None:
    delta = Delta(removed=tuple(removed), added=tuple(added), created=tuple(created))
    assert deltas.read(deltas.write(delta)) == delta


@given(old=QUADS, new=QUADS)
def test_both_ways_of_carrying_out_agree(old: list[ox.Quad], new: list[ox.Quad]) -> None:
    first, second = ox.Store(), ox.Store()
    for store in (first, second):
        store.extend(old)
    delta = Delta(
        removed=tuple(q for q in old if q not in new), added=tuple(q for q in new if q not in old)
    )
    if deltas.has_blank((*delta.removed, *delta.added)):
        return
    if not delta.is_empty:
        first.update(deltas.update_text(delta))
    deltas.carry_out(second, delta)
    deltas.carry_out(second, delta)
    assert set(first) == set(second) == set(new)
