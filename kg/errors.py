"""What can go wrong, as one tree.

::

    EntenteError
    ├── InputError              something that a user handed in cannot be used
    │   ├── DocumentError       a file or text cannot be read as a document
    │   ├── CatalogueError      a catalogue or frame file breaks its schema
    │   ├── QueryError          a SPARQL or RDF text is wrong or not allowed
    │   │   └── QueryLimitError it went beyond a limit of time, memory or size
    │   └── ProtectedError      a change of what only documents change
    ├── NotFoundError           no such entity, statement or document
    ├── StoreError              the store cannot be opened, read or written
    │   ├── StoreInUseError     another process holds the store
    │   ├── ServerError         the SPARQL server that is the store fails or cannot be reached
    │   └── BusyError           too many queries at once
    └── SetupError              something that must be installed is missing

Every message names the input and the mend. The errors know neither HTTP nor exit codes: the API and
the command line each keep their own table for that.
"""


class EntenteError(Exception):
    """Anything that this package raises on purpose."""


class InputError(EntenteError):
    """Something that a user handed in cannot be used."""


class DocumentError(InputError):
    """A file or text cannot be read as a document."""


class CatalogueError(InputError):
    """A catalogue, vocabulary or frame file breaks its schema."""


class QueryError(InputError):
    """A SPARQL or RDF text is wrong or not allowed."""


class QueryLimitError(QueryError):
    """A SPARQL query went beyond a limit of time, memory or size."""


class ProtectedError(InputError):
    """A change of what only documents change."""


class NotFoundError(EntenteError):
    """No such entity, statement or document."""


class StoreError(EntenteError):
    """The store cannot be opened, read or written."""


class StoreInUseError(StoreError):
    """Another process holds the store."""


class ServerError(StoreError):
    """The SPARQL server that is the store fails, refuses, or cannot be reached.

    `answered` tells whether it gave an answer at all.
    """

    def __init__(self, message: str, *, answered: bool = False) -> None:
        super().__init__(message)
        self.answered = answered


class BusyError(StoreError):
    """Too many queries at once; the same one may be answered a moment later."""


class SetupError(EntenteError):
    """Something that must be installed is missing."""
