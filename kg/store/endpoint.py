"""A SPARQL server as an address, and how to speak with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, unquote, urlsplit

from kg.errors import StoreError
from kg.settings import Settings

SCHEME = "sparql+"
EXAMPLE = "sparql+http://localhost:8890/sparql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to speak with a server.

    `user` and `password` are sent as HTTP Basic, or Digest where the server wants that, `token` as
    Bearer. A request may take `seconds`, its answer `answer_bytes`; `quads` go in one update.
    """

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    seconds: float = 60.0
    answer_bytes: int = 256 * 2**20
    quads: int = 500  # Virtuoso refuses an update of some thousand triples

    @classmethod
    def of(cls, settings: Settings) -> Options:
        """What the settings say of it."""
        return cls(
            user=settings.store_user,
            password=settings.store_password,
            token=settings.store_token,
            seconds=settings.store_seconds,
            answer_bytes=settings.store_bytes,
            quads=settings.store_quads,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a server listens; `name` is what messages may show."""

    secure: bool
    host: str
    port: int | None
    query_path: str
    update_path: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """The address as messages show it, without credentials and parameters."""
        return f"{self.origin}{self.query_path}"

    @property
    def update_name(self) -> str:
        """The address that updates go to, as messages show it."""
        return f"{self.origin}{self.update_path}"

    @property
    def origin(self) -> str:
        """Protocol, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        return f"{'https' if self.secure else 'http'}://{host}{port}"

    @classmethod
    def parse(cls, location: str) -> Endpoint:
        """Read `sparql+http://user:password@host:port/path?update=/path`; StoreError if wrong.

        The message does not repeat the address, which may hold a password.
        """
        wrong = f"--store: the address cannot be read: a SPARQL store is named like {EXAMPLE}"
        try:
            parts = urlsplit(location.removeprefix(SCHEME))
            port, host = parts.port, parts.hostname
            asked = parse_qs(parts.query, strict_parsing=bool(parts.query))
        except ValueError as error:
            raise StoreError(wrong) from error
        plain = location.isascii() and location.isprintable() and " " not in location
        if parts.scheme not in ("http", "https") or not host or not plain or parts.fragment:
            raise StoreError(wrong)
        if set(asked) - {"update"}:
            raise StoreError(
                f"--store: of parameters an address may have ?update=/path only, as in {EXAMPLE}"
                "?update=/update"
            )
        path = parts.path or "/"
        update = asked.get("update", [path])[0]
        if not update.startswith("/"):
            raise StoreError(f"--store: ?update= takes a path, as in {EXAMPLE}?update=/update")
        return cls(
            secure=parts.scheme == "https",
            host=host,
            port=port,
            query_path=path,
            update_path=quote(update, safe="/%:@!$&'()*+,;=~"),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )
