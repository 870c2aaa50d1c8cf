"""What a SPARQL update from outside may be, and which graphs it can change.

As for queries, this is not the parser: the engine is, in a process that may die. What is found out
here decides how much is compared after the update was tried on a copy (`kg.store.updates`); an
update that deceives it loses its effect, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.errors import QueryError
from kg.store.guard import Token, check_text, check_update_text, tokens, unescaped

MAX_LENGTH = 1_000_000
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# A graph is named behind one of these.
_NAMING = frozenset({"GRAPH", "WITH", "TO", "COPY", "MOVE", "ADD", "SILENT", "INTO"})
_EVERY = frozenset({"ALL", "NAMED"})


@dataclass(frozen=True, slots=True)
class CheckedUpdate:
    """An update that may be tried. `targets` are the IRIs of the named graphs that it can change;
    None where that may be any."""

    text: str
    targets: tuple[str, ...] | None


def check_update(
    sparql: str,
    *,
    using: Sequence[str] = (),
    using_named: Sequence[str] = (),
    max_length: int = MAX_LENGTH,
) -> CheckedUpdate:
    """`sparql` as it may be run, with the graphs that it can change.

    `using` and `using_named` are IRIs of graphs that take the place of a USING clause in each
    operation (SPARQL 1.1 Protocol, 2.2.3). QueryError for LOAD and SERVICE, and where `using` is
    given for an update with a dataset of its own; QueryLimitError for one too long or too deep.
    """
    check_text(sparql, max_length=max_length, what="update")
    check_update_text(sparql)
    found = list(tokens(sparql))
    if using or using_named:
        clause = "".join([*(f"USING <{g}> " for g in using)])
        clause += "".join(f"USING NAMED <{g}> " for g in using_named)
        sparql = _with_clause(sparql, found, clause)
    return CheckedUpdate(sparql, _targets(found))


def _start(token: Token) -> int:
    return token.end - len(token.text)


def _with_clause(sparql: str, found: Sequence[Token], clause: str) -> str:
    """`sparql` with `clause` before each WHERE that belongs to an operation.

    DELETE WHERE takes no such clause, so it is written out: DELETE { … } USING … WHERE { … }.
    """
    parts, done, depth = [], 0, 0
    for number, token in enumerate(found):
        word = token.text.upper() if token.kind == "word" else ""
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
        elif depth == 0 and word in ("WITH", "USING"):
            raise QueryError(
                f"The update has {word}, and parameters name its graphs too: leave one of them out."
            )
        elif depth == 0 and word == "WHERE":
            before = found[number - 1].text.upper() if number else ""
            block = _block(sparql, found, number + 1) if before == "DELETE" else ""
            parts += [sparql[done : _start(token)], block, " ", clause]
            done = _start(token)
    return "".join([*parts, sparql[done:]])


def _block(sparql: str, found: Sequence[Token], number: int) -> str:
    """The text of the group that begins with the token `number`."""
    depth = 0
    for token in found[number:]:
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if depth == 0:
            return sparql[_start(found[number]) : token.end]
    return ""  # never closed: the engine will say so


@dataclass(slots=True)
class _Prologue:
    """The prefixes of a text, each with all namespaces that it ever had."""

    prefixes: dict[str, set[str]] = field(default_factory=dict)

    def iris(self, token: Token) -> list[str] | None:
        """What a token can stand for; None where that is unknown."""
        if token.kind == "iri":
            found = [unescaped(token.text[1:-1])]
        else:
            prefix, _, local = unescaped(token.text).partition(":")
            local = re.sub(r"\\(.)", r"\1", local)
            found = [namespace + local for namespace in self.prefixes.get(prefix, ())]
        return found if found and all(_SCHEME.match(iri) for iri in found) else None


def _targets(found: Sequence[Token]) -> tuple[str, ...] | None:
    """The graphs that an update can change, and perhaps some that it only reads; None where a
    variable names them, or all are meant, or something is not understood."""
    prologue = _Prologue()
    for first, second, third in zip(found, found[1:], found[2:], strict=False):
        if first.text.upper() == "PREFIX" and second.kind == "pname" and third.kind == "iri":
            namespace = unescaped(third.text[1:-1])
            prologue.prefixes.setdefault(second.text[:-1], set()).add(namespace)
    if any(token.kind == "iri" and "'" in token.text for token in found):
        return None  # may be two comparisons with a string between
    targets: set[str] = set()
    depth, writes, previous = 0, False, ""
    for token in found:
        word = token.text.upper() if token.kind == "word" else ""
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if depth == 0 and word in ("INSERT", "DELETE", "DATA"):
            writes = True
        elif depth == 0 and word == "WHERE":
            writes = previous == "DELETE"  # DELETE WHERE { … } is both
        elif token.kind in ("iri", "pname") and previous in _NAMING:
            iris = prologue.iris(token)
            if iris is None:
                return None
            targets.update(iris)
        elif _is_unknown(token, previous=previous, prologue=prologue, writes=writes, depth=depth):
            return None
        previous = word
    return tuple(sorted(targets))


def _is_unknown(
    token: Token, *, previous: str, prologue: _Prologue, writes: bool, depth: int
) -> bool:
    """True where the token says that graphs may change whose names are not there to be read."""
    if token.kind == "variable":
        return previous == "GRAPH" and writes
    if token.kind == "word":
        return depth == 0 and previous != "USING" and token.text.upper() in _EVERY
    # A prefix that is not declared is perhaps a keyword glued to a name.
    return token.kind == "pname" and previous != "PREFIX" and prologue.iris(token) is None
