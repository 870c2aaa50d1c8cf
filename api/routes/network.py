"""The graph as a network: what is around an entity, and what lies between two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api import reading
from api.dependencies import Shared
from api.filters import EdgeFilter
from kg.analyse import edges as analysed
from kg.analyse.neighbourhood import MOST_NODES, neighbourhood
from kg.analyse.paths import LONGEST, MOST_PATHS, paths
from ontology import vocabulary

router = APIRouter(tags=["network"])
_NODES: list[JsonDict] = [
    {"id": "country/japan", "kind": "entity", "type": "Country", "name": "Japan", "statements": 7,
     "distance": 0},
    {"id": "equipment/anka", "kind": "entity", "type": "Equipment", "name": "Anka",
     "statements": 3, "distance": 1},
]  # fmt: skip
_EDGE: JsonDict = {
    "id": "0f3b5a1c9d2e4f60",
    "source": "country/japan",
    "target": "equipment/anka",
    "predicate": "evaluates",
    "label": "evaluates",
    "symmetric": False,
    "modality": "asserted",
    "modalities": {"asserted": 2},
    "belief": 0.93,
    "documents": 2,
    "latest": "2026-01-08",
}
_EntityId = Annotated[
    str, Query(max_length=400, description="an entity's id", examples=["country/japan"])
]


class Node(BaseModel):
    """An entity; or a text or a sum that is the object of a statement."""

    id: str = Field(description="the entity's id; title/… for a text, amount/… for a sum")
    kind: Literal["entity", "text", "amount"]
    type: str = Field(description="a class of the ontology, Title or Amount")
    name: str = Field(description="what to call it")
    statements: int = Field(description="how many statements an entity stands in; 1 for others")
    distance: int = Field(description="how many statements lie between it and the start")


class Edge(BaseModel):
    """A statement."""

    id: str = Field(description="the statement's id, for /statements/{id}")
    source: str = Field(description="the id of the node that is its subject")
    target: str = Field(description="the id of the node that is its object")
    predicate: str = Field(description="a predicate of the ontology")
    label: str = Field(description="what to call the predicate")
    symmetric: bool = Field(description="true where the direction says nothing")
    modality: str = Field(description="the firmest of its evidence")
    modalities: dict[str, int] = Field(description="how many pieces of evidence have a modality")
    belief: float = Field(description="how far to believe it, from 0 to 1")
    documents: int = Field(description="how many documents bear on it")
    latest: str | None = Field(description="the date of the newest of them")


class Network(BaseModel):
    """Nodes and edges; the firmest and most believed edges come first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"nodes": [*_NODES], "edges": [_EDGE], "cut": False}]}
    )

    nodes: list[Node]
    edges: list[Edge]
    cut: bool = Field(description="true where there may be more than is shown")


class Path(BaseModel):
    """A chain of statements."""

    nodes: list[str] = Field(description="the ids of the nodes from one end to the other")
    edges: list[str] = Field(description="the id of the statement between each two of them")


class Paths(Network):
    """Chains between two entities, the shortest first; and what they are made of."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "paths": [
                        {"nodes": ["country/japan", "equipment/anka"], "edges": [_EDGE["id"]]}
                    ],
                    "nodes": [*_NODES],
                    "edges": [_EDGE],
                    "cut": False,
                }
            ]
        }
    )

    paths: list[Path]


def _nodes(found: Iterable[analysed.Node]) -> list[Node]:
    return [
        Node.model_validate(
            {name: getattr(each, name) for name in Node.model_fields}  # the same names
        )
        for each in found
    ]


def _edges(found: Iterable[analysed.Edge]) -> list[Edge]:
    predicates = vocabulary.load().predicates
    return [
        Edge(
            id=each.id,
            source=each.source,
            target=each.target,
            predicate=each.predicate,
            label=predicates[each.predicate].label,
            symmetric=predicates[each.predicate].symmetric,
            modality=each.modality,
            modalities=dict(each.modalities),
            belief=each.belief,
            documents=each.documents,
            latest=each.latest or None,
        )
        for each in found
    ]


@router.get("/neighbourhood", response_model=Network, summary="What is around an entity")
def around(
    services: Shared,
    wanted: EdgeFilter,
    entity: _EntityId,
    depth: Annotated[
        int, Query(ge=1, le=2, description="1 for its own statements, 2 for those next to them")
    ] = 1,
    limit: Annotated[
        int, Query(ge=2, le=MOST_NODES, description="how many nodes are shown at most")
    ] = 100,
) -> Network:
    """The statements around an entity as a network.

    The firmest and most believed statements are taken first. With a depth of 2, half of the nodes
    are kept for the second step, and the entities of the first step add their best statements in
    turn. Of entities with very many statements only the newest are looked at; `cut` tells.
    Modality, confidence, source and days must hold of one and the same piece of evidence.
    """
    reading.check_entities(services.store, entity)
    with services.store.index.reading() as db:
        found = neighbourhood(db, entity, depth=depth, limit=limit, wanted=wanted)
    return Network(nodes=_nodes(found.nodes), edges=_edges(found.edges), cut=found.cut)


@router.get("/paths", response_model=Paths, summary="What lies between two entities")
def between(
    services: Shared,
    wanted: EdgeFilter,
    from_: Annotated[_EntityId, Query(alias="from")],
    to: _EntityId,
    longest: Annotated[
        int, Query(ge=1, le=LONGEST, description="how many statements a chain has at most")
    ] = 3,
    limit: Annotated[
        int, Query(ge=1, le=MOST_PATHS, description="how many chains are shown at most")
    ] = 10,
) -> Paths:
    """Chains of statements from one entity to another, walked in either direction.

    Shorter chains come first, then those of firmer and more believed statements; of several
    statements between the same two entities a chain has the best. `type` is for the entities in
    between. What is looked at is bounded as in `/neighbourhood`; `cut` tells.
    """
    reading.check_entities(services.store, from_, to)
    with services.store.index.reading() as db:
        found = paths(db, from_, to, longest=longest, limit=limit, wanted=wanted)
    return Paths(
        paths=[
            Path(nodes=list(each.nodes), edges=[edge.id for edge in each.edges])
            for each in found.paths
        ],
        nodes=_nodes(found.nodes),
        edges=_edges(found.edges),
        cut=found.cut,
    )
