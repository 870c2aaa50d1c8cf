"""The process that runs untrusted SPARQL. `kg.store.worker` starts it with this file as a script.

It imports nothing of this project, so that it starts quickly. Before it reads a request it gives up
what it does not need: sockets and other programs (a seccomp filter, on x86-64 Linux), files that it
could write to, memory beyond a limit. What is left to fear of a query is that it takes long, and
that the parent ends by killing the process.

A request on standard input is four bytes of length and a JSON object: `snapshot` (directory),
`query`, `media_type`, `union` (the default graph is the union of the named ones), `default_graphs`
and `named_graphs` (lists of IRIs, or null for what the query says), `bytes` and `seconds` (limits).
An answer on standard output is one letter (`A` answer, `Q` the query is wrong, `T` too large,
`F` the engine failed), eight bytes of length, and the answer or a message in UTF-8.
"""

from __future__ import annotations

import ctypes
import io
import json
import platform
import resource
import struct
import sys
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


class _Output(io.BytesIO):
    """Holds at most `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def write(self, data: Buffer) -> int:
        if self.tell() + memoryview(data).nbytes > self._limit:
            raise _TooLargeError
        return super().write(data)


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


def _run(store: pyoxigraph.Store, request: dict[str, Any]) -> bytes:
    """The answer to a request."""
    output = _Output(request["bytes"])
    default, named = request["default_graphs"], request["named_graphs"]
    results = store.query(
        request["query"],
        use_default_graph_as_union=request["union"],
        default_graph=None if default is None else [pyoxigraph.NamedNode(iri) for iri in default],
        named_graphs=None if named is None else [pyoxigraph.NamedNode(iri) for iri in named],
    )
    media_type = request["media_type"]
    if isinstance(results, pyoxigraph.QueryTriples):
        graph_format = pyoxigraph.RdfFormat.from_media_type(media_type)
        pyoxigraph.serialize(results, output, graph_format, prefixes=request["prefixes"])
    else:
        results.serialize(output, pyoxigraph.QueryResultsFormat.from_media_type(media_type))
    return output.getvalue()


def _answer(store: pyoxigraph.Store, request: dict[str, Any]) -> tuple[bytes, bytes]:
    """The letter and the body that go back."""
    try:
        return b"A", _run(store, request)
    except _TooLargeError:
        return b"T", b""
    except (SyntaxError, ValueError) as error:
        return b"Q", str(error).encode()[:2000]
    except (OSError, RuntimeError) as error:
        return b"F", str(error).encode()[:2000]


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until the parent closes the pipe."""
    store, snapshot = None, None
    while len(head := requests.read(4)) == 4:
        request = json.loads(requests.read(struct.unpack(">I", head)[0]))
        used = resource.getrusage(resource.RUSAGE_SELF)
        # Only matters where the parent died and nobody else ends a long query.
        _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + request["seconds"]) + 2)
        if store is None or snapshot != request["snapshot"]:
            store, snapshot = None, request["snapshot"]
            store = pyoxigraph.Store.read_only(snapshot)
        letter, body = _answer(store, request)
        answers.write(letter + struct.pack(">Q", len(body)) + body)
        answers.flush()


def main() -> None:
    """Give up rights, then serve standard input."""
    _limit(resource.RLIMIT_AS, int(sys.argv[1]))
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    deny_network()
    _serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
