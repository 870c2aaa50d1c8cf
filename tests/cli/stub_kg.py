"""`kg` with an extractor that needs no model: run as a script, it is the whole command line.

What it reads of a document: the first line that is not blank is a sentence; each capitalised word
of it is a piece of equipment that Japan evaluates. `SLOW` in the environment makes it wait for so
many seconds a document.
"""

from __future__ import annotations

import os
import sys
import time

from kg.cli import run
from kg.documents import Document, Mention, Sentence
from kg.entities import Entity, entity_id
from kg.explain import Explanation, SentenceReading, Stated
from kg.statements import EntityRef, Evidence, Extraction, Statement


class Stub:
    """An extractor."""

    def extract(self, document: Document) -> Extraction:
        time.sleep(float(os.environ.get("SLOW", "0")))
        line = next(line for line in document.text.splitlines() if line.strip())
        start = document.text.index(line)
        names = sorted({word.strip(".,") for word in line.split() if word[:1].isupper()})
        entities = {
            "country/japan": Entity(
                id="country/japan", type="Country", name="Japan", catalogue=True
            )
        }
        for name in names:
            id_ = entity_id("Equipment", name)
            entities.setdefault(id_, Entity(id=id_, type="Equipment", name=name))
        found = {entity_id("Equipment", name): name for name in names}
        return Extraction(
            document=document,
            sentences=(Sentence(number=1, start=start, end=start + len(line)),),
            mentions=tuple(
                Mention(
                    start=start + line.index(name),
                    end=start + line.index(name) + len(name),
                    type="Equipment",
                    sentence=1,
                    entity=id_,
                )
                for id_, name in sorted(found.items())
            ),
            entities=tuple(entities[id_] for id_ in sorted(entities)),
            evidence=tuple(
                Evidence(
                    statement=Statement("country/japan", "evaluates", EntityRef(id_)),
                    sentence=1,
                    start=start,
                    end=start + len(line),
                    modality="asserted",
                    confidence=0.9,
                    extractor="stub 1",
                    reason=f"“{name}” begins with a capital",
                )
                for id_, name in sorted(found.items())
            ),
        )

    def explain(self, document: Document) -> Explanation:
        found = self.extract(document)
        [place] = found.sentences
        return Explanation(
            document=document,
            sentences=(
                SentenceReading(
                    number=1,
                    start=place.start,
                    end=place.end,
                    text=document.text[place.start : place.end],
                    words=(),
                    mentions=(),
                    values=(),
                    said=(),
                    frames=(),
                    tried=(),
                    model=(),
                    rejected=(),
                    statements=tuple(
                        Stated(
                            id=e.statement.id,
                            subject="Japan",
                            predicate="evaluates",
                            object=str(e.statement.object),
                            modality=e.modality,
                            qualifiers="",
                            confidence=e.confidence,
                            extractor=e.extractor,
                            reason=e.reason,
                        )
                        for e in found.evidence
                    ),
                ),
            ),
        )


def main() -> None:
    sys.exit(run(sys.argv[1:], environment=os.environ, extractor=lambda _: Stub()))


if __name__ == "__main__":
    main()
