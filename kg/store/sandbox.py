"""The process that runs untrusted SPARQL. `kg.store.process` starts it with this file as a script.

It imports nothing of this project, so that it starts quickly. Before it reads a request it gives up
what it does not need: sockets and other programs (a seccomp filter, on x86-64 Linux), files that it
could write to (all but those of an update's own copy), memory beyond a limit. What is left to fear
of a query is that it takes long, and that the parent ends by killing the process.

A request on standard input is four bytes of length and a JSON object with `kind`, `seconds`,
`bytes` (of the answer), `memory`, and

- `query`: `snapshot` (directory), `query`, `base`, `media_type`, `union` (the default graph is the
  union of the named ones), `default_graphs` and `named_graphs` (lists of IRIs, or null for what the
  query says), `rows` (of the answer), `prefixes` (for Turtle)
- `update`: `snapshot`, `copy` (a directory with the same content, to be written to), `update`,
  `base`, `targets` (IRIs of the graphs that may change, "" for the default graph; null for all)
- `check`: `query`, which is read and not run
- `convert`: `data` (an answer of another server) as `from` (its media type) says, `form` of the
  query, `media_type`, `rows`, `prefixes`
- `parse`: `data`, `media_type`, `base`, `graph` (IRI of the graph that the triples go to, "" for
  the default graph)

An answer on standard output is one letter (`A` answer, `C` answer cut after `rows` rows, `Q` the
text is wrong, `T` too large, `F` the engine failed), eight bytes of length, and the answer or a
message in UTF-8. The answer to an update is a line of JSON (`removed`: bytes of quads that go,
`created` and `dropped`: IRIs of graphs), then the quads that go, then those that come, as N-Quads.
"""

from __future__ import annotations

import ctypes
import io
import json
import platform
import re
import resource
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph

if TYPE_CHECKING:
    from typing_extensions import Buffer

_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | 13  # EACCES
_AUDIT_ARCH_X86_64 = 0xC000003E
_X32_BIT = 0x40000000
_REFUSED_CALLS = {
    "socket": 41,
    "connect": 42,
    "sendto": 44,
    "sendmsg": 46,
    "bind": 49,
    "socketpair": 53,
    "fork": 57,
    "vfork": 58,
    "execve": 59,
    "kill": 62,
    "ptrace": 101,
    "tkill": 200,
    "execveat": 322,
    "io_uring_setup": 425,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
}


class _TooLargeError(Exception):
    """The answer is larger than the parent wants it."""


class _CutError(Exception):
    """The answer has as many rows as were asked for, and would go on."""


# How one row ends and another begins in the formats that the engine writes (group 1 is the end),
# the fewest bytes that a row takes, how many such places stand before the first row, and what ends
# the text after a cut. JSON escapes quotes inside of strings, XML escapes `<`, CSV quotes whatever
# holds a line break, and TSV escapes it, so no value looks like these.
_ROWS = {
    "application/sparql-results+json": (
        re.compile(rb'(\})(?=,\{"[^"\\]*":\{"type":")'),
        20,
        0,
        b']},"cut":{"limit":"rows","rows":%d}}',
    ),
    "application/sparql-results+xml": (
        re.compile(rb"(</result>)(?=<result>)"),
        17,
        0,
        b"</results><!-- cut after %d rows --></sparql>",
    ),
    "text/csv": (re.compile(rb'"[^"]*+(?:"|\Z)|(\r\n)(?=.)', re.DOTALL), 2, 1, b""),
    "text/tab-separated-values": (re.compile(rb"(\n)(?=.)", re.DOTALL), 1, 1, b""),
}


_QUOTE, _SPECIAL = '"', re.compile(r'[",\r\n]')  # of CSV
_AS_IT_IS = (type(None), pyoxigraph.BlankNode, pyoxigraph.Triple)


class _Output(io.BytesIO):
    """Holds at most `limit` bytes and, of a table in `media_type`, at most `rows` rows."""

    def __init__(self, limit: int, *, rows: int = 0, media_type: str = "") -> None:
        super().__init__()
        self._limit = limit
        self._rows = rows
        self._format = _ROWS.get(media_type)
        self._seen, self._looked = 0, 0
        self._done = False
        self._next = rows * self._format[1] if self._format else limit + 1

    def write(self, data: Buffer) -> int:
        if self._done:  # the engine tries to get rid of its buffer when it gives up
            raise _CutError
        size = super().write(data)
        if self.tell() >= self._next:
            self.look()
        if self.tell() > self._limit:
            raise _TooLargeError
        return size

    def look(self) -> None:
        """Count the rows that came since the last look. Where they are too many, the rest is cut
        off, and _CutError raised."""
        end = self.tell()
        if self._format is None or end < self._rows * self._format[1]:
            return
        pattern, _, before, tail = self._format
        self.seek(start := self._looked)
        for match in pattern.finditer(self.read()):
            if match[1] is None:
                continue
            self._seen += 1
            self._looked = start + match.end(1)
            if self._seen == self._rows + before:
                self.seek(self._looked)
                self.truncate()
                super().write(tail % self._rows if tail else b"")
                self._done = True
                raise _CutError
        self._next = end + max(2**14, end - self._looked)


def _filter() -> bytes:
    """The seccomp filter as an array of `struct sock_filter` (linux/filter.h)."""
    load, jump_equal, jump_least, give = 0x20, 0x15, 0x35, 0x06
    calls = sorted(_REFUSED_CALLS.values())
    program = [
        (load, 0, 0, 4),  # the architecture
        (jump_equal, 1, 0, _AUDIT_ARCH_X86_64),
        (give, 0, 0, _KILL),
        (load, 0, 0, 0),  # the number of the call
        (jump_least, len(calls) + 1, 0, _X32_BIT),
        *((jump_equal, len(calls) - i, 0, call) for i, call in enumerate(calls)),
        (give, 0, 0, _ALLOW),
        (give, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *line) for line in program)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def deny_network() -> bool:
    """Take sockets and new programs away from this process for good; false where that is not known
    how to do (another system or processor), so that only the guard protects."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return False
    code = _filter()
    program = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    steps = (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
    )
    return all(libc.prctl(*step) == 0 for step in steps)


def _limit(kind: int, soft: int) -> None:
    """Lower a resource limit to `soft`, as far as the hard limit allows."""
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _query(store: pyoxigraph.Store, request: dict[str, Any]) -> bytes:
    """The answer to a query; _CutError with as much of it as was asked for."""
    default, named = request["default_graphs"], request["named_graphs"]
    return _with_quotes(
        lambda: store.query(
            request["query"],
            base_iri=request["base"],
            use_default_graph_as_union=request["union"],
            default_graph=None if default is None else [*map(pyoxigraph.NamedNode, default)],
            named_graphs=None if named is None else [*map(pyoxigraph.NamedNode, named)],
        ),
        request,
    )


Results = (
    pyoxigraph.QueryTriples
    | pyoxigraph.QuerySolutions
    | pyoxigraph.QueryBoolean
    | Iterable[pyoxigraph.Triple]
)


def _with_quotes(find: Callable[[], Results], request: dict[str, Any]) -> bytes:
    """The results that `find` gives, as `_serialised`. In CSV the engine puts no quotes around IRIs
    with commas; where a row has too many cells for that, the table is written again, by us."""
    cut = False
    try:
        text = _serialised(find(), request)
    except _CutError as error:
        text, cut = error.args[0], True
    if request["media_type"] == "text/csv":
        bare = re.sub(rb'"[^"]*"', b"", text)
        commas = bare.partition(b"\r\n")[0].count(b",")
        if bare.count(b",") != commas * bare.count(b"\r\n"):
            return _serialised(find(), request, by_us=True)
    if cut:
        raise _CutError(text)
    return text


def _write_csv(results: pyoxigraph.QuerySolutions, output: IO[bytes]) -> None:
    for row in chain([results.variables], results):
        texts = (str(term or "") if type(term) in _AS_IT_IS else term.value for term in row)
        cells = (f'"{t.replace(_QUOTE, 2 * _QUOTE)}"' if _SPECIAL.search(t) else t for t in texts)
        output.write(f"{','.join(cells)}\r\n".encode())


def _serialised(results: Results, request: dict[str, Any], *, by_us: bool = False) -> bytes:
    """Results in the format that is asked for, CSV `by_us`; _CutError with as much as was asked."""
    media_type, rows = request["media_type"], request["rows"]
    output = _Output(request["bytes"], rows=rows, media_type=media_type)
    try:
        if by_us and isinstance(results, pyoxigraph.QuerySolutions):
            _write_csv(results, output)
            output.look()
        elif isinstance(results, pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean):
            results.serialize(output, pyoxigraph.QueryResultsFormat.from_media_type(media_type))
            if isinstance(results, pyoxigraph.QuerySolutions):
                output.look()
        else:
            graph_format = pyoxigraph.RdfFormat.from_media_type(media_type)
            triples = _First(results, rows)
            pyoxigraph.serialize(triples, output, graph_format, prefixes=request["prefixes"])
            if triples.more:
                raise _CutError(output.getvalue())
    except _CutError:
        raise _CutError(output.getvalue()) from None
    return output.getvalue()


def _convert(request: dict[str, Any]) -> bytes:
    """The answer of another server in the format that is asked for."""
    data, graph_format = request["data"], pyoxigraph.RdfFormat.from_media_type(request["from"])
    if graph_format is not None:
        quads = pyoxigraph.parse(data, graph_format, without_named_graphs=True)
        return _serialised((quad.triple for quad in quads), request)
    results_format = pyoxigraph.QueryResultsFormat.from_media_type(request["from"])
    if results_format is None:
        raise ValueError(f"it answered with {request['from'] or 'something unnamed'}")
    results = pyoxigraph.parse_query_results(data, results_format)
    if request["form"] == "ASK" and isinstance(results, pyoxigraph.QuerySolutions):
        # Virtuoso's way to say yes is one row, and to say no none.
        data = json.dumps({"head": {}, "boolean": any(True for _ in results)})
        results_format = pyoxigraph.QueryResultsFormat.JSON
    return _with_quotes(lambda: pyoxigraph.parse_query_results(data, results_format), request)


class _First:
    """The first `number` of some triples; `more` tells whether there were others."""

    def __init__(self, triples: Iterable[pyoxigraph.Triple], number: int) -> None:
        self._triples = triples
        self._number = number
        self.more = False

    def __iter__(self) -> Iterator[pyoxigraph.Triple]:
        for count, triple in enumerate(self._triples):
            if count == self._number:
                self.more = True
                return
            yield triple


Graph = pyoxigraph.NamedNode | pyoxigraph.DefaultGraph


def _graph(iri: str) -> Graph:
    return pyoxigraph.NamedNode(iri) if iri else pyoxigraph.DefaultGraph()


def _names(store: pyoxigraph.Store) -> set[str]:
    """The named graphs (none of which is a blank node here)."""
    return {str(getattr(name, "value", "")) for name in store.named_graphs()}


def _lines(store: pyoxigraph.Store, graph: Graph) -> bytes:
    return store.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=graph) or b""


def _update(before: pyoxigraph.Store, request: dict[str, Any]) -> bytes:
    """What an update changes, found out on a copy."""
    store = pyoxigraph.Store(request["copy"])
    store.update(request["update"], base_iri=request["base"])
    old, new = _names(before), _names(store)
    targets = request["targets"]
    looked_at = {"", *old, *new} if targets is None else {"", *targets}
    removed, added = _Output(request["bytes"]), _Output(request["bytes"])
    for iri in sorted(looked_at):
        graph = _graph(iri)
        was, is_now = _lines(before, graph), _lines(store, graph)
        if was == is_now:
            continue
        lost, came = set(was.splitlines()), set(is_now.splitlines())
        name = f" {graph} .\n".encode() if iri else b" .\n"
        for lines, output in ((lost - came, removed), (came - lost, added)):
            for line in sorted(lines):
                output.write(line.removesuffix(b" .") + name)
    head = {"removed": removed.tell(), "created": sorted(new - old), "dropped": sorted(old - new)}
    return json.dumps(head).encode() + b"\n" + removed.getvalue() + added.getvalue()


def _parse(request: dict[str, Any]) -> bytes:
    """The triples of a text as sorted N-Quads lines."""
    graph = _graph(request["graph"])
    output = _Output(request["bytes"])
    quads = pyoxigraph.parse(
        request["data"],
        pyoxigraph.RdfFormat.from_media_type(request["media_type"]),
        base_iri=request["base"],
        without_named_graphs=True,
        rename_blank_nodes=True,
    )
    pyoxigraph.serialize(
        (pyoxigraph.Quad(q.subject, q.predicate, q.object, graph) for q in quads),
        output,
        pyoxigraph.RdfFormat.N_QUADS,
    )
    return b"".join(sorted(set(output.getvalue().splitlines(keepends=True))))


class _Sandbox:
    """Carries requests out; keeps the snapshot open that was asked last."""

    def __init__(self) -> None:
        self._snapshot = ""
        self._store: pyoxigraph.Store | None = None

    def _open(self, snapshot: str) -> pyoxigraph.Store:
        if self._store is None or self._snapshot != snapshot:
            self._store, self._snapshot = None, snapshot
            self._store = pyoxigraph.Store.read_only(snapshot)
        return self._store

    def _run(self, request: dict[str, Any]) -> bytes:
        if request["kind"] == "parse":
            return _parse(request)
        if request["kind"] == "convert":
            return _convert(request)
        if request["kind"] == "check":
            pyoxigraph.Store().query(request["query"])
            return b""
        store = self._open(request["snapshot"])
        return _query(store, request) if request["kind"] == "query" else _update(store, request)

    def answer(self, request: dict[str, Any]) -> tuple[bytes, bytes]:
        """The letter and the body that go back."""
        try:
            return b"A", self._run(request)
        except _CutError as cut:
            return b"C", cut.args[0]
        except _TooLargeError:
            return b"T", b""
        except (SyntaxError, ValueError) as error:
            return b"Q", str(error).encode()[:2000]
        except RuntimeError as error:
            # What an update asks for may be impossible, such as to create a graph that is there;
            # any text may use a function that does not exist.
            wrong = request["kind"] == "update" or "is not supported" in str(error)
            return b"Q" if wrong else b"F", str(error).encode()[:2000]
        except OSError as error:
            return b"F", str(error).encode()[:2000]


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until the parent closes the pipe."""
    sandbox = _Sandbox()
    while len(head := requests.read(4)) == 4:
        request = json.loads(requests.read(struct.unpack(">I", head)[0]))
        _limit(resource.RLIMIT_AS, request["memory"])
        used = resource.getrusage(resource.RUSAGE_SELF)
        # Only matters where the parent died and nobody else ends a long query.
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + request["seconds"]) + 2)
        letter, body = sandbox.answer(request)
        answers.write(letter + struct.pack(">Q", len(body)) + body)
        answers.flush()


def main() -> None:
    """Give up rights, then serve standard input."""
    _limit(resource.RLIMIT_AS, int(sys.argv[1]))
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, int(sys.argv[2]))
    deny_network()
    _serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
