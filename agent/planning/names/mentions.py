"""Where a question names things: spans linked to this record's vocabulary or known to the tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import takewhile

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.vocabulary import GRAMMAR, NOT_NAMES, ONLY_CAPITAL
from chartwarden.tools.records.concepts import Linked, link, respell
from chartwarden.tools.records.number_words import CARDINALS
from chartwarden.tools.records.record_vocabulary import Vocabulary
from chartwarden.tools.records.vocabulary import abbreviated, known_forms
from chartwarden.tools.records.words import FILLERS, LETTERED, Word, key_of, words_of

_ILLNESS = frozenset({"disorder", "disease", "condition", "problem"})
_ALLERGY = Pattern(r"\b(?:allerg|intoleran|reacti|sensitiv|anaphyla)", re.IGNORECASE)


@dataclass(frozen=True)
class Mention:
    """One thing the question names."""

    start: int
    end: int
    words: str
    linked: Linked
    via_spelling: str = ""
    """The corrected words, where a spelling mistake was read over."""

    @property
    def is_known(self) -> bool:
        """Whether the record or the tables know what is named."""
        return bool(self.linked.links or self.linked.known)


_KIND_OF_STAY = Pattern(
    r"(?:inpatient|hospital|emergency(?: room| department)?|er|ed) "
    r"(?:stay|admission|visit|encounter|hospitali[sz]ation)s?"
)


_ITS_NUMBER = Pattern(r" ?(?:#|\b(?:number|no\.?|nr\.?)\b) ?(?P<n>\d{1,2})(?![\d.])", re.IGNORECASE)


def _of_number(linked: Linked, number: str) -> Linked:
    """Of things that are numbered in their names those of one number: "EVD #2"."""
    told = re.compile(rf"# ?{number}(?!\d)")
    links = (replace(one, entries=tuple(e for e in one.entries if told.search(e.label))) for one in linked.links)
    return replace(linked, links=tuple(one for one in links if one.entries))


def spot(question: str, vocabulary: Vocabulary, *, taken: list[tuple[int, int]], broad: bool) -> list[Mention]:
    """Names that stand in the question as the record or the tables have them: leftmost, longest, none overlapping."""
    words = expanded(question)
    allergic = bool(_ALLERGY.search(question))
    found: list[Mention] = []
    place = 0
    while place < len(words):
        length = _length_at(question, words, place, vocabulary, taken, allergic)
        if not length:
            place += 1
            continue
        start, end = words[place].start, words[place + length - 1].end
        if question[start:end].count("(") > question[start:end].count(")") and question[end : end + 1] == ")":
            end += 1
        said = question[start:end]
        linked = link(said, vocabulary.manifest, broad=broad)
        number = _ITS_NUMBER.match(question, end)
        of_number = _of_number(linked, number["n"]) if number is not None else linked
        if number is not None and of_number.links:
            linked, end = of_number, number.end()
            said = question[start:end]
        if question[end : end + 1] == "." and any(
            e.label.endswith(".") for found in linked.links for e in found.entries
        ):
            end += 1  # "ENTEROCOCCUS SP." ends no sentence
        if linked.types == {"DocumentReference"} and {word.text for word in words[place : place + length]} <= GRAMMAR:
            # A note called "ICU admission" is no name when an admission is asked about.
            place += 1
            continue
        if linked.types == {"Encounter"} and _KIND_OF_STAY.fullmatch(said):
            place += length  # a visit is recorded by that name, and others of the kind by another one
            continue
        found.append(Mention(start, end, said, linked))
        place += length
        while place < len(words) and words[place].start < end:
            place += 1
    return found


_QUOTED = Pattern(r'"(?P<title>[^"?]{6,120})"')
_LIKE_A_TITLE = Pattern(r", |^(?:other|unspecified) |\bnot elsewhere\b|\bunspecified$", re.IGNORECASE)


def titles_quoted(question: str, vocabulary: Vocabulary) -> list[Mention]:
    """Titles of diagnoses in quotation marks that the record does not have: each is one name, with all of its words."""
    found: list[Mention] = []
    for match in _QUOTED.finditer(question) if '"' in question else ():
        title = match["title"].strip(" .")
        if not _LIKE_A_TITLE.search(title) or link(title, vocabulary.manifest).links:
            continue
        known = [row for one in spot(title, vocabulary, taken=[], broad=False) for row in one.linked.known]
        if of_condition := tuple(row for row in known if row.kind.startswith("condition")):
            start = match.start("title")
            found.append(Mention(start, start + len(title), title, Linked(title, known=of_condition[:1])))
    return found


_NUMBERED = Pattern(r"\b(?:number|no\.?|nr\.?) ?(?P<n>\d{1,2}|one|two|three|four|five|six)\b", re.IGNORECASE)


def numbered(question: str, vocabulary: Vocabulary) -> str:
    """A question with "chest tube number 1" written as the record does, which numbers it: "Chest Tube #1"."""
    for match in reversed(list(_NUMBERED.finditer(question))):
        number = CARDINALS.index(said) if (said := match["n"].lower()) in CARDINALS else said
        before = question[: match.start()]
        for label in {entry.label for entry in vocabulary.manifest.named() if entry.label.endswith(f"#{number}")}:
            name = label.removesuffix(f"#{number}").strip()
            if re.search(rf"(?<!\w){re.escape(name)},? $", before, re.IGNORECASE):
                stem = before.rstrip(" ,")
                question = f"{stem[: len(stem) - len(name)]}{label}{question[match.end() :]}"
                break
    return question


def expanded(question: str) -> list[Word]:
    """The words of a question with abbreviations written out, each word keeping its place."""
    words = words_of(question)
    return [
        Word(text, words[start].start, words[end - 1].end)
        for start, end, said in abbreviated(tuple(word.text for word in words))
        for text in said
    ]


def _length_at(
    question: str,
    words: list[Word],
    place: int,
    vocabulary: Vocabulary,
    taken: list[tuple[int, int]],
    allergic: bool,
) -> int:
    """How many words from here are a name; 0 when none is."""
    rest = words[place : place + vocabulary.longest]
    if not allergic:  # to food, whose names are no names else
        rest = list(takewhile(lambda word: word.text in vocabulary.words_of_names, rest))
    if not rest:
        return 0
    said, start = tuple(word.text for word in rest), rest[0].start
    for length in range(len(rest), 0, -1):
        part, texts = rest[:length], said[:length]
        end = part[-1].end
        if taken and any(start < stop and begin < end for begin, stop in taken):
            continue
        if length > 1 and (texts[0] in FILLERS or texts[-1] in FILLERS) and start == part[-1].start:
            continue
        torn = words[place + length : place + length + 1]
        if torn and torn[0].start == part[-1].start != start:
            continue  # "weight and BMI" does not name the body, of "body mass index"
        if "," in question[start:end] and texts not in vocabulary.by_name and _goes_on(words, place, length, question):
            continue  # "throat infection, viral pharyngitis"
        if " or " in question[start:end].lower() and texts not in vocabulary.by_name:
            continue  # "chronic pain or chronic migraine" names no "chronic pain or chronic"
        if len(set(texts)) < length and "(" not in question[start:end] and texts not in vocabulary.by_name:
            continue  # "drain 1 and drain 2" names no "drain 1 and drain", "mean platelet mean volume" no mean
        if _COUNTS.match(question, start, end) and texts not in vocabulary.by_name:
            continue  # "count the platelets" names no platelet count
        if _opens_a_bracket(question, start, end) and texts not in vocabulary.by_name:
            continue  # "cultured (BLOOD CULTURE)" names a blood culture, and no "cultured (BLOOD"
        if _is_name(question[start:end], texts, vocabulary, allergic):
            shorter = texts[:-1]
            plural = question[part[-1].start : end].lower().endswith("s") and part[-1].text in NOT_NAMES
            if plural and shorter in vocabulary.by_name and not _is_recorded(texts, vocabulary):
                return length if _is_illness_of(texts, vocabulary) else length - 1
            kind_follows = (
                length > 1 and part[-1].text in NOT_NAMES and not _is_written(question[start:end], texts, vocabulary)
            )
            is_culture = texts[-1] == "culture" and texts in vocabulary.by_name  # "Blood culture" is no "Blood"
            if kind_follows and not is_culture and _is_written(question[start : part[-2].end], shorter, vocabulary):
                return length - 1  # "TF Residual output" of "TF Residual", beside another "TF Residual Output"
            return _linked_length(part, length, vocabulary)
    return 0


_COUNTS = Pattern(r"count (?:up )?(?:the|all|every|any|his|her|their|my|each)\b", re.IGNORECASE)
_OTHER_SORT = Pattern(
    r",? (?:or |and |, )?(?:viral|bacterial|acute|chronic|strep\w*|recurrent|seasonal)\b", re.IGNORECASE
)


def _goes_on(words: list[Word], place: int, length: int, question: str) -> bool:
    """Whether what stands behind a comma within a span is another name, or the first of several sorts."""
    stop = place + length
    comma = question.find(",", words[place].start)
    behind = next((at for at in range(place, stop) if words[at].start > comma), stop)
    longer = (tuple(word.text for word in words[behind:end]) for end in range(stop + 1, min(stop + 3, len(words)) + 1))
    return any(map(known_forms, longer)) or bool(_OTHER_SORT.match(question[words[stop - 1].end :]))


def _opens_a_bracket(question: str, start: int, end: int) -> bool:
    """Whether a span begins before a bracket and ends within it, or begins within it and ends behind it."""
    said = question[start:end]
    if said.count(")") > said.count("("):
        return True
    return said.count("(") > said.count(")") and question[end : end + 1] != ")"


def _is_recorded(texts: tuple[str, ...], vocabulary: Vocabulary) -> bool:
    """Whether the record has what these words are a name or a form of."""
    return texts in vocabulary.by_name or any(vocabulary.of_meaning(row) for row in known_forms(texts))


def _is_illness_of(texts: tuple[str, ...], vocabulary: Vocabulary) -> bool:
    """Whether the tables have a condition of this name, and the record only what it is one of: "glucose disorder"."""
    is_condition = any(row.kind.startswith("condition") for row in known_forms(texts))
    recorded = {one.entry.resource_type for one in vocabulary.by_name.get(texts[:-1], ())}
    return texts[-1] in _ILLNESS and is_condition and "Condition" not in recorded


def _is_written(said: str, texts: tuple[str, ...], vocabulary: Vocabulary) -> bool:
    """Whether the record writes a name in exactly these letters."""
    return any(named.entry.label == said for named in vocabulary.by_name.get(texts, ()))


def _linked_length(part: list[Word], length: int, vocabulary: Vocabulary) -> int:
    """A form of the tables that is not in this record gives way to a shorter name that is, when only a noun like
    "test" is left over ("SPUTUM test")."""
    texts = tuple(word.text for word in part)
    if length < 2 or texts in vocabulary.by_name or texts[-1] not in NOT_NAMES or texts[:-1] not in vocabulary.by_name:
        return length
    if _is_illness_of(texts, vocabulary):
        return length
    rows = known_forms(texts)
    return length if any(vocabulary.of_meaning(row) for row in rows) else length - 1


def _is_name(said: str, texts: tuple[str, ...], vocabulary: Vocabulary, allergic: bool) -> bool:
    if len(texts) == 1 and (
        texts[0] in NOT_NAMES or texts[0] in FILLERS or (texts[0] in ONLY_CAPITAL and not _shouted(said))
    ):
        return allergic and said.lower() in ("food", "foods", "animals", "animal", "egg", "eggs", "cat", "dog", "fish")
    if texts in vocabulary.by_name:
        return True
    if said.lower() == "pills":  # any; "the pill" is one
        return False
    if "?" in said or ";" in said or (". " in said and re.search(r"(?<!\b[A-Z])\. ", said)):
        return False
    is_of_type_a = len(texts) == 2 and texts[-1] == "a" and texts[0] in LETTERED
    edges = (
        texts[0] in FILLERS
        or texts[0] in ("up", "out", "off")
        or (texts[-1] in FILLERS and not is_of_type_a)
        or "for" in texts
    )
    key = key_of(texts)
    if not edges and len(key) > 1 and "," not in said and key in vocabulary.by_key and not key <= NOT_NAMES:
        return True
    if edges or (len(said) <= 2 and not _shouted(said)):
        return False
    if "," in said and len(key) < 3:
        return False
    rows = known_forms(texts)
    if rows and all(row.kind == "allergen" for row in rows):
        return allergic
    if rows and all(row.kind == "route" for row in rows):
        return False
    return bool(rows) and (len(texts) > 1 or not key <= NOT_NAMES)


def _shouted(said: str) -> bool:
    return said[:1].isupper() and said not in ("He", "As", "Or", "So", "All", "Add", "No", "In", "On", "Is", "Am", "It")


def relink(said: str, start: int, end: int, vocabulary: Vocabulary, *, broad: bool) -> Mention:
    """A span taken for the name of something, linked by its parts or its spelling as far as that goes."""
    linked = link(said, vocabulary.manifest, broad=broad)
    if linked.links or linked.known:
        return Mention(start, end, said, linked)
    corrected = respell(said, vocabulary)
    if corrected:
        again = link(corrected, vocabulary.manifest, broad=broad)
        if again.links or again.known:
            return Mention(start, end, said, again, via_spelling=corrected)
    return Mention(start, end, said, linked)
