"""From a document to all that it says. The only module that knows every step."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.documents import Document, Sentence
from kg.statements import Extraction

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from kg.explain import Explanation, Steps
    from kg.extract.records import Span


class Pipeline:
    """Reads documents. Making one loads the models and the data, so make it once; one may be
    shared by threads only one at a time.

    `catalogue_files` and `frame_files` are added to what comes with the package; CatalogueError
    where one breaks its schema. Statements less sure than `min_confidence` are left out.
    """

    def __init__(
        self,
        *,
        catalogue_files: Sequence[Path] = (),
        frame_files: Sequence[Path] = (),
        min_confidence: float = 0.0,
    ) -> None:
        import kg.nlp
        from kg.extract import confidence, model
        from kg.extract.claims import Policy
        from ontology import catalogue, frames

        self._catalogue = catalogue.load(*catalogue_files)
        self._frames = frames.load(*frame_files)
        self._language = kg.nlp.load()
        self._model = model.load()
        self._policy = Policy()
        self._calibration = confidence.load()
        self._min_confidence = min_confidence

    def extract(self, document: Document) -> Extraction:
        """All that the document says; the same document always gives the same."""
        return self._steps(document, every=False).extraction

    def explain(self, document: Document) -> Explanation:
        """What each sentence was read as, what was taken from it, what was not, and why."""
        from kg.explain import explain

        return explain(self.steps(document))

    def steps(self, document: Document) -> Steps:
        """All that is found on the way to what the document says."""
        return self._steps(document, every=True)

    def _steps(self, document: Document, *, every: bool) -> Steps:
        """The steps; only with `every` those claims as well that can come to nothing."""
        from kg.explain import Steps
        from kg.extract import claims, counterpart_posts, frames, mentions, modality, values
        from kg.extract.attach import Attaching
        from kg.extract.trace import Trace
        from kg.resolve import resolve

        doc = self._language(document.text)
        spans = mentions.find(doc, catalogue=self._catalogue)
        found = values.find(document.text, article_date=document.date)
        resolution = resolve(doc, spans, catalogue=self._catalogue)
        posts = titles(doc)
        by_frame = frames.find(
            doc, resolution.mentions, found, doc.spans["titles"], frames=self._frames
        )
        by_frame += counterpart_posts.find(by_frame, resolution.counterparts)
        framed = None if every else {(c.sentence, c.predicate) for c in by_frame}
        by_model = modality.reread(
            doc,
            self._model.find(doc, resolution.mentions, found, posts, framed=framed),
            frames=self._frames,
        )
        trace = Trace()
        attaching = Attaching(
            doc,
            found,
            resolution.mentions,
            titles=posts,
            homes=resolution.homes,
            frames=self._frames,
        )
        settled = claims.settle(
            by_model, by_frame, policy=self._policy, attaching=attaching, trace=trace
        )
        extraction = claims.extraction(
            document,
            sentences=sentences(doc),
            mentions=resolution.mentions,
            entities=resolution.entities,
            claims=settled,
            calibration=self._calibration,
            min_confidence=self._min_confidence,
            trace=trace,
        )
        return Steps(
            doc=doc,
            mentions=resolution.mentions,
            entities=resolution.entities,
            values=tuple(found),
            posts=tuple(posts),
            frames=self._frames,
            by_frame=tuple(by_frame),
            by_model=tuple(by_model),
            dropped=tuple(trace.dropped),
            extraction=extraction,
        )


def sentences(doc: Doc) -> tuple[Sentence, ...]:
    """The sentences of a Doc, counted from 1, without the blank space around them."""
    found: list[Sentence] = []
    for sent in doc.sents:
        words = [t for t in sent if not t.is_space]
        if words:
            end = words[-1].idx + len(words[-1])
            found.append(Sentence(number=len(found) + 1, start=words[0].idx, end=end))
    return tuple(found)


def titles(doc: Doc) -> list[Span]:
    """The posts that were found in a Doc, such as "Defense Minister"."""
    from kg.extract.records import Span

    return [
        Span(start=span.start_char, end=span.end_char, type="Title", reason="language model")
        for span in doc.spans["titles"]
    ]
