"""rdflib-endpoint over a file of N-Quads, run by the Python of an environment that has it.

    python serving_rdflib.py FILE PORT

reads the file once and says "ready". Each line on standard input starts the server anew as a
process of its own, which has the graph already: a query that takes too long cannot be stopped
otherwise.
"""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """Load, then fork a server for each line; end with the input."""
    import uvicorn  # of that environment
    from rdflib import Dataset
    from rdflib_endpoint import SparqlEndpoint  # type: ignore[import-not-found, unused-ignore]

    graph = Dataset(default_union=True)
    graph.parse(sys.argv[1], format="nquads")
    app = SparqlEndpoint(graph=graph, path="/sparql")
    print("ready", flush=True)
    child = 0
    for _ in sys.stdin:
        if child:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        child = os.fork()
        if child == 0:
            uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="critical")
            os._exit(0)
        print(child, flush=True)
    if child:
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
