"""Gold documents: what a person found in a text, to compare extractions with.

One is a pair of files, `NAME.txt` and `NAME.json`. The second one is an object with `entities`
(each with a `name` and a `type`, perhaps `aliases`) and `statements` (each with `subject`,
`predicate`, `object`, `modality`, perhaps `qualifiers`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.errors import DocumentError

Json = Mapping[str, Any]

_ENTITY = {"name": str, "type": str}
_STATEMENT = {
    "subject": str | Mapping,
    "predicate": str,
    "object": str | Mapping,
    "modality": str,
}
_OPTIONAL = {"aliases": list, "qualifiers": Mapping}


def gold_files(folder: Path) -> list[Path]:
    """The annotation files of a gold folder, sorted; DocumentError where it has none, or where one
    has no text."""
    files = sorted(folder.glob("*.json"))
    if not files:
        raise DocumentError(
            f"{folder}: no gold documents here: a gold folder holds pairs NAME.txt and NAME.json"
        )
    for file in files:
        if not file.with_suffix(".txt").is_file():
            raise DocumentError(
                f"{file}: its text is missing: put {file.stem}.txt beside it, or take it away"
            )
    return files


def read_gold(path: Path) -> Json:
    """The content of an annotation file; DocumentError, which says where, if it is no such file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise DocumentError(f"{path}: not a gold document: {error}") from error
    if not isinstance(found, Mapping):
        raise DocumentError(f"{path}: not a gold document: write an object around it")
    for name, form in (("entities", _ENTITY), ("statements", _STATEMENT)):
        listed = found.get(name)
        if not isinstance(listed, list):
            raise DocumentError(f"{path}: not a gold document: it needs a list {name!r}")
        for number, item in enumerate(listed, 1):
            _check(item, form, where=f"{path}: {name} {number}")
    return found


def _check(item: object, form: Mapping[str, Any], *, where: str) -> None:
    if not isinstance(item, Mapping):
        raise DocumentError(f"{where}: this is no object: write {', '.join(form)} between braces")
    for name, kind in form.items():
        if not isinstance(item.get(name), kind):
            raise DocumentError(f"{where}: {name!r} is missing, or not what it is to be")
    for name, kind in _OPTIONAL.items():
        if item.get(name) is not None and not isinstance(item[name], kind):
            raise DocumentError(f"{where}: {name!r} is not what it is to be")
    if not all(isinstance(alias, str) for alias in item.get("aliases") or ()):
        raise DocumentError(f"{where}: 'aliases' are texts")
