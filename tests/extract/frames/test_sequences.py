"""Frames that give the order of the words, on tagged words without a tree (`sequences.txt`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from spacy.tokens import Doc, Span

from kg.documents import Mention
from kg.extract import frames
from kg.extract.records import ValueSpan
from kg.statements import Amount, EntityRef, Literal
from ontology import frame_sequences
from ontology import frames as frame_data
from tests.support.conllu import VOCAB

_POS = {"NN": "NOUN", "NNS": "NOUN", "NNP": "PROPN", "JJ": "ADJ", "RB": "ADV", "CD": "NUM"}
_POS |= {"DT": "DET", "IN": "ADP", "CC": "CCONJ", "POS": "PART", "PRP$": "PRON", "WDT": "PRON"}
_POS |= {"VBD": "VERB", "VBN": "VERB", "VBZ": "VERB", ",": "PUNCT", "HYPH": "PUNCT"}
_POS |= {"RBR": "ADV", "VB": "VERB", "VBG": "VERB", "TO": "PART", "WP": "PRON", "-LRB-": "PUNCT"}


@dataclass(slots=True)
class Case:
    """A tagged sentence, and the claims that it makes."""

    line: str
    claims: list[str] = field(default_factory=list)

    def read(self) -> tuple[Doc, list[Mention], list[ValueSpan], list[Span]]:
        """The words, which all hang on the first, mentions, which name themselves, sums, titles."""
        forms: list[str] = []
        tags: list[str] = []
        lemmas: list[str] = []
        places: list[tuple[int, int, str]] = []
        opened: list[int] = []
        for part in self.line.split():
            inner = part.lstrip("[")
            opened += [len(forms)] * (len(part) - len(inner))
            inner, *types = inner.split("]")
            word, tag, *lemma = inner.split("/")
            forms.append(word)
            tags.append(tag)
            lemmas.append(lemma[0] if lemma else word)
            places += [(opened.pop(), len(forms), kind) for kind in types]
        pos = ["AUX" if w in ("has", "is") else _POS[t] for w, t in zip(forms, tags, strict=True)]
        if "has" in forms and not any(t == "VBN" for t in tags):
            pos[forms.index("has")] = "VERB"
        flat = ["root", *["dep"] * (len(forms) - 1)]
        doc = Doc(
            VOCAB,
            words=forms,
            pos=pos,
            tags=tags,
            lemmas=lemmas,
            heads=[0] * len(forms),
            deps=flat,
        )
        spans = [(doc[a:b], kind) for a, b, kind in places]
        mentions = [
            Mention(start=s.start_char, end=s.end_char, type=k, sentence=1, entity=s.text.lower())
            for s, k in spans
            if k not in ("Title", "Sum")
        ]
        sums = [
            ValueSpan(start=s.start_char, end=s.end_char, kind="money", value=Amount(1e9, "USD"))
            for s, k in spans
            if k == "Sum"
        ]
        return doc, mentions, sums, [s for s, k in spans if k == "Title"]


def _cases() -> list[Case]:
    found: list[Case] = []
    for line in (Path(__file__).parent / "sequences.txt").read_text("utf-8").splitlines():
        if line.startswith("> "):
            found[-1].claims.append(line.removeprefix("> "))
        elif line and not line.startswith("#"):
            found.append(Case(line))
    return found


CASES = _cases()


def test_all_cases_are_collected() -> None:
    assert len(CASES) == 66
    assert sum(not c.claims for c in CASES) == 13


@pytest.mark.parametrize("case", CASES, ids=lambda case: re.sub(r"/\S+|[\[\]]", "", case.line))
def test_claims(case: Case) -> None:
    doc, mentions, sums, titles = case.read()
    found = []
    for claim in frames.find(doc, mentions, sums, titles):
        assert isinstance(claim.object, EntityRef | Literal)
        other = claim.object.id if isinstance(claim.object, EntityRef) else claim.object.text
        found.append(f"{claim.subject} {claim.predicate} {other} {claim.modality}")
    assert sorted(found) == sorted(case.claims)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("S makes", "one S and one O"),
        ("S O O", "one S and one O"),
        ("% S O", "before its first"),
        ("S , O+ in", "list in the middle"),
        ("{S O", "no part of a sequence"),
        ("S {buy} {sell} O", "more than one word in braces"),
        ("S @nothing O", "no list `nothing`"),
    ],
)
def test_a_wrong_sequence_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        frame_sequences.parse(text, {})


def test_a_users_file_may_give_the_order(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "frames:\n  - {id: vet, predicate: evaluates, confidence: 0.9, modality: asserted,\n"
        "     example: Japan vets the Anka., sequence: ['S ^ {vet} & O']}\n",
        "utf-8",
    )
    doc, mentions, *_ = Case("[Japan/NNP]Country vetted/VBD/vet the/DT [Anka/NNP]Equipment").read()
    assert frames.find(doc, mentions) == []
    (claim,) = frames.find(doc, mentions, frames=frame_data.load(file))
    assert (claim.subject, claim.object) == ("japan", EntityRef("anka"))
    assert claim.reason == "frame vet: “vetted”"
