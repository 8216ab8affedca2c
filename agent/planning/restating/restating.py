"""A skeleton said again in the plain sentence of the sense that the network tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.asides.descriptions import as_described
from chartwarden.agent.planning.asides.voices import without_voices
from chartwarden.agent.planning.compose import questions_for
from chartwarden.agent.planning.facts.asking import fact_asked
from chartwarden.agent.planning.judgement import asks_for_judgement, asks_to_act
from chartwarden.agent.planning.names.care_units import units_plainly
from chartwarden.agent.planning.numbers.asked import number_asked
from chartwarden.agent.planning.reading.beside import attribute_in, held_attributes
from chartwarden.agent.planning.reading.commonness import ASKED_PLAINLY as MOST_OF
from chartwarden.agent.planning.reading.frames import NotUnderstood
from chartwarden.agent.planning.reading.grammar import frames_of
from chartwarden.agent.planning.reading.ranks import OF_THOSE
from chartwarden.agent.planning.reading.relatives import of_the_patient
from chartwarden.agent.planning.reading.skeleton import Skeleton, placeholders
from chartwarden.agent.planning.reading.taking_apart import take_apart
from chartwarden.agent.planning.restating.certainty import FROM_PLAINLY, SURELY, asks_another, needed
from chartwarden.agent.planning.restating.features import Masked, masked
from chartwarden.agent.planning.restating.network import NOTHING, hear, tell, weights
from chartwarden.agent.planning.restating.repeats import said_once, without_today
from chartwarden.agent.planning.restating.senses import Parts, Sense, sense_of
from chartwarden.agent.planning.restating.sentences import Placed, placed_by, plain_sentence
from chartwarden.agent.planning.restating.stories import is_of_a_story, told_and_asked
from chartwarden.agent.planning.times.timephrases import NeedsBirthDate, TimeReader
from chartwarden.agent.planning.wording.afterthoughts import without_filling_in
from chartwarden.agent.planning.wording.asked_short import asked_in_full
from chartwarden.agent.planning.wording.claims import claim_asked
from chartwarden.agent.planning.wording.everyday_lines import what_brought_in
from chartwarden.agent.planning.wording.hasty import typed_out
from chartwarden.agent.planning.wording.question_words import WH
from chartwarden.agent.planning.wording.reactions import REACTIONS, REACTIONS_OF_ALL
from chartwarden.agent.planning.wording.readmitted import readmission_plainly
from chartwarden.agent.planning.wording.several import asked_one_by_one
from chartwarden.agent.planning.wording.taken_for import taken_for
from chartwarden.agent.planning.wording.wanted import wants_several
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.moments import Clock
from chartwarden.tools.records.query import Question, RecordQuery
from chartwarden.tools.records.readings import Readings
from chartwarden.tools.records.record_vocabulary import vocabulary_of

_LIMITS = {"lt": "below", "le": "at most", "gt": "above", "ge": "at least", "eq": "equal to"}


@dataclass(frozen=True)
class Restated:
    """A question in plain words, and what it asks of the record."""

    questions: tuple[Question, ...]
    sentence: str
    """With the names and times of the question in it, for the person to read."""


def restate(skeleton: Skeleton, manifest: Manifest, read: Sequence[Question] = ()) -> Restated | None:
    """The question in plain words, where these are to be taken rather than what the grammar has `read`; else None.

    They are taken only where the network is certain enough, its sense has a plain sentence, and the grammar reads just
    that sense from it, with every part that is named.
    """
    if skeleton.wants or asked_one_by_one(skeleton.question):
        return None
    question = masked(skeleton)
    heard = hear(question, weights())
    if _is_read(heard.sense, skeleton, question, read):
        return None
    told = tell(question, weights(), heard)
    told = replace(told, parts=without_today(said_once(told.parts, skeleton), told.sense, skeleton))
    if told.sense.kind == NOTHING or told.certainty < needed(told, question, read, skeleton):
        return None
    placed = placed_by(told.parts, skeleton.said)
    sentence = plain_sentence(told.sense, placed)
    if placed is None or sentence is None or asks_another(told, question):
        return None
    if re.search(r"\bstrengths?\b", skeleton.said):
        sentence = sentence.replace(" dose ", " strength ")  # which the name of a product may tell
    try:
        vague = "" if is_of_a_story(skeleton.vague, skeleton.said) and told.certainty >= SURELY else skeleton.vague
        plain = replace(skeleton, text=sentence.rstrip("?"), vague=vague)
        asked = (q for frame in frames_of(plain) for q in questions_for(frame, plain, manifest))
        questions = tuple(dict.fromkeys(asked))
    except NotUnderstood:
        return None
    sense = sense_of(questions)
    if sense is None or sense[0] != told.sense or not _has_all(sense[1], placed) or questions == tuple(read):
        return None
    if (len(questions) == 1 and wants_several(skeleton.said)) or _leaves_an_attribute(told.sense, skeleton, sentence):
        return None
    if _asks_less(questions, read, skeleton.question) or _asks_of_any_visit(questions, read, skeleton):
        return None
    if (
        _leaves_a_bound(skeleton.text, sentence)
        or _leaves_half_a_name(skeleton, sentence)
        or _asks_of_the_lesser(skeleton, sentence)
        or _asks_for_orders(skeleton, sentence)
    ):
        return None
    if _OF_ONE_NAME.match(skeleton.text) and not re.search(r"\bqc\d", sentence):
        return None
    return Restated(questions, _named(sentence, skeleton))


_AT_A_VISIT = Pattern(
    r"\b(?:at|during|in|on) (?:an?|any|every|each|some|his|her|my|the) (?:[a-z]+ )?(?:emergency(?: room)?|er|ed"
    r"|inpatient|hospital|clinic|outpatient) (?:visit|stay|admission|encounter)s?\b"
)
_NAMED_SORT = Pattern(
    r"\b(?:how many|number of|all|any|the|his|her|my|which|last|first) (?P<x>qc\d+) (?:orders|prescriptions|visits"
    r"|encounters|admissions|procedures|diagnoses|conditions|vaccines|doses)\b"
)
"""A sort of entries by a name before their noun."""


def _leaves_an_attribute(sense: Sense, skeleton: Skeleton, sentence: str) -> bool:
    """Whether a word of what is asked says which of them are meant, and the sense has no place for it."""
    is_test, is_told = sense.kind in ("observation", "micro"), bool(sense.status or sense.rank or sense.ask == "end")
    held = held_attributes(flagged=is_test, has_status=is_told)
    _, asked = told_and_asked(skeleton.said)
    at_a_visit = sense.kind not in ("encounter", "icu", "careunit") and not sense.relation and _AT_A_VISIT.search(asked)
    named = _NAMED_SORT.search(asked)
    return bool(at_a_visit or attribute_in(asked, held=held) or (named and named["x"] not in sentence))


def _is_read(sense: Sense, skeleton: Skeleton, question: Masked, read: Sequence[Question]) -> bool:
    """Whether the grammar has read this sense already, with every name of the question in it, all of them recorded."""
    known = sense_of(read)
    names = [one for one in question.places if one.startswith("qc")]
    is_same = known is not None and known[0] == sense and len(names) <= known[1].names
    return is_same and all(skeleton.mention(one).linked.links for one in names)


def _asks_of_the_lesser(skeleton: Skeleton, sentence: str) -> bool:
    """Whether something is asked about that nothing knows, and what the record has by its name is left out."""
    kept = set(re.findall(r"\bqc\d+", sentence))
    names = {f"qc{n}": one for n, one in enumerate(skeleton.mentions)}
    left_out = (one for name, one in names.items() if name not in kept)
    unknown = any(not names[name].is_known for name in kept)
    return unknown and any(link.how != "narrower" for one in left_out for link in one.linked.links)


_GIVEN = Pattern(r"\b(?:administ\w+|infus\w+)\b")


def _asks_for_orders(skeleton: Skeleton, sentence: str) -> bool:
    """Whether an order is asked for, of a drug that the record has as given, where it is asked how it was given."""
    given = placeholders(skeleton, "MedicationAdministration", "")
    named = given.intersection(re.findall(r"\bqc\d+", sentence))
    return bool(named and "prescribed" in sentence and _GIVEN.search(skeleton.said))


_BOUND = Pattern(
    r"\b(?P<bound>until|till|since|before|after|prior to|up to|through) (?:(?!q[a-z]\d)[a-z]+ ){1,2}(?P<time>qt\d+)\b"
)


def _leaves_a_bound(text: str, sentence: str) -> bool:
    """Whether a time is told as that of something, which a word before it makes the end or beginning."""
    return any(
        found["time"] in sentence and not re.search(rf"\b{found['bound']}\b", sentence)
        for found in _BOUND.finditer(text)
    )


_SIDE_BY_SIDE = Pattern(r"\b(?P<a>qc\d+) (?=(?P<b>qc\d+)\b)")


def _leaves_half_a_name(skeleton: Skeleton, sentence: str) -> bool:
    """Whether of two names side by side the one that nothing knows is left out: together they may name one thing."""
    for found in _SIDE_BY_SIDE.finditer(skeleton.text):
        known = {name: skeleton.mention(name).is_known for name in (found["a"], found["b"])}
        if any(known[name] != (name in sentence) for name in known):
            continue
        if len(set(known.values())) > 1:
            return True
    owned = _OWNED.search(skeleton.text)
    return bool(owned and not skeleton.mention(owned[1]).is_known and owned[1] not in sentence)


_OWNED = Pattern(r"\b(?:was|were|has|have|had|did) (?:his|her|my|their) (qc\d+)\b")
"""What something was done to: "when was her chest last operated on"."""
_ASKS_TWICE = Pattern(rf"^(?:{WH}|list|show|name|give)\b[^?]*\? (?:and )?{WH}\b", re.IGNORECASE)
"""Two questions, neither for a yes or no, each a sentence: "which drugs is she on? When was the first ...?"."""


_OF_ONE_NAME = Pattern(
    rf"(?:(?:the|his|her|my|their|any) )*qc\d+ (?!.*[,:;]|.*\b{WH}\b|.*\b(?:you|me|please|i)\b)[a-z ]*(?:qt\d+)?[ ?.]*$"
)
"""A telegram that begins with what it asks about."""


def _asks_less(questions: Sequence[Question], read: Sequence[Question], question: str) -> bool:
    """Whether questions are a part of those that were read, and none of them asks what one of the others does."""
    kept = {(one.target, one.measure) for one in questions if isinstance(one, RecordQuery)}
    lost = [one for one in read if one not in questions and isinstance(one, RecordQuery)]
    if OF_THOSE.search(question) and read and not _types(questions) & _types(read):
        return True  # of what was asked for before, and not of another kind
    if len(questions) == len(read) == 1 and isinstance(one := read[0], RecordQuery) and one.which == "all":
        only = isinstance(questions[0], RecordQuery) and questions[0].which != "all" and one.window is not None
        if only and not _ONE_ROW.search(question) and questions[0].model_copy(update={"which": "all"}) == one:
            return True  # all of a stretch, and not the last of it
    is_part = set(questions) < set(read) or (len(questions) < len(read) and _ASKS_TWICE.match(question) is not None)
    return is_part and any((one.target, one.measure) not in kept for one in lost)


_ONE_ROW = Pattern(
    r"\b(?:first|last(?! (?:night|week|month|year|few|\d|two|three|six|ten))|latest|earliest|newest|oldest|recent|final"
    r"|current|now)\b",
    re.IGNORECASE,
)
_OF_SUCH = Pattern(r"\bqc\d+ (?:admission|visit|stay|encounter|appointment|hospitali[sz]ation)s?\b")


def _asks_of_any_visit(questions: Sequence[Question], read: Sequence[Question], skeleton: Skeleton) -> bool:
    """Whether the name that visits of the record go by ("asthma admissions") was read, and is left out."""
    named = [one for one in read if isinstance(one, RecordQuery) and one.types == ("Encounter",) and one.concept]
    without = [one for one in questions if isinstance(one, RecordQuery) and not (one.concept or one.reason)]
    is_known = any(one.concept.codings or one.concept.texts for one in named if one.concept)
    return bool(is_known and without and _OF_SUCH.search(skeleton.said))


def _types(questions: Sequence[Question]) -> set[str]:
    return {one for question in questions if isinstance(question, RecordQuery) for one in question.types}


def _has_all(parts: Parts, placed: Placed) -> bool:
    """Whether what was read has each part that was said: no name and no time is read past."""
    named = [
        bool(getattr(parts, part)) == bool(getattr(placed, part)) for part in ("thing", "second", "event", "reason")
    ]
    return all(named) and parts.has_window == any(one.startswith("qt") for one in placed.others)


_VALUE = Pattern(
    r"(?:was|were|is) (?:(?:the|his|her|my|their|very|last|latest|most recent|first|highest|lowest|previous|there"
    r"|ever|any) )*"
    r"(?P<x>qc\d+)(?: (?:level|value|reading|result))? (?:qt\d+,? )?qn\d+(?:,? qt\d+)?[ ?.]*"
)


"""Whether a measurement that the tables know has a value."""
_WHO = r"(?:he|she|they|i|the patient|patient)"
_THE = r"(?:(?:the|his|her|my|their|this) )?"
_IS_OVER = Pattern(
    rf"(?:is|are|was|were|has|have|had) {_THE}(?P<x>qc\d+) (?:(?:now|all|finally|completely|fully|already) )*"
    r"(?:gone|over|resolved|cleared(?: up)?|healed(?: up)?|ended)(?: (?:now|yet|by now|away))?[ ?.]*"
)
"""Whether a condition is recorded as over."""
_HAPPENED = Pattern(rf"(?:did {_WHO}|(?:has|had|have) {_WHO} ever) (?P<x>qc\d+)(?:,? qt\d+)*[ ?.]*")
"""A condition that is named by what somebody did: "did she break a bone?"."""
_WAS_NEEDED = Pattern(rf"did {_WHO} (?:ever |also )?(?:need|require) (?:an? |any )?(?P<x>qc\d+)(?:,? qt\d+)*[ ?.]*")
"""A procedure of the past, and not whether one is called for."""
_WAS_PRESCRIBED = Pattern(
    rf"(?:has|have|had|was|were) {_WHO} (?:(?:ever|been|being) )*(?:prescribed|given|ordered) (?:an? |any )?"
    r"(?P<x>qc\d+)(?: (?:and|or) qc\d+)*(?:,? qt\d+)*[ ?.]*"
)
_TAKES_FOR = Pattern(
    rf"(?:which|what) (?:drugs|medications|medicines) (?:does|do) {_WHO} take for "
    r"(?:(?:the|his|her|my|their) )?(?P<x>qc\d+)(?: (?:currently|now|qt\d+))*[ ?.]*"
)
"""What somebody takes for a condition, and not what they should."""
_DOSE_OR_COUNT = Pattern(
    r"what was the last dose of qc\d+[ ?.]*"
    rf"|how many (?:[a-z]+ of )?qc\d+ (?:qt\d+ )?(?:are there|has {_WHO} had|did {_WHO} have)[ ?.]*"
)


_SUSCEPTIBLE = Pattern(
    rf"(?:was|were) {_THE}(?P<x>qc\d+) (?:resistant|susceptible|sensitive) to {_THE}qc\d+(?: qt\d+)*[ ?.]*"
)
"""What a test of an organism of the record said, and not what such organisms are."""
_DOSES_COUNTED = Pattern(
    r"(?:how many|number of) (?P<x>qc\d+) (?:doses|orders|administrations|prescriptions)"
    r"(?: (?:were )?(?:there|given|recorded))?(?: qt\d+)*(?: (?:in|during) (?:the )?icu)?[ ?.]*"
)
"""How often one drug was given, in one record."""
_WHY_PRESCRIBED = Pattern(r"why was (?P<x>qc\d+) prescribed[ ?.]*")
_ADDED_UP = Pattern(
    r"(?:please )?(?:add|count|tot|total|tally)(?: up)? (?:all )?(?:(?:of )?(?:the|my|his|her|their) )?"
    r"(?:qc\d+|(?:[a-z-]+ )?(?:visits|encounters|admissions|prescriptions|shots|vaccinations|diagnoses))(?: qt\d+)?"
    r"(?: ?[.,;?]+ (?:and )?(?:how many|what) (?:do (?:you|we|i) get|(?:is|are|was|were) (?:it|that|there|they)"
    r"|does (?:it|that) (?:make|come to)|in all)[a-z ]*)?[ ?.]*"
)
"""How many entries of a kind there are."""

_ONE_OF_THE_VALUES = Pattern(
    rf"(?:(?:what|whats|what's)(?: (?:is|was|are|were))? )?{_THE}(?:very )?"
    r"(?:average|mean|median|highest|lowest|max(?:imum)?|min(?:imum)?|peak|last|latest|most recent|newest|first|oldest)"
    r" (?P<x>qc\d+)(?: (?:values?|readings?|results?|levels?|measurements?|scores?))?(?: qt\d+)?[ ?.]*"
)
"""One value of a measurement, or one number of all of them: a text book has none of these."""


_MEASURED, _DIAGNOSED, _PRESCRIBED = (
    ("Observation", "observation"),
    ("Condition", "condition"),
    ("MedicationRequest", "drug"),
)
_PLAIN = (
    (_IS_OVER, _DIAGNOSED), (_HAPPENED, _DIAGNOSED), (_TAKES_FOR, _DIAGNOSED), (_WAS_PRESCRIBED, _PRESCRIBED),
    (_WAS_NEEDED, ("Procedure", "procedure")), (_ONE_OF_THE_VALUES, _MEASURED),
    (_SUSCEPTIBLE, ("Observation", "organism")), (_DOSES_COUNTED, _PRESCRIBED),
    (REACTIONS, ("AllergyIntolerance", "allergen")),
)  # fmt: skip
"""What is plainly asked of a thing of a kind, which a name of the kind or of a group of it must be."""


def _asks_just(skeleton: Skeleton, words: Pattern, kind: tuple[str, str]) -> bool:
    """Whether these words are all that is asked, of a thing of a FHIR type and a kind that the tables know."""
    found, (of_type, name) = words.fullmatch(skeleton.text), kind
    return found is not None and found["x"] in (
        placeholders(skeleton, of_type, name) | placeholders(skeleton, of_type, f"{name} group")
    )


def _asks_a_reason(question: str, reader: TimeReader) -> bool:
    """Whether all that is asked is why the patient was prescribed a drug that is told to be theirs."""
    why = taken_for(question)
    if why == question:
        return False
    skeleton = take_apart(why, vocabulary_of(Manifest(counts={}, entries=())), reader)
    return _asks_just(skeleton, _WHY_PRESCRIBED, _PRESCRIBED)


def asks_plainly(question: str, clock: Clock, readings: Readings) -> bool:
    """Whether a request is, as a whole, one plain question to a record, judged by its words and the tables alone."""
    vocabulary, reader = vocabulary_of(Manifest(counts={}, entries=())), TimeReader(clock, readings)
    question = asked_in_full(what_brought_in(units_plainly(without_voices(as_described(question)))))
    question = of_the_patient(without_filling_in(typed_out(readmission_plainly(question))))
    try:
        skeleton = take_apart(question, vocabulary, reader)
        claimed = claim_asked(question)
        if claimed != question:
            claim = take_apart(claimed, vocabulary, reader)
            if _asks_just(claim, _VALUE, _MEASURED) or _DOSE_OR_COUNT.fullmatch(claim.text):
                return True
    except NeedsBirthDate:
        return False
    of_the_record = (_ADDED_UP, MOST_OF, REACTIONS_OF_ALL)
    if any(one.fullmatch(skeleton.text) for one in of_the_record) or any(_asks_just(skeleton, *one) for one in _PLAIN):
        return True
    if _asks_a_reason(question, reader):
        return True
    is_judged = asks_for_judgement(question)
    if not is_judged and fact_asked(skeleton, vocabulary.manifest) is not None:
        return True
    if number_asked(skeleton, vocabulary.manifest) is not None and not asks_to_act(question):
        return True  # "max norepi rate?": every word of it is one of numbers that a record has
    if is_judged:
        return False  # what the network makes of the rest does not answer for that
    told = tell(masked(skeleton), weights())
    if told.sense.kind == NOTHING or told.certainty < FROM_PLAINLY:
        return False
    return plain_sentence(told.sense, placed_by(told.parts, skeleton.said)) is not None


def _named(sentence: str, skeleton: Skeleton) -> str:
    """The sentence with what its placeholders stand for."""

    def said(match: re.Match[str]) -> str:
        kind, at = match[1], int(match[2])
        if kind == "c":
            return skeleton.mentions[at].words
        if kind == "t":
            return skeleton.question[skeleton.times[at].start : skeleton.times[at].end]
        if kind == "n":
            limit = skeleton.thresholds[at]
            return f"{_LIMITS.get(limit.relation, limit.relation)} {limit.value:g} {limit.unit}".strip()
        return {"p": skeleton.people, "r": skeleton.routes, "a": skeleton.sources}[kind][at].replace("|", " or ")

    return re.sub(r"\bq([a-z])(\d+)\b", said, sentence)
