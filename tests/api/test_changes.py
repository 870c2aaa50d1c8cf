"""What came and went, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from kg.store import Store


def get(client: TestClient, **parameters: object) -> Any:
    answer = client.get("/changes", params={key: str(each) for key, each in parameters.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_changes_follow_the_store(client: TestClient, store: Store) -> None:
    before = store.revision
    [third] = [d for d in client.get("/documents").json()["items"] if d["date"] is None]
    client.delete(f"/documents/{third['id']}")
    found = get(client, since=before)["items"]
    assert [(c["change"], c["kind"], c["text"]) for c in found] == [
        ("removed", "document", "A visit"),
        ("removed", "statement", "Yaşar Güler visits Japan"),
    ]
    assert {c["revision"] for c in found} == {store.revision}
    assert found[1]["said"]["object_name"] == "Japan"
    assert get(client, since=store.revision)["items"] == []


def test_sums_and_titles_are_told_in_words(client: TestClient) -> None:
    texts = [each["text"] for each in get(client, limit=200)["items"]]
    assert 'Yaşar Güler holds the position of Minister of "Defense"' in texts
    assert "Turkey has an export value of 10,000,000,000 USD" in texts


def test_pages_go_through_all(client: TestClient) -> None:
    whole = get(client, limit=200)
    assert whole["next"] is None
    seen, page = [], get(client, limit=3)
    while True:
        seen += page["items"]
        if page["next"] is None:
            break
        page = client.get(page["next"]).json()
    assert seen == whole["items"]
    assert len(seen) > 6


def test_since_a_time(client: TestClient) -> None:
    now = datetime.now(UTC)
    whole = len(get(client, limit=200)["items"])
    for past in ("2020-01-01", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00+09:00"):
        assert len(get(client, since=past, limit=200)["items"]) == whole
    later = now + timedelta(days=2)
    for future in (later.date().isoformat(), later.isoformat(), "9999-12-31"):
        assert get(client, since=future)["items"] == []
    # A plus sign that nobody encoded comes as a space.
    assert client.get("/changes?since=2020-01-01T00:00:00+01:00").status_code == 200


@pytest.mark.parametrize(
    "since", ["yesterday", "-1", "1.5", "2026-13-01", "0001-01-01T00:00+14:00"]
)
def test_a_wrong_since(client: TestClient, since: str) -> None:
    answer = client.get("/changes", params={"since": since})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["location"] == "query.since"
