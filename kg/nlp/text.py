"""Paragraphs: the stretches of a text that the encoder reads one at a time."""

from __future__ import annotations

import re

_BREAK = re.compile(r"\n[ \t\r\f\v]*(?:\n\s*)+|\u2029+")
_LINE = re.compile(r"\n")
_BULLET = re.compile(r"\s*(?:[-*•–—#>]|\d{1,2}[.)])\s")


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Character spans of the paragraphs of `text`, in order, without the blank space around them.

    A blank line ends a paragraph. A single line break does where the line before is short (a
    headline, a list) or ends a sentence, or the next one is a list item; otherwise the text is
    taken to be wrapped.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in [*_BREAK.finditer(text), None]:
        end = match.start() if match else len(text)
        spans += _lines(text, start, end)
        start = match.end() if match else end
    return spans


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    begin = start
    line = start
    for match in [*_LINE.finditer(text, start, end), None]:
        stop = match.start() if match else end
        following = match.end() if match else end
        before = text[line:stop].rstrip()
        ends = (
            match is None
            or len(before) < 45
            or before.endswith((".", "!", "?", ":", "”", '"', ";"))
            or _BULLET.match(text, following) is not None
        )
        if ends:
            left, right = begin, stop
            while left < right and text[left].isspace():
                left += 1
            while right > left and text[right - 1].isspace():
                right -= 1
            if left < right:
                spans.append((left, right))
            begin = following
        line = following
    return spans
