"""Frames: which words and constructions express which predicate, read from `frames/*.yaml`.

A frame names its triggers and says where, seen from the trigger, the arguments and qualifiers
stand (`ontology.frame_paths`), or it gives the order of the words (`ontology.frame_sequences`).
The same files hold the words of modality and of reported speech. Users add files of their own with
`load(*extra)`; they can add frames and words, and name lists that exist to make them longer.
`frames/schema.json` describes a file; what breaks it raises CatalogueError with the file, the line
and what to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path as File
from types import MappingProxyType
from typing import Any

import jsonschema
import yaml

from kg.errors import CatalogueError
from ontology import frame_sequences, vocabulary
from ontology.frame_paths import Path, parse, words

FOLDER = File(__file__).parent / "frames"
MODALITIES = ("asserted", "planned", "possible", "denied")

Effects = Mapping[str, str]  # word → what its complement becomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One way to say a predicate. Paths are tried in order; the first that yields fits."""

    id: str
    predicate: str
    confidence: float
    triggers: Mapping[str, frozenset[str]]  # "verb", "noun", "adjective", "preposition", "type"
    subject: tuple[Path, ...]
    object: tuple[Path, ...]
    pairs: tuple[Path, ...]
    sequences: tuple[frame_sequences.Sequence, ...]
    require: tuple[Path, ...]
    forbid: tuple[Path, ...]
    qualifiers: Mapping[str, tuple[Path, ...]]
    subject_types: frozenset[str]
    object_types: frozenset[str]
    object_text: str | None
    modality: str | None
    example: str
    needs: frozenset[str]  # qualifiers without which the frame says nothing
    beside: str  # "phrase" or "list": nothing outside it may stand between the ends; "" for any
    without: frozenset[str]  # lemmas of objects that are never meant
    without_alone: frozenset[str]  # those never meant where no other word is in the name
    by_currency: bool  # without a subject it is the state whose currency the object is in


@dataclass(frozen=True, slots=True, kw_only=True)
class ModalityWords:
    """What makes a statement planned, possible or denied; see `kg.extract.modality`."""

    auxiliaries: Effects
    verbs: Effects
    nouns: Effects
    adjectives: Effects
    modifiers: Effects
    conjunctions: Effects
    negations: frozenset[str]
    not_negations: frozenset[str]
    transparent: frozenset[str]
    reports: frozenset[str]
    timeless: frozenset[str]  # predicates of which only a denial can be read off the syntax
    neutral: Mapping[str, frozenset[str]]  # predicate → governors that belong to what it says
    mirrors: Mapping[str, frozenset[str]]  # predicate → those whose denial denies it as well


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerWords:
    """Words of reported speech; see `kg.extract.speakers`."""

    verbs: frozenset[str]
    prepositions: frozenset[str]
    nouns: frozenset[str]
    accounts: frozenset[str]
    spokesmen: frozenset[str]
    reports: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """All frames and words; `by_word` and `by_type` index the frames by trigger."""

    frames: tuple[Frame, ...]
    by_word: Mapping[str, Mapping[str, tuple[Frame, ...]]]  # word → word class → frames
    by_type: Mapping[str, tuple[Frame, ...]]
    in_order: tuple[Frame, ...]  # those that give the order of the words
    needed: Mapping[str, frozenset[frozenset[str]]]  # word → what it meets of their `needed`
    lemmas: Mapping[str, frozenset[str]]  # predicate → the (first) words of its triggers
    # predicate → (word class, lemma) → the modality that all its frames with this word agree on
    said_by: Mapping[str, Mapping[tuple[str, str], str | None]]
    attach: Mapping[str, frozenset[str]]  # predicate → qualifiers looked for near any trigger
    transparent_of: frozenset[str]
    transparent_owner: frozenset[str]
    modality: ModalityWords
    speakers: SpeakerWords
    apart_prepositions: frozenset[str]
    apart_nouns: frozenset[str]


def load(*extra: File) -> Frames:
    """The frames that come with the project, and the users' files `extra` on top of them.

    Raises CatalogueError where a file cannot be read or breaks the schema. Without extra files
    the result is made once.
    """
    return _build([*sorted(FOLDER.glob("*.yaml")), *extra]) if extra else _built_in()


@cache
def _built_in() -> Frames:
    return _build(sorted(FOLDER.glob("*.yaml")))


@dataclass(frozen=True, slots=True)
class _Source:
    """A file as read: its data, and its tree for the line numbers."""

    file: File
    data: dict[str, Any]
    tree: yaml.Node | None

    def fail(self, where: Sequence[str | int], message: str) -> CatalogueError:
        return CatalogueError(f"{self.file.name}, line {self.line(where)}: {message}")

    def line(self, where: Sequence[str | int]) -> int:
        node = self.tree
        for key in where:
            if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
                node = node.value[key]
            elif isinstance(node, yaml.MappingNode):
                node = next((v for k, v in node.value if k.value == key), node)
        return node.start_mark.line + 1 if node is not None else 1


class _Loader(yaml.SafeLoader):
    """YAML in which every scalar but a number is the text that stands there, `no` included."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag.endswith((":float", ":int"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads((FOLDER / "schema.json").read_text("utf-8")))


def _read(file: File) -> _Source:
    try:
        text = file.read_text("utf-8")
        tree = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{file}: cannot be read ({error}); give a UTF-8 YAML file") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise CatalogueError(f"{file.name}, line {line}: not YAML; mend the syntax") from error
    source = _Source(file, data if isinstance(data, dict) else {}, tree)
    if not isinstance(data, dict):
        raise source.fail((), "the file must be a mapping with `frames`, `lists` or other sections")
    errors = sorted(_validator().iter_errors(data), key=lambda e: list(map(str, e.absolute_path)))
    if errors:
        found = jsonschema.exceptions.best_match(errors)
        where = list(found.absolute_path)
        name = ".".join(map(str, where)) or "the file"
        raise source.fail(where, f"{name}: {found.message}; see schema.json")
    return source


def _build(files: Sequence[File]) -> Frames:
    sources = [_read(file) for file in files]
    lists: dict[str, frozenset[str]] = {}
    for source in sources:
        for name, items in source.data.get("lists", {}).items():
            lists[name] = lists.get(name, frozenset()) | frozenset(items)
    frames: dict[str, Frame] = {}
    for source in sources:
        for number, raw in enumerate(source.data.get("frames", [])):
            if raw["id"] in frames:
                raise source.fail(
                    ("frames", number, "id"), f"the id {raw['id']} is taken; choose another"
                )
            frames[raw["id"]] = _frame(source, number, raw, lists)
    by_word: dict[str, dict[str, list[Frame]]] = {}
    by_type: dict[str, list[Frame]] = {}
    for frame in frames.values():
        for kind, triggers in frame.triggers.items():
            for word in sorted(triggers):
                if kind == "type":
                    by_type.setdefault(word, []).append(frame)
                else:
                    by_word.setdefault(word, {}).setdefault(kind, []).append(frame)
    lemmas: dict[str, set[str]] = {}
    for word, kinds in by_word.items():
        for frame in chain.from_iterable(kinds.values()):
            lemmas.setdefault(frame.predicate, set()).add(word.split()[0])
    return Frames(
        frames=tuple(frames.values()),
        by_word=MappingProxyType(
            {word: {k: tuple(v) for k, v in kinds.items()} for word, kinds in by_word.items()}
        ),
        by_type=MappingProxyType({k: tuple(v) for k, v in by_type.items()}),
        in_order=tuple(frame for frame in frames.values() if frame.sequences),
        needed=_needed(frames.values()),
        lemmas=MappingProxyType({k: frozenset(v) for k, v in lemmas.items()}),
        said_by=_said_by(frames.values()),
        attach=_attached(sources),
        transparent_of=_joined(sources, "transparent", "of"),
        transparent_owner=_joined(sources, "transparent", "owner"),
        modality=ModalityWords(
            **{
                part: _effects(sources, part)
                for part in (
                    *("auxiliaries", "verbs", "nouns", "adjectives", "modifiers", "conjunctions"),
                )
            },
            negations=_joined(sources, "modality", "negations"),
            not_negations=_joined(sources, "modality", "not_negations"),
            transparent=_joined(sources, "modality", "transparent"),
            reports=_joined(sources, "modality", "reports"),
            timeless=_predicates(sources),
            neutral=_by_predicate(sources, "neutral"),
            mirrors=_by_predicate(sources, "mirrors"),
        ),
        apart_prepositions=_joined(sources, "apart", "prepositions"),
        apart_nouns=_joined(sources, "apart", "nouns"),
        speakers=SpeakerWords(
            verbs=_joined(sources, "speakers", "verbs"),
            prepositions=_joined(sources, "speakers", "prepositions"),
            nouns=_joined(sources, "speakers", "nouns"),
            accounts=_joined(sources, "speakers", "accounts"),
            spokesmen=_joined(sources, "speakers", "spokesmen"),
            reports=_joined(sources, "speakers", "reports"),
        ),
    )


def _joined(sources: Sequence[_Source], section: str, part: str) -> frozenset[str]:
    return frozenset(
        word.lower() for s in sources for word in s.data.get(section, {}).get(part, [])
    )


def _needed(frames: Iterable[Frame]) -> Mapping[str, frozenset[frozenset[str]]]:
    found: dict[str, set[frozenset[str]]] = {}
    for words_ in {n for frame in frames for order in frame.sequences for n in order.needed}:
        for word in words_:
            found.setdefault(word, set()).add(words_)
    return MappingProxyType({word: frozenset(sets) for word, sets in found.items()})


def _said_by(frames: Iterable[Frame]) -> Mapping[str, Mapping[tuple[str, str], str | None]]:
    """The words of each predicate, and what they make of it where all its frames agree."""
    found: dict[str, dict[tuple[str, str], str | None]] = {}
    for frame in frames:
        table = found.setdefault(frame.predicate, {})
        modality = None if frame.modality == "asserted" else frame.modality
        for kind, items in frame.triggers.items():
            for word in sorted(items) if kind not in ("type", "preposition") else ():
                known = table.get((kind, word), modality)
                table[(kind, word)] = modality if known == modality else None
    return MappingProxyType({k: MappingProxyType(v) for k, v in found.items()})


def _predicates(sources: Sequence[_Source]) -> frozenset[str]:
    """The predicates listed as timeless; CatalogueError for one that the ontology lacks."""
    known = vocabulary.load().predicates
    for source in sources:
        for number, name in enumerate(source.data.get("modality", {}).get("timeless", [])):
            if name not in known:
                raise source.fail(
                    ("modality", "timeless", number),
                    f"`{name}` is no predicate of the ontology; use one that partnership.ttl "
                    "declares",
                )
    return frozenset(n for s in sources for n in s.data.get("modality", {}).get("timeless", []))


def _by_predicate(sources: Sequence[_Source], part: str) -> Mapping[str, frozenset[str]]:
    """A table by predicate; CatalogueError for a predicate that the ontology lacks."""
    known = vocabulary.load().predicates
    found: dict[str, frozenset[str]] = {}
    for source in sources:
        for predicate, items in source.data.get("modality", {}).get(part, {}).items():
            if predicate not in known:
                raise source.fail(
                    ("modality", part, predicate),
                    f"`{predicate}` is no predicate of the ontology; use one that partnership.ttl "
                    "declares",
                )
            found[predicate] = found.get(predicate, frozenset()) | frozenset(items)
    return MappingProxyType(found)


def _attached(sources: Sequence[_Source]) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for source in sources:
        for predicate, names in source.data.get("attach", {}).items():
            found[predicate] = found.get(predicate, frozenset()) | frozenset(names)
    return MappingProxyType(found)


def _effects(sources: Sequence[_Source], part: str) -> Effects:
    found: dict[str, str] = {}
    for source in sources:
        for effect, items in source.data.get("modality", {}).get(part, {}).items():
            found.update((item.lower(), effect) for item in items)
    return MappingProxyType(found)


def _frame(
    source: _Source, number: int, raw: dict[str, Any], lists: Mapping[str, frozenset[str]]
) -> Frame:
    def paths(*where: str) -> tuple[Path, ...]:
        value: Any = raw
        for key in where:
            value = value.get(key, []) if isinstance(value, dict) else []
        try:
            return tuple(parse(t, lists) for t in ([value] if isinstance(value, str) else value))
        except ValueError as error:
            raise source.fail(("frames", number, *where), str(error)) from error

    def trigger(kind: str, items: list[str]) -> frozenset[str]:
        try:
            return frozenset(items) if kind == "type" else words(items, lists)
        except ValueError as error:
            raise source.fail(("frames", number, "trigger", kind), str(error)) from error

    def word_list(key: str) -> frozenset[str]:
        try:
            return words(raw.get(key, []), lists)
        except ValueError as error:
            raise source.fail(("frames", number, key), str(error)) from error

    if raw["predicate"] not in vocabulary.load().predicates:
        raise source.fail(
            ("frames", number, "predicate"),
            f"`{raw['predicate']}` is no predicate of the ontology; use one that partnership.ttl "
            "declares",
        )

    def sequence(items: list[str]) -> tuple[frame_sequences.Sequence, ...]:
        try:
            return tuple(frame_sequences.parse(text, lists) for text in items)
        except ValueError as error:
            raise source.fail(("frames", number, "sequence"), str(error)) from error

    return Frame(
        id=raw["id"],
        predicate=raw["predicate"],
        confidence=float(raw["confidence"]),
        triggers={k: trigger(k, v) for k, v in raw.get("trigger", {}).items()},
        subject=paths("subject"),
        object=paths("object"),
        pairs=paths("pairs"),
        sequences=sequence(raw.get("sequence", [])),
        require=paths("require"),
        forbid=paths("forbid"),
        qualifiers={k: paths("qualifiers", k) for k in raw.get("qualifiers", {})},
        subject_types=frozenset(raw.get("subject_types", ())),
        object_types=frozenset(raw.get("object_types", ())),
        object_text=raw.get("object_text"),
        modality=raw.get("modality"),
        example=raw["example"],
        needs=frozenset(raw.get("needs", ())),
        beside=raw.get("beside", ""),
        without=word_list("without"),
        without_alone=word_list("without_alone"),
        by_currency=raw.get("by_currency") == "true",
    )
