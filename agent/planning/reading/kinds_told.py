"""What is asked in a way that the kind of thing has no answer to."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.done_about import PART
from chartwarden.agent.planning.reading.frames import Frame, Narrowed, names_nothing_known
from chartwarden.agent.planning.wording.rank_words import FIRST, LAST
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.vocabulary import known_forms
from chartwarden.tools.records.words import plain

STREET = Pattern(
    r"\b(?:recreational|illicit|illegal|street|hard|iv) drugs?\b|\bdrug (?:use|user|habit|taking|history)\b"
    r"|\b(?:use[sd]?|using|do|doing|tr(?:y|ied)) (?:any )?drugs?\b(?! (?:to|against|that|which|like)\b)"
)
"""Drugs that nobody prescribed."""
_IN_CARE = Pattern(
    r"\b(?:drugs?|medic\w+) (?:\w+ ){0,2}?(?:given|administered|prescribed|ordered|dispensed)\b|\bprescri\w+"
)
"""What is said of drugs that somebody was given: "her drug use: which drugs were given?"."""
_DRUG_HISTORY = Pattern(r"\bdrug history\b")
"""Of a medicine that is named, what was prescribed."""
_PREGNANCIES = Pattern(r"(?:(?:any|ever|been|prior|previous|past) )*pregnan(?:t|cy|cies)", re.IGNORECASE)
_BEING_IN = Pattern(
    r"\b(?:in|have|has|had|keep|kept|wear|wore|worn|use[ds]?) (?:the |an? |her |his |my )?qc\d"
    r"|\bqc\d+ (?:(?:been|still|left|stay(?:ed)?) )*(?:in|inside|in place|implanted)$"
)
PUT_IN = Pattern(r"\b(?:put|placed?|fitted|inserted)(?: in)?\b")
TAKEN_OUT = Pattern(
    r"^(?:removal|extraction|excision|(?:un-?planned )?extubation)\b|^[\w ]+ remov(?:ed|al)$", re.IGNORECASE
)
_IS_ALLERGIC = Pattern(rf"\b(?:is|are|am) {WHO} (?:\w+ )?allergic\b")
"""What somebody is, told beside a time of something else: "he had prawns yesterday, is he allergic to them?"."""
_DID_IT_ON = Pattern(rf"^what (?:did|does|has|have) {WHO} (?:ever )?qc\d+ (?:on|with|from|over|off)$")
_SMOKED = Pattern(rf"(?:when|what (?:day|date|year)) (?:did|does|has|have|had) {WHO}\b")
_COUNTED = (
    r"(?:admissions|stays|visits|encounters|hospitali[sz]ations|procedures|operations|surgeries|prescriptions|scripts"
    r"|orders|drugs|medications|medicines|allergies|diagnoses|conditions|vaccinations|vaccines|shots|jabs|doses)"
)
_SO_MANY = Pattern(
    r"(?<!last )(?<!first )(?<!latest )(?<!the )(?<!these )(?<!those )"
    r"\b(?P<n>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|multiple|more than one) "
    rf"(?:[a-z]+ )?(?:qc\d|{_COUNTED}\b)"
)
_LEFT_OPEN = Pattern(r"\b(?:and|or)$")
_A_FEW = Pattern(
    rf"(?:(?:what|which|list|show|give me) (?:(?:was|were|are) )?)?(?:the |his |her |my )?"
    rf"(?P<n>two|three|four|five|six|seven|eight|nine|ten|few|\d+) (?:[a-z]+ )?(?:qc\d|{_COUNTED}\b)"
)
"""So many of them next to an event, which are not all of them."""
_NUMBER_OF = Pattern(r"^(?:is|was|are|were) (?:the |his |her |my )?(?:total )?(?:number|count|total) of\b")
_PROCEDURES = Pattern(r"\bqc\d+ (?:procedures?|operations?|surger(?:y|ies))\b")
_THERE_WERE = Pattern(r"^there (?:were|are|have been|had been)\b")
_VISITS_COUNTED = Pattern(
    r"\bqk\d+ (?:\w+ ){0,2}(?:visits|admissions|stays|encounters|hospitali[sz]ations|attendances)\b"
)
_OF_EACH_OR_ONE = Pattern(r"\b(?:all|every|each|only|first|last|latest|most recent|original(?:ly)?|initial(?:ly)?)\b")
"""Of which orders somebody is said to have been the prescriber, where any order of theirs would make a yes."""
_AT_ONCE = Pattern(r"\b(?:all )?at once\b|\bsimultaneous(?:ly)?\b|\bconcurrent(?:ly)?\b|\boverlap\w*")
_BY_WAY = Pattern(
    r"^how\b(?! (?:many|much|often|frequently|long|old|about|come|far back|recent(?:ly)?|high|low|big|large)\b)"
    r"(?!.*\b(?:called|named|spelled|spelt)\b)"
)
_WHAT_KINDS = Pattern(
    r"^(?:which|what|list|name|show) (?:of )?(?:the |his |her |my )?(?:conditions?|diseases?|illness\w*|disorders?)\b"
)
_OF_A_RESULT = Pattern(
    r"(?:what|how (?:high|low)) (?:was|is|were|are) (?:the |his |her |my |their |patient's )*qc\d+\b(?! (?:for|to)\b)"
    r"|.*\b(?:check(?:s|ed)?|measur\w+|tested|drawn|levels?|readings?)\b"
)
_TWO_RANKS = Pattern(
    rf"\b{FIRST}\b(?:(?! (?:of|after|since|before)\b)[^,]){{0,40}}?,? (?:and|then|&) [^,]{{0,30}}?"
    rf"\b{LAST}\b|\band any(?:thing)? [^,]{{0,30}}?\b(?:later|since|after(?:wards)?)$"
    rf"|\b(?:at present|presently|current(?:ly)?|now|{LAST})\b[^,]{{0,40}}?"
    r"(?:,| and| then| &)+ (?:(?:the|its|his|her|my) )?"
    rf"(?:(?:very )?{FIRST}\b|(?:one|reading|value|result|visit|time) (?:just |right )?before\b)"
)
_DOSED = Pattern(r"\b(?:dos(?:e|es|age)|order\w*|prescri\w+|administered|g[ai]ven?|took|taken|receiv\w+|qr\d+)\b")
_AMISS = frozenset({"wrong", "amiss", "the matter", "sick", "ill", "unwell", "poorly"})
"""What people say for any condition, and no name of one."""
_TESTS_ORDERED = Pattern(
    r"\b(?:order(?:ed|ing)?|request(?:ed|ing)?) (?:(?:any|the|some|all|his|her|my|their|these|those|lab|blood"
    r"|urine|imaging) )*(?:tests?|labs?|bloods?|panels?|scans?|x-?rays?|imaging|cultures?)\b"
)
_WITH_WHOM = Pattern(r"\b(?:and|,|&) (?:with|by) (?:whom|who)\b|\b(?:and|,|&) who with\b")
_WITHOUT_REASON = Pattern(r"\b(?:no|without (?:an?|any|the)|lack\w*(?: an?)?|missing(?: an?)?) (?:\w+ )?reasons?\b")
_PIECES = Pattern(r"(?:stitch(?:es)?|sutures?|staples?|screws?|pins?)", re.IGNORECASE)
"""What a thing that was done is made of."""
_MEASURED = frozenset({"observation", "output", "micro"})
OF_MANY = frozenset({"exists", "list", "count", "value"})
_OF_ONE_ROW = OF_MANY | {"when", "dose", "route", "who", "where"}


def may_be_of_the_street(frame: Frame) -> bool:
    """Whether drugs that nobody prescribed may be meant, where words can mean both kinds."""
    if frame.thing.reason or _IN_CARE.search(frame.clause) or not names_nothing_known(frame):
        return False
    kinds = [{row.kind for row in mention.linked.known} for mention, _ in frame.thing.links]
    are_medicines = bool(kinds) and all(one & {"drug", "drug class"} for one in kinds)
    return not (are_medicines and _DRUG_HISTORY.search(frame.clause))


def require_kind_told(frame: Frame, clause: str) -> None:
    """Raise `Narrowed` where the kind of thing has no answer to what is asked."""
    named = [mention.words for mention, _ in frame.thing.links]
    _require_row_meant(frame, clause)
    if frame.thing.domain == "condition" and frame.route:
        raise Narrowed(f'what "{frame.route}" says of a diagnosis')
    if _AMISS.intersection(words.lower() for words in named):
        raise Narrowed('what is "wrong"; ask for the conditions')
    if frame.thing.domain in ("medication", "intake"):
        _require_drugs_meant(frame, clause, named)
    if frame.operator in _OF_ONE_ROW and _TWO_RANKS.search(frame.clause):
        raise Narrowed("which of the rows is meant; ask for them one by one")
    _require_recorded(frame, clause, named)
    _require_number_told(frame, clause, named)
    _require_way_told(frame, clause, named)


def _require_row_meant(frame: Frame, clause: str) -> None:
    """Raise where one of several orders, events or rows is meant, and it is not told which."""
    operator = frame.operator
    of_one = _OF_EACH_OR_ONE.search(clause) if frame.person and operator == "exists" else None
    if of_one is not None:
        raise Narrowed(f'of which of the orders it is asked ("{of_one.group()}"); ask who ordered them')
    if frame.event is not None and _LEFT_OPEN.search(frame.clause.strip()):
        raise Narrowed("which of two events is meant; ask for them one by one")
    few = _A_FEW.match(clause) if frame.event is not None and not frame.which.is_said and operator == "list" else None
    if few is not None and frame.relation != "same_day":
        raise Narrowed(f'which "{few["n"]}" of them are meant; ask for the last or the first of them')


def _require_drugs_meant(frame: Frame, clause: str, named: Sequence[str]) -> None:
    """Raise where tests, results or what nobody prescribed may be meant by what is read as a drug of the record."""
    is_any = frame.thing.domain == "medication" and names_nothing_known(frame)
    if is_any and _TESTS_ORDERED.search(clause):
        raise Narrowed("who ordered tests; orders of drugs are recorded")
    if is_any and not frame.thing.reason and any(STREET.match(f"{words.lower()} drugs") for words in named):
        raise Narrowed("drugs that nobody prescribed")
    if _OF_A_RESULT.match(clause) and _names_a_result(named):
        raise Narrowed("whether a drug or a result is meant; say which of them")
    if frame.threshold is not None and not _DOSED.search(clause) and _names_a_result(named):
        raise Narrowed("whether a dose or a result is meant by the limit; say the unit of the dose")


def _require_recorded(frame: Frame, clause: str, named: Sequence[str]) -> None:
    """Raise where what is asked is not what entries of the kind tell, however it is named."""
    operator, domain = frame.operator, frame.thing.domain
    links = [link for _, link in frame.thing.links if link is not None]
    is_part = any(link.resource_type == "Procedure" and link.how == "narrower" for link in links)
    if operator == "duration" and is_part and _BEING_IN.search(clause):
        raise Narrowed(f'how long somebody had, or was in, "{named[0]}"; the record times what was done')
    labels = (entry.label for link in links for entry in link.entries)
    if domain == "procedure" and PUT_IN.search(clause) and any(map(TAKEN_OUT.match, labels)):
        raise Narrowed(f'when "{named[0]}" was put in; the record tells when it was taken out')
    if domain == "allergy" and frame.window is not None and frame.window.start and _IS_ALLERGIC.search(clause):
        raise Narrowed("of which time the allergy is asked; ask whether one is recorded, or when it was")
    if operator == "when" and domain == "observation" and _SMOKED.match(clause) and "smok" in " ".join(named).lower():
        raise Narrowed("when somebody smoked; the record tells the smoking status of a time")
    if domain == "condition" and _DID_IT_ON.match(clause):
        raise Narrowed("what it was brought about by; ask for the diagnoses")


def _require_number_told(frame: Frame, clause: str, named: Sequence[str]) -> None:
    """Raise where a number is asked or claimed of what is not counted so."""
    operator, domain = frame.operator, frame.thing.domain
    if operator == "exists" and _NUMBER_OF.search(clause) and frame.quantity is None:
        raise Narrowed("whether that is the number; ask how many there are")
    if domain in ("medication", "statement") and operator in ("count", "list") and _PROCEDURES.search(frame.clause):
        raise Narrowed("whether procedures or drugs are meant; ask for one of them")
    is_claimed = operator == "exists" or _THERE_WERE.match(clause)
    so_many = _SO_MANY.search(clause) if is_claimed and frame.quantity is None else None
    if so_many is not None:
        raise Narrowed(f'whether there were "{so_many["n"]}"; ask how many there are')
    if domain == "condition" and frame.quantity is not None and _VISITS_COUNTED.search(clause):
        raise Narrowed("whether visits or diagnoses are counted; ask how many visits there were for it")
    at_once = _AT_ONCE.search(clause) if operator in OF_MANY and frame.event is None else None
    if at_once is not None:
        raise Narrowed(f'what lay side by side ("{at_once.group()}"); ask for them one by one')
    if operator == "count" and any(map(_PREGNANCIES.fullmatch, named)):
        raise Narrowed("how many pregnancies there were; several entries may be of one, so ask for a list of them")


def _require_way_told(frame: Frame, clause: str, named: Sequence[str]) -> None:
    """Raise where the way it is asked for ("how", "and with whom", "no reason") is more than the operator says."""
    operator, domain = frame.operator, frame.thing.domain
    if operator in (*OF_MANY, "when") and domain not in _MEASURED and _BY_WAY.match(clause):
        raise Narrowed('what "how" asks for; ask for the route, the dose, the reason or the time')
    if operator in OF_MANY and (seen := _WITH_WHOM.search(frame.clause)):
        raise Narrowed(f'"{seen.group()}"; ask who it was by itself')
    if operator == "why" and _WITHOUT_REASON.search(clause):
        raise Narrowed("which of them have no reason; ask for the reasons")
    if domain == "encounter" and any(map(PART.fullmatch, named)):
        raise Narrowed(f'which visits were for the "{named[0]}"; name the condition')
    if operator == "count" and any(map(_PIECES.fullmatch, named)):
        raise Narrowed(f'how many "{named[0]}" there were; the record tells how often it was done')
    if domain in ("encounter", "icu") and operator == "list" and _WHAT_KINDS.match(clause):
        raise Narrowed("how the conditions it asks for and the visits relate")


def _names_a_result(named: Collection[str]) -> bool:
    """Whether one of some names is that of a measurement too, as "potassium" is."""
    return any(one.kind == "observation" for words in named for one in known_forms(plain(words)))


_KIND_CUES = (
    ("icu", Pattern(r"\bicu\b|\bintensive care\b|\bcritical care\b")),
    ("emergency", Pattern(r"\bemergenc\w+\b|\b(?:er|ed|a&e)\b")),
    ("inpatient", Pattern(r"\binpatient\b")),
    ("ambulatory", Pattern(r"\boutpatient\b|\bambulatory\b")),
    ("hospital", Pattern(r"\bhospital\w*\b|\badmi(?:t|ss)\w*\b|\bdischarg\w+\b|\bstays?\b")),
)


def kinds_of(domain: str, main: str, is_named: bool) -> tuple[str, ...]:
    """The kind of visit a clause asks for; "hospital" is none of a care unit, nor beside a name."""
    if domain == "icu":
        return ("icu",)
    for kind, pattern in _KIND_CUES:
        if pattern.search(main):
            if kind == "hospital" and domain == "careunit":
                return ()
            return () if is_named and kind == "hospital" else (kind,)
    return ()
