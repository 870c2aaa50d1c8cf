"""Extractions as RDF.

- `layout.document_quads`: an extraction as the quads of its document's graph
- `update.changes`: what to add and to remove when documents come or go
- `read.extraction`: the quads of a document as the extraction again
- `serialise.serialise`: a dataset as Turtle, TriG, N-Quads, JSON-LD …, always the same bytes
- `validate.validate`: what breaks the shapes

The modules are imported by name, so that a program only loads the libraries that it uses.
"""
