"""Our own training texts: one sentence a line, with what it says below it.

    python -m kg.nlp.training.annotated FILE…        check files; every problem with its line

A file has a front matter (`title`, `date`), then its entities, one a line, as `Type: name | other
form | …`, then after a line `---` the text. A blank line ends a paragraph. Below a sentence stand
its statements:

    > Denmark | supplies | Ukraine | planned | equipment=Zuzana 2 | date=on Tuesday @ 2023-08-01

Subject, predicate and object come first, the rest in any order: a modality where it is not
`asserted`, the word `optional`, and qualifiers as `name=value`. Sums are written `9200000 EUR`,
dates `as written @ EDTF` (the second part only where the text and the article's date fix it);
several values of a qualifier are repeated. What a correct annotation is says the guide of the gold
documents, which `docs/extraction.md` sums up.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import CatalogueError
from kg.nlp.training.gold import GoldDocument, find_mentions
from ontology import vocabulary

DOCUMENTS = Path(__file__).parent / "documents"
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?) ([A-Z]{3})")
_EDTF = re.compile(
    r"(?:\.\.|\d{4}(?:-\d\d(?:-\d\d)?)?[?~%]?)?(?:/(?:\.\.|\d{4}(?:-\d\d(?:-\d\d)?)?))?"
)
_NUMBERS = frozenset({"quantity", "change"})
_DATES = frozenset({"date", "period"})
_SUMS = frozenset({"hasExportValue", "hasDefenceBudget"})
Json = dict[str, Any]


@dataclass(slots=True)
class _File:
    """What a file holds, and what is wrong with it as "line: message"."""

    title: str = ""
    date: str = ""
    entities: list[Json] = field(default_factory=list)
    paragraphs: list[list[str]] = field(default_factory=lambda: [[]])
    statements: list[tuple[int, Json]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def parse(path: Path) -> GoldDocument:
    """The document of a file; CatalogueError with every line that is wrong."""
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: {error}: name a text file in UTF-8") from error
    found = _read(source)
    _check(found)
    if found.problems:
        lines = [f"{path.name}:{n}: {what}" for n, what in sorted(found.problems)]
        raise CatalogueError("\n".join(lines))
    raw = {
        "id": path.stem,
        "title": found.title,
        "date": found.date,
        "entities": found.entities,
        "statements": [s for _, s in found.statements],
    }
    text = _text(found)
    return GoldDocument(path.stem, text, found.date, raw, tuple(find_mentions(text, raw)))


def read(folder: Path = DOCUMENTS) -> list[GoldDocument]:
    """All texts of a folder, sorted by name; CatalogueError where one is malformed."""
    return [parse(path) for path in sorted(folder.glob("*.txt"))]


def _text(found: _File) -> str:
    return "\n\n".join(" ".join(lines) for lines in found.paragraphs if lines) + "\n"


def _read(source: str) -> _File:
    found = _File()
    part = 0
    sentence = 0
    for number, line in enumerate(source.splitlines(), 1):
        line = line.strip()
        if line == "---":
            part += 1
        elif part == 1 and line:
            key, _, value = line.partition(":")
            if key not in ("title", "date"):
                found.problems.append((number, f"unknown field {key!r}: write title or date"))
                continue
            setattr(found, key, value.strip().strip('"'))
        elif part == 2 and line:
            found.entities += _entity(found, number, line)
        elif part >= 3 and line.startswith(">"):
            found.statements += _statement(found, number, line[1:], sentence)
        elif part >= 3 and line:
            sentence += 1
            found.paragraphs[-1].append(line)
        elif part >= 3:
            found.paragraphs.append([])
    if part != 3:
        found.problems.append((1, f"{part} lines with --- instead of 3"))
    return found


def _entity(found: _File, number: int, line: str) -> list[Json]:
    kind, _, rest = line.partition(":")
    forms = [f.strip() for f in rest.split("|") if f.strip()]
    if kind not in vocabulary.load().types or not forms:
        found.problems.append((number, f"{line!r}: write 'Type: name | other form'"))
        return []
    return [{"name": forms[0], "type": kind, "aliases": forms[1:]}]


def _statement(found: _File, number: int, line: str, sentence: int) -> list[tuple[int, Json]]:
    parts = [p.strip() for p in line.split("|")]
    if len(parts) < 3 or not sentence:
        found.problems.append((number, "write '> subject | predicate | object' below a sentence"))
        return []
    subject, predicate, target, *rest = parts
    statement: Json = {
        "subject": subject,
        "predicate": predicate,
        "object": _value("value", target) if predicate in _SUMS else target,
        "modality": "asserted",
        "qualifiers": {},
        "sentence": sentence,
        "optional": "optional" in rest,
    }
    for part in rest:
        name, sign, value = part.partition("=")
        name, value = name.strip(), value.strip()
        if part == "optional":
            continue
        if part in vocabulary.load().modalities:
            statement["modality"] = part
        elif not sign or name not in vocabulary.load().qualifiers or not value:
            found.problems.append((number, f"{part!r} is neither a modality nor name=value"))
        else:
            known = statement["qualifiers"].setdefault(name, [])
            known.append(_value(name, value))
    statement["qualifiers"] = {
        k: v[0] if len(v) == 1 and k != "topic" else v for k, v in statement["qualifiers"].items()
    }
    return [(number, statement)]


def _value(name: str, text: str) -> object:
    """A value as the gold documents write it; what cannot be read is left as a string."""
    if name in _DATES:
        written, sign, iso = text.partition("@")
        return {"text": written.strip(), **({"iso": iso.strip()} if sign else {})}
    amount = _AMOUNT.fullmatch(text)
    if amount:
        return {"amount": float(amount[1]), "currency": amount[2]}
    if name in _NUMBERS and re.fullmatch(r"-?\d+(?:\.\d+)?", text):
        return float(text)
    return text


def _check(found: _File) -> None:
    words = vocabulary.load()
    text = _text(found)
    by_name = {e["name"]: e for e in found.entities}
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", found.date):
        found.problems.append((1, f"date {found.date!r}: write YYYY-MM-DD"))
    for e in found.entities:
        if not any(f.lower() in text.lower() for f in [e["name"], *e["aliases"]]):
            found.problems.append((1, f"no form of {e['name']!r} stands in the text"))
    seen: dict[tuple[str, ...], int] = {}
    for number, s in found.statements:
        names = (s["subject"], s["predicate"], str(s["object"]))
        key = (*names, s["modality"], str(s["qualifiers"]))
        if key in seen:
            found.problems.append((number, f"says the same as line {seen[key]}"))
        seen[key] = number
        subject, target = by_name.get(s["subject"]), s["object"]
        if s["predicate"] not in words.predicates:
            found.problems.append((number, f"unknown predicate {s['predicate']!r}"))
            continue
        if subject is None:
            found.problems.append((number, f"{s['subject']!r} is no entity of this file"))
            continue
        entity = by_name.get(target) if isinstance(target, str) else None
        kind = entity["type"] if entity else "Amount" if isinstance(target, dict) else "Literal"
        if not words.fits(s["predicate"], subject["type"], kind):
            what = f"{subject['type']} {s['predicate']} {kind} does not fit the ontology"
            if kind == "Literal" and "Literal" not in words.predicates[s["predicate"]].range:
                what = f"{target!r} is no entity of this file, and {s['predicate']} takes no text"
            found.problems.append((number, what))
        _check_qualifiers(found, number, s["qualifiers"])


def _check_qualifiers(found: _File, number: int, qualifiers: Json) -> None:
    for name, values in qualifiers.items():
        for v in values if isinstance(values, list) else [values]:
            if name in _NUMBERS and not isinstance(v, float):
                found.problems.append((number, f"{name}={v}: write a number"))
            elif name == "value" and not isinstance(v, dict):
                found.problems.append((number, f"value={v}: write it as 9200000 EUR"))
            elif name in _DATES and "iso" in v and not _EDTF.fullmatch(v["iso"]):
                found.problems.append((number, f"{v['iso']!r} is no EDTF date"))


def main() -> int:
    """Check files; the exit status is 1 where one is wrong."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("files", type=Path, nargs="+")
    wrong = 0
    for path in ap.parse_args().files:
        try:
            parse(path)
        except CatalogueError as error:
            wrong += 1
            print(error)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
