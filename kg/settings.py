"""Everything that can be set, in one place.

Settings are read once, from a mapping such as the environment, where each stands under its name in
capitals after `ENTENTE_`. Options of the command line go before them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from kg.errors import InputError

PREFIX = "ENTENTE_"


def _setting(default: Any, help_text: str) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One frozen object; `Settings.help()` tells what each field is for."""

    store: str = _setting(
        "./kg-store", "folder of the store, or sparql+http://… for one on a SPARQL server"
    )
    store_user: str = _setting("", "name that the SPARQL server of the store knows")
    store_password: str = _setting("", "password that goes with it")
    store_token: str = _setting("", "token (Bearer) in place of name and password")
    store_seconds: int = _setting(60, "seconds that a request to the server of the store may take")
    store_bytes: int = _setting(256 * 2**20, "bytes of the largest answer that it may give")
    store_quads: int = _setting(500, "quads that are sent to it in one update")
    host: str = _setting("127.0.0.1", "address that kg serve listens on")
    port: int = _setting(8000, "port that kg serve listens on")
    token: str = _setting("", "secret that a client must send to write, needed beyond this machine")
    cors: str = _setting("", "origins whose pages may read over HTTP, spaces between; * for all")
    public_url: str = _setting("", "URL that clients find kg serve at, where a proxy is before it")
    rate: int = _setting(0, "seconds of work a minute that one address may cause; 0 for no limit")
    log: str = _setting("", "file that kg serve logs requests and changes to; - for standard error")
    catalogue: tuple[Path, ...] = _setting(
        (), f"catalogue files of your own, with {os.pathsep!r} between them"
    )
    frames: tuple[Path, ...] = _setting(
        (), f"frame files of your own, with {os.pathsep!r} between them"
    )
    min_confidence: float = _setting(
        0.0, "confidence, from 0 to 1, below which nothing is stated (docs/confidence.md)"
    )
    batch: int = _setting(16, "documents that kg ingest writes at once")
    max_text: int = _setting(2_000_000, "characters of the longest text that is read")
    max_file: int = _setting(20_000_000, "bytes of the largest file, or line of JSON, that is read")
    max_pages: int = _setting(500, "pages of the longest PDF file that is read")
    max_body: int = _setting(2 * 2**20, "bytes of the largest request that kg serve reads")
    max_upload: int = _setting(
        64 * 2**20, "bytes of the largest request with many documents that kg serve reads"
    )
    query_seconds: int = _setting(15, "seconds after which a SPARQL query is ended")
    query_rows: int = _setting(1_000_000, "rows or triples of the longest answer to a SPARQL query")
    query_bytes: int = _setting(64 * 2**20, "bytes of the largest answer to a SPARQL query")
    query_memory: int = _setting(2 * 2**30, "bytes of memory that a SPARQL query may use")
    query_processes: int = _setting(2, "SPARQL queries that run at the same time")

    @classmethod
    def read(cls, mapping: Mapping[str, str]) -> Settings:
        """Settings from the names in `mapping` that begin with ENTENTE_, others at their defaults.

        An empty value counts as none. InputError for a name that is no setting (it is probably a
        slip) and for a value of the wrong kind.
        """
        known = {PREFIX + f.name.upper(): f for f in fields(cls)}
        values: dict[str, Any] = {}
        for name in sorted(n for n in mapping if n.startswith(PREFIX)):
            if name not in known:
                raise InputError(f"{name}: no such setting: there are {', '.join(sorted(known))}")
            if mapping[name]:
                setting = known[name]
                values[setting.name] = _value(name, mapping[name], setting.default)
        return cls(**values)

    @classmethod
    def help(cls) -> list[tuple[str, str, str]]:
        """(name in the environment, default, what it is for) of each setting."""
        return [
            (PREFIX + f.name.upper(), _shown(f.default), str(f.metadata["help"]))
            for f in fields(cls)
        ]


def _value(name: str, text: str, default: Any) -> Any:
    if isinstance(default, tuple):
        return tuple(Path(part) for part in text.split(os.pathsep) if part)
    if isinstance(default, float):
        return _chance(name, text)
    if not isinstance(default, int):
        return text
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**63):
        raise InputError(f"{name}: {text[:40]!r} is no whole number above 0")
    return int(text)


def _chance(name: str, text: str) -> float:
    """The number from 0 to 1 that `text` is; InputError, which names `name`, where it is none."""
    match = re.fullmatch(r"0(\.[0-9]{1,9})?|1(\.0{1,9})?|\.[0-9]{1,9}", text)
    if match is None:
        raise InputError(f"{name}: {text[:40]!r} is no number from 0 to 1, such as 0.8")
    return float(text)


def _shown(default: Any) -> str:
    return "" if default == () else str(default)
