"""What a sentence claims beyond numbers, dates and names: that something is absent, in what state, to what extent."""

from __future__ import annotations

import re

from chartwarden.agent.answer import Sentence
from chartwarden.agent.gate.taxonomy import Language
from chartwarden.agent.grounding.evidence import Evidence, Support, statuses_of
from chartwarden.agent.grounding.matching import date_meets
from chartwarden.agent.grounding.mentions import NAME_MARK, Mentions, folded, words_in
from chartwarden.agent.grounding.results import amounts_of, asked_words, queries_of
from chartwarden.agent.grounding.vocabulary import NEGATIONS, is_among, reporting
from chartwarden.tools.records.query import QueryResult, RecordQuery

AI_OBSERVATION = "ai-observation"
"""Status of a row that a model wrote about an image (FHIR v3 AIAST); it is never told as the record's."""
_YES = re.compile(r"^\W*(?:yes|ja|sí|si|oui)\b")
_NO = re.compile(r"^\W*(?:no|nein|non)(?=\W*[,:;.]|\W*$)")
_ZERO = re.compile(r"(?<![\d.])0(?![\d.])|\bzero\b")

_MUST_TELL: dict[str, tuple[str, ...]] = {
    "refuted": ("refuted", "ruled out", "widerlegt", "refutado", "réfuté"),
    "unconfirmed": ("unconfirmed", "not confirmed", "unbestätigt"),
    "provisional": ("provisional", "vorläufig", "provisoire"),
    "differential": ("differential",),
    "not-done": ("not done", "not-done", "not given", "not performed"),
    "cancelled": ("cancelled", "canceled"),
    "proposal": ("propos", "planned", "plan"),
    "plan": ("plan", "propos"),
    "draft": ("draft",),
    "preliminary": ("preliminary", "vorläufig"),
    "entered-in-error": ("entered in error", "entered-in-error"),
}
"""Statuses that change what a row means, and the words that tell them."""
TELLING_STATUSES = frozenset(_MUST_TELL)
"""A sentence that cites a row with one of these has to say so."""

_ENDED = frozenset(
    {
        "resolved", "inactive", "remission", "stopped", "completed", "cancelled", "entered-in-error", "finished",
        "revoked", "not-done", "refuted", "aborted",
    }
)  # fmt: skip
_INTENTS = frozenset({"order", "original-order", "instance-order", "filler-order", "reflex-order"})
_PRESENT = re.compile(
    r"\b(?:current|currently|active|ongoing|still|now|at present|aktuell|derzeit|actualmente|actuellement)\b"
)
_GIVEN = re.compile(r"\b(?:administered|was given|were given|administration|verabreicht|administrado|administré)\b")
_GIVEN_TYPES = frozenset(
    {
        "MedicationAdministration",
        "Immunization",
        "Procedure",
        "MedicationStatement",
        "MedicationDispense",
        "Observation",
    }
)
_FAMILY = re.compile(
    r"\b(?:family|relative|mother|father|sister|brother|parent|son|daughter|grand\w+|aunt|uncle|cousin|sibling|familie|familia\w*|famil\w*)\b"
)
_QUALIFIERS = frozenset(
    {
        "no", "not", "without", "never", "suspected", "possible", "probable", "questionable", "history", "family",
        "risk", "screening", "negative", "unspecified", "unlikely", "denies", "absent", "ruled", "refuted",
    }
)  # fmt: skip

_FIRST = re.compile(r"\b(?:first|earliest|initial|oldest|erste[rsn]?|primer[oa]?|premi(?:er|ère))\b")
_LAST = re.compile(r"\b(?:last|latest|most recent|newest|letzte[rsn]?|últim[oa]|derni(?:er|ère))\b")
_HIGHEST = re.compile(r"\b(?:highest|maximum|largest|greatest|peak|höchste[rsn]?|máximo|plus élevée?)\b")
_LOWEST = re.compile(r"\b(?:lowest|minimum|smallest|least|niedrigste[rsn]?|mínimo|plus basse?)\b")
_MEAN = re.compile(r"\b(?:mean of|average|on average|durchschnitt\w*|promedio|moyenne)\b")
_SUM = re.compile(r"\b(?:sum of|summe|suma|somme)\b")
_WAS_NOT = re.compile(r"\b(?:was|were|is|are|has|have) not recorded\b")
_ALL = re.compile(
    r"\b(?:all|every|only|none|never|always|total|in total|altogether|entire|alle|todos|todas|tous|toutes)\b"
)
_UP = re.compile(r"\b(?:rose|increased|increase|higher|went up)\b")
_DOWN = re.compile(r"\b(?:fell|decreased|decrease|lower|went down|dropped)\b")


def absence_problem(mentions: Mentions, evidence: Evidence, language: Language, told: str) -> str:
    """Whether an absence is backed: it denies, and a complete search for what it names found nothing."""
    if not (set(mentions.words) & NEGATIONS or _ZERO.search(mentions.prose)):
        return "an absence that denies nothing"
    empty = [result for result in evidence.results if _found_nothing(result)]
    if not empty:
        return "no complete search of this run found nothing"
    if any(result.withheld for result in empty) and "withheld" not in told:
        return "part of the record was withheld, and that is not told"
    quoted = (word for quotation in mentions.quotations for word in words_in(quotation))
    said = [word for word in (*mentions.words, *quoted) if not is_among(word, reporting(language))]
    for result in empty:
        if not _tells_what_was_passed_over(mentions, result):
            continue
        known = asked_words(result) | frozenset(
            w for row in result.set_aside for w in words_in(f"{row.label} {row.status}")
        )
        known |= frozenset(w for row in result.findings for w in words_in(row.label))
        if all(is_among(word, known) for word in said) and _is_of_its_time(mentions, result):
            return ""
    return "the search that found nothing was for something else"


def _is_of_its_time(mentions: Mentions, result: QueryResult) -> bool:
    """Whether the times an absence tells are those that were searched: nothing in one year tells nothing of another."""
    windows = [query.window for query in queries_of(result) if query.window is not None]
    numbers = {amount.number for amount in amounts_of(result)}
    dated = [one for one in mentions.dates if not (one.may_be_number and one.year in numbers)]
    return not windows or all(any(date_meets(one, it.start, it.end) for it in windows) for one in dated)


def _tells_what_was_passed_over(mentions: Mentions, result: QueryResult) -> bool:
    """Whether an absence owns up to rows that were found, and none of which could be put in order."""
    question = result.question
    if not isinstance(question, RecordQuery) or question.measure != "none":
        return True
    if result.findings or result.found < question.index:
        return True
    return any(told.amount.number == result.found for told in mentions.amounts)


def _found_nothing(result: QueryResult) -> bool:
    if not result.complete or not all(searched.complete for searched in result.searched):
        return False
    if not result.searched and all(query.concept is None or query.concept.is_linked for query in queries_of(result)):
        return False
    if not result.findings:
        return True
    return result.computed is not None and result.computed.value in (False, 0)


def negation_problem(sentence: Sentence, mentions: Mentions, support: Support) -> str:
    """Whether a sentence that is no absence denies, or agrees, against the computed truth or beside the record."""
    truths = {
        result.computed.value
        for result in support.results
        if result.computed and isinstance(result.computed.value, bool)
    }
    if _YES.search(mentions.prose) and truths == {False}:
        return "it says yes where the computation says no"
    if _NO.search(mentions.prose) and truths == {True}:
        return "it says no where the computation says yes"
    prose = _YES.sub(" ", _NO.sub(" ", mentions.prose))
    denials = [match for match in re.finditer(r"[\w']+", prose) if match.group() in NEGATIONS]
    if not denials:
        if (
            truths == {False}
            and sentence.kind == "computation"
            and _says_exists(support)
            and not _NO.search(mentions.prose)
        ):
            return "it does not tell that the computation says no"
        return ""
    if _NO.search(mentions.prose) or (truths == {False} and sentence.kind == "computation"):
        return ""
    for match in denials:
        if not _is_recorded_denial(prose, match, support):
            return "it denies something, and the cited resources do not"
    return ""


def _says_exists(support: Support) -> bool:
    return any(result.computed is not None and result.computed.measure == "exists" for result in support.results)


def _is_recorded_denial(prose: str, match: re.Match[str], support: Support) -> bool:
    """Whether the record itself uses the denial with the word after it, or states it as a status."""
    following = re.match(r"\s+([\w'-]+)", prose[match.end() :])
    phrase = f"{match.group()} {following.group(1)}" if following else match.group()
    rest = prose[match.end() :].lstrip()
    if rest.startswith(folded(NAME_MARK)):
        return False
    if re.search(rf"\b{re.escape(phrase)}\b", support.folded):
        return True
    if phrase in ("not done", "not given", "not performed", "not confirmed"):
        return bool(support.statuses & {"not-done", "not done", "unconfirmed", "refuted"})
    if phrase not in ("not recorded", "no value", "not stated") or _WAS_NOT.search(prose):
        return False
    return any(row.value is None or not row.author or not row.time for row in support.findings)


def status_problem(sentence: Sentence, mentions: Mentions, support: Support, told: str) -> str:
    """Whether the sentence hides or invents a state of what it cites."""
    prose = mentions.prose
    whole = folded(sentence.text)
    states = set().union(*map(statuses_of, support.primary))
    for state in states & _MUST_TELL.keys():
        if not any(word in whole for word in _MUST_TELL[state]):
            return "the status of a cited resource changes its meaning and is not told"
    if any(r.get("resourceType") == "FamilyMemberHistory" for r in support.primary) and not _FAMILY.search(whole):
        return "family history is told as the patient's own"
    lasting = states - _INTENTS
    if lasting and lasting <= _ENDED and _PRESENT.search(prose) and "no longer" not in prose:
        return "told as current, and recorded as ended"
    types = {str(resource.get("resourceType")) for resource in support.cited}
    if (
        not types & _GIVEN_TYPES
        and types & {"MedicationRequest", "CarePlan", "ServiceRequest"}
        and _GIVEN.search(prose)
    ):
        return "an order is told as an administration"
    if any(row.status == AI_OBSERVATION and folded(row.label) not in whole for row in support.findings):
        return "what a model saw in an image is not told as such"
    if any(_drops_qualifier(label, mentions, prose) for label in dict.fromkeys(row.label for row in support.findings)):
        return "a qualifier of the recorded name is left out"
    return ""


def _drops_qualifier(name: str, mentions: Mentions, prose: str) -> bool:
    """Whether the name of a row is told without the word that qualifies it (`no known allergy` as `known allergy`)."""
    label = folded(name)
    if label in prose:
        return False
    words = re.findall(r"[\w']+", label)
    qualifiers = [word for word in words if word in _QUALIFIERS]
    rest = [word for word in words if word not in _QUALIFIERS and len(word) > 3]
    told = set(mentions.words)
    return bool(rest) and all(word in told for word in rest) and not all(word in told for word in qualifiers)


def extent_problem(mentions: Mentions, support: Support, kind: str) -> str:
    """Whether the sentence says first, last, highest, all or rose where the search does not bear it out."""
    prose = mentions.prose
    for label in filter(None, dict.fromkeys(row.label for row in support.findings)):
        prose = prose.replace(folded(label), " ")
    orders = [pattern for pattern in (_FIRST, _LAST, _HIGHEST, _LOWEST, _MEAN, _ALL) if pattern.search(prose)]
    if orders and not support.complete:
        return "the search was cut short, and the sentence speaks of first, last or all"
    queries = [query for result in support.results for query in queries_of(result)]
    if queries:
        if _FIRST.search(prose) and not _LAST.search(prose) and not any(_chooses(query, "first") for query in queries):
            return "it says first, and something else was asked of the record"
        if _LAST.search(prose) and not _FIRST.search(prose) and not any(_chooses(query, "last") for query in queries):
            return "it says last, and something else was asked of the record"
        if _HIGHEST.search(prose) and not any(_measures(query, "max") for query in queries):
            return "it says highest, and something else was asked of the record"
        if _LOWEST.search(prose) and not any(_measures(query, "min") for query in queries):
            return "it says lowest, and something else was asked of the record"
        if (
            _MEAN.search(prose)
            and not any(_measures(query, "mean") for query in queries)
            and not _in_labels(support, "average")
        ):
            return "it says average, and something else was computed"
        if _SUM.search(prose) and not any(_measures(query, "sum") for query in queries):
            return "it says sum, and something else was computed"
    return _direction_problem(prose, support) if kind == "computation" else ""


def _in_labels(support: Support, word: str) -> bool:
    return any(word in folded(row.label) for row in support.findings)


def _chooses(query: RecordQuery, which: str) -> bool:
    if query.which == which or query.measure in ("change", "trend", "min", "max", "age", "duration", "distinct"):
        return True
    # Over all rows the first and the last are among them; their dates are checked with them.
    return query.which == "all"


def _measures(query: RecordQuery, measure: str) -> bool:
    if query.measure == measure or query.threshold is not None:
        return True
    if query.measure == "range" and measure in ("min", "max"):
        return True
    return (
        measure in ("min", "max") and query.by == "value" and query.which == ("last" if measure == "max" else "first")
    )


def _direction_problem(prose: str, support: Support) -> str:
    for result in support.results:
        computed = result.computed
        if computed is None or computed.value is None or computed.measure not in ("change", "trend"):
            continue
        if computed.measure == "trend":
            rose, fell = computed.value == "rose", computed.value == "fell"
        else:
            rose, fell = float(computed.value) > 0, float(computed.value) < 0
        up, down = bool(_UP.search(prose)), bool(_DOWN.search(prose))
        is_wrong = (up and not down and not rose) or (down and not up and not fell)
        if is_wrong and not (_NO.search(prose) or set(re.findall(r"[\w']+", prose)) & NEGATIONS):
            return "it names the wrong direction"
    return ""
