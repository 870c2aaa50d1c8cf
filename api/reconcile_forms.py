"""What clients of the reconciliation service send as JSON, and what is wrong with it."""

from __future__ import annotations

import json
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from api import protocol

MOST_ROWS, MOST_COLUMNS = 200, 20  # of a data extension

Name = Annotated[str, Field(max_length=400)]


class Known(BaseModel):
    """An entity as a property's value."""

    id: Name
    name: Name = ""


Number = Annotated[float, Field(allow_inf_nan=False)]


PropertyValue = Name | Number | bool | Known


class PropertyTerm(BaseModel):
    """Values that an entity is to have of a property."""

    pid: Name
    v: PropertyValue | Annotated[list[PropertyValue], Field(max_length=50)]


class QueryForm(BaseModel):
    """A reconciliation query."""

    query: Name = ""
    type: Name | Annotated[list[Name], Field(max_length=20)] = []
    limit: Annotated[Number, Field(gt=0)] = 10
    properties: Annotated[list[PropertyTerm], Field(max_length=20)] = []
    type_strict: Literal["any", "should", "all"] = "any"


class Settings(BaseModel):
    """What the user has set for a property of a data extension."""

    limit: Annotated[Number, Field(gt=0)] = 10
    belief: Annotated[Number, Field(ge=0, le=1)] = 0
    modality: str = ""


class Column(BaseModel):
    """A property of a data extension."""

    id: Name
    settings: Settings = Settings()


class ExtensionForm(BaseModel):
    """A data extension query."""

    ids: Annotated[list[Name], Field(max_length=MOST_ROWS)]
    properties: Annotated[list[Column], Field(max_length=MOST_COLUMNS)]


Form = TypeVar("Form", bound=BaseModel)


def parsed(text: str, what: str) -> object:
    """`text` as JSON; HTTPException 400 where it is none."""
    try:
        value: object = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise protocol.bad(f"`{what}` is no JSON that can be used: {str(error)[:200]}.") from error
    return value


def form(kind: type[Form], value: object, what: str) -> Form:
    """`value` as a form; HTTPException 400 says what is wrong with it."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)
        where = ".".join([what, *(str(part) for part in wrong[0]["loc"])])
        raise protocol.bad(f"{where[:200]}: {wrong[0]['msg']}.") from error
    except OverflowError as error:
        raise protocol.bad(f"{what[:200]}: a number is too large.") from error


def text_of(value: PropertyValue) -> str:
    """A property's value as text."""
    if isinstance(value, Known):
        return value.id
    return f"{value:.15g}" if isinstance(value, float) else str(value)
