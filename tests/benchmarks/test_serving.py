"""The benchmark of serving: what it is made of, on a small scale and without the peers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
import pytest

from benchmarks import serving, serving_graph, serving_ours, serving_tables
from benchmarks.serving_load import Timing, get, run, sparql
from kg.store import open_store
from kg.store.backup import restore


def test_the_graph_is_what_the_store_would_hold(tmp_path: Path) -> None:
    graph = serving_graph.make(5000)
    made = sorted((ox.serialize(graph.quads, format=ox.RdfFormat.N_QUADS) or b"").splitlines(True))
    with open_store(str(tmp_path / "store")) as store:
        store.add(list(islice(serving_graph.documents(), graph.documents)))
        assert list(store.nquads()) == made
    assert 4000 < len(made) < 7000
    assert serving_graph.make(5000).quads == graph.quads
    serving_graph.write(graph, tmp_path / "g.nq", tmp_path / "g.nq.gz")
    assert restore(tmp_path / "g.nq.gz", tmp_path / "other", force=False).quads == len(made)
    with open_store(str(tmp_path / "other")) as store:
        assert list(store.nquads()) == made


def test_every_question_has_an_answer_in_the_graph() -> None:
    graph = serving_graph.make(30_000)
    asked = serving.questions(graph)
    assert len(asked) == 12
    engine = ox.Store()
    engine.extend(graph.quads)
    for question in asked:
        results = engine.query(question.texts[0], use_default_graph_as_union=True)
        assert isinstance(results, ox.QuerySolutions)
        rows = sum(1 for _ in results)
        assert rows or question.name in ("contradictions", "planned-deliveries"), question.name


@pytest.fixture
def port() -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(404 if self.path == "/none" else 200)
            if self.path == "/chunked":
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"3\r\nabc\r\n0\r\n\r\n")
                return
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"x" * 100_000)

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_the_client_counts(port: int) -> None:
    found = run(port, [get("/a"), sparql("/b", "ASK {}")], connections=3, seconds=5, most=30)
    assert len(found.seconds) == 30
    assert (found.failed, found.bytes_) == (0, 100_000)
    assert run(port, [get("/chunked")], seconds=5, most=4).failed == 0
    assert run(port, [get("/none")], seconds=5, most=4).failed == 4
    away = run(1, [get("/")], seconds=5, most=4)
    assert (len(away.seconds), away.failed) == (0, 1)


def test_percentiles() -> None:
    timing = Timing(seconds=[n / 1000 for n in range(1, 101)], failed=0, took=2.0, bytes_=1)
    assert timing.rate == 50
    assert timing.percentile(0.5) == pytest.approx(51)
    assert timing.percentile(0.99) == pytest.approx(100)
    assert timing.percentile(1) == pytest.approx(100)


def test_what_is_measured_of_a_store(tmp_path: Path) -> None:
    [found] = serving_ours.snapshots([1], tmp_path)
    assert 0.8 < found.megabytes < 1.4
    assert min(found.commit, found.asked, found.by_itself) > 0
    assert set(serving_ours.protection(tmp_path / "1mb")) == {"label of an entity", "1,000 rows"}


def test_tables(tmp_path: Path) -> None:
    fast = Timing(seconds=[0.001] * 10, failed=0, took=0.01, bytes_=1)
    slow = Timing(seconds=[0.004] * 10, failed=0, took=0.04, bytes_=1)
    found = serving_tables.Comparison(
        floor={"label": fast},
        cells={
            "entente": {"label": serving_tables.Cell(rows=1, one=fast, four=fast)},
            "peer": {"label": serving_tables.Cell(rows=1, one=slow, four=slow)},
            "other": {"label": serving_tables.Cell(rows=None)},
        },
        memory={"entente": 100.0, "peer": 50.0, "other": 1.0},
    )
    text = serving_tables.comparison("3 quads", found)
    assert "| label | 1,000 | 250 | – | 4.0 | no answer |" in text
    assert "| label | 1, – | 1.00 / 1.00 | 1.00 / 1.00 | 4.00 / 4.00 | no answer |" in text
    page = tmp_path / "page.md"
    page.write_text(f"a\n{serving_tables.BEGIN}\nold\n{serving_tables.END}\nb\n")
    serving_tables.put(page, text)
    assert "old" not in page.read_text()
    assert page.read_text().endswith(f"{serving_tables.END}\nb\n")
    page.write_text("nothing")
    with pytest.raises(SystemExit, match="no place"):
        serving_tables.put(page, text)
