"""Stored queries: listed, shown, and answered."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import negotiation, problems, running
from api.dependencies import KnownParameters, Shared
from api.protocol import SparqlRequest, format_of, in_path, wish_of
from api.routes import sparql
from kg import queries as stored
from kg.errors import NotFoundError
from kg.query_names import with_ids
from ontology import vocabulary

router = APIRouter(tags=["queries"])
_ANSWER = frozenset(each["name"] for each in (*sparql.LESS, sparql.FORMAT))
_SCHEMAS: dict[str, dict[str, Any]] = {
    "entity": {"type": "string", "minLength": 1, "maxLength": 400},
    "date": {"type": "string", "format": "date"},
    "number": {"type": "number"},
    "count": {"type": "integer", "minimum": 1, "maximum": 99999},
    "text": {"type": "string", "maxLength": stored.MAX_TEXT},
}
Name = Annotated[
    str, Path(max_length=100, description="the name of a query", examples=["evaluations"])
]


class Parameter(BaseModel):
    """What a query may be told."""

    name: str = Field(description="as in the path", examples=["who"])
    type: str = Field(
        description="entity, predicate, modality, date, number, count or text", examples=["entity"]
    )
    description: str = Field(description="what it means")
    fits: str = Field(description="what a value of the type is")
    required: bool = Field(description="whether it has to be given")
    default: str | None = Field(description="what holds where it is not given, or null")
    choices: list[str] | None = Field(description="the values that there are, or null for any")


class StoredQuery(BaseModel):
    """A question that can be asked by its name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "evaluations",
                    "question": "Who evaluates what?",
                    "description": "Who looks at, assesses or tests which equipment.",
                    "parameters": [
                        {
                            "name": "who",
                            "type": "entity",
                            "description": "the one who evaluates",
                            "fits": "an entity's id or IRI, or a name that only it has",
                            "required": False,
                            "default": None,
                            "choices": None,
                        }
                    ],
                    "results": "/queries/evaluations/results",
                }
            ]
        }
    )

    name: str = Field(description="its name", examples=["evaluations"])
    question: str = Field(description="what it asks")
    description: str = Field(description="what it answers")
    parameters: list[Parameter]
    results: str = Field(description="the path of its answer; parameters go after it")


class StoredQueryDetail(StoredQuery):
    """A query with its text."""

    model_config = ConfigDict(json_schema_extra={"examples": []})

    template: str = Field(description="its SPARQL, in which $who stands for the parameter `who`")
    sparql: str | None = Field(
        description="its SPARQL with the parameters that were given; null where one is missing"
    )


class StoredQueries(BaseModel):
    """All queries."""

    items: list[StoredQuery]


def _shown(query: stored.StoredQuery) -> StoredQuery:
    terms = vocabulary.load()
    choices = {"predicate": list(terms.predicates), "modality": list(terms.modalities)}
    return StoredQuery(
        name=query.name,
        question=query.question,
        description=query.description,
        parameters=[
            Parameter(
                name=each.name,
                type=each.type,
                description=each.description,
                fits=stored.TYPES[each.type].meaning,
                required=each.required,
                default=each.default,
                choices=choices.get(each.type),
            )
            for each in query.parameters
        ],
        results=f"/queries/{quote(query.name)}/results",
    )


def _named(name: str) -> stored.StoredQuery:
    known = stored.load()
    if name not in known:
        raise NotFoundError(f"No query is called {name[:40]!r}: there are {', '.join(known)}.")
    return known[name]


def _values(request: Request) -> dict[str, str]:
    """The parameters in the URL but those that say what the answer is like."""
    values: dict[str, str] = {}
    for name, given in in_path(request).items():
        if name in _ANSWER:
            continue
        if len(given) > 1:
            raise stored.ParameterError(name[:40], "is given more than once")
        values[name] = given[0]
    return values


@router.get(
    "/queries",
    response_model=StoredQueries,
    summary="List stored queries",
    dependencies=[KnownParameters],
)
def every() -> StoredQueries:
    """The questions that can be asked by name, and what each may be told."""
    return StoredQueries(items=[_shown(query) for query in stored.load().values()])


@router.get("/queries/{name}", response_model=StoredQueryDetail, summary="Show a stored query")
def read(services: Shared, request: Request, name: Name) -> StoredQueryDetail:
    """A query with its parameters and its SPARQL.

    Parameters of the query that are given here stand in `sparql`, which can be sent to `/sparql`
    as it is.
    """
    query = _named(name)
    values = with_ids(query, _values(request), services.store.index)
    whole = all(each.name in values for each in query.parameters if each.required)
    return StoredQueryDetail(
        **_shown(query).model_dump(),
        template=query.text,
        sparql=query.sparql(values) if whole else None,
    )


@router.get(
    "/queries/{name}/results",
    response_class=Response,
    include_in_schema=False,  # described for each query, see `paths`
)
async def results(services: Shared, request: Request, name: Name) -> Response:
    query = _named(name)
    values = _values(request)
    fields = in_path(request)
    wish, wanted = wish_of(request, fields), format_of(fields)
    if wanted is not None and negotiation.named(wanted, graph=False) is None:
        known = ", ".join(negotiation.NAMES[False])
        raise stored.ParameterError("format", f"{wanted[:40]!r} is none: take one of {known}")

    def work(gone: Any) -> Response:
        text = query.sparql(with_ids(query, values, services.store.index))
        asked = SparqlRequest(kind="query", text=text, format=wanted, wish=wish)
        return sparql.answer(services, request, asked, gone)

    return await running.run(request, work)


def problem(request: Request, error: Exception) -> Response:
    """A parameter that does not fit, as a problem with the entities that may be meant."""
    assert isinstance(error, stored.ParameterError)
    field = problems.FieldProblem(
        location=f"query.{error.name}",
        message=error.message,
        candidates=[
            problems.Candidate(id=id_, type=type_, name=name)
            for id_, type_, name in error.candidates
        ]
        or None,
    )
    return problems.response(422, f"{error}.", path=request.url.path, errors=[field])


def paths() -> dict[str, Any]:
    """What the OpenAPI document says of the answers, query by query."""
    return {
        f"/queries/{name}/results": {"get": _operation(query)}
        for name, query in stored.load().items()
    }


def _operation(query: stored.StoredQuery) -> dict[str, Any]:
    return {
        "tags": ["queries"],
        "summary": query.question,
        "description": f"{query.description}\n\nThe answer is a table in the formats, and under "
        "the limits, of `/sparql`.",
        "operationId": f"results_{query.name.replace('-', '_')}",
        "parameters": [
            *(_parameter(each) for each in query.parameters),
            *sparql.LESS,
            sparql.FORMAT,
        ],
        "responses": {
            "200": {
                "description": "The answer, in the format that Accept asks for",
                "content": {
                    media_type: {"schema": {"type": "string"}}
                    for media_type in sorted(set(negotiation.RESULTS.values()))
                },
            }
        },
    }


def _parameter(parameter: stored.Parameter) -> dict[str, Any]:
    terms = vocabulary.load()
    enumerations = {"predicate": terms.predicates, "modality": terms.modalities}
    schema = dict(_SCHEMAS.get(parameter.type, {"type": "string"}))
    if parameter.type in enumerations:
        schema["enum"] = list(enumerations[parameter.type])
    if parameter.default is not None:
        number = parameter.type in ("number", "count")
        schema["default"] = float(parameter.default) if number else parameter.default
        if parameter.type == "count":
            schema["default"] = int(parameter.default)
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.description} ({stored.TYPES[parameter.type].meaning})",
        "schema": schema,
    }
