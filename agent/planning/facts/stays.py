"""What is asked of a stay or a visit that its kind, time, rank or reason tells: each word counted off (`stays.toml`).

SICU LOS in hrs, March 2017? | was my admission of 5 May an elective one (priority)? | which ward after the ED?
"""

from __future__ import annotations

from collections.abc import Callable

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.counted_off import Words, words_for
from chartwarden.agent.planning.facts.icu_stays import between_icu, icu_held, icu_within, until_icu
from chartwarden.agent.planning.facts.stay_told import RANKED, Asked, kinds_told, link_of, told_stay
from chartwarden.agent.planning.facts.stays_holding import stays_holding
from chartwarden.agent.planning.facts.stays_kept import stays_kept
from chartwarden.agent.planning.facts.unit_order import next_unit, unit_at_end, unit_then, units_of
from chartwarden.agent.planning.names.dispositions import disposition_said
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.names.stay_values import coded_said
from chartwarden.agent.planning.reading.ranks import Which, which_of
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import asks_again, is_yes_no
from chartwarden.agent.planning.wording.who import WHO
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Anchor, IntervalUnit, Question, RecordQuery, Relation

_READER = "stay"
_TYPES = ("Encounter", "Condition", "Procedure", "MedicationRequest", "Immunization")
_UNITS: tuple[tuple[str, IntervalUnit], ...] = (("hours", "h"), ("minutes", "min"), ("nights", "night"))
_PRIORITIES = (
    (Pattern(r"\b(?:non-urgent|routine)\b"), ("routine", "R")),
    (Pattern(r"\burgent\b"), ("urgent", "UR")),
    (Pattern(r"\b(?:elective|(?<!un)planned)\b"), ("elective", "EL")),
    (Pattern(r"\b(?:emergent|emergency)\b"), ("emergency", "EM")),
)
_WHY_SEEN = Pattern(
    rf"^why (?:was|were|did) {WHO} (?:seen|attend|come(?: in)?|t?here)(?: (?:on|in|to see (?:us|you)))* qt\d+[ ?.]*$"
)
"""The reason of the visit of a day, which nothing but the day tells."""
_BEGINS_WITH = Pattern(r"\b(?:from|since|after|before|until|till|to) (?:(?:the|his|her|my|their) )?qc\d")
"""A time that something named begins or ends, and not a stay it was done at."""
_SCENE = Pattern(r"[a-z0-9] ?[.;:] \w")
"""A stay that is told in a sentence before it is asked about; in one sentence the grammar reads it."""
_ANY_VISIT = Pattern(r"\b(?:encounter|visit)")
_LONGEST_NAME = 6


def stay_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[Question, ...] | None:
    """The queries of a question for a stay or a visit; None where it asks for none, or a word is left over."""
    plain = Words(skeleton, _READER)
    if not plain.has("spoken"):
        return None
    told = f"{_end_said(plain.left)[0]} {coded_said(plain.left)}"
    names = {key: one for key, one in _names(skeleton).items() if one.words.lower() not in told}
    words = Words(skeleton, _READER, names)
    if not words.has("spoken") or len(names) > 1:
        return None
    asked = Asked(words, skeleton, manifest, names)
    words.take("told_so")
    if (both := _both_facts(asked)) is not None:
        return both
    for read in _OF_SEVERAL:
        whole = words.left
        query = read(asked)
        if query is not None and words.are_used_up():
            return (*asked.also, query)
        words.left, asked.also, asked.names = whole, [], names
    return None


_FACTS = ("source", "disposition", "service", "class", "priority", "encounter_number")


def _both_facts(asked: Asked) -> tuple[RecordQuery, ...] | None:
    """Two facts of one stay, asked together: "source and disposition of the last admission"."""
    words, whole = asked.words, asked.words.left
    at = {name: told.start() for name in _FACTS if (told := words_for(_READER, name).search(whole))}
    if len(at) != 2 or _asks_whether(asked):
        return None
    found = []
    for name in sorted(at, key=at.__getitem__):
        words.left, asked.which, asked.by_length = whole, Which(), ""
        words.take(next(other for other in at if other != name))
        found.append(_of_stays(asked))
    words.left, asked.which, asked.by_length = whole, Which(), ""
    return tuple(one for one in found if one is not None) if None not in found else None


def _names(skeleton: Skeleton) -> dict[str, Mention]:
    """The names that a visit can go by, or what was found, done or ordered there."""
    return {
        f"qc{n}": mention
        for n, mention in enumerate(skeleton.mentions)
        if any(link.resource_type in _TYPES for link in mention.linked.links)
        and not Words(skeleton, _READER).has_only(mention.words.lower())
    }


def _of_stays(asked: Asked) -> RecordQuery | None:
    """What is asked of one stay, or of all there are."""
    words = asked.words
    for read in _READERS:
        whole, query = words.left, read(asked)
        if query is not None and words.are_used_up():
            return query
        words.left = whole
    return None


def _count(asked: Asked) -> RecordQuery | None:
    """How many stays had something as their reason."""
    words = asked.words
    if not asked.names or not words.has("as_reason") or not asked.take("count"):
        return None
    asked.take("as_reason")
    query = told_stay(asked)
    if query is None or query.reason is None or asked.which.is_said or asked.by_length:
        return None
    return query.model_copy(update={"recorded_there": False, "measure": "count", "target": "name"})


def _whether(asked: Asked) -> RecordQuery | None:
    """Whether a condition was diagnosed or seen at a stay of a kind."""
    if not asked.names or not _asks_whether(asked) or not asked.take("seen_at"):
        return None
    query = told_stay(asked)
    if query is None or query.reason is None or query.encounter_kind not in (("icu",), ("emergency",)):
        return None
    return query.model_copy(update={"measure": "exists", "target": "time"})


_WHETHER = Pattern(
    r"[,.:;?-] (?:and |so )?(?:was|were|did|does|do|is|has|had) (?:it|this|that|he|she|i|they|the patient|there|the)\b"
    r"|\b(?:y/n|yes or no|yes/no)\b|, (?:yes|right|correct|true)(?=[ ?.]*$)"
)


def _asks_whether(asked: Asked) -> bool:
    """Whether a yes or no is asked for."""
    return is_yes_no(asked.words.whole) or bool(_WHETHER.search(asked.words.whole))


def _coded(asked: Asked, query: RecordQuery | None, values: tuple[str, ...], **target: str) -> RecordQuery | None:
    """A coded fact of one stay: what it is, or whether it is what is named."""
    if query is None:
        return None
    told = {**target, **asked.row()}
    if values:
        told |= {"measure": "exists", "held": True, "one_of": values}
    return query.model_copy(update=told)


def _priority(asked: Asked) -> RecordQuery | None:
    if not asked.words.has("priority") or asked.words.has("count"):
        return None
    values: tuple[str, ...] = ()
    if _asks_whether(asked):
        found = [told for said, told in _PRIORITIES if said.search(asked.words.left)]
        is_open = len(found) > 1 and " or " in asked.words.left  # "elective or urgent?" asks which
        if len(found) != 1 and not is_open:
            return None
        values = () if is_open else found[0]
        for said, _ in _PRIORITIES if is_open else ():
            asked.words.take_all(said)
    elif not asked.words.has("level"):
        return None
    asked.take("priority")
    return _coded(asked, told_stay(asked), values, target="attribute", field="priority")


def _class(asked: Asked) -> RecordQuery | None:
    if not asked.take("class") or _asks_whether(asked) or asked.words.has("count"):
        return None
    asked.take("was_under", "seen")
    return _coded(asked, told_stay(asked), (), target="attribute", field="class")


def _number(asked: Asked) -> RecordQuery | None:
    """The number that a stay is filed under."""
    if not asked.take("encounter_number") or _asks_whether(asked):
        return None
    asked.take("encounter_number", "purpose")
    query = told_stay(asked)
    if query is None or not (query.window or asked.which.is_said or asked.by_length or query.concept or asked.names):
        return None
    return _coded(asked, query, (), target="attribute", field="identifier")


def _service(asked: Asked) -> RecordQuery | None:
    if not asked.take("service") or _asks_whether(asked) or asked.words.has("count"):
        return None
    asked.take("was_under")
    return _coded(asked, told_stay(asked), (), target="service")


def _age(asked: Asked) -> RecordQuery | None:
    """How old the patient was when a stay began."""
    if not asked.take("age"):
        return None
    at_end = asked.words.has("discharged") or asked.words.has("leave")
    asked.take("years", "moment")
    query = told_stay(asked)
    target = "end" if at_end else "time"
    return query and query.model_copy(update={**asked.row(), "measure": "age", "target": target})


def _length(asked: Asked) -> RecordQuery | None:
    """How long one stay was, or all of them together."""
    words = asked.words
    unit: IntervalUnit | None = next((unit for name, unit in _UNITS if asked.take(name)), None)
    if unit is None and words.has("days"):
        by_dates = asked.take("calendar")
        asked.take("days")
        unit = "date" if by_dates else "24h"
    if unit is None or _asks_whether(asked) or words.has("between") or _BEGINS_WITH.search(words.whole):
        return None
    summed = asked.take("sum")
    if not (
        words.has("length")
        or words.has("lasted")
        or summed
        or words.has("rank_by_length")
        or (asked.names and unit == "night")
    ):
        return None
    asked.take("length", "ends", "so_many", *(() if asked.names else ("during",)))
    query = told_stay(asked)
    asked.take("lasted")
    if query is None:
        return None
    is_all = summed and not (asked.which.is_said or asked.by_length)
    is_one = asked.which.is_said or asked.by_length or query.window or query.reason or query.anchor or query.concept
    of_one_stay = unit == "night" and not summed and bool(words_for("stay", "one_stay").search(words.whole))
    by_time = query.window and not (asked.which.is_said or asked.by_length or summed or asked.names)
    if by_time and unit == "24h" and not words_for("stay", "one_stay").search(words.whole):
        return None
    is_first_found = query.reason and not (query.window or asked.which.is_said or asked.by_length)
    if (
        not (is_all or is_one or of_one_stay)
        or (is_all and unit == "24h" and query.encounter_kind == ("hospital",))
        or (is_first_found and not _SCENE.search(words.whole))
    ):
        return None
    asked.take("each") if is_all else None
    row: dict[str, object] = {"which": "first"} if is_first_found else {} if is_all else asked.row()
    return query.model_copy(update={**row, "measure": "duration", "target": "duration", "unit": unit})


def _diagnoses(asked: Asked) -> RecordQuery | None:
    """What was diagnosed or done at one stay."""
    words = asked.words
    found = [name for name in ("diagnoses", "procedures") if words.has(name)]
    if len(found) != 1 or asked.names or words_for("stay", "when").search(words.whole) or _asks_whether(asked):
        return None
    is_code = "code" in " ".join(words.take(found[0]))
    counted = asked.take("count")
    asked.take("held_there")
    stay = told_stay(asked)
    if stay is None or not (stay.window or asked.which.is_said or asked.by_length):
        return None
    row = asked.row() if asked.which.is_said or asked.by_length else {}
    event = stay.model_copy(update={**row, "target": "time"})
    base = RecordQuery(
        types=("Condition" if found == ["diagnoses"] else "Procedure",), anchor=Anchor(event=event, relation="during")
    )
    if counted:
        return base.model_copy(update={"measure": "count", "target": "name"})
    return base.model_copy(update={"measure": "distinct", "target": "code" if is_code else "name"})


def _end_said(text: str) -> tuple[str, str]:
    """The words for a disposition, and what the record calls it; empty where there are none."""
    tokens = text.strip(" ?.!").split(" ")
    spans = [(a, b) for a in range(len(tokens)) for b in range(a + 1, min(a + _LONGEST_NAME, len(tokens)) + 1)]
    for a, b in sorted(spans, key=lambda span: span[0] - span[1]):
        end = " ".join(tokens[a:b]).strip(" '\"().,:;?")
        if wanted := disposition_said(end):
            return end, wanted
    return "", ""


def _disposition(asked: Asked) -> RecordQuery | None:
    """How and to where a stay ended, whether it was so, when, or how many did."""
    words = asked.words
    whole = words.left
    end, wanted = _end_said(whole)
    is_end = wanted.startswith("=died") or words.has("discharged")
    if wanted and (is_end or words.has("leave") or words.has("disposition")):
        words.left = words.left.replace(end, " ")
        asked.take("disposition_word")
        counted, asks_when = asked.take("count"), asked.take("end", "start") or words.whole.startswith("when")
        asked.take("went", "after_it", *(("during",) if wanted.startswith("=died") else ()))
        query = told_stay(asked, kind="hospital")
        if query is None:
            return None
        query = query.model_copy(update={"encounter_kind": query.encounter_kind or ("hospital",)})
        if counted:
            return query.model_copy(update={"disposition": wanted, "measure": "count", "target": "time"})
        if asks_when:
            return query.model_copy(update={"disposition": wanted, "target": "end", **asked.row()})
        is_told = asked.which.is_said or asked.by_length or query.lasting
        if _asks_whether(asked) and is_told and words_for("stay", "disposition_word").search(words.whole):
            return _coded(asked, query, tuple(one.strip("=") for one in wanted.split("|")), target="disposition")
        if _asks_whether(asked) and not asked.which.is_said:
            return query.model_copy(update={"disposition": wanted, "measure": "exists", "target": "disposition"})
        words.left = whole
        return None
    is_left = any(map(words.has, ("leave", "discharged", "disposition_word")))
    at_it = ("during",) if words.has("disposition_word") else ()
    if (_asks_whether(asked) and not words.has("any_disposition")) or not asked.take("disposition"):
        return None
    asked.take("went", "after_it", *at_it)
    return _coded(asked, told_stay(asked, kind="hospital" if is_left else ""), (), target="disposition")


def _source(asked: Asked) -> RecordQuery | None:
    if _asks_whether(asked) or not asked.take("source"):
        return None
    asked.take("options")
    asked.take("went")
    return _coded(asked, told_stay(asked), (), target="source")


def _place(asked: Asked) -> RecordQuery | None:
    """Where a visit was, whom it was with, what it was for or of what sort it was."""
    words = asked.words
    if _asks_whether(asked) or words.has("unit") or asks_again(words.whole):
        return None
    wanted = [name for name in ("reason", "sort", "who", "where") if words.has(name)]
    if len(wanted) != 1 or (wanted[0] == "reason" and asked.names):
        return None
    asked.take(wanted[0])
    brought = asked.take("brought") or bool(_WHY_SEEN.match(words.whole))
    if (wanted[0] == "reason" and not brought) or words_for("stay", "when").search(words.whole):
        return None
    asked.take("went", "seen")
    query = told_stay(asked, kind="any" if brought else "")
    if query is None or not (query.window or asked.which.is_said or asked.by_length or query.concept or asked.names):
        return None
    target = {"reason": "reason", "sort": "name", "who": "person", "where": "location"}[wanted[0]]
    return query.model_copy(update={"target": target, **asked.row()})


def _time(asked: Asked) -> RecordQuery | None:
    """When a stay began or ended."""
    words = asked.words
    if _asks_whether(asked) or words.has("count") or words.has("unit"):
        return None
    asked.take("span_told")
    ended = asked.take("end")
    asked.take("after_it") if ended else None
    started = asked.take("start")
    if not (ended or started):
        return None
    asked.take("seen")
    query = told_stay(asked)
    is_for = bool(asked.names) and not words_for("stay", "several").search(words.whole)
    both = bool(words_for("stay", "both_ends").search(words.whole))
    if query is None or not (is_for or asked.by_length or (both and query.window)):
        return None
    if ended and started and both:
        asked.also.append(query.model_copy(update={"target": "time", **asked.row()}))
    return query.model_copy(update={"target": "end" if ended else "time", **asked.row()})


def _belonging(asked: Asked) -> RecordQuery | None:
    """The stay that something recorded belongs to: when it began."""
    words = asked.words
    belongs = " ".join(words.take("belongs")) if asked.names else ""
    if not belongs:
        return None
    ranks = words.take_all(RANKED)
    if len(set(ranks)) > 1:
        return None
    which = which_of(ranks[0]) if ranks else Which("first")
    asked.take("start", "belonged", "whom", "icd")
    kinds = kinds_told(asked) or (() if _ANY_VISIT.search(belongs) else ("hospital",))
    mention = next(iter(asked.names.values()))
    types = ("MedicationRequest", "Condition", "Procedure", "Immunization")
    link = next((found for name in types if (found := link_of(mention, name)) is not None), None)
    if link is None:
        return None
    event = RecordQuery(
        types=(link.resource_type,), concept=link.concept(mention.words), window=words.window(), target="time",
        which=which.which, index=which.index,
    )  # fmt: skip
    relation: Relation = "same_encounter" if link.resource_type == "Condition" else "holds"
    return RecordQuery(
        types=("Encounter",), encounter_kind=kinds, anchor=Anchor(event=event, relation=relation), target="time"
    )


_OF_SEVERAL: tuple[Callable[[Asked], Question | None], ...] = (
    _belonging, next_unit, unit_then, units_of, icu_within, icu_held, until_icu, between_icu, stays_kept,
    stays_holding, _of_stays,
)  # fmt: skip
_READERS = (
    _count, _whether, _number, _priority, _class, _service, unit_at_end, _age, _length, _diagnoses, _disposition,
    _source, _place, _time,
)  # fmt: skip
