"""Who is meant: identifiers and names in a request that are not the session's patient.

The patient is bound in the session; words of a question can never choose one. This module only notices that a
question names somebody, so that it can be denied instead of being answered from the wrong record.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources

from chartwarden.agent.gate.features import cues_at
from chartwarden.agent.gate.reading import cleaned, folded
from chartwarden.agent.identifiers import identifiers_in, whoever_is_seen
from chartwarden.tools.records.vocabulary import known_forms
from chartwarden.tools.records.words import plain

_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’À-ÿ-]*[a-zà-ÿ][\w'’À-ÿ-]*|[A-Z]\."
_SHORT_TITLE = r"Mrs?|Ms|Sra?|Mme|Mlle"
_TITLE_IN_FULL = r"Miss|Mister|Herrn?|Frau|[Ss]e[ñn]ora?|[Dd]o[ñn]a|Don|[Mm]onsieur|[Mm]adame|Mademoiselle"
"""A full stop behind one ends a sentence: "the file of Madame. Which ...?"."""
_TITLE = rf"{_SHORT_TITLE}|{_TITLE_IN_FULL}"
_TITLED = re.compile(
    rf"(?<![\w.])(?:(?:{_SHORT_TITLE})\.?|{_TITLE_IN_FULL}) (?P<name>(?:(?:{_NAME})(?: (?=[A-ZÀ-Þ]))?){{1,3}})"
)
_TITLE_IN_FRONT = re.compile(rf"^(?:{_TITLE})\b\.? ?")
"""What is no part of a name: "Mr Quill" is who the record calls Quill."""
_TWO_NAMES = rf"(?P<name>(?:{_NAME}) (?:{_NAME}))"
_PATIENT_NAMED = re.compile(
    r"\b(?:[Pp]atient(?:in)?|[Pp]aciente|[Pp]t|[Pp]atiente)(?: named| called| namens| llamad[oa]| nomm[ée]e?)? "
    rf"{_TWO_NAMES}(?=[\s'?,.!]|$)"
)
_RECORD_WORD = (
    r"chart|records?|file|labs?|results?|medic\w+|meds|allerg\w+|diagnos\w+|notes?|history|vitals|appointments?|tests?|"
    r"information|data|blood|weight|potassium|creatinine"
)
_POSSESSED = re.compile(rf"\b{_TWO_NAMES}'s (?=(?:\w+ ){{0,3}}(?:{_RECORD_WORD})\b)")
_EXAMINED = re.compile(
    rf"(?<=[a-z,] ){_TWO_NAMES}'s (?=(?:\w+ ){{0,3}}"
    r"(?i:scans?|x-?rays?|mri|ct|ultrasound|e[ce]g|echo|biops\w+|admissions?|operations?|surgery|vaccin\w+)\b)"
)
"""Where a sentence begins its first word is none of a name: "Does Dad's scan report"."""
_TITLE_BEFORE = re.compile(r"\b(?:dr|doctor|doctora|docteur|prof|professor|nurse|st|saint)\.? *$", re.IGNORECASE)
_ABOUT = re.compile(
    rf"\b(?:for|about|of|on|does|did|has|is|was|für|von|über|de|para|pour|sobre) {_TWO_NAMES}"
    r"(?= (?:have|has|had|take|taking|get|on|allergic|in|admitted|diagnosed|prescribed|been|says?|shows?|contain)\b"
    r"|\?|$|\.$)"
)
_CLINICIAN_BEFORE = re.compile(
    r"\b(?:dr|doctor|doctora|docteur|prof|professor|nurse|by|from|with|prescriber|provider|physician|surgeon|practitioner|von|bei|por|par|chez|con|"
    r"called|named|signed|saw|seen|hospital|clinic|center|centre|at|in|to|department|von dr)\.? *$",
    re.IGNORECASE,
)
_BY_BEFORE = re.compile(r"\b(?:by|from|with|signed|saw|seen|von|bei|por|par|chez|con)(?: \S+){2,4} *$", re.IGNORECASE)
"""What stands in front of a relation who wrote or was seen: "the note by my colleague Ann Lee"."""
_CLINICIAN_TITLE = re.compile(
    r"(?:dr|doctor|doctora|docteur|doktor|prof|professor|profesor|professeur|nurse|sister|matron|midwife|pharmacist|"
    r"schwester|pfleger|enfermer[ao]|infirmi[eè]re?)\b",
    re.IGNORECASE,
)
"""What a name begins with that is a clinician's."""
_AUTHORED = re.compile(
    r" (?:then |also |already |exactly )?(?:wrote|writes?|written|noted?|document(?:s|ed)?|recommend(?:s|ed)?"
    r"|concluded?|order(?:s|ed)?|prescribed?|sign(?:s|ed)?|dictated?|advised?|tick(?:s|ed)?|circled?|graded?|staged?"
    r"|chart(?:s|ed)|mark(?:s|ed)?|enter(?:s|ed)?|fill(?:s|ed)? in|cross(?:es|ed)? out|schrieb|geschrieben|notiert"
    r"|empfohlen|verordnet|angekreuzt|eingetragen|vermerkt|escribi[oó]|anot[oó]|recomend[oó]|recet[oó]|marc[oó]|paut[oó]"
    r"|indic[oó]|not[eé]|[eé]crit|recommand[eé]|prescrit|coch[eé]|consign[eé]"
    r"|(?:put|say|said)(?: \w+){0,2} in (?:the|his|her|that|their) (?:\w+ )?(?:letter|note|report|entry|summary))\b",
    re.IGNORECASE,
)
"""What follows the name of somebody who wrote in the record."""
_THEIR_OWN = re.compile(
    r" (?:\w+ )?(?:reason(?:s|ing)?|opinion|advice|decision|view|impression|recommendations?|verdict|technique"
    r"|handwriting|(?:rehab(?:ilitation)? |physio )?protocol(?: sheet)?|instructions|signature"
    r"|(?:op|operation|operative|operating|theatre|anaesthetic) (?:notes?|report|record)|dictation)\b"
)
"""What follows the name, in the possessive, of somebody who judged or did something: "Miss Hale's reason for it"."""
_WROTE_BEFORE = re.compile(r"(?:escribi|anot|recomend|recet|marc|paut|indic|firm)[oó] (?:el|la) $", re.IGNORECASE)
"""The same in front of it, as Spanish puts it: "qué casilla marcó la Sra. Roe"."""
_PASSIVE_BEFORE = re.compile(r"\b(?:was|is|were|are|be|been|being|get|got|wurde|fue|est|a été) *$", re.IGNORECASE)
"""What makes of the one named somebody for whom it was written."""
_INSERTED = re.compile(r",? (?:(?:the|our|my|his|her|their|a|an|der|die|el|la|le|su|son|sa) )?(?P<words>\w+(?: \w+)?)")
_CALLED = (
    r"(?:[Tt]he |[Tt]his )?(?:[Pp]atient|[Pp]erson|[Ii]ndividual|[Ss]ubject)"
    r"(?: (?:with|whose|having|identified by))?(?: the)?(?: (?:(?:medical )?record|hospital|patient))?"
    r"(?: (?:ID|Id|id|MRN|mrn|number|identifier|no\.?))?(?: is| of)?:? #?"
)
"""What stands in front of the number of the session's own patient."""
_DONE_TO = re.compile(
    r"\b(?:destruction|detachment|dilation|division|drainage|excision|extirpation|extraction|fragmentation|fusion"
    r"|irrigation|occlusion|reattachment|repair|replacement|reposition|resection|restriction) of (?:the )?$",
    re.IGNORECASE,
)
"""What is done to a part of a body (operations of ICD-10-PCS), and to nobody by name."""
_NO_SURNAME = re.compile(
    r"(?:x-ray|cath|lumen|ventilation|doppler|echo|radiology|acids|water|device|ig[agm]|cultured?|placement|lavage"
    r"|cavity|ventricle|colon|aorta|kidney|lung|liver|artery|vein|tract|lobe|cava|output|filtration|gel|cream|ointment"
    r"|tablets?|capsules?|solution|suspension|syrup|patch(?:es)?|drops|spray|inhaler|infusion|injection|lozenges?|enema"
    r"|suppositor(?:y|ies)|lotion|nebuli[sz]er)",
    re.IGNORECASE,
)
"""What a name of two words ends in that is a device's, a test's or a part of a body's."""
_NOBODYS = re.compile(r"[\d_]|--")
"""What a name of a person does not have, and an article of a pharmacy does: "Acetaminophen IV--ACET1000I--438_Soln"."""
_DEPARTMENT = re.compile(
    r"medicina?|medicine|salud|mental|atenci[oó]n|primaria|m[ée]decine|medizin|chirurgie|cirug[ií]a|surgery|urgencias|urgences|\w+olog(?:y|ie|[ií]a)"
    r"|p[äe]diatr(?:ics|ie|[ií]a)|intensiv(?:e|a|os)|r[ée]animation|unit|unidad|unit[ée]|interna|interne|innere|maternit[éy]",
    re.IGNORECASE,
)
"""A word of the name of a department: "alta de Medicina Interna"."""
_DAY = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
    r"|easter|christmas|ostern|weihnachten|pfingsten|navidad|p[âa]ques",
    re.IGNORECASE,
)
"""What ends two capitalised words that name a day: "Last Tuesday's note"."""
_STREET = re.compile(r"(?:street|road|lane|avenue|square|close|drive|court|row|hill|way)", re.IGNORECASE)
_STANDS_ON = re.compile(
    r"\b(?:pharmacy|chemist(?:'?s)?|surgery|clinic|practice|hospital|branch|shop|office|the one|care home)\b[^.?!]*"
    r"\b(?:on|in|at) $",
    re.IGNORECASE,
)
"""A house in front of the street it stands on: "the chemist on Mill Lane". People are called Lane too."""
_KIN = re.compile(
    r"(?:(?:dad|daddy|father|mum|mummy|mom|mommy|ma|mother|gran|granny|grandma|grandpa|nan|nana|auntie|papa|mama)'s"
    r"|(?:pap|mam|om|op)as)\b",
    re.IGNORECASE,
)
"""What a relative has is no name: who the session's patient is to the asker cannot be told."""
_A_TITLE = rf"(?!(?:{_TITLE}|M|Dra?|Doctora?|Prof|Ihre?[mnrs]?|Sie)\b)"
"""What a name beside a relation does not begin with: others look for the titled, and "Ihrer" is German for your."""


@lru_cache(maxsize=1)
def _related() -> re.Pattern[str]:
    """A full name beside a relation (`languages/relations.toml`) and not of somebody who acts: "my aunt Ada Quill"."""
    told = tomllib.loads(
        resources.files(__package__).joinpath("languages", "relations.toml").read_text(encoding="utf-8")
    )
    whose, called, relation, acts = ("|".join(told[key]) for key in ("whose", "called", "relations", "acts"))
    return re.compile(
        rf"\b(?i:{whose})\s(?:\w+\s)?(?:{relation})(?:,|\s(?:{called}))?\s{_A_TITLE}{_TWO_NAMES}"
        rf"(?![\w-])(?!,?\s(?:{acts})\b)"
    )


_EPONYM = re.compile(
    r"\b(?:disease|syndrome|sign|test|lymphoma|sarcoma|fracture|palsy|contracture|phenomenon|esophagus|reaction|score|scale|"
    r"criteria|tumou?r|thyroiditis|ulcer|index|lactate|chorea|swab|culture|vaccine|catheter|tube|stain|procedure|measurement|"
    r"acid|sodium|sulfate|chloride|tartrate|gluconate|hydrochloride|ointment|risk|status|level|view|block|arthritis|anemia|artery|valve)\b",
    re.IGNORECASE,
)


def mentioned_identifiers(text: str) -> frozenset[str]:
    """Identifiers in the text that look like a person's: hospital numbers, `Patient/id`, UUIDs. As written."""
    return frozenset(one.id for one in identifiers_in(cleaned(text)))


def mentioned_people(text: str) -> frozenset[str]:
    """Names in the text that are used like a patient's name.

    Left out are clinicians (`Dr Lee's note`, `by Ann Lee`, `Ms Hale, the dietitian`, `did Mr Roe recommend`), eponyms
    and what the vocabulary knows.
    """
    text = cleaned(text)
    people = {match.group("name").strip() for match in _TITLED.finditer(text) if not _is_clinician(text, match)}
    for pattern, before in (
        (_PATIENT_NAMED, _TITLE_BEFORE),
        (_POSSESSED, _TITLE_BEFORE),
        (_EXAMINED, _TITLE_BEFORE),
        (_ABOUT, _CLINICIAN_BEFORE),
        (_related(), _BY_BEFORE),
    ):
        for match in pattern.finditer(text):
            around = text[match.start("name") : match.end("name") + 24]
            lead = text[: match.start("name")]
            if before.search(lead) or _EPONYM.search(around) or _DONE_TO.search(lead):
                continue
            last = match.group("name").split()[-1]
            if _NOBODYS.search(match.group("name")):
                continue
            if _NO_SURNAME.fullmatch(last) or (_STREET.fullmatch(last) and _STANDS_ON.search(lead)):
                continue
            if not _is_clinician(text, match) and not _is_of_the_record(match.group("name"), text[match.end("name") :]):
                people.add(_without_opening(match.group("name").strip()))
    return frozenset(people)


def _without_opening(name: str) -> str:
    """A name without a capitalised word in front that begins the sentence: "Has Theo's weight", "Is Mum's file"."""
    opening, _, rest = name.partition(" ")
    return rest if rest and opening.casefold() in _BEGINS else name


def _is_clinician(text: str, named: re.Match[str]) -> bool:
    """Whether a name is a clinician's: by its title, the profession put behind it, or as the author of an entry."""
    if _CLINICIAN_TITLE.match(named.group("name")) or _WROTE_BEFORE.search(text[: named.start()]):
        return True
    behind = text[named.end("name") :]
    owned = behind.removeprefix("'s")
    if (owned != behind or named.group("name").strip().endswith("'s")) and _THEIR_OWN.match(f" {owned.strip()}"):
        return True
    if _AUTHORED.match(behind) and not _PASSIVE_BEFORE.search(text[: named.start()]):
        return True
    inserted = _INSERTED.match(behind) if behind.startswith(",") else None
    words = folded(inserted.group("words")).split() if inserted else []
    return any("author" in cues_at(words, at) for at in range(len(words)))


def _is_of_the_record(name: str, behind: str) -> bool:
    """Whether two capitalised words are the name of a thing (`Gastric Meds`, `Dad's Alzheimer's`), not of a person."""
    if _KIN.match(f"{_without_opening(name)}{behind}"):
        return True
    if _DAY.fullmatch(name.split()[-1]) or any(map(_DEPARTMENT.fullmatch, name.split())):
        return True
    words = folded(name).split()
    if re.fullmatch(_RECORD_WORD, words[-1]) or known_forms(plain(name)):
        return True
    is_owned = re.match(r"'s (?!diagnos|medic|meds|history)(?:" + _RECORD_WORD + r")\b", behind)
    return words[0] in _BEGINS and not is_owned and bool(known_forms(tuple(words[1:])))


_BEGINS = frozenset({
    "about", "after", "and", "any", "are", "as", "at", "baseline", "before", "but", "can", "check", "copy", "could",
    "current", "did", "do", "does", "during", "find", "following", "for", "from", "give", "had", "has", "have", "her",
    "his", "if", "in", "is", "it's", "last", "latest", "list", "make", "may", "my", "next", "no", "of", "on", "once",
    "open", "or", "our", "per", "print", "put", "read", "reword", "rewrite", "shorten", "should", "show", "since", "so",
    "summarise", "summarize", "tell", "that", "the", "their", "this", "translate", "turn", "type", "until", "was",
    "were", "what", "when", "which", "while", "will", "with", "without", "would",
})  # fmt: skip
"""Words that begin a sentence, and no name: behind one, a disease or one name stands alone ("Once Alzheimer's ...")."""


def foreign(text: str, known: frozenset[str]) -> frozenset[str]:
    """What of the text points to somebody whose identifiers and names are not among the known ones."""
    folded = {entry.casefold() for entry in known}
    folded |= {entry.rsplit("|", 1)[-1] for entry in folded} | {entry.rsplit("/", 1)[-1] for entry in folded}
    tokens = {token for entry in folded if not re.search(r"\d", entry) for token in re.findall(r"[^\W\d_]+", entry)}
    strangers = {identifier for identifier in mentioned_identifiers(text) if identifier.casefold() not in folded}
    for person in mentioned_people(text):
        parts = re.findall(r"[^\W\d_]{2,}", _TITLE_IN_FRONT.sub("", person).casefold())
        if parts and not all(part in tokens for part in parts):
            strangers.add(person)
    return frozenset(strangers)


@lru_cache(maxsize=1024)
def _called(identifier: str) -> re.Pattern[str]:
    """An identifier of the patient, with what introduces it."""
    return re.compile(rf"(?<![\w/-])(?:{_CALLED}|[Pp]atient/)?{re.escape(identifier)}(?![\w-])")


def as_the_patient(text: str, known: frozenset[str]) -> str:
    """The text with the session's own patient called `the patient`, so that a name or number cannot decide.

    Nor can the place where the asker's own patient is: "my patient in bed 3", "the lady in front of me".
    """
    text = whoever_is_seen(text)
    for entry in sorted((entry.rsplit("|", 1)[-1] for entry in known), key=len, reverse=True):
        if entry in text and re.search(r"\d", entry):
            text = _called(entry).sub("the patient", text)
    names = {name for entry in known if not re.search(r"\d", entry) for name in re.findall(r"[^\W\d_]{2,}", entry)}
    names = {name for name in names if name[0].isupper()}  # what was typed elsewhere counts as known too
    if not any(name in text for name in names):  # most questions name nobody, and a pattern takes long to compile
        return text
    one = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"\b(?:(?:{_TITLE})\.? )?(?:{one})(?: (?:{one}))*\b", "the patient", text)
