"""The posts of counterparts: "Guler met his Japanese counterpart, Gen Nakatani" says of Nakatani
that he holds in Japan the post that the text gives to Guler.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.extract.frames import VERSION
from kg.extract.records import Claim, Counterpart
from kg.statements import EntityRef, Literal

CONFIDENCE = 0.8  # 14 of 18 were right on the training texts


def find(claims: Sequence[Claim], counterparts: Sequence[Counterpart]) -> Iterator[Claim]:
    """A claim of `holdsPosition` for each counterpart by name of somebody to whom `claims` give
    exactly one post, unless the sentence gives the counterpart one itself.
    """
    held = [c for c in claims if c.predicate == "holdsPosition" and c.modality == "asserted"]
    for pair in counterparts:
        posts = {
            c.object.text.lower(): c.object
            for c in held
            if c.subject == pair.owner and isinstance(c.object, Literal)
        }
        own = any(c.subject == pair.person and c.sentence == pair.sentence for c in held)
        if len(posts) != 1 or own:
            continue
        [post] = posts.values()
        yield Claim(
            subject=pair.person,
            predicate="holdsPosition",
            object=post,
            sentence=pair.sentence,
            qualifiers={"of": (EntityRef(pair.state),)} if pair.state else {},
            confidence=CONFIDENCE,
            extractor=f"frames {VERSION}",
            reason=f"counterpart of {pair.owner}, who is “{post.text}”",
            subject_span=(pair.start, pair.end),
            object_span=(pair.start, pair.end),
        )
