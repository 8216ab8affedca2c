"""Whom a question speaks of: the session is locked to one patient, and a relative of the asker is read as that patient.

"When was mom's last flu shot?" is asked over the record of one woman, and is read as a question about her, where her
age and sex allow the word; the answer says so. A son or a daughter stays one when grown: up to an age at which few
people have children of school age themselves the word is read as the patient, and the answer says that the patient is
an adult; beyond it whoever asks may well be the patient, and the child another, but where a stay in hospital and its
time are told, since the record that tells of the stay is of whoever was there. It is not read so where the words ask
for family history, where the asker speaks of an illness or a drug of their own, where another's relative is meant
("his mother"), where the record itself holds what that relative had and the question may be for it, or where several
relatives are named: what relatives had is never taken for what the patient had. A relative whom something is only for
("into plain words for my mum"), who only asks, or whose death only dates ("since Mum died in 2020") is none of these,
nor is a baby that was lost.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.bystanders import stands_beside


@dataclass(frozen=True)
class _Kin:
    """What a word says of whoever is called so: sex where it tells one, and ages in years (the upper one excluded)."""

    sex: str = ""
    youngest: int = 0
    oldest: int = 200


_GROWN, _OF_AGE = 26, 18
"""The age from which somebody's child is as likely to be the patient's own, and that from which they are grown."""
_CHILDREN = {
    "baby": _Kin(oldest=6), "newborn": _Kin(oldest=1), "infant": _Kin(oldest=3), "toddler": _Kin(oldest=5),
    "child": _Kin(oldest=_GROWN), "kid": _Kin(oldest=_GROWN), "grandchild": _Kin(oldest=18),
    "son": _Kin("male", oldest=_GROWN), "daughter": _Kin("female", oldest=_GROWN), "boy": _Kin("male", oldest=_GROWN),
    "girl": _Kin("female", oldest=_GROWN), "grandson": _Kin("male", oldest=18),
    "granddaughter": _Kin("female", oldest=18), "teenager": _Kin(youngest=11, oldest=21),
    "teen": _Kin(youngest=11, oldest=21), "adolescent": _Kin(youngest=10, oldest=21), "youngster": _Kin(oldest=21),
    "little one": _Kin(oldest=8), "lad": _Kin("male", oldest=_GROWN), "lass": _Kin("female", oldest=_GROWN),
}  # fmt: skip
_PARENTS = {
    "dad": _Kin("male", 16), "daddy": _Kin("male", 16), "father": _Kin("male", 16), "mom": _Kin("female", 16),
    "mum": _Kin("female", 16), "mommy": _Kin("female", 16), "mummy": _Kin("female", 16), "mother": _Kin("female", 16),
    "grandma": _Kin("female", 32), "granny": _Kin("female", 32), "grandmother": _Kin("female", 32),
    "gran": _Kin("female", 32), "nan": _Kin("female", 32), "nana": _Kin("female", 32), "grandad": _Kin("male", 32),
    "grandpa": _Kin("male", 32), "granddad": _Kin("male", 32), "grandfather": _Kin("male", 32),
    "nanna": _Kin("female", 32), "nannan": _Kin("female", 32), "gramps": _Kin("male", 32), "grampa": _Kin("male", 32),
    "mam": _Kin("female", 16), "mama": _Kin("female", 16), "mamma": _Kin("female", 16), "papa": _Kin("male", 16),
    "pops": _Kin("male", 16), "pop": _Kin("male", 16), "uncle": _Kin("male"), "aunt": _Kin("female"),
    "auntie": _Kin("female"), "aunty": _Kin("female"),
    "hubby": _Kin("male", 16), "great-grandmother": _Kin("female", 48), "great-grandfather": _Kin("male", 48),
}  # fmt: skip
_OTHERS = {
    "husband": _Kin("male", 16), "wife": _Kin("female", 16), "spouse": _Kin(youngest=16), "partner": _Kin(youngest=16),
    "other half": _Kin(youngest=16), "better half": _Kin(youngest=16),
    "brother": _Kin("male"), "sister": _Kin("female"),
    "mother-in-law": _Kin("female", 32), "father-in-law": _Kin("male", 32), "sis": _Kin("female"), "bro": _Kin("male"),
    "stepmother": _Kin("female", 18), "stepmum": _Kin("female", 18), "stepmom": _Kin("female", 18),
    "stepfather": _Kin("male", 18), "stepdad": _Kin("male", 18), "stepson": _Kin("male", oldest=_GROWN),
    "stepdaughter": _Kin("female", oldest=_GROWN), "fiance": _Kin("male", 16), "fiancee": _Kin("female", 16),
    "boyfriend": _Kin("male", 14), "girlfriend": _Kin("female", 14), "nephew": _Kin("male"),
    "niece": _Kin("female"), "cousin": _Kin(), "parent": _Kin(youngest=16), "grandparent": _Kin(youngest=32),
    "great-grandparent": _Kin(youngest=48),
}  # fmt: skip
_KIN = _CHILDREN | _PARENTS | _OTHERS
_YOUNG = r"(?:little |young |youngest |oldest |eldest |teenage |new )*"
_NAMED = Pattern(
    rf"(?<![\w'-])(?<!losing )(?<!lose )(?<!lost )"
    rf"(?:(?<!have )(?<!had )(?:(?:my|our|the|this) {_YOUNG}|(?:(?<=did )|(?<=does )|(?<=has )|(?<=is )|(?<=was ))"
    rf"(?=baby\b))(?P<child>{'|'.join(_CHILDREN)})"
    rf"|(?:my|our) (?:dear |late |own )?(?P<other>{'|'.join(_OTHERS)})"
    rf"|(?:(?:my|our) )?(?<!\bthe )(?<!\bhis )(?<!\bher )(?<!\btheir )(?<!\byour )"
    rf"(?:(?<!'s )|(?<=what's )|(?<=who's )|(?<=when's )|(?<=where's )|(?<=how's ))(?<!a )(?<!an )"
    rf"(?P<parent>{'|'.join(_PARENTS)}))(?P<own>'s)?(?![\w-])(?! and baby)",
    re.IGNORECASE,
)
_CALLED_SHORTLY = Pattern(
    rf"^(?P<kin>{_YOUNG}(?:{'|'.join((*_CHILDREN, *_OTHERS))}))(?='s (?!(?:the|a|an|my|his|her)\b)[a-z0-9])",
    re.IGNORECASE,
)
"""A relative whose thing a line begins with: "daughter's HPV series"."""
_ASKER = Pattern(
    r"(?: (?:asks?|asked|is asking|wants?|wanted|would like|wonders?|needs?|keeps asking|has asked)|'s asking)"
    r"(?: me| us)?(?: to know| to find out)? (?:if|whether|what|when|which|who|why|how|that)\b"
    r"| (?:thinks?|says?|said|swears|reckons?|believes?|claims?|insists?|remembers?)(?: that)? (?:he|she|they|there)\b",
    re.IGNORECASE,
)
"""What follows a relative who only asks, or has a word for somebody else."""
_ANY_KIN = rf"(?:{'|'.join(_KIN)}|parents|children|kids|family)"
_FOR_KIN = Pattern(
    rf"(?:,? so (?:that )?(?:my|our|the|her|his|their) {_YOUNG}{_ANY_KIN} (?:can|could|may|might|will)"
    r" (?:follow|understand|read|take in|see|have) (?:it|them|this|that)"
    rf"|,? for (?:my|our|the|her|his|their) {_YOUNG}{_ANY_KIN}"
    r"(?: to (?:read|follow|understand|see|have|look at))?)(?=(?:,? please)?[ ,.?!]*$)",
    re.IGNORECASE,
)
"""Whom something is for, at the end of a request."""
_SOMEBODY_ELSE = Pattern(r"\b(?:he|him|his|she|her|hers|they|their|the patient|patient's)\b", re.IGNORECASE)
_DATED_BY_KIN = Pattern(
    rf"\b(?P<since>since|after|before|until) (?:(?:my|our|his|her|their) )?(?:late )?{_ANY_KIN} "
    r"(?:died|passed(?: away| on)?|left us)(?: back)? (?:in|on) (?=\w*\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov"
    r"|dec)\w* \d)",
    re.IGNORECASE,
)
"""A day that a relative's death only dates."""
_CARE = Pattern(
    r"\b(?:shots?|jabs?|vaccin\w+|immuni[sz]\w+|boosters?|tablets?|pills?|medic(?:ines?|ations?)|meds|drugs?|prescri\w+"
    r"|dos(?:e|es|age)|visits?|appointments?|admitted|admissions?|hospital|discharg\w+|wards?|weight|weigh\w*|bloods?"
    r"|blood (?:tests?|pressure)|results?|levels?|scans?|x-?rays?|letter|notes?|on \w+(?: now)?\?)",
    re.IGNORECASE,
)
"""What the record of a patient says of relatives has none of."""
_HAS = Pattern(
    r"\b(?:have|had|has|having|diagnos\w*|suffer\w*|diseases?|conditions?|illness\w*|histor\w+|problems?|die[ds]?)\b"
    r"|^(?:is|was|did|does)\b",
    re.IGNORECASE,
)
"""What may ask for an illness of theirs."""
_CALLED = {"mother": "mo?m|mum|mother", "father": "dad|father", "grandmother": "gran", "grandfather": "grand"}
_FAMILY = Pattern(
    r"\bfamily(?! (?:history )?(?:form|questionnaire|sheet|doctor|physician|practi\w+|medicine))|\brelatives?\b"
    r"|\brun(?:s|ning)? in\b|\binherit|\bhereditary|\bgenetic|\bgenes?\b|\bsiblings?\b|\bside of\b|\bpass(?:ed)? down\b"
    r"|\b(?:besides|like|same as|apart from|other than) (?:my|his|her|their|mom|dad|mother|father)\b",
    re.IGNORECASE,
)
_OWN = Pattern(
    r"\b(?:am|was|did|do|have|had|should|can|could|will|were) i\b(?! (?:ask|get (?:a|an|the) (?:list|date)|see|know))"
    r"|\bi(?:'ve|'m| have| am| was)? (?:had|got|gotten|took|taken|taking|take|received|developed|given|diagnosed"
    r"|prescribed|on|born|pregnant|too)\b",
    re.IGNORECASE,
)
"""The asker as a patient."""
_MINE = Pattern(
    rf"\bmy (?!(?:own |dear |late |new )?{_YOUNG}(?:{'|'.join(_KIN)}|doctor|gp|pharmac\w+|nurse|brother|sister"
    r"|family|notes?|list|form|questions?|records?)\b)",
    re.IGNORECASE,
)


_IN_HOSPITAL = Pattern(
    r"\b(?:icu|intensive care|(?:in|left|leaving|from) (?:the )?hospital|discharg\w+|hospital (?:stay|admission)"
    r"|(?:on|in) (?:the|your) (?:ward|unit)|ventilat\w+"
    r"|breathing machine|operation|surgery"
    r"|(?:valve|hip|hernia) re(?:pair|placement)|bypass)\b.*\d|\d.*\b(?:icu|intensive care|in (?:the )?hospital"
    r"|ventilat\w+|breathing machine)\b",
    re.IGNORECASE,
)
"""A stay at a time: whose record tells of it is the one who was there."""
_OLDEST_CHILD = 70
"""The age up to which somebody in hospital may have a parent who asks."""
READ_AS = "The relative named was read as the patient of this record."
READ_AS_GROWN = "The relative named was read as the patient of this record, who is an adult."
"""Said with an answer: a child who is grown may be taken for a child of the patient."""


READ_AS_BIRTH = "The birth of the child was read as a birth that the patient gave."
_BIRTH_OF_CHILD = Pattern(
    rf"\b(?:when|as|while) (?:my|our|the|her) (?:{'|'.join(_CHILDREN)}) "
    r"(?:was (?:being )?(?:born|delivered)|arrived|came)\b"
    rf"|\b(?:at|during|for) (?:my|our|the|her) (?:{'|'.join(_CHILDREN)})'s (?:birth|delivery)\b",
    re.IGNORECASE,
)
"""A birth told by the child, whose mother the patient is."""
_BORN_BY = Pattern(
    rf"^(?P<lead>(?:(?:so|and|or),? )*)(?:was|were|is) (?:my|our|the|her) {_YOUNG}(?:{'|'.join(_CHILDREN)}) "
    rf"(?:born|delivered) (?:by|via|with|through) (?:an? )?",
    re.IGNORECASE,
)
"""The same, with the way it went."""
_HOW_BORN = Pattern(
    rf"\bhow (?:was|were|is) (?:my|our|the|her) {_YOUNG}(?:{'|'.join(_CHILDREN)}) (?:born|delivered)\b", re.IGNORECASE
)
"""The same, with the way it went asked for."""


@dataclass(frozen=True)
class Person:
    """What the record says of the patient, as far as it was looked up and is there."""

    birth: dt.date | None = None
    sex: str = ""


def kin_in_full(question: str) -> str:
    """The question with a relative called as their own kin call them, where a line begins with them."""
    return _CALLED_SHORTLY.sub(lambda m: f"my {m['kin'].lower()}", question)


def names_a_relative(question: str) -> bool:
    """Whether a question may call the patient a relative of the asker."""
    return bool(_meant(question) or any(one.search(question) for one in (_BIRTH_OF_CHILD, _BORN_BY, _HOW_BORN)))


def as_patient(question: str, person: Person, today: dt.date) -> tuple[str, tuple[str, ...]]:
    """The question with the relative put as the patient, and how that is told; unchanged where it does not fit."""
    meant = _meant(question)
    words = {_word(match) for match in meant}
    in_care = bool(_IN_HOSPITAL.search(question))
    if words <= _CHILDREN.keys() and not any(_fits(_KIN[word], person, today) for word in words):
        of_birth = _BORN_BY.sub(r"\g<lead>did the patient have a ", question)
        of_birth = _BIRTH_OF_CHILD.sub("at the delivery", _HOW_BORN.sub("which delivery was done", of_birth))
        if of_birth != question and not _meant(of_birth):
            return of_birth, (READ_AS_BIRTH,)
    if not meant or not all(_fits(_KIN[word], person, today, in_care=in_care) for word in words):
        return question, ()
    last = meant[-1]
    named_behind = _BEHIND.search(question[: last.start()]) and not question[last.end() :].strip(" ?.!")
    if named_behind and _SOMEBODY_ELSE.search(question[: last.start()]):
        question, meant = _BEHIND.sub("", question[: last.start()]) + question[last.end() :], meant[:-1]
    question = _put_as_the_patient(question, meant)
    is_grown = bool(words & _CHILDREN.keys()) and person.birth is not None and _age(person.birth, today) >= _OF_AGE
    return question, (READ_AS_GROWN if is_grown else READ_AS,)


def of_the_patient(question: str) -> str:
    """The question with whoever is named as a relative put as the patient, by its words alone: they may not fit."""
    return _put_as_the_patient(question, _meant(question))


def _put_as_the_patient(question: str, meant: list[re.Match[str]]) -> str:
    for match in reversed(meant):
        question = f"{question[: match.start()]}the patient{match['own'] or ''}{question[match.end() :]}"
    return question


_BEHIND = Pattern(r",? ?(?:,|[-\u2013]) $")
"""Before who it is that was called "he" or "she": "what is he on for his blood pressure, my son?"."""
_OF_WHOM = Pattern(r"\b(?:is|are|was|were|has|have|had|does|did|do) $", re.IGNORECASE)
_PART = Pattern(r"(?<=[.?!;:])\s+|,? (?:so|but|and(?= (?:they|he|she|we|i|it)\b)) ", re.IGNORECASE)
_ASKS = Pattern(
    r"\?|\b(?:what|when|which|who|whose|where|why|how|whether|list|tell|give|show|find|look up)\b", re.IGNORECASE
)


_THINGS = frozenset({"chart", "record", "file", "form", "desk", "phone", "pillbox", "dosette", "passport"})
"""What is a relative's and holds no finding of theirs, beside the people and offices of `bystanders.csv`."""


def asks_of_relative(question: str) -> bool:
    """Whether a question is put of a relative, or of something of theirs, and not only told with one."""
    ends = [0, *(match.end() for match in _PART.finditer(question)), len(question)]
    parts = list(pairwise(ends))
    asking = [(start, end) for start, end in parts if _ASKS.search(question[start:end])] or parts
    return any(
        not _owns_papers(question, match) and (match["own"] or _OF_WHOM.search(question[: match.start()]))
        for match in _meant(question)
        if any(start <= match.start() < end for start, end in asking)
    )


def _owns_papers(question: str, kin: re.Match[str]) -> bool:
    thing = re.match(r" ([a-z]+)", question[kin.end() :].lower()) if kin["own"] else None
    return thing is not None and (thing[1] in _THINGS or stands_beside(thing[1]))


def without_bystanding(question: str) -> str:
    """The question without a relative whom it is only for, or whose death only dates something."""
    text = _DATED_BY_KIN.sub(r"\g<since> ", question)
    bare = _FOR_KIN.sub("", text)
    return bare if _SOMEBODY_ELSE.search(bare) else text


def may_be_family_history(question: str, recorded: Sequence[str]) -> bool:
    """Whether a question may ask what a relative had. `recorded`: who they are of whom the record says so."""
    if _CARE.search(question) or not _HAS.search(question):
        return False
    named = {_word(match) for match in _meant(question)}
    said = " ".join(recorded).lower()
    return not recorded or any(
        re.search(rf"\b{one}", said) or any(word in said for word, forms in _CALLED.items() if re.match(forms, one))
        for one in named
    )


def is_relative(words: str) -> bool:
    """Whether words only say who somebody is to the asker."""
    said = words.lower().removesuffix("'s").strip()
    return said in _KIN or said == "children" or said.removesuffix("s") in _KIN


def _word(match: re.Match[str]) -> str:
    return str(match["child"] or match["other"] or match["parent"]).lower()


def _meant(question: str) -> list[re.Match[str]]:
    """Where one relative is named who may be the patient."""
    found = [match for match in _NAMED.finditer(question) if not _ASKER.match(question, match.end())]
    several = len({_word(match) for match in found}) > 1
    if several or _FAMILY.search(question) or _OWN.search(question) or _MINE.search(question):
        return []
    return found


def _fits(kin: _Kin, person: Person, today: dt.date, *, in_care: bool = False) -> bool:
    if kin.sex and person.sex in ("male", "female") and kin.sex != person.sex:
        return False
    if person.birth is None:
        return True
    oldest = _OLDEST_CHILD if in_care and kin.oldest == _GROWN else kin.oldest
    return kin.youngest <= _age(person.birth, today) < oldest


def _age(birth: dt.date, today: dt.date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
