"""`kg serve`: REST and SPARQL over HTTP."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

import click

from kg.commands.common import (
    Context,
    extractor,
    opened,
    query_limits,
    reading_options,
    store_option,
)
from kg.commands.kinds import text, whole


@click.command()
@click.option(
    "--host",
    type=text,
    help="Listen on this address [default: ENTENTE_HOST or 127.0.0.1].",
)
@click.option(
    "--port",
    type=whole(0, 65535),
    metavar="N",
    help="Listen on this port, or on any free one for 0 [default: ENTENTE_PORT or 8000].",
)
@reading_options
@store_option
@click.pass_obj
def serve(
    context: Context,
    host: str | None,
    port: int | None,
    catalogue: tuple[str, ...],
    frames: tuple[str, ...],
    store: str | None,
) -> None:
    """Serve the store over HTTP until interrupted with Ctrl-C.

    Beyond this machine, writing needs the secret in ENTENTE_TOKEN. While the server runs, no other
    command can open the store: ask over HTTP.

    \b
    Examples:
      kg serve
      kg serve --store news-store --port 9000
    """
    import uvicorn

    from api import listening
    from api.app import create_app
    from api.watching import log_to
    from kg.readers.killable import ReadLimits

    settings = context.settings
    try:
        log_to(settings.log)
    except OSError as error:
        raise click.UsageError(
            f"ENTENTE_LOG: {settings.log}: {os.strerror(error.errno or 0)}: name another file"
        ) from error
    host = host or settings.host
    listener = _listen(host, settings.port if port is None else port)
    url = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    with opened(context, store, create=True, purpose=f"serving at {url}") as source:
        reader = extractor(context, catalogue, frames)
        app = create_app(
            source,
            extract=reader.extract,
            explain=reader.explain,
            host=host,
            token=settings.token or None,
            limits=query_limits(settings),
            body_bytes=settings.max_body,
            file_bytes=settings.max_file,
            upload_bytes=settings.max_upload,
            reading=ReadLimits(document=context.limits()),
            cors=settings.cors.split(),
            public_url=settings.public_url or None,
            rate=settings.rate or None,
        )
        for what, path in (("page", "/"), ("API", "/docs"), ("SPARQL", "/sparql")):
            click.echo(f"{what:<9} {url}{path}", err=True)
        server = uvicorn.Server(listening.config(app))
        with suppress(KeyboardInterrupt):  # the way to end it
            server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A socket on the address, before anything slow is loaded."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        number = error.errno or 0  # below 0 where the name was looked up in vain
        reason = os.strerror(number) if number >= 0 else "no such address"
        raise click.UsageError(f"{host}:{port}: {reason}: name another --host or --port") from error
    # Answers go out in two parts; without this the second one waits 40 ms for the first to be
    # acknowledged. Connections inherit it (asyncio sets it for other listeners by itself).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
