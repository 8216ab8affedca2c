"""Questions for a number of one thing, as queries: what is asked comes of all that the words say, whatever their order.

"peak norepinephrine rate, mcg/kg/min", "urine on the 3rd in all", "How many mg of it did he get altogether?",
"sodium on 2 May and on 9 May: how far apart?", "the second-highest weight".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.numbers import among_drugs, drugs, measurements, placed, unnamed
from chartwarden.agent.planning.numbers.coded import coded_status, found_or_not
from chartwarden.agent.planning.numbers.named import Named, named_in, with_route
from chartwarden.agent.planning.numbers.unnamed import with_category
from chartwarden.agent.planning.numbers.words import Cue, Said, is_unit, said_in, says_of_amounts
from chartwarden.agent.planning.reading.frames import NotUnderstood
from chartwarden.agent.planning.reading.skeleton import NAMED, Skeleton
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX, WH, is_yes_no
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Question

_GLOSSED = Pattern(r"\bqc(?P<lay>\d+) \( ?(?P<name>qc\d+) ?\)")
"""A word that nothing knows, with the name of what it means in brackets: "levo (norepinephrine)"."""
_TAKES = Pattern(
    rf"^{WHO} (?:takes?|took|uses?|am on|is on|was on|were on"
    r"|have been on|has been on|had) (?P<x>qc\d+)(?: for (?:(?:my|his|her|their|the) )?qc\d+)? ?[.:;] (?=\S)"
)
"""What somebody is on, told before what is asked of it."""
_STATUSES = r"(?:completed|stopped|active|cancelled|canceled|draft|on hold|finished|ended|still active|still running)"
_STATUS_OF = Pattern(
    rf"(?: [-–:,]| ?\() ?(?:as )?{_STATUSES}(?:(?:, | ?/ ?|,? or (?:was it |is it |as )?){_STATUSES})+\)?"
    rf"|\b(?:(?:end(?:ed)? up|still|marked|down) )?(?:as )?{_STATUSES}"
    rf"(?:, {_STATUSES})*,? or (?:was it |is it |did it get |as )?{_STATUSES}\b"
)
"""The statuses among which the one of an order is asked."""
_OF_ORDERS = Pattern(r"\b(?:orders?|prescriptions?|scripts?|status)\b")
_WITHOUT_DRIP = Pattern(
    r"[,;(]? ?\b(?:(?:leave|leaving) (?:out )?(?:the )?|(?:not|without) (?:counting |including )?(?:the )?"
    r"|(?:excluding|ignoring|ignore|minus|no) (?:the )?)(?:continuous )?(?:infusions?|drips?)"
    r"(?: (?:out|aside|excluded))?\b\)?"
)
_PUSHED = Pattern(r"\b(?:push\w*|bolus\w*)\b")


_TO_DO = Pattern(r"^(?:please )?(?:take|work out|calculate|compute|compare|figure out)\b")
"""What somebody is asked to do with values, and no word of theirs."""
_ALONE = Pattern(
    r"[,;(]? ?\b(?:no|not(?: the)?|without(?: the)?|leave out(?: the)?|never mind(?: the)?) qc\d+\b"
    r"(?: (?:needed|wanted|required|necessary|please))?\)?(?=[ ,.;?]*$)"
)
"""What of a panel is not asked for, named behind what is."""
_OF_MEASURE = r"(?: of measure(?:ment)?)"
_UNIT = Pattern(
    rf"\b(?:in )?(?:which|what) (?:measurement )?units?{_OF_MEASURE}?\b|\b(?:measurement )?units?{_OF_MEASURE}\b|"
    r"\bunits?(?= (?:for|of|used)\b)|(?<=[a-z0-9]) units?(?= ?[?.]?$)"
)
"""The unit of a measurement, asked for."""
_WHICH_OF_THEM = Pattern(
    r"\b(?:(?:in|on|from|of) )?(?:(?:my|his|her|their|the) )?(?:(?:food|blood|specific) )*allergy (?:blood )?"
    r"(?:panel|tests?|bloods|screen)\b|"
    r"\b(?:(?:to|for|of|against) )?(?:which|what) (?:one )?(?:of the )?(?:allergens?|antigens?|foods?)\b"
    r"|\b(?:which|what)(?= qc\d+ (?:(?:result|level|test|value)s? )?(?:(?:was|were|is|are|had|came|gave) )*"
    r"(?:out |back |up )?(?:the )?(?:highest|lowest|strongest|weakest|greatest|biggest|most|least)\b)"
)
"""Which of the tests that one name is of, asked for."""
_PANEL = Pattern(r"\b(?:panels?|levels?)\b")
_FINDING = Pattern(
    r"\b(?:(?:physical|examination|exam) )?findings?\b(?: (?:at|on|of|from|in))?|\b(?:physical )?exam(?:ination)?s?\b"
)
"""What was found on looking at a part of the body."""
_SO_OR_NOT = Pattern(
    rf"[,;:.?] (?:and |so |but )?{PLAIN_AUX} (?:it|that|this|they|there|he|she|i)\b|\b(?:right|correct|or not)[ ?.]*$"
)
_WH = Pattern(rf"\b{WH}\b")
_DROPS = Pattern(r"\bqc(?P<n>\d+) (?:drops?|ointment)\b")
"""What drops are for, and no name of a drug."""
_LIKE_ONE = Pattern(r"\bq[a-z]\d", re.IGNORECASE)
"""Typed by somebody, and like a placeholder."""
_CODED = Pattern(
    r"\b(?:down|listed|recorded|charted|marked|entered|noted|documented|put down|coded) (?:there )?as (?:being )?"
    r"(?:an? )?(?P<value>[a-z][a-z -]*?) (?P<thing>qc\d+)\b"
)
"""A coded value that somebody is said to have been recorded with."""


_NUMBER = Pattern(r"\d+(?:\.\d+)?(?: ?(?:mgs?|mcg|g|gm|mls?|units?|meq))?")
_OF_SO_OR_NOT = ("same", "or", "at_all", "later", "moved", "further", "prn")
"""With one of them a yes or no is asked that is read here."""


def number_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[Question, ...] | None:
    """The queries for a question that asks for a number of one thing; None for every other question."""
    if skeleton.besides or skeleton.vague or skeleton.unit_gap or skeleton.people or skeleton.sources:
        return None
    text = _told_plainly(_TO_DO.sub("", _with_own_words(skeleton)))
    alone, text = _ALONE.search(text), _ALONE.sub(" ", text)
    if (other := _of_what_is_no_number(text, skeleton)) is not None:
        return other
    as_coded = _CODED.search(text)
    text = f"{text[: as_coded.start()]} {as_coded['thing']} {text[as_coded.end() :]}" if as_coded else text
    text, told = with_category(text, skeleton, manifest)
    said = said_in(text)
    if said is None:
        return None
    cues = _in_place(said.cues)
    said = Said(tuple(Cue("category_told", told) if told and cue.says == "qz" else cue for cue in cues))
    of_two_times = said.has("further") and len(said.texts("qt")) > 2
    so_or_not = _asks_so_or_not(text)
    of_a_dose = said.has("number") and said.has("order") and not said.has("count", "when", "given")
    has_moved = so_or_not and len(said.texts("qt")) == 2 and said.has("difference", "moved", "more", "less")
    if so_or_not and not (said.has(*_OF_SO_OR_NOT) or of_a_dose or of_two_times or has_moved):
        return None
    try:
        named = with_route(named_in(said, skeleton))
    except NotUnderstood:
        return None
    if named is None or any(one.linked.members for one in named.things):
        return None  # of a group every member is asked
    named = replace(named, is_apart=True) if alone else named
    if has_moved and named.is_measured and (moved := measurements.whether_moved(named)) is not None:
        return moved
    if skeleton.wants:
        return measurements.of_days(named)
    if of_two_times:
        return measurements.higher_of_two(named)
    if as_coded:
        words = skeleton.mentions[int(as_coded["thing"][2:])].words
        return measurements.said_to_be(named, f"{as_coded['value']} {words}".strip().lower())
    if not named.things:
        every = unnamed.asked(named, manifest)
        return drugs.of_all(named) if every is None else (every,)
    if (beside := among_drugs.next_to(named)) is not None:
        return (beside,)
    if len(named.things) in (2, 3) and (compared := among_drugs.first_of_several(named)) is not None:
        return (compared,)
    if len(named.things) > 1 and (at_event := placed.asked(named)) is not None:
        return at_event
    if named.is_measured:
        return placed.at_admission(named) or measurements.asked(placed.on_icu_day(named))
    return drugs.asked(named) if len(named.things) == 1 and named.is_drug else None


_AT_VISIT = Pattern(
    r"\b(?P<from>(?:from|between|to|until|and|versus|vs) )(?:(?:the|his|her|my) )?"
    r"(?:(?:visit|check-?up|appointment|encounter|one|weigh-?in)|qc\d+) (?=qt\d)"
)
_BETWEEN_VISITS = Pattern(
    r"\bbetween (?:the|his|her|my) (?:visits|check-?ups|appointments|encounters|weigh-?ins|readings|measurements"
    r"|values|results|tests|draws|samples|qc\d+)(?: taken| from| done)?"
    r"(?= qt\d+ and (?:(?:the|his|her|my) )?(?:one |visit )?qt\d)"
)
_YEARLY = Pattern(
    r"\b(?P<how>between|from) (?:the|his|her|my) (?P<a>qt\d+) (?:visit|check-?up|reading|measurement|value|result|test"
    r"|one|qc\d+) (?P<and>and|to) (?:the|his|her|my) (?:one )?(?P<b>qt\d+)"
    r"(?: (?:visit|check-?up|reading|measurement|value|result|test|one|qc\d+))?(?=[ ?.,]|$)"
)
"""A visit at each of two times: a value "from" the one "to" the other is that of each."""


def _told_plainly(text: str) -> str:
    """A text with the drug somebody is on as a heading, the status asked by its name, and no drip beside pushes."""
    text = _TAKES.compiled.sub(r"\g<x> : ", text)
    text = _YEARLY.compiled.sub(r"\g<how> \g<a> \g<and> \g<b>", _BETWEEN_VISITS.sub("between ", text))
    if len(_AT_VISIT.findall(text)) > 1:
        text = _AT_VISIT.sub(r"\g<from>", text)
    if _STATUS_OF.search(text) and _OF_ORDERS.search(text):
        bare = re.sub(r"^(?:was|is|did|are|were) ", "", _STATUS_OF.sub(" ", text))
        text = bare if re.search(r"\bstatus\b", bare) else f"status: {bare}"
    return _WITHOUT_DRIP.sub(" ", text) if _PUSHED.search(_WITHOUT_DRIP.sub(" ", text)) else text


def _of_what_is_no_number(text: str, skeleton: Skeleton) -> measurements.Asked:
    """The queries for a unit, a test by its name, what was found, or a kind of smoker."""
    for ask, pattern in ((measurements.unit_of, _UNIT), (measurements.named_highest, _WHICH_OF_THEM)):
        if pattern.search(text) and not is_yes_no(text):
            return _of_one(_PANEL.sub(" ", pattern.sub(" ", text)), skeleton, ask)
    if "finding" in text and (found := _of_one(_FINDING.sub(" ", text), skeleton, measurements.finding_at)):
        return found
    coded = coded_status(text, skeleton)
    if coded is None and (seen := found_or_not(text)) is not None:
        return _of_one(seen.text, skeleton, seen.asked)
    return _of_one(coded.text, skeleton, coded.asked) if coded is not None else None


def _of_one(text: str, skeleton: Skeleton, ask: Callable[[Named], measurements.Asked]) -> measurements.Asked:
    """The queries that a reader makes of the rest of a text; None where a word of it is not known."""
    said = said_in(text)
    try:
        named = named_in(said, skeleton) if said is not None else None
    except NotUnderstood:
        return None
    return ask(named) if named is not None and not any(one.linked.members for one in named.things) else None


def _with_own_words(skeleton: Skeleton) -> str:
    """The masked question with the words that name nothing known put back, and units that are also names of things.

    Where nothing else is named, such a name is no unit ("the last Mg").
    """
    mentions = skeleton.mentions
    own = {
        n for n, one in enumerate(mentions) if (not one.is_known or _is_number(one)) and not _LIKE_ONE.search(one.words)
    }
    units = {
        n
        for n, one in enumerate(skeleton.mentions)
        if is_unit(one.words.lower()) or skeleton.question[: one.start].rstrip().endswith("/")
    }
    own |= {int(match["n"]) for match in _DROPS.finditer(skeleton.typed) if not mentions[int(match["n"])].linked.links}
    beside = units | {n for n, one in enumerate(mentions) if says_of_amounts(one.words.lower())}
    own |= beside if any(n not in own | beside for n in range(len(mentions))) else set()
    told = _GLOSSED.compiled.sub(lambda m: m["name"] if int(m["lay"]) in own else m.group(), skeleton.typed)
    return NAMED.sub(lambda m: skeleton.mentions[int(m["n"])].words.lower() if int(m["n"]) in own else m.group(), told)


def _asks_so_or_not(text: str) -> bool:
    """Whether a yes or no is asked, by the question or by a clause of it."""
    return is_yes_no(text.removeprefix("any idea ")) or bool(_SO_OR_NOT.search(text) and not _WH.search(text))


def _is_number(mention: Mention) -> bool:
    """Whether it is a number, alone or with its unit, that a name happens to contain."""
    return bool(_NUMBER.fullmatch(mention.words.lower()))


_OF_AMOUNTS = frozenset({"highest", "lowest", "sum", "mean", "dose", "strength", "unit", "volume", "rate", "single"})
"""With one of them "how many" is an amount, and no number of entries."""


_SAID_AGAIN = {"tally": "sum", "how often": "often"}
"""Headings, by the cue that says them again: "tally: total of it", "how often - the frequency code"."""
_OF_ROWS = ("highest", "lowest", "mean", "first", "last", "rate", "dose")


def _in_place(cues: tuple[Cue, ...]) -> list[Cue]:
    """The cues as their neighbours have them: "how many" of a unit asks for an amount."""
    if len(cues) > 1 and cues[0].says == "unit" and cues[1].says == "qc":
        cues = (Cue("amount", ""), *cues)  # "grams of it that she got"
    at = next((n for n, cue in enumerate(cues[:-1]) if cue.says == "unit" and cues[n + 1].says == "given"), 0)
    if at and not any(cue.says in ("amount", "sum", "count", *_OF_ROWS) for cue in cues):
        cues = (*cues[:at], Cue("amount", ""), *cues[at:])  # "in mg given as boluses"
    said = {cue.says for cue in cues}
    cues = tuple(cue for cue in cues if _SAID_AGAIN.get(cue.text) not in said)
    told = list(cues)
    before = (Cue("", ""), *cues)
    amounts = [cue.says for place, cue in enumerate(cues) if cue.says != "unit" or before[place].says != "number"]
    of_amount = not _OF_AMOUNTS.isdisjoint(amounts)  # "5 mg orders, how many?" are orders
    for place, cue in enumerate(cues):
        following = cues[place + 1].says if place + 1 < len(cues) else ""
        if cue.says == "count" and (following == "unit" or (cue.text == "how many" and following == "" and of_amount)):
            told[place] = Cue("amount", cue.text)
    return told
