"""Universal features that follow from a Penn tag, as far as extraction needs them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# https://universaldependencies.org/tagset-conversion/en-penn-uposf.html
FEATURES: Mapping[str, str] = MappingProxyType(
    {
        "CD": "NumType=Card",
        "JJ": "Degree=Pos",
        "JJR": "Degree=Cmp",
        "JJS": "Degree=Sup",
        "MD": "VerbForm=Fin",
        "NN": "Number=Sing",
        "NNP": "Number=Sing",
        "NNPS": "Number=Plur",
        "NNS": "Number=Plur",
        "PRP": "PronType=Prs",
        "PRP$": "Poss=Yes|PronType=Prs",
        "RBR": "Degree=Cmp",
        "RBS": "Degree=Sup",
        "VB": "VerbForm=Inf",
        "VBD": "Mood=Ind|Tense=Past|VerbForm=Fin",
        "VBG": "Tense=Pres|VerbForm=Part",
        "VBN": "Tense=Past|VerbForm=Part",
        "VBP": "Mood=Ind|Tense=Pres|VerbForm=Fin",
        "VBZ": "Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin",
        "WP$": "Poss=Yes|PronType=Int,Rel",
    }
)
