"""The explorer page as `api/web/build.py` has built it: one HTML file and what it loads.

All files are read once and only what was there then is served, so no path from outside reaches the
file system. What a browser may do with them is said by a policy of their own: scripts, styles,
pictures and data from this server and nothing else, nothing inline, no `eval`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
# The names of built files have a hash of what is in them.
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Explorer:
    """The built page: its HTML, and the other files by name."""

    html: bytes
    files: Mapping[str, bytes]

    def page(self) -> Response:
        """The page itself, which is asked for anew each time."""
        return Response(
            self.html,
            media_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"},
        )

    def asset(self, name: str) -> Response | None:
        """One of its files; None where there is none of that name."""
        content = self.files.get(name)
        if content is None:
            return None
        is_hashed = "-" in name
        return Response(
            content,
            media_type=_TYPES[Path(name).suffix],
            headers={
                # A worker has the policy of its own script.
                "Content-Security-Policy": POLICY,
                "Cache-Control": _FOREVER if is_hashed else "no-cache",
            },
        )


def read(folder: Path) -> Explorer | None:
    """What is built in the folder; None where nothing is."""
    page = folder / "index.html"
    if not page.is_file():
        return None
    files = {
        path.name: path.read_bytes()
        for path in sorted((folder / "assets").iterdir())
        if path.is_file() and path.suffix in _TYPES
    }
    return Explorer(html=page.read_bytes(), files=files)


@cache
def explorer() -> Explorer | None:
    """The page that this server serves; read once."""
    return read(FOLDER)
