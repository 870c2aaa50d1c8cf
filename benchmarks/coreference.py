"""Pronouns against GUM's coreference: how many are resolved, and how many of those rightly.

    python -m benchmarks.coreference ../shared/corpora/gum/dev.conllu.gz

Syntax and names are GUM's own, so that only the links are measured: proper names of people,
organizations and places stand for our types, and a pronoun is right where it is in the
coreference group of the name that it is linked to. A pronoun counts as resolvable if its group
has a name within the window before it.
"""

from __future__ import annotations

import argparse
import gzip
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import spacy
from spacy.tokens import Doc

from kg.resolve import pronouns
from kg.resolve.antecedents import referents
from kg.resolve.knowledge import make
from kg.resolve.records import Group, Name, sentence_numbers
from kg.resolve.settings import THRESHOLDS
from ontology.catalogue import load

TYPES = {"person": "Person", "organization": "Company", "place": "Country", "object": "Equipment"}


@dataclass(slots=True)
class Article:
    """One GUM document: columns of the tokens, and the spans of the entities."""

    words: list[str] = field(default_factory=list)
    spaces: list[bool] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    starts: list[bool] = field(default_factory=list)
    bases: list[int] = field(default_factory=list)
    spans: list[tuple[int, int, str, str]] = field(default_factory=list)


def read(path: Path) -> list[Article]:
    """The documents of a CoNLL-U file with `Entity=` in MISC."""
    articles: list[Article] = []
    opened: dict[str, list[tuple[int, str]]] = defaultdict(list)
    base = 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("# newdoc"):
                articles.append(Article())
                opened.clear()
                base = 0
            elif line.strip() == "":
                base = len(articles[-1].words) if articles else 0
            elif line[0].isdigit():
                cells = line.rstrip("\n").split("\t")
                if not cells[0].isdigit():
                    continue
                article = articles[-1]
                k = len(article.words)
                article.words.append(cells[1])
                article.rows.append(cells)
                article.starts.append(k == base)
                article.bases.append(base)
                article.spaces.append("SpaceAfter=No" not in cells[9])
                for item in re.findall(r"Entity=([^|]*)", cells[9]):
                    for match in re.finditer(r"\((\d+)-([a-z]+)[^()]*(\))?|(\d+)\)", item):
                        if match.group(1):
                            if match.group(3):
                                article.spans.append((k, k + 1, match.group(1), match.group(2)))
                            else:
                                opened[match.group(1)].append((k, match.group(2)))
                        elif opened[match.group(4)]:
                            start, type_ = opened[match.group(4)].pop()
                            article.spans.append((start, k + 1, match.group(4), type_))
    return articles


def as_doc(article: Article) -> Doc:
    """The document with GUM's tags and tree."""
    columns = list(zip(*article.rows, strict=True))
    heads = [
        k if int(head) == 0 else base + int(head) - 1
        for k, (head, base) in enumerate(zip(columns[6], article.bases, strict=True))
    ]
    return Doc(
        spacy.blank("en").vocab,
        words=article.words,
        spaces=article.spaces,
        lemmas=list(columns[2]),
        pos=list(columns[3]),
        tags=list(columns[4]),
        heads=heads,
        deps=[d if d != "root" else "ROOT" for d in columns[7]],
        sent_starts=[bool(s) for s in article.starts],
    )


def main() -> None:
    """Print precision and recall by pronoun."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    for path in options.files:
        for article in read(path):
            measure(article, counts)
    for kind in ("he/she", "it", "they"):
        right, wrong, all_ = (counts[kind, w] for w in ("right", "wrong", "resolvable"))
        precision = right / (right + wrong) if right + wrong else 0.0
        recall = counts[kind, "reached"] / all_ if all_ else 0.0
        print(f"{kind:8} resolvable {all_:5}  linked {right + wrong:5}", end="  ")
        print(f"precision {precision:.3f}  recall {recall:.3f}")


def measure(article: Article, counts: Counter[tuple[str, str]]) -> None:
    """Add the pronouns of one document to the counts."""
    doc = as_doc(article)
    numbers = sentence_numbers(doc)
    groups: dict[str, Group] = {}
    members: dict[int, set[str]] = defaultdict(set)
    for start, end, id_, type_ in article.spans:
        head = doc[start:end].root
        if end - start == 1 and head.pos_ == "PRON":
            members[start].add(id_)
        if head.pos_ != "PROPN" or type_ not in TYPES or end - start > 6:
            continue
        group = groups.setdefault(id_, Group(key=id_, type=TYPES[type_], id=id_))
        span = doc[start:end]
        group.names.append(
            Name(
                start=span.start_char,
                end=span.end_char,
                i=start,
                j=end,
                text=span.text,
                type=group.type,
                score=1.0,
                sentence=numbers[start],
            )
        )
    earlier = referents(doc, groups.values())
    linked: dict[int, set[str]] = defaultdict(set)
    for mention in pronouns.resolve(doc, earlier, numbers, make(load())):
        linked[mention.start].add(mention.entity)
    for token in doc:
        word = token.lower_
        kind = "he/she" if word in pronouns.PERSON else "it" if word in pronouns.THING else "they"
        if word not in pronouns.PERSON | pronouns.THING | pronouns.PLURAL:
            continue
        mine = members.get(token.i, set())
        named = any(
            r.entity in mine
            and r.name.j <= token.i
            and numbers[token.i] - r.name.sentence <= THRESHOLDS.window
            for r in earlier
        )
        counts[kind, "resolvable"] += named
        if linked[token.idx]:
            right = bool(linked[token.idx] & mine)
            counts[kind, "right" if right else "wrong"] += 1
            counts[kind, "reached"] += right and named


if __name__ == "__main__":
    main()
