"""Whether something is, is planned, may be or is not: the modality of a word or of a pair.

`judge` reads it from a word that a frame has found. `of_pair` does the same for any claim: it
looks for the word that relates the two ends in the tree, and judges that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from spacy.tokens import Doc, Span, Token

from kg.extract.modality_climb import Judgement, bend, judge
from kg.extract.records import Claim
from kg.extract.syntax import is_verb, words_of
from kg.extract.syntax_mend import mended
from ontology import frames as frame_data
from ontology.frames import Frames

__all__ = ["Judgement", "aside", "bend", "judge", "of_pair", "reread", "weigh"]

_POS = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "PROPN": "noun", "ADJ": "adjective"}
# An end that hangs on the word across one of these says something of its own.
_CLAUSES = frozenset(
    {"acl:relcl", "advcl:relcl", "advcl", "ccomp", "csubj", "parataxis", "acl", "appos", "list"}
)
Words = Mapping[tuple[str, str], str | None]  # word class and lemma → modality


def of_pair(
    doc: Doc,
    subject_span: tuple[int, int],
    object_span: tuple[int, int],
    predicate: str,
    *,
    frames: Frames | None = None,
) -> Judgement | None:
    """The modality that the syntax gives to a claim between two spans of characters.

    None where no word of `predicate` relates the two and none of its mirror denies it, or where
    that word cannot tell: then whoever made the claim knows better.
    """
    data = frames or frame_data.load()
    doc = mended(doc)
    subject = doc.char_span(*subject_span, alignment_mode="expand")
    object_ = doc.char_span(*object_span, alignment_mode="expand")
    if subject is None or object_ is None:
        return None
    words = data.said_by.get(predicate, {})
    word = _relating(subject, object_, words)
    if word is None:
        return _denied(subject, object_, predicate, data)
    if predicate in data.modality.timeless and aside(word):
        return None
    judged = judge(
        word,
        words=data.modality,
        base=_said(word, words),
        neutral=data.modality.neutral.get(predicate, frozenset()),
    )
    if judged.modality in ("planned", "possible") and predicate in data.modality.timeless:
        return None
    return judged


def _denied(subject: Span, object_: Span, predicate: str, data: Frames) -> Judgement | None:
    """The denial of a predicate by that of its mirror; what else is said of that one is its own."""
    for mirror in sorted(data.modality.mirrors.get(predicate, ())):
        words = data.said_by.get(mirror, {})
        word = _relating(subject, object_, words)
        if word is not None:
            judged = judge(
                word,
                words=data.modality,
                base=_said(word, words),
                neutral=data.modality.neutral.get(mirror, frozenset()),
            )
            return judged if judged.clear and judged.modality == "denied" else None
    return None


def weigh(judged: Judgement | None, *, model: str) -> str:
    """What to believe of a claim: the syntax's judgement of it (None: none) or the model's.

    A clear "will", "may" or "not" wins over the model, which reads moods loosely; a plain past or
    present only wins over a denial that the syntax has no word for. Elsewhere the model is right
    more often, as it has read what an order or an approval leaves for later.
    """
    if judged is None or not judged.clear:
        return model
    if judged.modality != "asserted" or model == "denied":
        return judged.modality
    return model


def reread(doc: Doc, claims: Sequence[Claim], *, frames: Frames | None = None) -> list[Claim]:
    """The relation model's claims with the modality that syntax and model together give them."""
    out = []
    for claim in claims:
        judged = of_pair(doc, claim.subject_span, claim.object_span, claim.predicate, frames=frames)
        modality = weigh(judged, model=claim.modality)
        if judged is not None and modality != claim.modality:
            words = ", ".join(f"“{cue}”" for cue in judged.cues) or "the tense"
            reason = f"{claim.reason}; {modality} by {words}"
            claim = replace(claim, modality=modality, reason=reason)
        out.append(claim)
    return out


def aside(word: Token) -> bool:
    """Whether a noun is named beside what its sentence says ("the Finnish firm declined")."""
    if is_verb(word) or word.pos_ == "ADJ" or any(c.dep_ == "cop" for c in word.children):
        return False
    return word.dep_ not in ("xcomp", "ccomp", "root", "ROOT", "conj")


def _relating(subject: Span, object_: Span, words: Words) -> Token | None:
    """The deepest word of the predicate between the two, if it relates both in its own clause."""
    one, other = subject.root, object_.root
    if one.sent != other.sent:
        return None
    inside = {t.i for t in subject} | {t.i for t in object_}
    up_one, up_other = _ancestry(one), _ancestry(other)
    common = next((t for t in up_other if t in up_one), None)
    if common is None:
        return None
    way = _below(up_other, common), _below(up_one, common)
    path = [*way[0], *([common] if common.i not in inside else []), *way[1]]
    if common.i in inside and all(t.dep_ in ("conj", "appos") for t in (*way[0], *way[1])):
        path += up_other[up_other.index(common) + 1 :][:2]
    path = [t for t in path if t.i not in inside]
    for word in (*path, *(c for t in path if is_verb(t) for c in _governed(t))):
        if word.i not in inside and _is(word, words):
            return word if all(_reaches(word, up) for up in (up_one, up_other)) else None
    return None


def _governed(verb: Token) -> list[Token]:
    """What a verb leaves others to say: "held an exercise", "is expected to sign"."""
    found: list[Token] = []
    for child in verb.children:
        if child.dep_ in ("obj", "obl", "nsubj:pass") and child.pos_ == "NOUN":
            found.append(child)
        elif is_verb(child) and (child.dep_ == "xcomp" or _is_purpose(child)):
            found += [child, *_governed(child)]
    return found


def _is_purpose(verb: Token) -> bool:
    """Whether a verb says what something is done for ("went to Ankara to discuss a deal")."""
    return verb.dep_ == "advcl" and any(
        c.dep_ in ("mark", "aux") and c.lower_ == "to" for c in verb.children
    )


def _ancestry(token: Token) -> list[Token]:
    """The token and all that governs it, upwards."""
    return [token, *token.ancestors]


def _below(up: list[Token], common: Token) -> list[Token]:
    return up[: up.index(common)]


def _reaches(word: Token, up: list[Token]) -> bool:
    """Whether an end stands in the word's own clause, or above the word."""
    if word not in up:
        return True
    return not any(t.dep_ in _CLAUSES for t in up[: up.index(word)])


def _keys(word: Token) -> list[tuple[str, str]]:
    kinds = [_POS[word.pos_]] if word.pos_ in _POS else []
    if is_verb(word) and "verb" not in kinds:
        kinds.append("verb")
    return [(kind, lemma) for kind in kinds for lemma in words_of(word)]


def _is(word: Token, words: Words) -> bool:
    return any(key in words for key in _keys(word))


def _said(word: Token, words: Words) -> str | None:
    return next((words[key] for key in _keys(word) if key in words), None)
