"""The language pipeline: text → spaCy `Doc` with Universal Dependencies and names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language


@cache
def load() -> Language:
    """The pipeline: `load()("Baykar makes the TB2.")` gives a `Doc` with

    - `tag_` (Penn), `pos_`, `morph`, `lemma_`, `head`, `dep_` (UD English), sentence starts;
    - `ents`: mentions with the types of the ontology;
    - `spans["titles"]`: posts such as "Defense Minister"; `spans["names"]`: PER, ORG, LOC, MISC;
    - `user_data["entente_vectors"]`: one vector a token, for the relation model.

    Any text gives a `Doc`; offsets are those of the text. SetupError if the model is missing.
    """
    import spacy

    from kg.nlp import component, tokenizer

    nlp = spacy.blank("en")
    nlp.tokenizer = tokenizer.build(nlp)
    nlp.max_length = 10_000_000
    nlp.add_pipe("entente_tagger")
    assert component.MODEL
    return nlp
