"""The reconciliation service: what OpenRefine asks in turn, and requests that are wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.app import create_app
from kg.entities import Entity
from kg.store import Store, open_store
from ontology import vocabulary
from tests.api.conftest import FIRST, SECOND, THIRD, MakeApp, extraction
from tests.api.reconcile_shapes import shaped


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(str(tmp_path_factory.mktemp("reconcile") / "store")) as result:
        result.add([FIRST, SECOND, THIRD])
        yield result


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[TestClient]:
    app = create_app(store, extract=None, body_bytes=100_000)
    with TestClient(app, base_url="http://localhost", raise_server_exceptions=False) as result:
        yield result


def ask(client: TestClient, **queries: object) -> dict[str, list[Any]]:
    """The candidates for each query, sent by POST, which gives the same as GET."""
    text = json.dumps(queries)
    body = shaped(client.post("/reconcile", data={"queries": text}), "results")
    assert shaped(client.get("/reconcile", params={"queries": text}), "results") == body
    return {key: each["result"] for key, each in body.items()}


def extend(client: TestClient, ids: list[str], *properties: object) -> Any:
    text = json.dumps({"ids": ids, "properties": properties})
    body = shaped(client.post("/reconcile", data={"extend": text}), "extension")
    assert shaped(client.get("/reconcile", params={"extend": text}), "extension") == body
    return body


def test_what_openrefine_asks_in_turn(client: TestClient) -> None:
    # "Add standard service": the manifest.
    manifest = shaped(client.get("/reconcile"), "manifest")
    assert manifest["identifierSpace"] == "https://w3id.org/entente/entity/"

    def url(service: Mapping[str, str]) -> str:
        return service["service_url"] + service["service_path"]

    # "Start reconciling": ten values of the column, without a type, to learn which types there are.
    values = ["Nippon", "Türkiye", "Yasar Guler", "nobody"]
    batch = {f"q{n}": {"query": value, "limit": 3} for n, value in enumerate(values)}
    guess = ask(client, **batch)
    assert [each[0]["type"][0]["id"] if each else None for each in guess.values()] == [
        "Country", "Country", "Person", None,
    ]  # fmt: skip
    # The user types a type and a property that another column holds.
    types = shaped(client.get(url(manifest["suggest"]["type"]), params={"prefix": "Coun"}),
                   "suggested")  # fmt: skip
    assert types["result"][0]["id"] == "Country"
    terms = shaped(client.get(url(manifest["suggest"]["property"]), params={"prefix": "eval"}),
                   "suggested")  # fmt: skip
    assert [each["id"] for each in terms["result"]] == ["evaluates", "^evaluates"]
    # All rows, with both.
    query = {
        "query": "Nippon",
        "type": "Country",
        "type_strict": "should",
        "limit": 5,
        "properties": [{"pid": "evaluates", "v": "TAI Anka"}],
    }
    [candidate] = ask(client, q0=query)["q0"]
    assert (candidate["id"], candidate["match"]) == ("country/japan", True)
    # A candidate is looked at: a small page, made to be shown in a frame.
    page = client.get(manifest["preview"]["url"].replace("{{id}}", "country%2Fjapan"))
    assert page.status_code == 200
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert "<h1>Japan</h1>" in page.text
    assert "Japan evaluates Anka" in page.text
    assert manifest["view"]["url"] == "http://localhost/#/entity/{{id}}"  # in the explorer
    # "Search for match".
    hits = shaped(client.get(url(manifest["suggest"]["entity"]), params={"prefix": "jap"}),
                  "suggested")  # fmt: skip
    assert hits["result"][0]["id"] == "country/japan"
    # "Add columns from reconciled values".
    proposed = shaped(
        client.get(
            url(manifest["extend"]["propose_properties"]), params={"type": "Country", "limit": 50}
        ),
        "proposal",
    )
    ids = [each["id"] for each in proposed["properties"]]
    assert {"evaluates", "^visits", "hasExportValue"} <= set(ids)
    assert "^evaluates" not in ids  # nobody evaluates a country
    columns = [{"id": id_} for id_ in ("evaluates", "^visits", "hasExportValue", "statements")]
    body = extend(client, ["country/japan", "country/turkey"], *columns)
    assert [each["name"] for each in body["meta"]][:2] == ["evaluates", "is visited by"]
    assert body["rows"] == {
        "country/japan": {
            "evaluates": [{"id": "equipment/anka", "name": "Anka"}],
            "^visits": [{"id": "person/yasar-guler", "name": "Yaşar Güler"}],
            "hasExportValue": [],
            "statements": [{"int": 2}],
        },
        "country/turkey": {
            "evaluates": [],
            "^visits": [],
            "hasExportValue": [{"str": "10000000000 USD"}],
            "statements": [{"int": 1}],
        },
    }


@pytest.mark.parametrize(
    ("query", "id_", "match"),
    [
        ({"query": "Japan"}, "country/japan", True),
        ({"query": "japn"}, "country/japan", False),
        ({"query": "country/japan"}, "country/japan", True),
        ({"query": "https://w3id.org/entente/entity/country/japan"}, "country/japan", True),
        ({"query": "Japan", "type": ["Company", "Country"]}, "country/japan", True),
        ({"query": "Japan", "type": f"{vocabulary.NAMESPACE}Country"}, "country/japan", True),
        ({"query": "Japan", "type": "Company"}, None, False),
        ({"query": "Japan", "type": []}, "country/japan", True),
        ({"query": "zzzz"}, None, False),
        # Properties: by name, id and IRI; several values; what does not fit costs score.
        ({"query": "Japan", "properties": [{"pid": "evaluates", "v": ["Anka"]}]},
         "country/japan", True),
        ({"query": "Japan", "properties": [{"pid": "evaluates", "v": {"id": "equipment/anka"}}]},
         "country/japan", True),
        ({"query": "Japan", "properties": [{"pid": "evaluates", "v": "F-16"}]},
         "country/japan", False),
        ({"query": "Japan", "properties": [{"pid": "statements", "v": 2}]}, "country/japan", True),
        ({"query": "Güler", "properties": [{"pid": "visits", "v": "Nippon"}]},
         "person/yasar-guler", True),
        # Properties alone.
        ({"properties": [{"pid": "^evaluates", "v": "Japan"}]}, "equipment/anka", True),
        ({"properties": [{"pid": "visits", "v": {"id": "country/japan", "name": "Japan"}}]},
         "person/yasar-guler", True),
        ({"properties": [{"pid": "visits", "v": "Anka"}]}, None, False),
    ],
)  # fmt: skip
def test_candidates(
    client: TestClient, query: dict[str, Any], id_: str | None, match: bool
) -> None:
    found = ask(client, q=query)["q"]
    assert (found[0]["id"] if found else None) == id_
    assert any(each["match"] for each in found) is match
    scores = [each["score"] for each in found]
    assert scores == sorted(scores, reverse=True)


def test_scores_tell_what_they_were_made_from(client: TestClient) -> None:
    query = {"query": "Japan", "properties": [{"pid": "evaluates", "v": ["Anka", "F-16"]}]}
    [found] = ask(client, q=query)["q"]
    features = {each["id"]: each["value"] for each in found["features"]}
    assert features == {"name": 100.0, "evaluates": 50.0, "statements": 2.0}
    assert found["score"] == 85.0


def test_two_that_fit_alike_are_no_match(client: TestClient, store: Store) -> None:
    assert ask(client, q={"query": "Japan"})["q"][0]["match"] is True
    place = Entity(id="place/japan", type="Place", name="Japan")
    other = extraction("Japan, Missouri, is a place of its own.", (place,))
    store.add([other])
    found = ask(client, q={"query": "Japan"})["q"]
    assert [each["id"] for each in found] == ["country/japan", "place/japan"]
    assert not any(each["match"] for each in found)
    assert ask(client, q={"query": "Japan", "type": "Place"})["q"][0]["match"] is True
    # Also where only one is shown.
    assert ask(client, q={"query": "Japan", "limit": 1})["q"][0]["match"] is False
    store.retract(other.document.id)


def test_settings_of_a_column(client: TestClient) -> None:
    def values(**chosen: object) -> list[Any]:
        body = extend(client, ["country/japan"], {"id": "evaluates", "settings": chosen})
        return list(body["rows"]["country/japan"]["evaluates"])

    assert len(values()) == 1
    assert len(values(modality="possible")) == 1
    assert values(modality="denied") == []
    assert values(belief=0.99) == []
    assert len(values(belief=0.5, limit=1, modality="")) == 1


def test_unknown_entities_have_no_values(client: TestClient) -> None:
    body = extend(client, ["no/body", ""], {"id": "type"})
    assert body["rows"] == {"no/body": {"type": []}, "": {"type": []}}


def test_suggestions_go_on(client: TestClient) -> None:
    first = shaped(client.get("/reconcile/suggest/property", params={"prefix": ""}), "suggested")
    rest = shaped(
        client.get("/reconcile/suggest/property", params={"prefix": "", "cursor": 20}), "suggested"
    )
    assert len(first["result"]) == 20
    ids = [each["id"] for each in (*first["result"], *rest["result"])]
    assert len(set(ids)) == len(ids) > 30


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({}, 400, "neither"),
        ({"other": "1"}, 400, "neither"),
        ({"queries": ""}, 400, "no JSON"),
        ({"queries": "{"}, 400, "no JSON"),
        ({"queries": "[]"}, 400, "no batch"),
        ({"queries": '"Japan"'}, 400, "no batch"),
        ({"queries": '{"q": 1}'}, 400, "queries.q"),
        ({"queries": '{"q": {}}'}, 400, "neither `query` nor"),
        ({"queries": '{"q": {"query": " "}}'}, 400, "neither `query` nor"),
        ({"queries": '{"q": {"query": 1}}'}, 400, "queries.q.query"),
        ({"queries": '{"q": {"query": "a", "limit": 0}}'}, 400, "queries.q.limit"),
        ({"queries": '{"q": {"query": "a", "limit": 1e999}}'}, 400, "queries.q.limit"),
        ({"queries": '{"q": {"query": "a", "limit": NaN}}'}, 400, "queries.q.limit"),
        ({"queries": '{"q": {"query": "a", "type": "Q5"}}'}, 400, "'Q5' is no type"),
        ({"queries": '{"q": {"query": "a", "properties": [{"pid": "x", "v": 1}]}}'}, 400,
         "'x' is no property"),
        ({"queries": '{"q": {"query": "a", "properties": [{"pid": "isA"}]}}'}, 400, "queries.q"),
        ({"queries": '{"q": {"query": "\\ud800"}}'}, 400, "no JSON that can be used"),
        ({"queries": "[" * 30_000}, 400, "no JSON"),
        ({"queries": json.dumps({"q": {"query": "a" * 401}})}, 400, "queries.q.query"),
        ({"queries": json.dumps({f"q{n}": {"query": "a"} for n in range(51)})}, 413, "50"),
        ({"queries": '{"q": {"query": "a"}}', "callback": "f"}, 400, "JSONP"),
        ({"extend": "[]"}, 400, "extend"),
        ({"extend": '{"ids": []}'}, 400, "extend.properties"),
        ({"extend": '{"ids": [], "properties": [{"id": "x"}]}'}, 400, "no property"),
        ({"extend": json.dumps({"ids": ["a"] * 201, "properties": []})}, 400, "extend.ids"),
        ({"extend": json.dumps({"ids": [], "properties": [
            {"id": "isA", "settings": {"modality": "sure"}}]})}, 422, "modality"),
    ],
)  # fmt: skip
def test_wrong_requests(client: TestClient, fields: dict[str, str], status: int, said: str) -> None:
    answer = client.post("/reconcile", data=fields or {"": ""})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "multipart/form-data"])
def test_other_bodies_are_refused(client: TestClient, media_type: str) -> None:
    answer = client.post("/reconcile", content=b"{}", headers={"Content-Type": media_type})
    assert answer.status_code == 415


def test_pages_of_others_may_ask_where_they_are_let(make_app: MakeApp) -> None:
    origin = "http://127.0.0.1:3333"
    with TestClient(make_app(cors=(origin,)), base_url="http://localhost") as client:
        for path in ("/reconcile", "/reconcile/suggest/entity?prefix=j"):
            answer = client.get(path, headers={"Origin": origin})
            assert answer.headers["access-control-allow-origin"] == origin
        text = json.dumps({"q": {"query": "Japan"}})
        answer = client.post("/reconcile", data={"queries": text}, headers={"Origin": origin})
        assert answer.status_code == 200


def test_a_preview_escapes(client: TestClient) -> None:
    page = client.get("/reconcile/preview", params={"id": "person/yasar-guler"})
    assert "Minister of &quot;Defense&quot;" in page.text
    assert "<script" not in page.text
    missing = client.get("/reconcile/preview", params={"id": "<b>"})
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"


json_ = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["query", "type", "limit", "properties", "pid", "v", "id", "ids", "q"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=100)
@given(body=json_, field=st.sampled_from(["queries", "extend"]))
def test_any_json_is_answered_or_refused(client: TestClient, body: object, field: str) -> None:
    answer = client.post("/reconcile", data={field: json.dumps(body)})
    assert answer.status_code in (200, 400, 413, 422), answer.text
