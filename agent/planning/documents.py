"""What notes, letters and reports say, where the grammar reads nothing else: the sentences that name the thing, quoted.

A question such as "what did the cardiology letter give as the cause of her syncope" asks for somebody's words. Who
wrote them, where they stand and how they are said to have been written is a frame around the topic; the topic may be
unknown to every table. Which of the sentences answer it is for the reader to judge: every sentence about the thing is
quoted with its author and date. A judgement of the assistant's own, or something to be done, is never read so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.judgement import asks_to_act, asks_to_be_told, weighs
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.values_compared import extremum_of
from chartwarden.agent.planning.wording.authorship import AUTHOR, DOCUMENT, REPORTS
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.notes import carries, content_words
from chartwarden.tools.records.query import NoteSearch, Window

MAX_WORDS = 6
"""Longest topic, in words: more of them are a story and no topic."""
MAX_SEARCHES = 3
_PUT_ON_RECORD = Pattern(
    r"\b(?:recorded|documented|charted|noted|entered|written|put down|stated|logged|listed|labelled|"
    r"labeled|graded|rated|"
    r"scored|staged|assigned|signed|named|filed|mentioned|reported|certified|stored|scanned|kept|quoted|dictated|"
    r"verbatim|word for word|on (?:file|record)|in writing|quote)\b"
)
_SAID_BY = Pattern(
    rf"(?:{AUTHOR})[^.?!;]*\b(?:{REPORTS})\b|\b(?:{REPORTS})\b[^.?!;]*(?:{AUTHOR})"
    rf"|\b(?:per|by|according to|from|in|of)(?: the| an?| any| his| her| my)?(?: \w+)? (?:{AUTHOR})"
    rf"|\b(?:did|has|had|have|does|do|was|were)(?: the| an?| any| his| her| my)?(?: \w+)? (?:{AUTHOR})"
    r"|\b(?:who|they)\b[^.?!;]*\b(?:wrote|write|said|say|stated?|recorded?|documented?|concluded?|decided|blamed?|"
    r"thought|diagnosed|labell?ed|noted|warned|told)\b"
    r"|\b\w{1,24}(?:ist|ian|ologist|geon|tant|nurse|midwife|ech|cian|trar|team|clinic|doctor|physio|worker)'s\b"
)
_PERSON = Pattern(r"\b(?:dr|doctor|prof(?:essor)?|nurse|mr|mrs|ms|sister)\.? [a-z]")
_IMPRESSION = Pattern(r"\b(?:impression|conclusion|assessment|differential|opinion|view|formulation)\b")
_WEEKDAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_UNDATED = Pattern(r"\b(?:tomorrow|next (?:week|month|year|visit|time)|tonight)\b")
_OF_OTHERS = Pattern(
    r"\b(?:patients|everyone|everybody|cohort|others?|another|someone else|participants|subjects|men|"
    r"women|people|whose ward|"
    r"on the ward has|flatmate|ex-?(?:wife|husband)|twin|step\w+|donor'?s?|neighbou?r\w*|(?:own|separate|"
    r"previous) (?:record|"
    r"chart|file|bloods)|isn't my|not my patient|subject \d+|brother|sister|uncle|aunt|cousin|colleague's)\b"
)
_UNWRITTEN = Pattern(
    rf"\b(?:hasn't|haven't|isn't|wasn't|no \w+ has|nobody (?:has )?|not been) ?(?:been )?(?:{REPORTS})\b(?!.*\bwho\b)"
)
"""That something was not written is told, and so it is wanted from somewhere else."""
_CHOICE = Pattern(r"\b(?:or|vs\.?|versus)\b")
_LEAVES_OUT = Pattern(r"\b(?:besides|except|excluding|other than|apart from)\b|\bwho else\b|\bin error\b")
_OF_THE_PATIENT = Pattern(
    rf"(?:^|[.?!:;,] ){PLAIN_AUX} (?:i|he|she|they|my|his|her|(?:the|this) (?:patient|lady|man))\b"
)
_OF_THE_FRAME = Pattern(
    rf"(?:{AUTHOR})|{DOCUMENT}|\b(?:{REPORTS})\b|{_IMPRESSION.pattern}|\b{_WEEKDAYS}\b|"
    r"\b(?:passages?|wordings?|words?|sentences?|lines?|paragraphs?|bits?|parts?|extract\w*|quot\w+|"
    r"transcrib\w+|cop(?:y|ies)|"
    r"repeat|re|read(?:ing|s)?|locat\w+|whereabouts|resources?|folders?|fields?|learners?|students?|class|"
    r"scores?|scored|"
    r"categor(?:y|ies)|cat|status|grades?|graded|stages?|levels?|values?|figures?|totals?|numbers?|exact\w*|precise|"
    r"pls|please|cited|verbatim|signatures?|authors?|"
    r"comments?|remarks?|views?|opinions?|causes?|reasons?|causality|explanations?|dates?|times?|anything|details?|"
    r"formal|signed|chart speak|morning's?|afternoon|evening|nights?|today's|latest|recent|arrival|"
    r"question|item|variable|"
    r"treating|admitting|reporting|attending|duty|on-call|senior|junior|whichever|whatever|wherever|absent|para|"
    r"labell?ing|rated|machine|printed|stand|carry|carries|back|diagnostic|recorded|issued"
    r"|mg|mcg|ug|milligrams?|micrograms?|grams?|ml|millilit(?:er|re)s?|lit(?:er|re)s?|units?|doses?)\b"
)


_CALLED = Pattern(
    r"(?:\b(?!(?:the|an?|my|his|her|this|that|in|of|which|what|each|every|any|all|by|per|on|from|s|patient|subject"
    r"|participant|signed|last|latest|first|recent|new|old|whole|only|it|to|for|and|or|as)\b)(?P<kind>[a-z-]+) )?"
    rf"(?P<noun>{DOCUMENT})"
)
_ANY_DOCUMENT = frozenset(
    ("record", "records", "chart", "charts", "file", "notes", "entry", "entries", "paperwork", "folder", "documents")
)


@dataclass(frozen=True)
class Searches:
    """What to look for in documents, and what to look for instead where nothing carries all of that."""

    whole: NoteSearch
    parts: tuple[NoteSearch, ...] = ()


def said_in_documents(skeleton: Skeleton, manifest: Manifest) -> Searches | None:
    """The search for what documents say about the topic of a question; None where it asks for no such thing."""
    text = skeleton.question.lower()
    if _LEAVES_OUT.search(text) or weighs(text) or asks_to_act(text) or _UNDATED.search(text) or is_of_others(text):
        return None
    is_said = bool(re.search(rf"(?:{AUTHOR})[^.?!;]*\b(?:{REPORTS})\b|\b(?:{REPORTS})\b[^.?!;]*(?:{AUTHOR})", text))
    if (skeleton.quantities or skeleton.thresholds) and not (is_said or document_said(text)):
        return None  # entries are counted, or values compared
    if _UNWRITTEN.search(text) or (
        (_CHOICE.search(text) or _OF_THE_PATIENT.search(text)) and not (is_said or _PUT_ON_RECORD.search(text))
    ):
        return None
    if not asks_to_be_told(text) or not _asks_for_words(_WRITES_AN_ORDER.sub(" ", text)):
        return None
    windows = [phrase.window for phrase in skeleton.times]
    if len(windows) > 1 or None in windows:
        return None
    topics = list(_topics(skeleton))
    words = list(dict.fromkeys(word for topic, _ in topics for word in topic.split()))
    if len(words) > MAX_WORDS:
        return None
    said = document_named(text, manifest) or document_said(text)
    if set(map(str.lower, words)) <= set(said.split()):
        return _whole_document(said, " ".join(words), windows)
    author = skeleton.people[0] if len(skeleton.people) == 1 else ""
    whole = _search(" ".join(words), author, document_named(text, manifest), windows)
    known = [topic for topic, is_known in topics if is_known]
    parts = known or ([topic for topic, _ in topics] if re.search(r"\band\b|,", text) else [])
    apart = dict.fromkeys(whole.model_copy(update={"words": part}) for part in parts)
    return Searches(whole, tuple(part for part in apart if part.words != whole.words)[:MAX_SEARCHES])


def _whole_document(said: str, words: str, windows: list[Window | None]) -> Searches | None:
    """All of a document that a question names and asks nothing particular of."""
    if " " not in said and said not in ("clerking", "addendum", "narrative", "mccd", "formulation"):
        return None
    window = windows[0] if windows else None
    mentioned = (NoteSearch(words=words, window=window),) if words else ()
    return Searches(NoteSearch(words=said, document=said, window=window, whole=True, limit=50), mentioned)


_NOTES = (
    r"\b(?:notes?|letters?|summar(?:y|ies)|documents|write-?ups?|clerking|hand-?overs?|addend(?:um|a)|narratives?"
    r"|leaflets?|certificates?|correspondence|diar(?:y|ies)|questionnaires?|proformas?|op note|mccd|free text"
    r"|impression)\b"
)
"""What is written and is no entry of another kind: plans, forms, orders and results are."""
_WRITES = (
    r"(?:sa(?:y|ys|id)|wr(?:ite|ites|ote|itten)|not(?:e|es|ed)|mention(?:s|ed)?|conclud\w+|describ\w+|recommend\w*"
    r"|advis\w+|suggest\w*|explain\w*|comment\w*|dictat\w+|thinks?|thought|blame[ds]?|suspect(?:s|ed)?)"
)
"""What is done in words, and by no entry of another kind."""
_IN_WORDS = Pattern(
    rf"{_NOTES}|(?:{AUTHOR})[^.?!;]*\b{_WRITES}\b|\b{_WRITES}\b[^.?!;]* by [^.?!;]*(?:{AUTHOR})"
    r"|\b(?:reports?|records?|charts?|files?|who|they)\b (?:\w+ )?(?:say|said|wrote|mention(?:s|ed)?|conclude[ds]?)\b"
    rf"|\bput (?:\w+ )?down about\b|\bas documented by [^.?!;]*(?:{AUTHOR})"
)
_MENTIONED = Pattern(
    r"\b(?:mention(?:s|ed|ing)?|quot(?:e|es|ed)|passages?|sentences?|verbatim)\b"
    r"|\b(?:anything|something|nothing|a word|any word) (?:[a-z]+ ){0,5}?(?:about|on|of)\b"
    r"|\b(?:where|which (?:section|part|page))\b[^?]*\b(?:filed|kept|stored|recorded|documented|written)\b"
)
"""That the words of anybody will do, wherever they stand."""
_ENTRIES_COUNTED = Pattern(r"\b(?:how many|how often|number of|count of)\b")
_REPORTS_COUNTED = Pattern(r"\b(?:how many|number|count|total|dates?|when|first|last|latest)\b")


_COUNTED = Pattern(r"(?:how many|number of)\b")
_OF_ORDERS = Pattern(
    r"(?:did|was|is|has) qp\d+ .*\b(?:prescri|order)|.*\b(?:prescri|order)\w* by (?:qp\d|the same)|.*\bcare plans?\b"
)
"""Who ordered what, and care plans: entries tell that, and no words of notes."""


def is_of_entries(skeleton: Skeleton, *, narrowed: bool) -> bool:
    """Whether entries would tell what a question asks, so that no words of notes are told in their place.

    It names what the record has entries of, and does not ask for words by the name of a document or by who wrote them.
    """
    is_counted = _COUNTED.match(skeleton.text) or extremum_of(skeleton.text)
    return bool(_OF_ORDERS.match(skeleton.text) or (narrowed and is_counted)) or _names_entries(skeleton)


def _names_entries(skeleton: Skeleton) -> bool:
    text = skeleton.question.lower()
    if _IN_WORDS.search(_WRITES_AN_ORDER.sub(" ", text)):
        return False
    if _ENTRIES_COUNTED.search(text):
        return True
    is_of_words = _SAID_BY.search(text) or _MENTIONED.search(text) or re.search(DOCUMENT, text)
    is_missed = any(one.is_known and not one.linked.links for one in skeleton.mentions)
    if not (is_of_words or is_missed) and any(not one.is_known for one in skeleton.mentions):
        return True  # by a name that nothing knows may be meant what the record has by another
    none = frozenset({"DocumentReference", "Composition"})
    beside = none if _REPORTS_COUNTED.search(text) else _DOCUMENTS
    return bool(skeleton.unit_gap) or any(one.linked.types - beside for one in skeleton.mentions)


_DOCUMENTS = frozenset({"DocumentReference", "DiagnosticReport", "Composition"})


def is_of_others(text: str) -> bool:
    """Whether lower-case text speaks of other people's records."""
    return bool(_OF_OTHERS.search(text))


def document_named(text: str, manifest: Manifest) -> str:
    """The kind of document a question names, where documents of this record are called so."""
    names = [entry.label for entry in manifest.named("DocumentReference", "DiagnosticReport")]
    for match in re.finditer(rf"(?:\b[\w-]+ ){{0,2}}?(?={DOCUMENT})", text):
        noun = re.match(DOCUMENT, text[match.end() :])
        said = f"{match.group()}{noun.group() if noun else ''}".split()
        for start in range(len(said) - 1):
            phrase = " ".join(said[start:])
            words = content_words(phrase)
            if len(words) > 1 and any(carries(name, words) for name in names):
                return " ".join(words)
    return ""


def document_said(text: str) -> str:
    """The document as a question calls it: the noun, and the word before it that says which."""
    nouns = [match for match in _CALLED.finditer(text) if match["noun"] not in _ANY_DOCUMENT]
    best = next((match for match in nouns if match["kind"]), nouns[0] if nouns else None)
    return " ".join(part for part in (best["kind"], best["noun"]) if part) if best else ""


def _search(words: str, author: str, document: str, windows: list[Window | None]) -> NoteSearch:
    return NoteSearch(words=words, author=author, document=document, window=windows[0] if windows else None)


_WRITES_AN_ORDER = Pattern(
    r"\b(?:who|anyone|anybody|someone|somebody|they)?(?: (?:first|last|ever))* ?wr(?:ote|itten|ites?|iting)"
    r" (?:\w+ ){0,3}(?:scripts?|prescriptions?|rx)\b"
)
"""An order that is written, which is an entry and no words."""


def _asks_for_words(text: str) -> bool:
    """Whether somebody's words are asked for: who wrote, where it stands, or that it is on record."""
    return bool(
        _SAID_BY.search(text)
        or _IMPRESSION.search(text)
        or _PERSON.search(text)
        or re.search(DOCUMENT, text)
        or _PUT_ON_RECORD.search(text)
    )


def _topics(skeleton: Skeleton) -> Iterator[tuple[str, bool]]:
    """What a question is about, name by name without the words of its frame, and whether anything knows the name."""
    frame = [match.span() for match in _OF_THE_FRAME.finditer(skeleton.question.lower())]
    for mention in sorted(skeleton.mentions, key=lambda one: one.start):
        if mention.linked.types == {"DocumentReference"} and re.search(DOCUMENT, mention.words.lower()):
            continue  # where it stands, and not what it says
        known = mention.is_known
        whole = any(start <= mention.start and mention.end <= end for start, end in frame)
        words = [
            match.group().removesuffix("'s")
            for match in re.finditer(r"[\w'’.-]+", mention.words)
            if (known and not whole) or not _within(match, mention.start, frame)
        ]
        topic = " ".join(word.strip(".-'") for word in words).strip()
        if topic:
            yield topic, known


def _within(match: re.Match[str], offset: int, spans: list[tuple[int, int]]) -> bool:
    start, end = match.start() + offset, match.end() + offset
    return any(begin < end and start < stop for begin, stop in spans)
