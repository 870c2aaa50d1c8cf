"""`kg explain` from outside; one run goes through the real pipeline."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.commands.explain import _tree
from kg.explain import Word

if TYPE_CHECKING:
    from tests.cli.conftest import Kg

SAMPLE = Path(__file__).parent.parent.parent / "samples" / "turkey-japan-wire.md"


def test_the_sentences_are_listed(stocked: Kg) -> None:
    done = stocked("explain", "anka.txt")
    assert (done.returncode, done.stderr) == (0, "")
    heading, _, row = done.stdout.splitlines()
    assert heading.split() == ["sentence", "statements", "rejected", "text"]
    assert row.split()[:3] == ["1", "4", "0"]
    assert "Japan is assessing" in row


def test_standard_input_and_json(kg: Kg) -> None:
    done = kg("explain", "-", "--sentence", "1", "--format", "json", stdin=b"The Anka flies.\n")
    [sentence] = json.loads(done.stdout)["sentences"]
    assert sentence["text"] == "The Anka flies."
    assert not kg.store.exists()


@pytest.mark.parametrize(
    ("arguments", "content", "code", "says"),
    [
        (("a.txt", "--sentence", "2"), "The Anka flies.", 3, "there is no sentence 2: its sent"),
        (("a.txt", "--sentence", "0"), "The Anka flies.", 2, "'0' is no whole number from 1"),
        (("a.txt", "--sentence", "one"), "The Anka flies.", 2, "'one' is no whole number"),
        (("nowhere.txt",), "", 3, "nowhere.txt"),
        (("a.txt",), "", 3, "a.txt: there is no text"),
        (("a.txt",), "---\ntitle: T\n---\n\n", 3, "a.txt: there is no text"),
        (("a.jsonl",), '{"text": "A flies."}\n{"text": "B flies."}', 3, "several documents"),
        ((".",), "", 3, "there are no documents here|there is no text"),
        ((), "", 2, "Missing argument"),
        (("a.txt", "--format", "xml"), "The Anka flies.", 2, "'xml' is not one of"),
    ],
)
def test_what_cannot_be_explained(
    kg: Kg, arguments: tuple[str, ...], content: str, code: int, says: str
) -> None:
    name = arguments[0] if arguments and arguments[0].startswith("a.") else "a.txt"
    (kg.folder / name).write_text(content, encoding="utf-8")
    done = kg("explain", *arguments)
    assert done.returncode == code, done.stderr
    assert any(part in done.stderr for part in says.split("|")), done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_one_sentence_through_the_real_pipeline() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg.cli", "explain", str(SAMPLE), "--sentence", "3"],
        capture_output=True,
        text=True,
        check=True,
    )
    parts = {block.split("\n", 1)[0]: block for block in done.stdout.strip().split("\n\n")}
    assert list(parts) == [
        "Sentence 3 (248–354)",
        "Words",
        "Names",
        "Values",
        "Who says it",
        "Frames",
        "Frames that found nothing to say",
        "Relation model",
        "Not stated",
        "Statements",
    ]
    assert "└─ . · punct" in parts["Words"]
    assert "in the catalogue as “Bayraktar TB2”" in parts["Names"]
    assert "frame order-evaluate: “looking”" in parts["Frames"]
    assert "is needed" in parts["Relation model"]
    assert "evaluates" in parts["Statements"]


def word(number: int, head: int) -> Word:
    return Word(
        number=number, text=f"w{number}", lemma="", tag="", pos="", dependency="d", head=head,
        start=0, end=1,
    )  # fmt: skip


def test_the_tree_is_drawn() -> None:
    words = [word(1, 2), word(2, 0), word(3, 2), word(4, 3), word(5, 2)]
    assert [row[0] for row in _tree(words)] == [
        "w2 · d",
        "├─ w1 · d",
        "├─ w3 · d",
        "│  └─ w4 · d",
        "└─ w5 · d",
    ]


def test_a_long_chain_and_a_head_elsewhere_are_drawn_too() -> None:
    chain = [word(1, 0), *(word(i, i - 1) for i in range(2, 3000))]
    assert len(list(_tree(chain))) == 2999
    assert [row[0] for row in _tree([word(1, 7)])] == ["w1 · d"]
