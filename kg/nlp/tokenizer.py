"""Words: spaCy's tokenizer with rules for designations, amounts and UD's hyphens."""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import compile_infix_regex, compile_suffix_regex

# UD English splits hyphenated compounds ("long - endurance") but not after these prefixes.
_PREFIXES = (
    "anti|bi|co|counter|cross|de|e|ex|extra|hyper|inter|intra|macro|mega|micro|mid|mini|mis|multi|"
    "neo|non|over|para|post|pre|pro|pseudo|quasi|re|semi|sub|super|supra|tri|ultra|un|under"
)
_TITLE = "al|el|ad|ar|as|ash|at|az|an"  # the Arabic article: al-Assad, el-Sisi, ash-Sharaa
_WHOLE = re.compile(
    rf"(?:(?i:{_PREFIXES})-(?:[A-Z]?[a-z]{{2,}})"
    rf"|(?i:{_TITLE})-[A-Z][a-z]+"
    # A designation: F-16V, S-400, Su-30MK2, T129, MQ-9B, K2PL, 9K720, AIM-120C-7, C-390, 212CD.
    r"|[A-Z]{1,6}[a-z]{0,4}-?\d{1,4}[A-Za-z]{0,5}(?:-\d{1,3}[A-Za-z]{0,2})?"
    r"|\d{1,4}[A-Z]{1,4}\d{0,4}[A-Z]?"
    r"|[A-Z]{2,4}-[A-Z]{1,2}"  # IF-X, FFG-X
    r"|e-?mail)s?\Z"
    r"|([*=!?_~<>#+-])\1+\Z"  # *** and ===== and !!! stay whole
)
_INFIXES = (
    r"(?<=[0-9])-(?=[a-z]{2})",  # 24-hour, 48-percent
    r"(?<=\.)-(?=[A-Za-z])",  # U.S.-led
    r"(?<=[0-9])[-–](?=[A-Z][a-z]{2})",  # 2025-May
    r"(?<=[A-Za-z0-9])-(?=(?:based|made|led|class|built|type|style|era|backed|owned|level)\b)",
    r"(?<=[a-z0-9])[–—](?=[A-Za-z0-9])",
    r"(?<=\d)%(?=-)",
)
_SUFFIXES = (
    r"(?<=[0-9])%",
    r"(?<=[0-9][A-Z])\.",
    r"(?<=[A-Z]{2}[0-9])\.",
    r"(?<=-[A-Z])\.",  # "… of the IF-X."
)
_SUFFIX = 100  # characters


def build(nlp: Language) -> Tokenizer:
    """A tokenizer for the vocabulary of `nlp`; no token is lost and offsets are the text's."""
    defaults = nlp.Defaults
    rules = dict(defaults.tokenizer_exceptions or {})
    infixes = compile_infix_regex([*(defaults.infixes or []), *_INFIXES])
    suffixes = compile_suffix_regex([*(defaults.suffixes or []), *_SUFFIXES])
    base = nlp.tokenizer
    assert isinstance(base, Tokenizer)
    return Tokenizer(
        nlp.vocab,
        rules=rules,
        prefix_search=base.prefix_search,
        # A suffix is short; without a bound a long run of marks takes quadratic time.
        suffix_search=lambda word: suffixes.search(word[-_SUFFIX:]),
        infix_finditer=infixes.finditer,
        token_match=_WHOLE.match,
        url_match=base.url_match,
    )
