"""What a SPARQL text from outside may not be, found before an engine sees it.

`check` refuses updates, federation (SERVICE reaches the network), and what is known to crash an
engine (length, nesting). It does not judge syntax: that is the engine's work, in a process that
may die.

The text is cut into tokens much as SPARQL's grammar does, so that strings, comments and IRIs may
say what they like. Where one character could begin two kinds of token (`<` opens an IRI, and is an
operator), both readings are followed, and what either of them shows counts. Engines with parsing
expression grammars need no space between a keyword and what follows (`SERVICESILENT<http://…>`,
`SERVICEex:name`); the guard reads them the same way. Escapes such as `\\u0053` are read as written
and as what they stand for, because some servers resolve them first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kg.errors import QueryError, QueryLimitError

MAX_LENGTH = 200_000
MAX_DEPTH = 100
_MAX_READINGS = 20  # characters looked at per character of the text

_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = (
    "INSERT",
    "DELETE",
    "LOAD",
    "CLEAR",
    "CREATE",
    "DROP",
    "COPY",
    "MOVE",
    "ADD",
    "WITH",
)

_TOKEN = re.compile(
    r"""
      (?P<skip>     [ \t\r\n]++ | \#[^\r\n]*+ )
    | (?P<string>   \"\"\" (?: [^"\\] | \\. | \"(?!\"\") )*+ \"\"\"
                  | \'\'\' (?: [^'\\] | \\. | '(?!'') )*+ \'\'\'
                  | " (?: [^"\\\r\n] | \\. )*+ "
                  | ' (?: [^'\\\r\n] | \\. )*+ ' )
    | (?P<iri>      < [^<>"{}|^`\x00-\x20]*+ > )
    | (?P<variable> [?$] \w++ )
    | (?P<blank>    _: \w++ )
    | (?P<language> @ [A-Za-z]++ (?: - [A-Za-z0-9]++ )*+ )
    | (?P<pname>    [\w-]*+ : (?: [\w:-] | %[0-9A-Fa-f]{2} | \\. )*+ )
    | (?P<word>     [\w-]++ )
    | (?P<open>     << | [\[({] )
    | (?P<close>    >> | [\])}] )
    | (?P<quote>    ["'] )
    | (?P<other>    . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SERVICE = re.compile("service", re.IGNORECASE | re.ASCII)
_LOAD = re.compile("load", re.IGNORECASE | re.ASCII)


class Token(NamedTuple):
    """A piece of a SPARQL text, as `_TOKEN` names its kinds, and where it ends."""

    kind: str
    text: str
    end: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A query that may be run.

    `form` is SELECT, ASK, CONSTRUCT or DESCRIBE; `dataset` is true where the text names its own
    graphs with FROM.
    """

    text: str
    form: str
    dataset: bool

    @property
    def is_graph(self) -> bool:
        """True where the answer is a graph, false where it is a table or a truth value."""
        return self.form in ("CONSTRUCT", "DESCRIBE")


def check(sparql: str, *, max_length: int = MAX_LENGTH, max_depth: int = MAX_DEPTH) -> Checked:
    """`sparql` with its form, if it is a query that may be run.

    QueryError for an update, for SERVICE and for what is no query; QueryLimitError for a text that
    is too long or nested too deeply.
    """
    check_text(sparql, max_length=max_length, what="query")
    form = _form(sparql)
    for text in {sparql, unescaped(sparql)}:
        if not _is_plain(text, max_depth=max_depth):
            _explore(text, max_depth=max_depth, refuse=_refuse_service)
    return Checked(sparql, form, _names_graphs(sparql))


def check_text(sparql: str, *, max_length: int, what: str) -> None:
    """QueryLimitError for a text that is too long, QueryError for one that is no UTF-8."""
    if len(sparql) > max_length:
        raise QueryLimitError(
            f"The {what} has {len(sparql):,} characters and at most {max_length:,} are allowed: "
            "send less at once."
        )
    if not sparql.isascii() and any("\ud800" <= character <= "\udfff" for character in sparql):
        raise QueryError(f"The {what} contains half of a surrogate pair: send it as valid UTF-8.")


def check_update_text(sparql: str, *, max_depth: int = MAX_DEPTH) -> None:
    """QueryError where an update has LOAD or SERVICE, QueryLimitError where it is nested too
    deeply."""
    for text in {sparql, unescaped(sparql)}:
        if not _is_plain(text, max_depth=max_depth) or _LOAD.search(text) is not None:
            _explore(text, max_depth=max_depth, refuse=_refuse_both)


def _form(sparql: str) -> str:
    """The query form; the prologue before it is skipped."""
    declares = False
    for token in tokens(sparql):
        word = token.text.upper()
        if token.kind in ("iri", "string"):
            declares = False
        elif declares or word.startswith(("PREFIX", "BASE", "VERSION")):
            declares = True
        elif word.startswith(_FORMS):
            return next(form for form in _FORMS if word.startswith(form))
        elif word in _UPDATES:
            raise QueryError(
                f"{word} is an update, and this is a place for queries only "
                "(SELECT, ASK, CONSTRUCT, DESCRIBE)."
            )
        else:
            raise QueryError(
                "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, "
                f"not with {token.text[:40]!r}."
            )
    if declares:
        raise QueryError("A PREFIX or BASE of the query has no IRI, as in PREFIX ex: <http://…>.")
    raise QueryError("The query is empty: it begins with SELECT, ASK, CONSTRUCT or DESCRIBE.")


def _names_graphs(sparql: str) -> bool:
    """True where the query has a FROM clause."""
    return "from" in sparql.lower() and any(
        token.kind == "word" and "FROM" in token.text.upper() for token in tokens(sparql)
    )


def undeclared(sparql: str) -> list[str]:
    """The prefixes that a query or update uses without declaring them, in their order.

    For messages, once an engine has refused the text: only the first reading is looked at.
    """
    declared, used = set(), []
    before = ""
    for token in tokens(sparql):
        if token.kind == "pname":
            name = token.text.partition(":")[0]
            if before == "PREFIX":
                declared.add(name)
            elif token.text.endswith(":") and name.upper().startswith("PREFIX"):
                declared.add(name[len("PREFIX") :])  # an engine needs no space there
            else:
                used.append(name)
        before = token.text.upper()
    return [name for name in dict.fromkeys(used) if name not in declared]


def _is_plain(text: str, *, max_depth: int) -> bool:
    """True where no look at the tokens is needed: most queries."""
    brackets = sum(text.count(bracket) for bracket in ("[", "(", "{", "<<"))
    return brackets <= max_depth and _SERVICE.search(text) is None


def unescaped(text: str) -> str:
    """`text` with its codepoint escapes resolved (SPARQL 1.1, section 19.2)."""

    def character(match: re.Match[str]) -> str:
        number = int(match[1] or match[2], 16)
        return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else match[0]

    return _ESCAPE.sub(character, text) if "\\" in text else text


def _token(text: str, position: int) -> Token:
    match = _TOKEN.match(text, position)
    assert match is not None  # "other" takes any character
    return Token(match.lastgroup or "", match[0], match.end())


def tokens(text: str, position: int = 0) -> Iterator[Token]:
    """The tokens from `position` on in the first reading, without space and comments."""
    while position < len(text):
        token = _token(text, position)
        position = token.end
        if token.kind != "skip":
            yield token


def _explore(text: str, *, max_depth: int, refuse: Callable[[str, Token, bool], None]) -> None:
    """Follow every reading of `text` from left to right; raise at what is not allowed.

    `refuse` is asked about each word and each prefixed name, with the text and whether the name of
    a graph is expected there.

    `depth` holds, for each position that some reading reaches, how deep the deepest one is there,
    so that each position is looked at once. A quote that opens no string ends its reading: no
    engine can go on there.
    """
    depth = {0: 0}
    granted = {0: False}  # whether a GRAPH, FROM or NAMED stands before this position
    work = 0
    for position in range(len(text)):
        here = depth.pop(position, None)
        if here is None:
            continue
        grant = granted.pop(position)
        token = _token(text, position)
        work += (len(text) if token.kind == "quote" else token.end) - position
        if work > _MAX_READINGS * len(text):
            raise QueryLimitError("The query can be read in too many ways: quote less in it.")
        if token.kind == "quote":
            continue
        if token.kind == "open":
            here += 1
            if here > max_depth:
                raise QueryLimitError(
                    f"The query is nested more than {max_depth} levels deep: make it flatter."
                )
        elif token.kind == "close":
            here = max(0, here - 1)
        elif token.kind in ("word", "pname"):
            refuse(text, token, grant)
        ends = [token.end]
        if token.kind == "iri" or token.text == "<<":
            ends.append(position + 1)  # the other reading: an operator
        after = token.kind == "word" and token.text.upper() in ("GRAPH", "FROM", "NAMED")
        if token.kind == "skip":
            after = grant
        for end in ends:
            depth[end] = max(here, depth.get(end, 0))
            granted[end] = after and granted.get(end, True)


def _refuse_both(text: str, token: Token, granted: bool) -> None:
    _refuse_load(text, token)
    _refuse_service(text, token, granted)


def _refuse_load(text: str, token: Token) -> None:
    """Raise where `token` is the word LOAD, alone or glued to what follows it.

    No other word of an update begins with it. A prefixed name such as `load:a` only counts where
    what stands behind LOAD is a prefix by itself (here the empty one).
    """
    if _LOAD.match(token.text) is None:
        return
    if token.kind == "pname":
        rest = token.text.partition(":")[0][len("load") :]
        rests = {rest, rest[len("silent") :] if rest.lower().startswith("silent") else rest}
        if not any(re.search(rf"(?<![\w.-]){re.escape(each)}:", text) for each in rests):
            return
    raise QueryError(
        "LOAD fetches from a network, and this server reaches none: send the data itself, "
        "with INSERT DATA or by PUT or POST to /graphs."
    )


def _refuse_service(text: str, token: Token, granted: bool) -> None:
    """Raise where `token` begins `SERVICE SILENT? (variable or IRI) {`.

    The keyword may be glued to what stands before it (`1SERVICE`) and after it
    (`SERVICESILENTex:a`), so a word counts that contains it. `granted` tells that the token stands
    where the name of a graph is expected, as in `GRAPH service:a { … }`.
    """
    if _SERVICE.search(token.text) is None:
        return
    following = tokens(text, token.end)
    upcoming = [next(following, None) for _ in range(3)]
    if token.kind == "pname":
        federates = not granted and _SERVICE.search(token.text.partition(":")[0]) is not None
    else:
        first = upcoming[0]
        if first is not None and first.kind == "word" and first.text.upper().startswith("SILENT"):
            upcoming.pop(0)
        name = upcoming.pop(0)
        federates = name is not None and name.kind in ("variable", "iri", "pname")
    brace = upcoming[0]
    if federates and brace is not None and brace.text == "{":
        raise QueryError(
            "SERVICE asks another server, and this one reaches no network: "
            "load the other data into this store instead."
        )
