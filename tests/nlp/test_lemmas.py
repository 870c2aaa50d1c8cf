"""Lemmas that the shipped table gives: the cases are lines of `lemmas.tsv` beside this module."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.nlp.component import MODEL
from kg.nlp.lemmas import Lemmas
from kg.nlp.training.lemmatiser import inflected, known, plural
from ontology import frames

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def lemmas() -> Lemmas:
    """The table that comes with the package."""
    return Lemmas(json.loads((MODEL / "lemmas.json").read_text(encoding="utf-8")))


def _cases() -> list[tuple[str, str, str]]:
    found = []
    for line in (HERE / "lemmas.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            tag, form, lemma = line.split("\t")
            found.append((tag, form, lemma))
    return found


def test_cases_are_collected() -> None:
    assert len(_cases()) == 73


@pytest.mark.parametrize(("tag", "form", "lemma"), _cases())
def test_case(lemmas: Lemmas, tag: str, form: str, lemma: str) -> None:
    assert lemmas.lemma(form, tag) == lemma
    assert lemmas.lemma(form.capitalize(), tag) == (form.capitalize() if tag == "NNP" else lemma)


@given(st.text(min_size=1), st.sampled_from(["VBG", "VBD", "NNS", "JJS", "NN"]))
def test_no_lemma_is_empty(lemmas: Lemmas, form: str, tag: str) -> None:
    assert lemmas.lemma(form, tag)


def test_every_verb_of_a_frame_is_known_by_its_regular_forms(lemmas: Lemmas) -> None:
    # "-ing" and "-s" are regular for every verb but "be"; "dying" and "dyeing" are told apart.
    verbs = {w for f in frames.load().frames for w in f.triggers.get("verb", ())}
    plain = sorted(v for v in verbs if v.isalpha() and v.islower() and v != "be")
    assert len(plain) > 100
    # A doubled letter may be wrong spelling ("openning"), but the lemma is the same.
    wrong = [
        (form, lemmas.lemma(form, tag), verb)
        for verb in plain
        for tag, form in inflected(verb)
        if tag in ("VBG", "VBZ") and lemmas.lemma(form, tag) != verb
    ]
    assert wrong == []


def test_inflection() -> None:
    forms = {verb: sorted({f for _, f in inflected(verb)}) for verb in ("rule", "free", "tie")}
    assert forms == {
        "rule": ["ruled", "rules", "ruling"],
        "free": ["freed", "freeing", "frees"],
        "tie": ["tied", "ties", "tying"],
    }
    assert {f for _, f in inflected("stop")} == {"stopped", "stopping", "stops"}
    assert {"controlled", "controlling"} <= {f for _, f in inflected("control")}
    assert {"edited", "editing"} <= {f for _, f in inflected("edit")}
    assert {f for _, f in inflected("supply")} == {"supplied", "supplies", "supplying"}
    assert {"deployed", "fixed", "boxing"} <= {
        f for verb in ("deploy", "fix", "box") for _, f in inflected(verb)
    }
    assert [plural(n) for n in ("navy", "convoy", "bus", "missile")] == [
        "navies",
        "convoys",
        "buses",
        "missiles",
    ]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lemmas.txt"
    path.write_text("# tag, form, lemma\nNNS\tbases\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"lemmas\.txt:2: tag, form and lemma are needed"):
        known(path)
