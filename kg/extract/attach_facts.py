"""What the syntax shows of a candidate for a qualifier: the facts that `kg.extract.attach` weighs.

A fact is a short string that holds or not, such as `on event` (the candidate hangs on the word
that says the relation), `clause 0 1` (no clause up from that word, one clause down), `prep in`.
Facts with a predicate ("alone | procures") hold for claims of that predicate only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from spacy.tokens import Doc, Span, Token

from kg.documents import Mention
from kg.extract.attach_offices import Offices
from kg.extract.attach_setting import Setting
from kg.extract.attributions import Attribution, Attributions
from kg.extract.nodes import Node
from kg.extract.pairs import Tree
from kg.extract.records import Claim, ValueSpan
from kg.extract.syntax import preposition
from kg.statements import DateValue, EntityRef
from ontology.frames import Frames

# Arcs that lead into a clause of its own.
_CLAUSES = frozenset({"acl", "acl:relcl", "advcl", "advcl:relcl", "ccomp", "parataxis"})
_VERBS = ("VERB", "AUX")
_SMALL_WORDS = frozenset({"ADP", "DET", "ADV", "ADJ", "SCONJ", "CCONJ", "PART", "PUNCT"})
_MODIFIERS = frozenset({"compound", "nmod:desc", "amod", "flat", "nmod", "appos"})
_EQUIPMENT = ("Equipment", "EquipmentCategory")
_JOINING = frozenset({"and", "but", "while"})
_BASE = frozenset({"from", "than", "against"})
_TOTALS = frozenset({"total", "sum", "tally"})
_NEAR = 3  # arcs within which a word that says the relation is looked for
_STEPS = (0, 1, 2, 3, 5, 8, 13, 21)
_LONG = 6
_ENDS = ("subject", "object")
_DASHES = frozenset({"-", "–", "—", "--", ":"})
_BESIDE = 3  # words


class Reading:
    """Looks at one document; everything about it that several claims need is kept."""

    def __init__(
        self,
        doc: Doc,
        nodes: Sequence[Node],
        mentions: Sequence[Mention],
        offices: Offices,
        *,
        frames: Frames,
    ) -> None:
        self.doc = doc
        self.tree = Tree(doc)
        self.frames = frames
        self._lemmas = [t.lemma_.lower() for t in doc]
        self._lower = [t.lower_ for t in doc]
        self._attributions = Attributions(doc, mentions, frames=frames)
        self.offices = offices
        self.sentences = [s for s in doc.sents if any(not t.is_space for t in s)]
        self.nodes: dict[int, list[Node]] = {}
        for node in nodes:
            self.nodes.setdefault(node.sentence, []).append(node)
        self._latest: tuple[Claim, Setting | None] | None = None

    # -- the claim -------------------------------------------------------------------------------

    def setting(self, claim: Claim) -> Setting | None:
        """Where the claim stands; None where its sentence or its ends are not in the document.

        Several things are asked of a claim, one after the other, so that the latest is kept.
        """
        if self._latest is None or self._latest[0] is not claim:
            self._latest = claim, self._setting(claim)
        return self._latest[1]

    def _setting(self, claim: Claim) -> Setting | None:
        if not 0 < claim.sentence <= len(self.sentences):
            return None
        sentence = self.sentences[claim.sentence - 1]
        subject = self.doc.char_span(*claim.subject_span, alignment_mode="expand")
        object_ = self.doc.char_span(*claim.object_span, alignment_mode="expand")
        if subject is None or object_ is None or not len(subject) or not len(object_):
            return None
        roots = subject.root, object_.root
        ends = [t.i for t in roots if _within(sentence, t.i)]
        event, said, meeting, between = self._event(claim.predicate, ends, sentence)
        said_by = self._said_by(claim, roots[1].i if _within(sentence, roots[1].i) else event)
        return Setting(
            claim=claim,
            sentence=sentence,
            subject=subject,
            object=object_,
            roots=roots,
            event=event,
            said=said,
            meeting=meeting,
            between=frozenset(between),
            said_by=said_by,
        )

    def said_by(self, claim: Claim) -> Attribution | None:
        """Who says the claim, where somebody does who is none of those whom it is about."""
        at = self.setting(claim)
        return at.said_by if at is not None else None

    def quoted(self, claim: Claim) -> bool | None:
        """Whether what says the claim, or its object, stands within quotation marks."""
        at = self.setting(claim)
        if at is None:
            return None
        root = at.roots[1].i
        return self._attributions.quoted(root if _within(at.sentence, root) else at.event)

    def _said_by(self, claim: Claim, word: int) -> Attribution | None:
        """Who says the claim, or the word of it; none of those whom it is about."""
        said = self._attributions.of(word)
        if said is None or said.speaker in (EntityRef(claim.subject), claim.object):
            return None
        return said

    def _event(
        self, predicate: str, ends: Sequence[int], sentence: Span
    ) -> tuple[int, bool, int, set[int]]:
        """The word that says the relation, whether a frame knows it, and the way between the ends.

        The lowest word above both ends, one on the way or above it that a frame knows for the
        predicate, one near it that a frame knows; else the verb above.
        """
        match ends:
            case [a, b]:
                meeting = self.tree.meet(a, b)[0]
            case [a]:
                meeting = a
            case _:
                meeting = sentence.root.i
        way: dict[int, None] = {}
        for end in ends:
            path = self.tree.path(end)
            stop = path.index(meeting) + 1 if meeting in path else len(path)
            way.update(dict.fromkeys(path[:stop]))
        between = set(way)
        lemmas: Collection[str] = self.frames.lemmas.get(predicate, ())
        for i in dict.fromkeys([meeting, *way, *self.tree.path(meeting)]):
            if self._lemmas[i] in lemmas:
                return i, True, meeting, between
        near = [
            (self.tree.meet(i, meeting)[1], i)
            for i in range(sentence.start, sentence.end)
            if self._lemmas[i] in lemmas and self.doc[i].pos_ in (*_VERBS, "NOUN", "ADJ")
        ]
        if near and min(near)[0] <= _NEAR:
            return min(near)[1], True, meeting, between
        for i in self.tree.path(meeting):
            if self.doc[i].pos_ in _VERBS:
                return i, False, meeting, between
        return meeting, False, meeting, between

    def no_change(self, claim: Claim, percent: Node) -> bool:
        """Whether a percentage is no change of the claim's sum: a share ("3.7 percent of all
        exports"), or a change of the sum that this one is the base of ("up 48 percent from …").
        """
        if percent.end < len(self.doc) and self.doc[percent.end].lower_ == "of":
            return True
        base = self.doc.char_span(*claim.object_span, alignment_mode="expand")
        return base is not None and base.start > 0 and self.doc[base.start - 1].lower_ in _BASE

    def total(self, claim: Claim, time: Node) -> bool | None:
        """Whether the claim's sum makes up the total that a time stands in ("an annual total of
        $9 billion"); None where the time is no total.
        """
        if time.type != "date" or self.doc[time.root].lemma_.lower() not in _TOTALS:
            return None
        sum_ = self.doc.char_span(*claim.object_span, alignment_mode="expand")
        if sum_ is None:
            return False
        # Parsers may hang "of $9 billion" on the verb: the word after "of" is as good.
        heads = {time.root}
        if self.doc[time.end : time.end + 1].text == "of":
            heads.add(time.end + 1)
        return not heads.isdisjoint(self.tree.path(sum_.root.i))

    # -- a candidate -----------------------------------------------------------------------------

    def facts(self, at: Setting, node: Node, rivals: Sequence[Node]) -> Iterator[str]:
        """The facts of `node`; `rivals` are all candidates for the role, itself among them."""
        predicate = at.claim.predicate
        clause = self._clause(at, node)
        side = _side(at, node)
        alone = "several" if any(r.key != node.key for r in rivals) else "alone"
        yield from (clause, alone, side, f"{clause} {alone}")
        yield from (f"{f} | {predicate}" for f in ("claim", clause, alone, side))
        yield f"type {node.type}"
        yield f"modality {at.claim.modality}"
        if at.claim.predicate == "holdsPosition":
            here = self.nodes.get(at.claim.sentence, ())
            yield from self.offices.facts(at.claim, node, office=at.object, here=here)
        yield "event known" if at.said else "event unknown"
        if not _within(at.sentence, at.roots[0].i):
            yield "subject outside"
        if not _within(at.sentence, at.roots[1].i):
            yield "object outside"
        if not _within(at.sentence, node.root):
            return
        yield from self._tree(at, node)
        yield from self._order(at, node, rivals, side)
        yield from self._lists(at, node)
        yield from self._speech(at, node)
        if isinstance(node.source, ValueSpan):
            yield from self._value(at, node, node.source)

    def _clause(self, at: Setting, node: Node) -> str:
        """How many clauses lie between the event and the candidate, upwards and downwards."""
        path, up = self.tree.path(node.root), self.tree.path(at.event)
        k = next((k for k, i in enumerate(path) if i in up or i in at.between), None)
        if k is None:
            return "clause apart"
        meet = path[k]
        if meet not in up:
            up = self.tree.path(at.meeting)
        rise = up[: up.index(meet)] if meet in up and meet not in at.between else []
        return f"clause {min(self._borders(rise), 2)} {min(self._borders(path[:k]), 2)}"

    def _borders(self, path: Sequence[int]) -> int:
        tokens = [self.doc[i] for i in path]
        return sum(t.dep_ in _CLAUSES or (t.dep_ == "conj" and t.pos_ in _VERBS) for t in tokens)

    def _tree(self, at: Setting, node: Node) -> Iterator[str]:
        token = self.doc[node.root]
        yield f"prep {self._preposition(token)}"
        yield f"dep {token.dep_}"
        yield f"head {self.doc[node.parent].pos_}"
        if node.parent == at.event:
            yield "on event"
        if node.parent == at.meeting:
            yield "on meeting"
        for name, end, root in zip(_ENDS, (at.subject, at.object), at.roots, strict=True):
            if end.start <= node.parent < end.end:
                yield f"on {name}"
            if end.start <= node.start < end.end:
                yield f"in {name}"
            head = root.head.i
            if head == node.root or node.start <= head < node.end:
                yield f"{name} on it"
            if node.parent == head and root.dep_ in _MODIFIERS:
                yield f"{name} beside it {root.dep_}"
        yield f"arcs to event {min(self.tree.meet(node.root, at.event)[1], _LONG)}"
        object_ = at.roots[1].i
        if _within(at.sentence, object_):
            yield f"arcs to object {min(self.tree.meet(node.root, object_)[1], _LONG)}"

    def _preposition(self, token: Token) -> str:
        own = preposition(token)
        if not own and token.dep_ in ("compound", "nummod", "flat"):
            above = preposition(token.head)
            return f"{above} above" if above else "none"
        return own or "none"

    def _order(self, at: Setting, node: Node, rivals: Sequence[Node], side: str) -> Iterator[str]:
        event, object_ = at.event, at.roots[1].i
        if min(rivals, key=lambda r: (_gap(r, event), r.start)) is node:
            yield from ("nearest to event", f"nearest to event {side}")
        if min(rivals, key=lambda r: (_gap(r, object_), r.start)) is node:
            yield "nearest to object"
        if node.start - at.sentence.start <= 2:
            yield "sentence begins"
        if node.sentence == 1 and any(
            t.text in _DASHES for t in self.doc[node.end : node.end + _BESIDE]
        ):
            yield "dateline"
        if node.end == at.object.start:
            yield "just before object"
        if node.start == at.object.end:
            yield "just after object"
        yield f"words to event {_step(_gap(node, event))}"
        if _within(at.sentence, object_):
            yield f"words to object {_step(_gap(node, object_))}"
            low, high = sorted((node.start, at.object.start))
            if any(low < r.start < high for r in rivals):
                yield "rival before object"
            kind = self._object_type(at)
            here = self.nodes.get(at.claim.sentence, ())
            if kind and any(low < n.start < high and n.type == kind for n in here):
                yield "other object between"
            yield from self._alternation(at, node, rivals, kind)
        between = self._lower[min(node.end, event) : max(node.start, event)]
        yield f"commas {min(between.count(',') + between.count(';'), 2)}"
        if not _JOINING.isdisjoint(between):
            yield "and between"

    def _object_type(self, at: Setting) -> str:
        here = self.nodes.get(at.claim.sentence, ())
        place = at.claim.object_span
        return next((n.type for n in here if (n.source.start, n.source.end) == place), "")

    def _alternation(
        self, at: Setting, node: Node, rivals: Sequence[Node], kind: str
    ) -> Iterator[str]:
        """Whether figures and times alternate: the second figure goes with the second time."""
        objects = [n for n in self.nodes.get(at.claim.sentence, ()) if n.type == kind]
        here = [r for r in rivals if r.sentence == at.claim.sentence]
        if len(objects) > 1 and len(objects) == len(here):
            place = next(
                (i for i, n in enumerate(objects) if n.source.start == at.claim.object_span[0]), -1
            )
            yield "same rank" if here[place] is node else "other rank"

    def _speech(self, at: Setting, node: Node) -> Iterator[str]:
        token = self.doc[node.root]
        words = self.frames.speakers
        if at.said_by is not None and at.said_by.speaker == EntityRef(node.key):
            kind = at.said_by.speech.kind
            yield from ("speaker", f"speaker {kind}", f"speaker | {at.claim.predicate}")
            yield f"speaker, {node.type}"
            yield f"speaker, {at.claim.modality}"
            if at.said_by.speech.quoted:
                yield "speaker quoted"
            if self._aside(at):
                yield "speaker of an aside"
        if token.dep_.startswith("nsubj") and token.head.lemma_.lower() in words.verbs:
            yield "says"
        if preposition(token) in words.prepositions:
            yield "according to"

    def _aside(self, at: Setting) -> bool:
        """Whether the claim is made by a relative clause or an apposition."""
        path = self.tree.path(at.roots[1].i)
        stop = path.index(at.event) + 1 if at.event in path else len(path)
        return any(self.doc[i].dep_ in ("acl:relcl", "appos", "acl") for i in path[:stop])

    def _lists(self, at: Setting, node: Node) -> Iterator[str]:
        """Whether the candidate has the place in its list that an end has in its own."""
        mine = self._list(node.root)
        if len(mine) == 1:
            return
        for name, root in zip(_ENDS, at.roots, strict=True):
            theirs = self._list(root.i)
            if len(mine) == len(theirs) and mine != theirs:
                same = mine.index(node.root) == theirs.index(root.i)
                yield f"{'same' if same else 'other'} place in lists, {name}"

    def _list(self, token: int) -> list[int]:
        """The coordination that the token belongs to, in order."""
        head = self.doc[token]
        for _ in range(_LONG):
            if head.dep_ != "conj":
                break
            head = head.head
        found, seen = [head], [head]
        while seen:
            seen = [c for t in seen for c in t.children if c.dep_ == "conj"]
            found += seen
        return sorted(t.i for t in found)

    def _value(self, at: Setting, node: Node, value: ValueSpan) -> Iterator[str]:
        if value.bound:
            yield f"bound {value.bound}"
        if isinstance(value.value, DateValue):
            yield f"precision {value.value.precision or 'none'}"
        # Words of the language alone: no names, which would be learned by heart.
        if node.start > at.sentence.start and self.doc[node.start - 1].pos_ in _SMALL_WORDS:
            yield f"after word {self.doc[node.start - 1].lower_}"
        head = self.doc[node.parent]
        if head.pos_ in (*_VERBS, "NOUN") and head.lemma_.isalpha():
            yield f"head word {head.lemma_.lower()}"
        for other in self.nodes.get(at.claim.sentence, ()):
            if other.type in _EQUIPMENT and (
                other.start == node.end
                or node.parent == other.root
                or (other.parent == node.parent and 0 < other.start - node.end < 3)
            ):
                yield "counts equipment"
                break


def _within(sentence: Span, token: int) -> bool:
    return bool(sentence.start <= token < sentence.end)


def _gap(node: Node, token: int) -> int:
    """Words between a node and a token; 0 where they touch."""
    return max(node.start - token - 1, token - node.end, 0)


def _step(words: int) -> str:
    return next((str(s) for s in _STEPS if words <= s), "far")


def _side(at: Setting, node: Node) -> str:
    low, high = sorted((at.subject.start, at.object.start))
    return "before" if node.start < low else "between" if node.start < high else "after"
