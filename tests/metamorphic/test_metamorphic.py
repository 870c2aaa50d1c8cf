"""What must hold whatever the names are: sentences made of templates and names of the catalogue.

Swapping two countries swaps them in the statements; "will not" denies what "will" plans; another
paragraph changes nothing. Nothing here says what is right for one sentence, only how the results of
two must relate. Everything is made the same way in every run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import pytest

from kg.documents import Document
from kg.pipeline import Pipeline
from kg.statements import EntityRef, Extraction
from ontology import catalogue
from ontology.catalogue import Row

# Templates in which two countries stand, with the predicate that they are about.
BETWEEN = (
    ("signsAgreementWith", "{a} and {b} signed a defence agreement on Monday."),
    ("signsAgreementWith", "{a} signed a military agreement with {b}."),
    ("holdsExerciseWith", "{a} and {b} held a joint exercise last month."),
    ("sanctions", "{a} imposed sanctions on {b}."),
    ("supplies", "{a} delivered artillery ammunition to {b}."),
    ("cooperatesWith", "{a} cooperates with {b} on air defence."),
    ("developsJointlyWith", "{a} is jointly developing a missile with {b}."),
)
# Templates with a gap for "not", and what fills the others.
FUTURE = (
    ("procures", "{country} will{no} buy the {system}."),
    ("operates", "{country} will{no} operate the {system}."),
    ("manufactures", "{maker} will{no} build the {system}."),
    ("tests", "{maker} will{no} test the {system} next year."),
    ("supplies", "{maker} will{no} deliver the {system} to {country}."),
    ("signsAgreementWith", "{country} and {other} will{no} sign a defence agreement."),
    ("supplies", "{country} will{no} sell the {system} to {other}."),
    ("holdsExerciseWith", "{country} will{no} hold a joint exercise with {other}."),
    ("sanctions", "{country} will{no} impose sanctions on {other}."),
)
ASIDE = (
    "The weather in the mountains was mild this week, and the orchards flowered early.",
    "Volleyball fans filled the hall on Saturday night; the visitors lost in five sets.",
)
COUNTRIES = 10
SETS = 8

Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one generated sentence with a future."""

    country: str
    other: str
    maker: str
    system: str


def _every(rows: Sequence[Row], count: int) -> list[Row]:
    """`count` rows, spread evenly over all of them."""
    return [rows[i * len(rows) // count] for i in range(count)]


def _countries() -> list[str]:
    """Member states of the United Nations with one name that is a single word."""
    rows = [
        r
        for r in catalogue.load().rows.values()
        if r.type == "Country" and r.code and r.name.isalpha() and len(r.name) > 4
    ]
    return [r.name for r in _every(sorted(rows, key=lambda r: r.id), COUNTRIES)]


def _names() -> list[Names]:
    """Systems with a designation, each with its maker, and two countries."""
    rows = catalogue.load().rows
    systems = sorted(
        (
            r
            for r in rows.values()
            if r.type == "Equipment" and r.maker and r.maker[0] in rows and r.category
        ),
        key=lambda r: r.id,
    )
    countries = _countries()
    return [
        Names(countries[i], countries[-1 - i], rows[r.maker[0]].name, r.name)
        for i, r in enumerate(_every(systems, SETS))
    ]


PAIRS = [
    (predicate, template, a, b)
    for predicate, template in BETWEEN
    for a, b in pairwise(_countries())
]
PLANS = [(predicate, template, names) for predicate, template in FUTURE for names in _names()]


class Reader:
    """Reads sentences, each once."""

    def __init__(self) -> None:
        self._pipeline = Pipeline()
        self._read = cache(self._extract)

    def _extract(self, text: str) -> Extraction:
        return self._pipeline.extract(Document(text=text, date="2026-01-08"))

    def modalities(
        self, text: str, *, sentence: int = 1, least: float = 0.0
    ) -> Mapping[Triple, str]:
        """Each statement of a sentence by its names, with the modality; those less sure than
        `least` left out.
        """
        found = self._read(text)
        names = {e.id: e.name for e in found.entities}
        return {
            (
                names[e.statement.subject],
                e.statement.predicate,
                names[e.statement.object.id]
                if isinstance(e.statement.object, EntityRef)
                else str(e.statement.object),
            ): e.modality
            for e in found.evidence
            if e.sentence == sentence and e.confidence >= least
        }


@pytest.fixture(scope="module")
def reader() -> Reader:
    """One pipeline for all sentences."""
    return Reader()


SURE = 0.6
SYMMETRIC = frozenset(
    {
        "signsAgreementWith",
        "holdsExerciseWith",
        "cooperatesWith",
        "developsJointlyWith",
        "meetsWith",
    }
)


def _swapped(found: Mapping[Triple, str], a: str, b: str) -> set[Triple]:
    """The statements with the two names exchanged."""
    other = {a: b, b: a}
    return _unordered({(other.get(s, s), p, other.get(o, o)) for s, p, o in found})


def _unordered(found: set[Triple]) -> set[Triple]:
    """The statements with the ends of the symmetric ones in alphabetical order."""
    return {(min(s, o), p, max(s, o)) if p in SYMMETRIC else (s, p, o) for s, p, o in found}


def test_enough_sentences_are_generated() -> None:
    texts = {t.format(a=a, b=b) for _, t, one, two in PAIRS for a, b in ((one, two), (two, one))}
    texts |= {_future(t, n, no) for _, t, n in PLANS for no in ("", " not")}
    assert len(texts) == len(BETWEEN) * (COUNTRIES - 1) * 2 + len(FUTURE) * SETS * 2
    assert len(texts) >= 200


@pytest.mark.parametrize(("predicate", "template", "a", "b"), PAIRS)
def test_swapping_the_names_swaps_the_statements(
    reader: Reader, predicate: str, template: str, a: str, b: str
) -> None:
    one, two = template.format(a=a, b=b), template.format(a=b, b=a)
    found, other = reader.modalities(one), reader.modalities(two)
    assert predicate in {p for _, p, _ in found}
    # What the model all but leaves open may fall on either side with other names.
    sure, also_sure = reader.modalities(one, least=SURE), reader.modalities(two, least=SURE)
    assert _swapped(sure, a, b) <= _unordered(set(other))
    assert _swapped(also_sure, a, b) <= _unordered(set(found))


def _future(template: str, names: Names, no: str) -> str:
    return template.format(
        no=no, country=names.country, other=names.other, maker=names.maker, system=names.system
    )


@pytest.mark.parametrize(("predicate", "template", "names"), PLANS)
def test_will_not_denies_what_will_says(
    reader: Reader, predicate: str, template: str, names: Names
) -> None:
    said = reader.modalities(_future(template, names, ""))
    denied = reader.modalities(_future(template, names, " not"))
    about = {triple for triple in said if triple[1] == predicate}
    assert about
    assert {said[triple] for triple in about} == {"planned"}
    assert {denied.get(triple) for triple in about} == {"denied"}


@pytest.mark.parametrize("aside", ASIDE)
@pytest.mark.parametrize("text", [t.format(a=a, b=b) for _, t, a, b in PAIRS[::4]])
def test_another_paragraph_changes_nothing(reader: Reader, text: str, aside: str) -> None:
    assert reader.modalities(f"{text}\n\n{aside}") == reader.modalities(text)
