"""Learns the table of `kg.nlp.lemmas` from the treebanks.

What a treebank happens to have of a verb says little about its other forms, and few suffixes tell
"ruled" from "fuelled". So every verb and noun that the treebanks or our frames name is inflected by
the rules of English spelling, and these forms are learned with those that were seen. `lemmas.txt`
has what neither gives.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from kg.nlp.lemmas import MAX_SUFFIX, Lemmas
from kg.nlp.training.corpora import sentences
from ontology import frames

_DIGIT = re.compile(r"\d")
_BASE = re.compile(r"[a-z]{2,}")
_CLOSED = re.compile(r"(?:[^aeiou]|qu)[aeiou][^aeiouwxyh]")
_VOWELS = re.compile(r"[aeiouy]+")
_FILE = Path(__file__).parent / "lemmas.txt"
Seen = Mapping[tuple[str, str], tuple[str, int]]  # tag and form → lemma and how often


def edit(form: str, lemma: str) -> str:
    """The edit that turns `form` into `lemma`."""
    same = 0
    while same < min(len(form), len(lemma)) and form[same] == lemma[same]:
        same += 1
    return f"{len(form) - same}{lemma[same:]}"


def stems(base: str) -> list[str]:
    """What "-ed" and "-ing" are put to: "stop" gives "stopp", "control" both spellings."""
    if not _CLOSED.fullmatch(base[-3:] if len(base) > 2 else " " + base):
        return [base]
    doubled = base + base[-1]
    # Which syllable of a longer word is stressed decides, and spelling does not tell.
    return [doubled] if len(_VOWELS.findall(base)) == 1 else [base, doubled]


def plural(base: str) -> str:
    """The base with "-s": "supplies", "watches", "missiles"."""
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        return base[:-1] + "ies"
    if base.endswith(("s", "x", "z", "ch", "sh")):
        return base + "es"
    return base + "s"


def inflected(base: str) -> Iterator[tuple[str, str]]:
    """The regular forms of a verb, each with its tag."""
    yield "VBZ", plural(base)
    for stem in stems(base):
        if base.endswith("y") and base[-2:-1] not in "aeiou":
            past, lasting = base[:-1] + "ied", base + "ing"
        elif base.endswith("ie"):
            past, lasting = base + "d", base[:-2] + "ying"
        elif base.endswith("e"):
            kept = base.endswith(("ee", "oe", "ye"))
            past, lasting = base + "d", (base if kept else base[:-1]) + "ing"
        else:
            past, lasting = stem + "ed", stem + "ing"
        yield "VBD", past
        yield "VBN", past
        yield "VBG", lasting


def known(path: Path = _FILE) -> dict[tuple[str, str], str]:
    """The lemmas of `lemmas.txt`; ValueError for a line that is not tag, form and lemma."""
    found: dict[tuple[str, str], str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        parts = line.split("\t")
        if len(parts) != 3 or not all(parts):
            raise ValueError(f"{path.name}:{number}: tag, form and lemma are needed, tabs between")
        found[parts[0], parts[1]] = parts[2]
    return found


def _seen(folder: Path) -> dict[tuple[str, str], tuple[str, int]]:
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for name in ("ewt", "gum"):
        for sentence in sentences(folder / name / "train.conllu.gz"):
            for row in sentence.rows:
                tag = row[4]
                form = row[1] if tag.startswith("NNP") else row[1].lower()
                lemma = row[2] if tag.startswith("NNP") else row[2].lower()
                counts[tag, form][lemma] += 1
    return {key: found.most_common(1)[0] for key, found in counts.items()}


def _verbs() -> frozenset[str]:
    """The verbs that trigger frames, colour a statement or report it, and those of `lemmas.txt`."""
    found = frames.load()
    words = {w for f in found.frames for w in f.triggers.get("verb", ())}
    words |= {*found.modality.verbs, *found.speakers.verbs}
    words |= {lemma for (tag, _), lemma in known().items() if tag == "VB"}
    return frozenset(word for word in words if _BASE.fullmatch(word))


def regular(seen: Seen) -> dict[tuple[str, str], tuple[str, int]]:
    """The regular forms, not seen themselves, of the verbs and nouns that were seen.

    A verb whose past was seen to be irregular gets no regular one. Of two verbs with one form the
    more frequent is meant.
    """
    bases: dict[str, Counter[str]] = {"verb": Counter(_verbs()), "noun": Counter()}
    past: dict[bool, set[str]] = {True: set(), False: set()}  # regular or not → verbs seen so
    for (tag, form), (lemma, count) in seen.items():
        kind = "verb" if tag.startswith("VB") else "noun" if tag == "NN" else ""
        if kind and _BASE.fullmatch(lemma):
            bases[kind][lemma] += count
        if tag in ("VBD", "VBN"):
            past[(tag, form) in inflected(lemma)].add(lemma)
    irregular = past[False] - past[True]
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for base, _ in sorted(bases["verb"].items(), key=lambda kv: (-kv[1], kv[0])):
        for tag, form in inflected(base):
            if (tag, form) not in seen and not (tag in ("VBD", "VBN") and base in irregular):
                found.setdefault((tag, form), (base, 1))
    for base, _ in sorted(bases["noun"].items(), key=lambda kv: (-kv[1], kv[0])):
        if ("NNS", plural(base)) not in seen:
            found.setdefault(("NNS", plural(base)), (base, 1))
    return found


def learn(folder: Path) -> dict[str, str]:
    """Suffix table from EWT and GUM training: a longer suffix only where it says something else."""
    seen = _seen(folder)
    best = {**regular(seen), **seen, **{key: (lemma, 2) for key, lemma in known().items()}}
    by_suffix: dict[str, Counter[str]] = defaultdict(Counter)
    for (tag, form), (lemma, _) in best.items():
        for n in range(min(MAX_SUFFIX, len(form)) + 1):
            by_suffix[f"{tag}:{form[len(form) - n :].lower()}"][edit(form, lemma)] += 1
    table: dict[str, str] = {}
    for key in sorted(by_suffix, key=lambda k: (len(k), k)):
        change, count = min(by_suffix[key].items(), key=lambda kv: (-kv[1], kv[0]))
        tag, _, suffix = key.partition(":")
        shorter = [f"{tag}:{suffix[i:]}" for i in range(1, len(suffix) + 1)]
        inherited = next((table[s] for s in shorter if s in table), None)
        if change != inherited and (not suffix or count >= 2):
            table[key] = change
    rules = Lemmas(dict(table))
    for (tag, form), (lemma, count) in sorted(best.items()):
        word = form.isalpha() and len(form) > 3
        if rules.lemma(form, tag) != lemma and (count >= 2 or word) and not _DIGIT.search(form):
            table[f"{tag}:^{form.lower()}"] = edit(form, lemma)
    return table
