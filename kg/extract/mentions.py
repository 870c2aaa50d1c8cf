"""Names in a text: what the language model, the catalogue and the patterns find, settled.

`find` needs a tokenised `Doc` only. With tags and names from the language pipeline it finds more;
without them the catalogue and the patterns still work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from spacy.tokens import Doc

from kg.extract.candidates import (
    TERM_TYPES,
    TYPES,
    Candidate,
    is_capital,
    is_possessive,
    is_word,
    surface,
)
from kg.extract.lookup import Hit, begins_name, look_up
from kg.extract.model_names import mended
from kg.extract.name_conflicts import settle
from kg.extract.name_context import retyped
from kg.extract.name_patterns import PATTERNS
from kg.extract.records import Span
from ontology.catalogue import Catalogue
from ontology.names import Cues
from ontology.names import load as load_cues

MAX_NGRAM = 8
"""The longest catalogue name that is looked for, in tokens."""

SCORES = {
    "model": 0.9,
    "catalogue, several words": 0.88,
    "catalogue, one word": 0.82,
    "catalogue, common word": 0.5,
    "repeat": 0.65,
}
"""How far each source is trusted; the rules of `name_conflicts` compare them."""

MIN_SCORE = 0.5
"""What scores less is no mention."""


def find(doc: Doc, *, catalogue: Catalogue, cues: Cues | None = None) -> list[Span]:
    """The names and terms of a text, non-overlapping and sorted, at token boundaries.

    A capital is a `Place` here; whether it stands for its state is decided when it is resolved.
    Credits to media in brackets, "(Reuters)", are left out.
    """
    cues = cues or load_cues()
    if not len(doc):
        return []
    named = retyped(doc, list(mended(doc, cues, catalogue, score=SCORES["model"])), cues, catalogue)
    listed = list(_catalogue_names(doc, catalogue, lambda i, j: _vague(doc, i, j, named, cues)))
    countries = {c.i: c.j for c in listed if "Country" in c.types}
    candidates = [*named, *listed]
    for pattern in PATTERNS:
        shaped = pattern(doc, cues, lambda i: countries.get(i, 0))
        candidates.extend(c for c in shaped if not _vague(doc, c.i, c.j, named, cues))
    credit = _credits(doc, cues)
    candidates = [c for c in candidates if not any(k in credit for k in range(c.i, c.j))]
    settled = settle(candidates)
    settled = settle([*settled, *_repeats(doc, settled, credit)])
    spans = []
    for c in settled:
        if c.score < MIN_SCORE or c.type not in TYPES:
            continue
        start, end = doc[c.i].idx, doc[c.j - 1].idx + len(doc[c.j - 1])
        spans.append(Span(start=start, end=end, type=c.type, score=c.score, reason=c.reason))
    return spans


def _vague(doc: Doc, i: int, j: int, said: Sequence[Candidate], cues: Cues) -> bool:
    """Whether a span names nothing unless the language model says so: "Russian forces".

    So do regions such as the Gulf, which stand beside nouns more often than they are meant.
    Nothing is vague in a text without names of the model.
    """
    if not doc.has_annotation("ENT_IOB"):
        return False
    last = doc[j - 1].text
    if any(last == head.split()[-1] and _ends(doc, i, j, head) for head in _whole(cues)):
        return all(m.type != "ArmedForce" for m in said if m.i < j and i < m.j)
    text = last if j - i == 1 else surface(doc, i, j)
    return text in cues.terms("vague-place") and not any(m.i < j and i < m.j for m in said)


def _whole(cues: Cues) -> frozenset[str]:
    return cues.terms("force-head", "whole")


def _ends(doc: Doc, i: int, j: int, head: str) -> bool:
    """Whether a name is the head with a capitalised word or a possessive mark before it."""
    k = j - len(head.split()) - 1
    return (
        k >= i and surface(doc, k + 1, j) == head and (is_capital(doc[k]) or is_possessive(doc[k]))
    )


def _has_capital(doc: Doc, i: int, j: int) -> bool:
    return any(c.isupper() or c.isdigit() for t in doc[i:j] for c in t.text)


_STOPS = frozenset({". ", "; ", ": ", "? ", "! ", ", ", "( ", ") "})


def _catalogue_names(
    doc: Doc, catalogue: Catalogue, vague: Callable[[int, int], bool]
) -> Iterator[Candidate]:
    """The longest catalogue names that begin at each token and are not vague."""
    lower_here = {t.text for t in doc if t.text.islower()}
    written = [t.text_with_ws for t in doc]  # spaCy's spans are slow to make, and there are many
    tokens = list(doc)
    word = [is_word(t) for t in tokens]
    for i, token in enumerate(tokens):
        if not word[i]:
            continue
        for j in range(_reach(written, i, catalogue), i, -1):
            if j - i > 1 and (not word[j - 1] or _broken(written, i, j)):
                continue
            text = _said(written, i, j) if j - i > 1 else token.text
            hits = look_up(text, catalogue)
            if not hits:
                continue
            if token.lower_ in ("the", "a", "an"):  # only where the name has it: "The Hague"
                hits = tuple(h for h in hits if text in h.row.names)
            if j - i > 1 and _owned(doc, i, j):
                hits = tuple(h for h in hits if any("'" in n or "’" in n for n in h.row.names))
            if hits and not vague(i, j):
                yield _from_hits(doc, i, j, text, hits, lower_here)
                break


def _said(written: Sequence[str], i: int, j: int) -> str:
    """What `surface` gives for the tokens `i` to `j`, from all tokens with their white space."""
    return " ".join("".join(written[i:j]).split())


def _reach(written: Sequence[str], i: int, catalogue: Catalogue) -> int:
    """The end of the longest span from `i` on whose words before the last begin some name."""
    j = i + 1
    end = min(len(written), i + MAX_NGRAM)
    while j < end and begins_name(_said(written, i, j), catalogue):
        j += 1
    return j


def _broken(written: Sequence[str], i: int, j: int) -> bool:
    """Whether a sentence or paragraph ends inside the span."""
    inner = written[i:j]
    return "\n\n" in "".join(inner) or not _STOPS.isdisjoint(inner[:-1])


def _owned(doc: Doc, i: int, j: int) -> bool:
    """Whether a possessive mark stands inside the span: "ShinMaywa's US-2" are two names."""
    return any(is_possessive(t) for t in doc[i : j - 1])


def _from_hits(
    doc: Doc, i: int, j: int, text: str, hits: tuple[Hit, ...], lower_here: set[str]
) -> Candidate:
    """A candidate for the rows that a text can name."""
    types = frozenset(hit.type for hit in hits)
    type_ = _first_type(types)
    if type_ in TERM_TYPES:
        score = SCORES["catalogue, several words" if j - i > 1 else "catalogue, one word"]
    elif j - i > 1 or any(c.isdigit() for c in text):
        score = SCORES["catalogue, several words"]
    elif type_ != "Country" and (
        text.lower() in lower_here or _common_word(doc, i, j) or _inside_name(doc, j)
    ):
        score = SCORES["catalogue, common word"] - (0.1 if text.lower() in lower_here else 0.0)
    elif type_ in ("Country", "Place") and _inside_name(doc, j):
        score = SCORES["catalogue, common word"] - 0.1
    else:
        score = SCORES["catalogue, one word"]
    names = ", ".join(sorted(row.id for row in (h.row for h in hits))[:3])
    return Candidate(
        i=i,
        j=j,
        type=type_,
        score=score,
        source="catalogue",
        reason=f"a name of {names} in the catalogue",
        types=types,
        adjective=all(h.how == "demonym" for h in hits),
    )


_ORDER = (
    "Country",
    "Company",
    "Equipment",
    "ArmedForce",
    "GovernmentBody",
    "InternationalOrganization",
    "Place",
    "Person",
    "Exercise",
    "EquipmentCategory",
    "Agreement",
    "Topic",
)


def _first_type(types: frozenset[str]) -> str:
    """One of several types of a name, in a fixed order; a capital is a place for now."""
    if types == {"Country", "Place"}:
        return "Place"
    return min(types, key=lambda t: _ORDER.index(t) if t in _ORDER else len(_ORDER))


def _common_word(doc: Doc, i: int, j: int) -> bool:
    """Whether a single word at the start of a sentence is tagged as something else than a name."""
    return j - i == 1 and bool(doc[i].pos_) and doc[i].pos_ not in ("PROPN", "NOUN", "ADJ", "X")


def _inside_name(doc: Doc, j: int) -> bool:
    """Whether capitalised words that are no cue touch the span: "Wellington Koo"."""
    after = j < len(doc) and is_capital(doc[j]) and is_word(doc[j]) and doc[j].text.istitle()
    return after and not doc[j].is_sent_start and not is_possessive(doc[j]) and len(doc[j].text) > 1


def _credits(doc: Doc, cues: Cues) -> frozenset[int]:
    """The tokens of credits to media: brackets after the end of a sentence, "(AFP via Haaretz)"."""
    words = cues.terms("media-word")
    inside: set[int] = set()
    for token in doc:
        if token.text != "(":
            continue
        before = next((t for t in reversed(doc[: token.i]) if t.text.strip()), None)
        close = next((t.i for t in doc[token.i : token.i + 16] if t.text == ")"), None)
        if close is None or before is None:
            continue
        after = next((t for t in doc[close + 1 :] if t.text.strip()), None)
        if _dateline(doc, token.i, close):
            inside.update(range(token.i, close + 1))
            continue
        ends = before.text in {".", ")", ",", "”", '"', "?", "!", "”."} or before.text.endswith(".")
        last = after is None or after.text == "(" or "\n" in doc[close : after.i].text_with_ws
        text = surface(doc, token.i + 1, close)
        named = any(re.search(rf"(?<!\w){re.escape(w)}(?!\w)", text) for w in sorted(words))
        if ends and (last or named):
            inside.update(range(token.i, close + 1))
    return frozenset(inside)


def _dateline(doc: Doc, opens: int, closes: int) -> bool:
    """Whether brackets stand in a dateline: "VIENNA (OTS) -", "ABUJA (NAF Public Relations) –"."""
    after = doc[closes + 1] if closes + 1 < len(doc) else None
    if after is None or after.text not in {"-", "–", "—", "--"}:
        return False
    start = opens
    while start > 0 and opens - start < 6 and "\n" not in doc[start - 1].text_with_ws:
        start -= 1
    return opens - start < 6 and is_capital(doc[start])


def _repeats(doc: Doc, settled: list[Candidate], credit: frozenset[int]) -> Iterator[Candidate]:
    """Other places where a name that was found stands again, and the family name of a person."""
    taken = {k for c in settled for k in range(c.i, c.j)} | credit
    known: dict[tuple[str, ...], Candidate] = {}
    for c in settled:
        if c.type in TERM_TYPES or not _has_capital(doc, c.i, c.j):
            continue
        words = tuple(t.text for t in doc[c.i : c.j])
        known.setdefault(words, c)
        if c.type == "Person" and c.length > 1 and len(words[-1]) > 2 and is_capital(doc[c.j - 1]):
            known.setdefault((words[-1],), c)
    starts: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted(known, key=lambda w: (-len(w), w)):
        starts.setdefault(words[0], []).append(words)
    for token in doc:
        if token.i in taken:
            continue
        for words in starts.get(token.text, ()):
            j = token.i + len(words)
            if tuple(t.text for t in doc[token.i : j]) == words and not taken & set(
                range(token.i, j)
            ):
                c = known[words]
                yield Candidate(
                    i=token.i,
                    j=j,
                    type=c.type,
                    score=min(c.score, SCORES["repeat"]),
                    source="repeat",
                    reason=f"again, after “{surface(doc, c.i, c.j)}”",
                )
                break


__all__ = ["MAX_NGRAM", "MIN_SCORE", "SCORES", "find"]
