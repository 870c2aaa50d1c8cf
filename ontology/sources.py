"""Publishers, and what is taken for granted about them, read from `ontology/sources.yaml`.

`kg.errors.CatalogueError` names the line and the mend where the file is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from kg.errors import CatalogueError
from ontology.normal import normal_name
from ontology.values import Sections

FILE = Path(__file__).parent / "sources.yaml"
_URL = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_BARE = re.compile(
    r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE
)  # a URL without its scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """When a text is a copy of another: the shorter one has at least the share `length` of the
    longer one's rows of `words` words, and the longer one has the share `shared` of the shorter
    one's; `shared_short` where that has fewer rows than `short`."""

    words: int
    shared: float
    length: float
    short: int
    shared_short: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the file says. Keys of `hosts` are hosts, of `names` names as `normal_name` has them;
    both lead to the name of the publisher. `own` are systematic errors of single publishers.
    `version` is a digest of the file: what was worked out with another one is out of date."""

    named: float
    unnamed: float
    copies: Copies
    hosts: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, float] = field(default_factory=dict)
    version: str = ""

    def systematic(self, publisher: str) -> float:
        """The systematic error of a publisher, "" being all the unknown ones together."""
        return self.own.get(publisher, self.named) if publisher else self.unnamed

    def publisher(self, source: str | None) -> str:
        """Who a source (a URL, a host or a name) is: the publisher that the file names for it, or
        else the host without "www.", or the name as it is; "" where there is none."""
        text = " ".join((source or "").split())
        host = _host(text)
        if not host:
            return self.names.get(normal_name(text), text)
        parts = host.split(".")
        for start in range(len(parts)):
            known = self.hosts.get(".".join(parts[start:]))
            if known is not None:
                return known
        return host.removeprefix("www.")


def _host(text: str) -> str:
    if _BARE.fullmatch(text):
        text = f"https://{text}"
    if not _URL.match(text):
        return ""
    try:
        return (urlsplit(text).hostname or "").rstrip(".")
    except ValueError:  # no URL after all
        return ""


@cache
def load(path: Path = FILE) -> Sources:
    """The sources of the file, of the one that comes with the project by default; read once."""
    file = Sections(path)
    file.only("systematic", "copies", "publishers")
    systematic = _shares(file, file.sections["systematic"], "named", "unnamed")
    node = file.sections["copies"]
    rows = file.pairs(node)
    keys = ("words", "shared", "length", "short", "shared_short")
    if set(rows) != set(keys):
        raise file.fail(node, f"`copies` has exactly the keys {', '.join(keys)}")
    words = file.scalar(rows["words"], int)
    if not words:
        raise file.fail(rows["words"], "at least one word has to be compared")
    hosts: dict[str, str] = {}
    names: dict[str, str] = {}
    own: dict[str, float] = {}
    publishers = file.sections["publishers"]
    if not isinstance(publishers, yaml.SequenceNode):
        raise file.fail(publishers, "expected a list of publishers")
    for item in publishers.value:
        _publisher(file, item, hosts=hosts, names=names, own=own)
    return Sources(
        named=systematic["named"],
        unnamed=systematic["unnamed"],
        copies=Copies(
            words=words,
            shared=_share(file, rows["shared"]),
            length=_share(file, rows["length"]),
            short=file.scalar(rows["short"], int),
            shared_short=_share(file, rows["shared_short"]),
        ),
        hosts=hosts,
        names=names,
        own=own,
        version=sha256(path.read_bytes()).hexdigest()[:12],
    )


def _publisher(
    file: Sections,
    node: yaml.Node,
    *,
    hosts: dict[str, str],
    names: dict[str, str],
    own: dict[str, float],
) -> None:
    row = file.pairs(node)
    if "name" not in row or set(row) - {"name", "hosts", "names", "systematic"}:
        raise file.fail(node, "a publisher has a name, and may have hosts, names and systematic")
    name = str(file.scalar(row["name"], str))
    listed = file.words(row["hosts"]) if "hosts" in row else ()
    spellings = (name, *(file.words(row["names"]) if "names" in row else ()))
    for table, keys in ((hosts, listed), (names, map(normal_name, spellings))):
        for key in keys:
            if table.setdefault(key, name) != name:
                raise file.fail(node, f"`{key}` belongs to {table[key]} already; keep one")
    for host in listed:
        if host != host.lower() or host.startswith("www.") or "/" in host or "." not in host:
            raise file.fail(node, f"`{host}` is no host in small letters without www.")
    if "systematic" in row:
        own[name] = _share(file, row["systematic"])


def _shares(file: Sections, node: yaml.Node, *names: str) -> dict[str, float]:
    row = file.pairs(node)
    if set(row) != set(names):
        raise file.fail(node, f"expected exactly the keys {', '.join(names)}")
    return {name: _share(file, value) for name, value in row.items()}


def _share(file: Sections, node: yaml.Node) -> float:
    """A number from 0 up to, and without, 1."""
    wrong: CatalogueError = file.fail(node, "expected a share such as 0.05, at least 0, below 1")
    try:
        share = float(file.scalar(node, str))
    except ValueError:
        raise wrong from None
    if not 0 <= share < 1:
        raise wrong
    return share
