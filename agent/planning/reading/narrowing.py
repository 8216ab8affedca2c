"""Words that narrow or turn what a clause asks, and that no part of its reading holds: without them it asks another."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from chartwarden.agent.patterns import Pattern, Several
from chartwarden.agent.planning.reading import beside
from chartwarden.agent.planning.reading.accounting import require_several_counted
from chartwarden.agent.planning.reading.comparing import require_values_told
from chartwarden.agent.planning.reading.denials import require_denial_read
from chartwarden.agent.planning.reading.done_about import is_not_of_care
from chartwarden.agent.planning.reading.fates import ENDED, FATE, fate_in
from chartwarden.agent.planning.reading.frames import Frame, Narrowed, NotUnderstood, names_a_place, names_nothing_known
from chartwarden.agent.planning.reading.kinds_told import OF_MANY, STREET, may_be_of_the_street, require_kind_told
from chartwarden.agent.planning.reading.named_together import PANEL
from chartwarden.agent.planning.reading.stays import require_stay_told
from chartwarden.agent.planning.reading.whole_asked import require_whole_asked
from chartwarden.agent.planning.wording.at_visits import HELD_AT_VISITS
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX
from chartwarden.agent.planning.wording.rank_words import FIRST, FIRST_OR_LAST, LAST
from chartwarden.agent.planning.wording.who import WHO

_DID_NOT = Pattern(rf"\b(?:did|do|does|has|have|had) {WHO}(?: \w+)? (?:miss|skip|forget|refuse|decline)\b")
_UNDONE = Pattern(
    rf"{_DID_NOT.pattern}|\b(?:fail(?:s|ed|ing)? to|miss(?:es|ed)|skipp(?:ed|ing)"
    r"|forgot\w*(?! (?:why|what|when|who|whom|which|where|how|whether|if)\b)|refused?|withheld"
    r"|declin(?:e|es|ed|ing) (?:the|to|a|an|by|his|her|any|my|their|qc\d+)|declined$"
    r"|turned down|opt(?:s|ed|ing)? out)\b"
)
"""What did not happen, told by a verb."""
_ONLY = Pattern(r"\b(?:only|solely|exclusively|merely|nothing but|no other|by itself|on its own)\b")
_BUT = Pattern(r"\b(?:anything|anyone|nothing|everything|all|everyone|none|any [\w']+|no [\w']+) but\b")
_ELSE = Pattern(r"\belse\b")
_OR_ELSE = Pattern(
    r"\bor (?:only|just|merely) (?:the|an?|his|her|my|for)\b|\bor (?:did|was|were|is|are|has|have|had|does|do|will)\b"
    r"(?! (?:not\b|(?:it|that|this|there) not\b|there (?:one|any|none)$|(?:it|that) (?:over|gone|finished|done)\b))"
)
_SAME = Pattern(
    r"\b(?:same|by (?:two )?different) (?:doctor|physician|provider|clinician|prescriber|person|nurse|hospital"
    r"|clinic|place|dose|drug|brand)s?\b"
)
_REACTED = Pattern(r"\breact(?:ions?|ed|s|ing)? (?:badly |poorly |well )?(?:to|from|after|with)\b")
_NUMBER_OF_IT = Pattern(r"\b(?:lot|batch|serial|account|order|policy|room|bed|license|licence|ndc) (?:number|no\b|#)")
_ONLY_OF_ONE = Pattern(
    r"\b(?:qt\d+|charts?|records?) only\b|\b(?:not|if) only\b"
    r"|\b(?:first|last|latest|two)(?: \w+){1,2} (?:values|readings|results) only\b"
    r"|\b(?<!the )(?<!there )only (?:the|if|when|once|one|as|yes|a yes|look\w*|consider\w*|count(?:ing)?)\b"
)
_EACH = Pattern(
    rf"^(?:if |whether )?{PLAIN_AUX} (?:(?:all|each|every)\b(?! (?:in all|along))|both\b(?!.*\band\b)"
    rf"|(?:none|most|some|half|many|few) of\b)"
)
_KIND_NARROWED = Pattern(
    r"\b(?:(?:long|short|full|near|pre|post)[- ]?term|life ?long|lasting|(?:stage|grade) (?:\d|i{1,3}v?|iv))\b"
    r"|\bmiddle (?:one|dose|shot|value|qc\d+)\b"
    rf"|\b(?:two|three|four|five|\d+) (?:\w+ )?(?:second to last|before the {LAST})\b"
    r"|\b(?:visits?|encounters?|stays?|admissions?) (?:(?:that|which) )?(?:had|have|has|with) no\b"
    r"|\b(?:primary|principal|main|secondary|admitting|working|differential|provisional|billing|underlying) "
    r"(?:\w+ )?(?:diagnos\w+|conditions?|problems?|illness\w*|disease)\b"
)
_TO_COME = Pattern(r"\b(?:upcoming|future)\b|\b(?:is|are|will|scheduled|booked|planned)\b.*\bnext\b")
_A_FALL = Pattern(
    r"\b(?:an?|any|patient|no|recent|in-?patient|recorded|documented|the|last|first|latest|his|her|my)"
    r" falls?\b(?! (?:in|of|from)\b)"
)
_NEXT = Pattern(r"\b(?:next|upcoming|future)\b(?![ -](?:to\b|of kin))")
_SOME_OF_ALL = Pattern(r"\bmost(?: of all)?$|\b(?:the )?most (?:of|times|frequently|often)\b|\bseen most\b")
_AMOUNT = Pattern(
    r"\b(?:how many|number of|count of|total) (?:\w+ )?(?:tablets?|pills?|capsules?|puffs?|drops?|milligrams?|mg"
    r"|micrograms?|mcg|grams?|ml|millilit(?:er|re)s?|lit(?:er|re)s?|units?|bags?|bottles?|vials?|ampoules?|packs?)\b"
)
_TIME_SPENT = Pattern(r"\bhow many (?:days?|nights|weeks|months|hours|minutes|years)\b(?! (?:ago|back|old|of age)\b)")
_FIRST_OR_LAST = Pattern(
    rf"\b{FIRST}(?: \w+)? or (?:(?:the|his|her|my|their) )?(?:{LAST}|second|third|later)\b"
    rf"|\b{LAST}(?: \w+)? or (?:(?:the|his|her|my|their) )?{FIRST}\b"
    rf"|^(?:was|is) (?:that|this|it|those|these) (?:(?:the|his|her|my|their|very) )*{FIRST_OR_LAST}\b"
    r"|^(?:was|is) (?:that|this|it|those|these) (?:the |an? )?qc\d+,? (?:\w+ )?(?:the|his|her|my|their) (?:very )?"
    rf"{FIRST_OR_LAST}\b"
)
"""Which of the rows something is that is told, and is none of what is looked up."""
_LESS = Pattern(
    r"\bminus\b|\bbalance\b|\bpercent(?:age)? (?:of )?(?:change|increase|decrease|drop|rise|fall|gain|loss)\b"
)
_HELD = Pattern(r"\bheld\b")
"""Of a drug; what else may become of one is told by `fates`."""
_CHANGED = Pattern(
    r"\b(?:increased?|decreased?|raised|reduced|lowered|doubled|halved|tapered|titrated|changed?|switched|adjusted"
    r"|stepped (?:up|down)|cut (?:down|back)|(?:go|goes|went|gone|going|put|bumped) (?:up|down))\b"
)
_VALUE_CHANGED = Pattern(rf"{_CHANGED.pattern}|\bchanges?\b")
_GREW = Pattern(r"\bgr[eo]w(?:s|n|ing)?\b")
_GROWN = Pattern(r"\b(?:gr[eo]w|grown|organisms?|isolates?|isolated)\b")
_TAKEN_OUT = Pattern(
    r"\b(?:taken out|removed|pulled(?: out)?|came out(?! (?:at|as|to be)\b)|inserted|put in|placed)\b"
    r"(?! of (?:him|her|me)\b)"
)
_MORE_OFTEN = Pattern(r"\b(?:(?:more|less) (?:often|frequently|commonly)|(?:per|an) (?:hour|minute)|hourly)\b")
_REPEATED = Pattern(r"\b(?:repeat(?:ed(?:ly)?|s)?|rechecked|redone|re-?done|done again|more than once|duplicated?)\b")
_SUSPECTED = Pattern(r"(?<!\bi )(?<!\bwe )\bsuspect(?:s|ed|ing)?\b")
_CONFIRMED = Pattern(
    r"\b(?:is|was|are|were|been|ever|officially|formally) confirmed\b|\bconfirmed (?:diagnosis|case|qc\d)"
    r"|\bqc\d+ (?:\w+ )?confirmed\b"
)
_IN_USE_NOW = Pattern(rf"^(?:is|are|am) {WHO} (?:\w+ )?on\b|\b(?:now|currently|still|at the moment)\b")
_FROM_THERE = Pattern(
    r"\b(?:c[ao]me|go|went|transferred|transfers?|sent|referred|brought|moved)\b.*"
    r"\bfrom (?:an?|another|the|some|outside)\b"
)
_MOST_TIME = Pattern(r"\b(?:most time|(?:longest|shortest)(?: time)?)\b")
_NEGATIVE = Pattern(r"\bnegative\b")
_TOLD_OF_TESTS = Pattern(r"\b(?:positive|negative)\b")
_TOLD_OF_A_TEST = Pattern(r"\b(?:positive|negative|(?:ab)?normal|reactive|clear)\b")
_REMOVED = Pattern(
    r"\b(?:taken|took|tak(?:e|es|ing)|come|came|comes|pulled|cut) (?:it |them )?(?:back )?out\b"
    r"|\bremov(?:ed?|al|ing)\b|\bexplant\w*"
)
_REMOVAL = Pattern(r"remov|extract|explant|ectomy|excision|evacuation", re.IGNORECASE)
_NOT_OF_IT = Pattern(r"\bnon[- ]*qc\d")
_BOTH_ENDS = Pattern(
    r"\b(?:start|begin|began|first|open)\w*\b[^,;]*\b(?:and|or)\b[^,;]*\b(?:end|stop|finish|resolv|clos)\w*\b"
)
_ALL_OF_THEM = Pattern(
    r"\b(?:finish\w*|series|fully)\b|\bcomplet\w+ (?:the|his|her|my|their|all)\b|\bboth\b(?!.*\band\b)"
    r"|\ball (?:the |his |her |my |of the )?(?:two|three|four|five|six|needed|required|recommended|\d+)\b"
)
_BODY_PART = Pattern(
    r"\b(?:for|of|in|on|with|about|to) (?:the |an? )?(?:his|her|my|their|patient's|left|right)(?: left| right)? "
    r"(?:hands?|heads?|back|face|side)\b|\b(?:of|to|on) the (?:heads?|hands?|face)\b(?! of\b)"
)
"""Words that also stand in everyday phrases, and are read past there."""
_DEATH = Pattern(r"\b(?:die|died|dies|dying|dead|deceased|passed away|death)\b")
_GONE_HOME = Pattern(
    r"\b(?:discharged|released|sent|went|go|going|gone|left|transferred)\b(?: \w+){0,3} (?:to )?(?:\w+ )?qc\d"
)
_MOST_OF_IT = Pattern(r"\bthe (?:most|least|fewest) (?=(?:(?!recent|current)[a-z]+ )?(?:qc\d|[a-z]+s\b))")
_SPECIMENS = Pattern(r"\b(?:specimens?|samples?)\b")
_EXTREMES = tuple(
    Pattern(rf"\b(?:{words})\b")
    for words in ("highest|max(?:imum)?|greatest|peak", "lowest|min(?:imum)?|nadir", "mean|average")
)


def is_turned(text: str, question: str = "") -> bool:
    """Whether words of a text say what did not happen, what each one is, or ask of something that a thing has.

    `question`: the same with its names, one of which may have taken such a word in.
    """
    if _DID_NOT.search(question.lower()):
        return True
    turns = (_UNDONE, beside.OF_SOMETHING, _KIND_NARROWED, _SOME_OF_ALL, _A_FALL)
    return bool(_EACH.match(text)) or any(pattern.search(text) for pattern in turns)


@dataclass(frozen=True)
class _Refusal:
    """Words that a reading has no place for, and the readings that they would turn into another."""

    words: Pattern
    reason: str
    """What is not known of them; braces stand for the words as said."""
    applies: Callable[[Frame], bool] = lambda frame: True


def _is(*domains: str, asking: Collection[str] = (), named: bool | None = None) -> Callable[[Frame], bool]:
    """Whether a frame is of one of these kinds, asks for one of these, and names a thing of the record, or none."""

    def applies(frame: Frame) -> bool:
        return (
            (not domains or frame.thing.domain in domains)
            and (not asking or frame.operator in asking)
            and (named is None or bool(frame.thing.links) is named)
        )

    return applies


def _is_placed(frame: Frame) -> bool:
    """Whether a time or an event limits the rows."""
    return frame.window is not None or frame.event is not None


_REFUSALS = (
    _Refusal(_UNDONE, 'what did not happen, "{}"'),
    _Refusal(beside.OF_SOMETHING, 'what "{}" the rest; it is not told apart in the record', is_not_of_care),
    _Refusal(_KIND_NARROWED, 'which of them are "{}"'),
    _Refusal(Pattern(r"\bas (?:its|their) (?:indication|reason)\b"), '"{}", of what; name the drug', _is("condition")),
    _Refusal(_A_FALL, 'what "{}" is in the record'),
    _Refusal(_CONFIRMED, 'whether it was "{}"; ask whether it was diagnosed', _is("condition")),
    _Refusal(_NEGATIVE, 'whether a test was "{}"; ask for its result', _is("condition")),
    _Refusal(_GROWN, 'what "{}" of a diagnosis; ask what grew in a specimen or a test', _is("condition")),
    _Refusal(_SUSPECTED, 'what was only "{}"; ask what was diagnosed', _is("condition")),
    _Refusal(
        _FROM_THERE,
        'where "{}" was; ask for the source of admission',
        lambda frame: (
            _is("encounter", "icu", "careunit", asking=("exists", "count", "list"))(frame) and not frame.source
        ),
    ),
    _Refusal(_MOST_TIME, 'how long each was ("{}")', _is("careunit")),
    _Refusal(_MOST_TIME, 'how long each was ("{}")', _is("encounter", asking=("where",))),
    _Refusal(
        _TOLD_OF_TESTS,
        'which tests were "{}"; ask for their results, or for what grew',
        _is("micro", asking=("list", "count", "exists", "when"), named=False),
    ),
    _Refusal(_GREW, 'whether anything "{}"; ask what grew', _is("micro", asking=("exists",), named=False)),
    _Refusal(_TAKEN_OUT, 'whether or when something was "{}"; ask for procedures', _is("output", "observation")),
    _Refusal(
        _IN_USE_NOW,
        'what goes on "{}"; ask when it was done',
        lambda frame: _is("procedure", asking=("exists",))(frame) and frame.window is None,
    ),
    _Refusal(
        _TOLD_OF_A_TEST,
        'whether a test was "{}"; ask for its result',
        _is("procedure", asking=("exists", "when", "count", "list"), named=True),
    ),
    _Refusal(
        _REMOVED,
        'whether something was "{}"; ask for the procedures by name',
        lambda frame: (
            _is("procedure", "device", asking=("exists", "when", "count", "who", "where", "why"), named=True)(frame)
            and not any(link and _REMOVAL.search(link.label) for _, link in frame.thing.links)
        ),
    ),
    _Refusal(beside.FOR_A_PART, 'what it was for ("{}"); name the condition', lambda frame: frame.thing.reason is None),
    _Refusal(beside.SO_FAR_IN, 'which day is meant ("{}"); give a date'),
    _Refusal(beside.SAMPLED, 'whether "{}" at the visit; ask for the results of that day', _is("encounter")),
    _Refusal(
        _VALUE_CHANGED,
        'when a value "{}"; ask for the values',
        lambda frame: _is("observation", asking=("when",), named=True)(frame) and frame.threshold is None,
    ),
    _Refusal(beside.OFF, 'whether somebody is "{}" it; ask whether the order is active', _is("medication", named=True)),
    _Refusal(beside.ILL_OF_IT, 'which condition "{}" is; name it', _is("observation", named=True)),
    _Refusal(beside.CATEGORY, 'which "{}" a value is in; ask for the value', _is("observation", named=True)),
    _Refusal(
        HELD_AT_VISITS,
        'how the visit and "{}" relate; ask what was given, done or found during it',
        lambda frame: (
            _is("encounter", named=True)(frame)
            and frame.event is None
            and frame.thing.reason is None
            and not names_nothing_known(frame)
        ),
    ),
    _Refusal(
        _NOT_OF_IT,
        'what "{}" leaves out',
        lambda frame: all(link is None or link.label != "smoking status" for _, link in frame.thing.links),
    ),
    _Refusal(
        _BOTH_ENDS,
        'which of the two is asked ("{}"); ask for them one by one',
        _is(asking=("when", "end")),
    ),
    _Refusal(
        _ALL_OF_THEM,
        'whether those are all of them ("{}"); ask for the list',
        _is("immunization", "procedure", asking=("exists",)),
    ),
    _Refusal(_BODY_PART, 'what was "{}"'),
    _Refusal(_DEATH, 'how the death ("{}") and the rest relate; ask when it was'),
    _Refusal(
        STREET,
        'whether "{}" means what was prescribed',
        lambda frame: _is("medication")(frame) and may_be_of_the_street(frame),
    ),
    _Refusal(
        _GONE_HOME,
        'where "{}" led; ask for the discharge disposition',
        lambda frame: _is("encounter", named=True)(frame) and names_a_place(frame),
    ),
    _Refusal(
        _MOST_OF_IT,
        'what "{}" adds up; ask for each of them, or for the highest or the lowest value',
        lambda frame: (
            not (frame.extremum or frame.commonness) and _is(asking=("when", "list", "value", "where", "who"))(frame)
        ),
    ),
    _Refusal(_SPECIMENS, 'whether "{}" or the tests done on them are counted', _is("micro", asking=("count",))),
    _Refusal(
        _FIRST_OR_LAST,
        'whether something is the one of them that "{}" says; ask for that one',
        _is(asking=("exists",)),
    ),
    _Refusal(_OR_ELSE, 'which of two things is asked ("{}"); ask for them one by one', _is(asking=("exists",))),
    _Refusal(
        _ONLY,
        'whether there is nothing else, "{}"; ask for the list',
        lambda frame: frame.operator == "exists" and not _ONLY_OF_ONE.search(frame.clause),
    ),
    _Refusal(_EACH, 'whether it is so of each one ("{}"); ask for the list', _is(asking=("exists",))),
    _Refusal(
        _SOME_OF_ALL,
        'what is counted for "{}"',
        lambda frame: not frame.commonness and _is(asking=("who", "list", "where", "when"))(frame),
    ),
    _Refusal(
        _REPEATED,
        'what is counted for "{}"',
        lambda frame: frame.operator in OF_MANY and frame.quantity is None,
    ),
    _Refusal(
        beside.SEVERAL_TIMES,
        'how often each of them was ("{}"); ask how many there are',
        lambda frame: frame.operator in ("list", "exists", "who", "when") and frame.quantity is None,
    ),
    _Refusal(_MORE_OFTEN, 'what "{}" compares; ask how often each of them was'),
    _Refusal(beside.LATER_OF_TWO, 'which of the entries are compared ("{}"); ask when each of them was'),
    _Refusal(
        beside.EACH_TIME,
        'whether it was so "{}"; ask for the values',
        lambda frame: _is("observation", asking=("trend", "exists"), named=True)(frame) and bool(frame.direction),
    ),
    _Refusal(
        beside.COMPARED,
        'what "{}" compares; ask for both values, or for the change',
        _is("observation", "output", asking=("value", "list")),
    ),
    _Refusal(beside.LONGER, 'what "{}" compares; ask how long each of them was'),
    _Refusal(_BUT, 'what "{}" leaves out'),
    _Refusal(_SAME, 'what "{}" compares'),
    _Refusal(_NUMBER_OF_IT, 'the "{}", which is not looked up'),
    _Refusal(_REACTED, 'what "{}" is in the record', lambda frame: frame.thing.domain != "allergy"),
    _Refusal(_ELSE, 'what "{}" is beside what is named; ask for the list', _is(named=True)),
    _Refusal(_LESS, 'what "{}" works out; ask for the two amounts', lambda frame: frame.operator != "percent"),
    _Refusal(_TIME_SPENT, 'how long something was ("{}"), and entries are counted', _is(asking=("count",))),
    _Refusal(_HELD, 'whether a drug was "{}"', _is("medication", "intake", "dispense")),
    _Refusal(
        _AMOUNT,
        'an amount ("{}"), and orders are counted; ask for the dose',
        _is("medication", "intake", asking=("count",), named=True),
    ),
    _Refusal(
        _CHANGED,
        'whether or when a dose was "{}"; ask for the doses',
        _is("medication", "intake", asking=("exists", "when", "who", "why"), named=True),
    ),
    _Refusal(
        ENDED,
        'when it was "{}", of all that were; ask which were, or when one of them ended',
        lambda frame: _is("medication", "statement")(frame) and frame.status[:1] == ("stopped",) and _is_placed(frame),
    ),
    _Refusal(
        FATE,
        'what became of it ("{}"); ask when it was ordered, or when it ended',
        lambda frame: bool(fate_in(frame.clause)),
    ),
    _Refusal(
        ENDED,
        'by whom or why it was "{}"; ask who ordered it, or when it ended',
        _is("medication", "intake", "dispense", "statement", asking=("who", "why", "where"), named=True),
    ),
    _Refusal(
        beside.LASTED,
        'what "{}" is counted from',
        lambda frame: frame.event is None and frame.window is None and frame.within is None,
    ),
)
_REFUSED = Several(one.words for one in _REFUSALS)


def require_narrowing_read(frame: Frame, clause: str) -> None:
    """Raise `Narrowed` where a clause says that something is not so, only so, of one kind or of another thing."""
    require_whole_asked(frame, clause)
    if frame.thing.domain == "patient" or frame.notes is not None:
        return
    require_denial_read(frame, clause)
    require_several_counted(frame)
    following = _NEXT.search(clause) if frame.event is None else None
    if following is not None:  # a story told around the question may tell what it comes after
        gap = Narrowed if _TO_COME.search(clause) else NotUnderstood
        raise gap(f'what "{following.group()}" comes after; the record tells what has been')
    _require_one_meant(frame, clause)
    require_values_told(frame, clause)
    require_kind_told(frame, clause)
    require_stay_told(frame, clause)
    for place, found in _REFUSED.matches_in(clause):
        if _REFUSALS[place].applies(frame):
            raise Narrowed(_REFUSALS[place].reason.format(re.sub(r" ?\bq[a-z]\d+", "", found.group()).strip()))


def _require_one_meant(frame: Frame, clause: str) -> None:
    """One limit and one extreme can be read, and a limit only of one number."""
    is_panel = any(link and link.label == PANEL for _, link in frame.thing.links)
    limits = len(set(re.findall(r"\bqn\d+", clause)))
    if limits > 1 and not (is_panel and limits == 2 and re.search(r"\bqn\d+ qn\d+\b", clause)):
        raise Narrowed("which of the limits is meant; ask for them one by one")
    if frame.threshold is not None and is_panel and limits < 2:
        raise Narrowed("which of the two pressures the limit is for; say systolic or diastolic")
    if frame.operator in ("min", "max", "mean") and sum(bool(one.search(clause)) for one in _EXTREMES) > 1:
        raise Narrowed("which of the values is meant; ask for them one by one")
