"""`kg show`: why a sentence was taken for evidence, and nothing that a terminal would obey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.testclient import TestClient

from api.app import create_app
from kg.store import open_store

if TYPE_CHECKING:
    from tests.cli.conftest import Kg


def test_why(stocked: Kg) -> None:
    plain = stocked("show", "Anka").stdout
    done = stocked("show", "Anka", "--why")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"{plain}"
        "      reason: “Anka” begins with a capital\n"
        "      extractor: stub 1\n"
        "      confidence: 0.9000\n"
    )


def test_the_names_and_values_are_those_of_the_http_interface(stocked: Kg) -> None:
    lines = stocked("show", "Anka", "--why").stdout.splitlines()[-3:]
    shown = dict(line.strip().split(": ", 1) for line in lines)
    with open_store(str(stocked.store)) as store:
        app = create_app(store, extract=None)
        with TestClient(app, base_url="http://localhost") as client:
            [found] = client.get("/statements", params={"entity": "equipment/anka"}).json()["items"]
            [piece] = client.get(f"/statements/{found['id']}").json()["evidence"]
    assert shown == {
        "reason": piece["reason"],
        "extractor": piece["extractor"],
        "confidence": f"{piece['confidence']:.4f}",
    }


def test_documents_do_not_command_the_terminal(kg: Kg) -> None:
    text = '---\ntitle: "A \\e[31mred\\u009b title"\n---\nThe Anka\x1b]0;owned\x07 flew.\n'
    (kg.folder / "a.md").write_text(text, encoding="utf-8")
    assert kg("ingest", "a.md").returncode == 0
    for arguments in (("show", "Japan/x"), ("show", "country/japan"), ("extract", "a.md")):
        done = kg(*arguments)
        assert not {c for c in done.stdout + done.stderr if not c.isprintable()} - {"\n"}
    assert "A [31mred title, sentence 1" in kg("show", "country/japan").stdout
