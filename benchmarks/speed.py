"""Words per second, start-up and memory of our pipeline and of spaCy's CNN pipeline, in one run.

    python benchmarks/speed.py [FOLDER]

Each pipeline runs in a process of its own, on one core, over the texts of FOLDER (the sample
articles by default) often enough for 20,000 words. The peer is spaCy's usual convolutional
pipeline (shared tok2vec of width 96 and depth 4, tagger, parser, names), which is what
`en_core_web_sm` is made of; it is initialised, not trained, since there is no model hub here, and
its speed does not depend on what its weights are. The third row is the whole extraction.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

WORDS = 20_000
ROOT = Path(__file__).resolve().parent.parent


def texts(folder: Path) -> list[str]:
    """The articles of a folder without their front matter."""
    found = sorted([*folder.glob("*.md"), *folder.glob("*.txt")])
    out = []
    for path in found:
        text = path.read_text(encoding="utf-8")
        out.append(text.split("---\n", 2)[2] if text.startswith("---\n") else text)
    if not out:
        raise SystemExit(f"{folder}: no .md or .txt files to read")
    return out


def ours() -> object:
    """Our language pipeline."""
    from kg import nlp

    return nlp.load()


def whole() -> object:
    """Everything from text to statements."""
    from kg.documents import Document
    from kg.pipeline import Pipeline

    pipeline = Pipeline()
    return lambda text: pipeline.extract(Document(text=text, date="2026-01-08"))


def peer() -> object:
    """spaCy's CNN pipeline."""
    import spacy
    from spacy.training import Example

    tok2vec = {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": 96,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
            "rows": [5000, 1000, 2500, 2500],
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": 96,
            "depth": 4,
            "window_size": 1,
            "maxout_pieces": 3,
        },
    }
    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec", config={"model": tok2vec})
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}
    tagger = {"@architectures": "spacy.Tagger.v2", "tok2vec": listener}
    parser = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "parser",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": listener,
    }
    nlp.add_pipe("tagger", config={"model": tagger})
    nlp.add_pipe("parser", config={"model": parser})
    nlp.add_pipe("ner", config={"model": {**parser, "state_type": "ner"}})
    doc = nlp.make_doc("Baykar makes drones .")
    gold = {
        "tags": ["NNP", "VBZ", "NNS", "."],
        "heads": [1, 1, 1, 1],
        "deps": ["nsubj", "ROOT", "obj", "punct"],
        "entities": [(0, 6, "ORG")],
    }
    nlp.initialize(lambda: [Example.from_dict(doc, gold)])
    return nlp


def measure(name: str, folder: Path) -> dict[str, float]:
    """One pipeline in this process."""
    began = time.perf_counter()
    run = {"ours": ours, "peer": peer, "whole": whole}[name]()
    loaded = time.perf_counter() - began
    assert callable(run)
    articles = texts(folder)
    for text in articles:
        run(text)
    done, began = 0, time.perf_counter()
    while done < WORDS:
        for text in articles:
            run(text)
            done += len(text.split())
    took = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"words_per_second": done / took, "start_s": loaded, "memory_mib": memory}


def main() -> None:
    """Run each pipeline in turn and print a table."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("folder", type=Path, nargs="?", default=ROOT / "samples")
    ap.add_argument("--only", help=argparse.SUPPRESS)
    a = ap.parse_args()
    if a.only:
        print(json.dumps(measure(a.only, a.folder)))
        return
    core = min(os.sched_getaffinity(0))
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    rows = {}
    for name in ("peer", "ours", "whole"):
        command = [sys.executable, __file__, str(a.folder), "--only", name]
        done = subprocess.run(
            command,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        rows[name] = json.loads(done.stdout)
    labels = {"peer": "spaCy CNN", "ours": "language pipeline", "whole": "whole extraction"}
    print("| pipeline, one core | words/s | against spaCy CNN | start, s | memory, MiB |")
    print("|---|---|---|---|---|")
    for name, row in rows.items():
        ratio = row["words_per_second"] / rows["peer"]["words_per_second"]
        print(
            f"| {labels[name]} | {row['words_per_second']:.0f} | {ratio:.2f} "
            f"| {row['start_s']:.2f} | {row['memory_mib']:.0f} |"
        )


if __name__ == "__main__":
    main()
