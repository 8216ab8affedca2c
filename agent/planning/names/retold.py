"""What a name is meant as where the record tells it otherwise: a complaint, a habit, a pregnancy that has ended."""

from __future__ import annotations

import re
from dataclasses import replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention, relink
from chartwarden.tools.records.elements import MEDICATION_TYPES
from chartwarden.tools.records.record_vocabulary import Vocabulary

_TAKEN_FOR = Pattern(
    r"(?:\b(?:prescribed|prescription|treat\w*|medic\w+|drugs?|pills?)\b.*"
    r"|\b(?:tak(?:e|es|en|ing)|took|given?|gave|gets?|getting|on|(?:any|some)thing|use[ds]?)\b"
    r"(?!.*\b(?:values?|results?|readings?|measure\w*|levels?|numbers?|figures?|tests?|tested|checked|record\w*|file)\b).*)"
    r"\bfor (?:the |his |her |my |their |this patient's |the patient's )*$",
    re.IGNORECASE,
)
_HABITS = {"smoking status": "tobacco use disorder", "alcohol use": "alcohol use disorder"}
_AT_ANY_TIME = Pattern(
    r"\b(?:ever|been|any|previous(?:ly)?|prior|past|history of|before|had an?|how many|number of)\b", re.IGNORECASE
)

_AGAINST = Pattern(
    r"\b(?:vaccin\w+|immuni[sz]\w+|inoculat\w+|shots?|jabs?) (?:against|for|to prevent) (?:the )?$", re.IGNORECASE
)
_MORE_THAN_WHETHER = Pattern(
    r"\b(?:when|why|who|whom|where|how|what|which|date|dates|first|last|latest|list|show|report|result|before|after|since"
    r"|in|on|during)\b",
    re.IGNORECASE,
)
_AND_WHEN = Pattern(r"(?<=\w)(?:\?|,)? (?:(?:and|if so),? )?when(?: was (?:it|that))?[ ?.]*$", re.IGNORECASE)


def as_recorded(mention: Mention, question: str, vocabulary: Vocabulary) -> Mention:
    """The name as what it is meant as; the name itself, mostly."""
    for put in (_complaint, _habit, _pregnancy, _history, _vaccine, _admission):
        mention = put(mention, question, vocabulary)
    return mention


def _complaint(mention: Mention, question: str, vocabulary: Vocabulary) -> Mention:
    """What a drug is taken for, where a measurement is named for the disease: "for her cholesterol"."""
    if not mention.linked.of("Observation") and not any(row.kind == "observation" for row in mention.linked.known):
        return mention
    if not _TAKEN_FOR.search(question[: mention.start]):
        return mention
    high = relink(f"high {mention.words}", mention.start, mention.end, vocabulary, broad=False)
    is_disease = any(row.kind == "condition" for row in high.linked.known)
    return high if is_disease else mention


def _habit(mention: Mention, question: str, vocabulary: Vocabulary) -> Mention:
    """A habit that the record has no observation of, as the disorder that it does have a diagnosis of."""
    disorder = next((_HABITS[row.name] for row in mention.linked.known if row.name in _HABITS), None)
    if disorder is None or mention.linked.of("Observation"):
        return mention
    found = relink(disorder, mention.start, mention.end, vocabulary, broad=False)
    return replace(found, words=mention.words) if found.linked.of("Condition") else mention


def _pregnancy(mention: Mention, question: str, vocabulary: Vocabulary) -> Mention:
    """A pregnancy of any time: what ended one, or went wrong with one, was a pregnancy too."""
    if not any(row.name == "pregnancy" for row in mention.linked.known):
        return mention
    if not _AT_ANY_TIME.search(question[: mention.start]):
        return mention
    found = relink("any pregnancy", mention.start, mention.end, vocabulary, broad=False)
    return replace(found, words=mention.words)


def _history(mention: Mention, question: str, vocabulary: Vocabulary) -> Mention:
    """A procedure that the record tells only as a history of it, where it is asked whether, or whether and when."""
    name = next((row.name for row in mention.linked.known if row.kind == "procedure"), None)
    if name is None or mention.linked.links or _MORE_THAN_WHETHER.search(_AND_WHEN.sub("", question)):
        return mention
    found = relink(f"history of {name}", mention.start, mention.end, vocabulary, broad=False)
    return replace(found, words=mention.words) if found.linked.of("Condition") else mention


_BEFORE_ADMISSION = Pattern(
    r" (?:\w+ )?(?:admissions?|hospitali[sz]ations?|hospital (?:stays?|visits?))\b", re.IGNORECASE
)
_ADMITTED_FOR = Pattern(
    r"\b(?:admi(?:tted|ssions?)|hospitali[sz](?:ed|ations?)|hospital (?:stays?|visits?))\b"
    r"[^,.;?]{0,40}?\b(?:for|with|because of|due to|from|over) (?:(?:the|an?|his|her|my|their) )?$",
    re.IGNORECASE,
)
_ADMITS = Pattern(r"\b(?:admission|admit\w*|hospitali[sz]\w+|inpatient|stay)\b", re.IGNORECASE)


def _admission(mention: Mention, question: str, vocabulary: Vocabulary) -> Mention:
    """What somebody was admitted for, where the record names its visits for that: the admissions among these."""
    if not (_BEFORE_ADMISSION.match(question[mention.end :]) or _ADMITTED_FOR.search(question[: mention.start])):
        return mention
    links = []
    for link in mention.linked.links:
        admits = tuple(entry for entry in link.entries if _ADMITS.search(entry.label))
        of_visits = link.resource_type == "Encounter" and link.how == "narrower" and admits
        links.append(replace(link, entries=admits) if of_visits else link)
    return replace(mention, linked=replace(mention.linked, links=tuple(links)))


def _vaccine(mention: Mention, question: str, vocabulary: Vocabulary) -> Mention:
    """A vaccine by the disease it is against, and one that the record has among its drugs by another name."""
    if _AGAINST.search(question[: mention.start]) and not mention.linked.of("Immunization"):
        against = relink(f"{mention.words} vaccine", mention.start, mention.end, vocabulary, broad=False)
        if against.linked.of("Immunization"):
            return replace(against, words=mention.words)
    name = next((row.name for row in mention.linked.known if row.kind == "vaccine"), None)
    if name is None or mention.linked.links:
        return mention
    found = relink(name, mention.start, mention.end, vocabulary, broad=False)
    return replace(found, words=mention.words) if found.linked.of(*MEDICATION_TYPES) else mention
