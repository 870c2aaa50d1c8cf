"""How a SPARQL server is named as a store."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.store import open_store
from kg.store.endpoint import Endpoint


def test_what_an_address_says() -> None:
    found = Endpoint.parse("sparql+https://ann:p%40ss@[::1]:3030/ds/query?update=/ds/update")
    assert found.name == "https://[::1]:3030/ds/query"
    assert found.update_name == "https://[::1]:3030/ds/update"
    assert (found.user, found.password) == ("ann", "p@ss")
    assert "p@ss" not in repr(found)
    plain = Endpoint.parse("sparql+http://localhost")
    assert plain.name == plain.update_name == "http://localhost/"


@pytest.mark.parametrize(
    "address",
    [
        "sparql+http://",
        "sparql+http://u:secret@h:port/",
        "sparql+http://u:secret@h/a b",
        "sparql+http://u:secret@h/a\nb",
        "sparql+http://u:secret@h/é",
        "sparql+http://u:secret@h/#part",
        "sparql+http://u:secret@h/?query=x",
        "sparql+http://u:secret@h/?update=elsewhere",
        "sparql+http://u:secret@h/?nothing",
        "ftp://u:secret@host/",
        "http://u:secret@h/",
    ],
)
def test_wrong_addresses(address: str, state: Path) -> None:
    with pytest.raises(StoreError, match=r"sparql\+http://localhost") as error:
        open_store(address)
    assert "secret" not in str(error.value)
    assert not state.exists()
