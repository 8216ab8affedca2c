"""What is asked of diagnoses as they are coded: which, how many, in which system, at which stay; codes of procedures.

A diagnosis is told by its name or its code, a stay by its rank, its time or its end, a code system by its name.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.codes import coded_so, codes_in
from chartwarden.agent.planning.facts.counted_off import Words, words_for
from chartwarden.agent.planning.reading.ranks import Which, which_of
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import Anchor, Concept, RecordQuery

_TYPES = ("Condition", "Procedure")
_SYSTEM = Pattern(r"\b(?:9|10)\b|(?<=icd)(?:9|10)")
_ANY_CODE = "*"
_GENERAL = ("thing", "system", "of_procedures")
"""Words that name no one diagnosis or procedure."""
_SAYS_CODES = Pattern(r"codes?\b")
_PLACEHOLDER = Pattern(r"q[a-z]\d")
_EVER = Pattern(r"\bever (?:been )?(?:coded|listed|recorded|billed|assigned|entered|used)\b|\banywhere\b|\bat all\b")
"""That a yes or no is asked for, in a fragment."""
_OF_ITS_NAME = Pattern(r"\b(?:unspecified|other|nos|not elsewhere classified)\b")
"""What belongs to the name of what is told by its code too."""


def diagnosis_asked(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """The query of such a question; None where it is none, or a word of it is left over."""
    named = named_in(skeleton)
    words = Words(skeleton, "diagnosis", named)
    if not (words.has("thing") or words.has("system") or words.has("which_stay")):
        return None
    begun = _begun(words, manifest)
    words.take("not_system")
    begins = words_for("diagnosis", "begins_code").search(words.left) if begun is None else None
    words.take("begins_code") if begins is not None else None
    apart, at_all = words.take("apart"), words.take("at_all")
    over_all = words.take("over_all") or at_all
    systems = {_SYSTEM.search(one).group() for one in words.take("system") if _SYSTEM.search(one)}  # type: ignore[union-attr]
    codes = [one.upper() for one in codes_in(words.left)]
    concept, resource_type = _the_one(named, words, manifest)
    if begun is not None:
        named, concept, resource_type = {}, None, "Condition"
    if len(systems) > 1 or len(set(named.values())) > 1:
        return None
    of_procedures = concept is None and bool(systems) and words.has("of_procedures")
    if of_procedures:
        resource_type = "Procedure"
    which_stay = words.take("which_stay") and [*words.take("moment"), "stay"]
    stay = stay_in(words)
    asks_code = bool(words.take("asks_code"))
    words.take("of_procedures") if of_procedures else None
    newly = which_of(" ".join(words.take("newly")))
    things, counted = words.take("thing"), bool(words.take("count"))
    if not (things or which_stay or systems or asks_code):
        return None
    query = RecordQuery(types=(resource_type,), concept=concept, target="name")
    if stay is None:
        query = query.model_copy(update={"window": words.window()})
    else:
        query = query.model_copy(update={"anchor": Anchor(event=stay, relation="same_encounter")})
    if begun is not None and not (asks_code or which_stay):
        return _of_begun(query.model_copy(update={"concept": begun}), words, counted=counted)
    asked = _asked(query, words, which_stay=bool(which_stay), code=asks_code, counted=counted, newly=newly)
    system = f"ICD-{next(iter(systems))}" if systems and concept is None else ""
    if concept is not None and concept.words in codes and (is_yes_no(words.whole) or _EVER.search(words.whole)):
        asked = query.model_copy(update={"measure": "exists"}) if not (asks_code or counted or which_stay) else None
    if asked is not None and asked.measure == "count_distinct" and (apart or _SAYS_CODES.search(words.whole)):
        asked = None if apart else asked.model_copy(update={"target": "code"})
    if asked is not None and ((over_all and (stay is not None or apart)) or (at_all and not counted)):
        return None
    if asked is not None and (begins is not None or system):
        asked = _of_codes(asked, query, system, begins)
    return (asked,) if asked is not None and words.are_used_up() else None


def _of_codes(asked: RecordQuery, query: RecordQuery, system: str, begins: re.Match[str] | None) -> RecordQuery | None:
    """The same of codes of one system, or of those of one stay that begin with letters that are told."""
    if begins is None:
        return asked.model_copy(update={"field": system, "code_prefix": _ANY_CODE})
    if (
        query.concept is not None
        or query.anchor is None
        or asked.measure not in ("count", "count_distinct", "distinct")
    ):
        return None
    return asked.model_copy(update={"field": system, "code_prefix": (begins["a"] or begins["b"]).upper()})


def _begun(words: Words, manifest: Manifest) -> Concept | None:
    """The diagnoses of the record whose names begin with words that are told; what tells them is gone then."""
    told = words_for("diagnosis", "begins").search(words.spelled())
    said = next(filter(None, told.groups()), "").strip(" .") if told is not None else ""
    meant = [entry for entry in manifest.named("Condition") if said and entry.label.lower().startswith(said)]
    if told is None or not meant:
        return None
    words.left = re.sub(r"\s+", " ", words.spelled().replace(told.group(), " "))
    codings = tuple(dict.fromkeys(coding for entry in meant for coding in entry.codings))
    return Concept(words=said, codings=codings, via=f"names that begin with: {said}")


def _of_begun(query: RecordQuery, words: Words, *, counted: bool) -> tuple[RecordQuery, ...] | None:
    """Which diagnoses have a name that begins so, or how many."""
    words.take("list")
    words.take("full_text")
    measure = "count_distinct" if counted else "distinct"
    is_list = words.are_used_up() and not is_yes_no(words.whole)
    return (query.model_copy(update={"measure": measure}),) if is_list else None


def _asked(
    query: RecordQuery, words: Words, *, which_stay: bool, code: bool, counted: bool, newly: Which
) -> RecordQuery | None:
    """What is asked of the diagnoses that a query finds."""
    named, text = query.concept is not None, words.whole
    if which_stay:
        if not named or counted or query.anchor is not None or query.window is not None:
            return None
        event = query.model_copy(update={"which": newly.which, "target": "time"})
        stays = RecordQuery(types=("Encounter",), encounter_kind=("hospital",), target="time")
        return stays.model_copy(update={"anchor": Anchor(event=event, relation="same_encounter")})
    if newly.is_said:
        return None
    if code and not counted and not is_yes_no(text):
        return query.model_copy(update={"measure": "distinct", "target": "code"})
    if counted and not named and query.types == ("Condition",):
        return query.model_copy(update={"measure": "count_distinct" if words.take("distinct") else "count"})
    if named and query.types == ("Condition",) and not (is_yes_no(text) or counted) and words.take("full_text"):
        return query.model_copy(update={"measure": "distinct"})
    if named or is_yes_no(text) or counted or (query.anchor is None and not words.has("list")):
        return None
    return query.model_copy(update={"measure": "distinct"})


def named_in(skeleton: Skeleton) -> dict[str, tuple[str, Concept]]:
    """The diagnoses and procedures that are named, by their placeholders, with what they are."""
    found: dict[str, tuple[str, Concept]] = {}
    for n, mention in enumerate(skeleton.mentions):
        if any(words_for("diagnosis", one).fullmatch(mention.words.lower()) for one in _GENERAL):
            continue
        for link in mention.linked.links:
            if link.resource_type in _TYPES:
                found[f"qc{n}"] = (link.resource_type, link.concept(mention.words))
                break
        else:
            known = {row.kind for row in mention.linked.known}
            if known & {"condition", "procedure"} and mention.words.lower() != "icd":
                told_as = "Condition" if "condition" in known else "Procedure"
                found[f"qc{n}"] = (told_as, Concept(words=mention.words))
    return found


def _the_one(named: dict[str, tuple[str, Concept]], words: Words, manifest: Manifest) -> tuple[Concept | None, str]:
    """The one thing that is told by its code or else named, and of which type it is."""
    codes = [one for one in codes_in(words.left) if not _PLACEHOLDER.match(one.lower())]
    if len(codes) != 1 or not re.search(r"[a-z]|\d{3}", codes[0]):
        return next(((concept, name) for name, concept in named.values()), (None, "Condition"))
    words.take_all(Pattern(rf"(?<![\w.]){re.escape(codes[0])}(?![\w.])"))
    words.take_all(_OF_ITS_NAME) if named else None
    meant, _ = coded_so(codes[0], manifest)
    return meant or Concept(words=codes[0].upper()), "Condition"


def stay_in(words: Words) -> RecordQuery | None:
    """The one stay that is told: by its rank, or by when it began or ended."""
    ranked = words.take("ranked_stay")
    told = words.take("stay")
    ended = words.take("ended")
    if not (ranked or told or ended):
        return None
    which = which_of(re.sub(r"\btime\b", "", " ".join(ranked))) if ranked else Which()
    window = words.window()
    if window is None and not which.is_said:
        words.left += " of a stay that is not told"
        return None
    stay = RecordQuery(types=("Encounter",), encounter_kind=("hospital",), window=window, target="time")
    update = {"which": which.which, "index": which.index, "ended": bool(ended)}
    return stay.model_copy(update=update)


def most_coded(skeleton: Skeleton, manifest: Manifest) -> tuple[RecordQuery, ...] | None:
    """When the hospital stay with the most or fewest diagnoses began; None for anything else."""
    words = Words(skeleton, "diagnosis")
    most = words_for("diagnosis", "most_of").search(words.left)
    if most is None or is_yes_no(words.whole):
        return None
    words.take("most_of")
    if words.has("count"):
        return None
    stays, things = words.take("stay"), words.take("thing")
    asks_when = words.take("moment") or _BEGAN.search(words.whole)
    words.take_all(_BEGAN)
    window = words.window()
    if not (stays and things and asks_when) or not words.are_used_up():
        return None
    measure = "rarest" if most["m"].startswith(("fewest", "least", "smallest", "lowest")) else "commonest"
    query = RecordQuery(types=("Condition",), encounter_kind=("hospital",), window=window, target="time", unit="stay")
    return (query.model_copy(update={"measure": measure}),)


_BEGAN = Pattern(
    r"^(?:when|(?:on )?(?:which|what) (?:date|day))\b"
    r"|\b(?:beg[aiu]n(?:s|ning)?|start(?:s|ed)?|when|admission date|dates?)\b"
    r"|^(?:at |on |during )?(?:which|what)\b"
)
