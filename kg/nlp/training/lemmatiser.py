"""Learns the table of `kg.nlp.lemmas` from the treebanks."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path

from kg.nlp.lemmas import MAX_SUFFIX, Lemmas
from kg.nlp.training.corpora import sentences

_DIGIT = re.compile(r"\d")


def edit(form: str, lemma: str) -> str:
    """The edit that turns `form` into `lemma`."""
    same = 0
    while same < min(len(form), len(lemma)) and form[same] == lemma[same]:
        same += 1
    return f"{len(form) - same}{lemma[same:]}"


def learn(folder: Path) -> dict[str, str]:
    """Suffix table from EWT and GUM training: a longer suffix only where it says something else."""
    seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for name in ("ewt", "gum"):
        for sentence in sentences(folder / name / "train.conllu.gz"):
            for row in sentence.rows:
                tag = row[4]
                form = row[1] if tag.startswith("NNP") else row[1].lower()
                lemma = row[2] if tag.startswith("NNP") else row[2].lower()
                seen[tag, form][lemma] += 1
    best = {key: counts.most_common(1)[0] for key, counts in seen.items()}
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
