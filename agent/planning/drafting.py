"""Text work on what the record holds (translate, reword, draft, shorten, mask): no rule writes prose, so it is quoted.

Whoever asks for it is told that it needs a model, and is given the text that it would be done on, as it is written.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.documents import Searches, document_named, document_said, is_of_others
from chartwarden.agent.planning.judgement import asks_to_act, weighs
from chartwarden.agent.planning.wording.authorship import DOCUMENT
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.query import NoteSearch

NEEDS_A_MODEL = (
    "Translating, rewording and drafting are not done without a model. "
    "What the record holds is quoted as it is written."
)
_WORK = Pattern(
    r"\b(?:translat\w+|re-?word\w*|re-?writ\w+|re-?phras\w+|re-?draft\w*|simplif\w+|condens\w+|shorten\w*|"
    r"paraphras\w+|"
    r"de-?identif\w+|anonymi[sz]\w+|redact\w*|summari[sz]\w+|bullet(?:s|ed| points?|-points?)?|proof-?read\w*|"
    r"draft(?:s|ed|ing)?|convert\w*|reformat\w*|lay(?:ing)? out|turn(?: \w+){1,5} into|"
    r"put(?: [\w']+){1,6} into|plain (?:english|language|words)|(?:easy|other|everyday) words|lay (?:terms|"
    r"language|words)|simple words|"
    r"reading (?:level|age)|year-old|jargon|the latin|(?:punctuation|grammar|spelling) (?:in|of)|csv|"
    r"(?:in ?to|in) (?:arabic|bengali|chinese|english|farsi|french|german|gujarati|hindi|italian|mandarin|nepali|"
    r"pashto|polish|portuguese|punjabi|romanian|russian|somali|spanish|tagalog|turkish|ukrainian|urdu|"
    r"vietnamese|welsh)|"
    r"(?:names?|identifiers?|dates?)(?: and \w+)* "
    r"(?:masked|removed|taken out|stripped|blacked out|left out))\b"
    r"|\b(?:strip|mask|remove|take out) (?:the |all |out )*(?:\w+ )?(?:names?|identifiers?)\b"
)
_BENT = Pattern(
    r"\b(?:left out|leave out|leaving out|omit\w*|take out|taken out|without mention\w*|bypass\w*|unmasked|"
    r"shown|in general|"
    r"so (?:that )?(?:the|it|they) [\w ]+ (?:look|seem|favour)\w*|as if|saying (?:i|he|she)|that says|fake|"
    r"resignation)\b"
)
_MASKING = Pattern(
    r"\b(?:names?|identifiers?|jargon|latin|dates|identities)\b[\w ]{0,20}(?:left|taken|take|leave|removed) ?out"
    r"|(?:leave|take|leaving) out (?:the |all |any )*(?:direct )?(?:names?|identifiers?|jargon|latin|dates)"
)
_NEW = Pattern(r"\b(?:draft|write|prepare) (?:me |us )?(?:an?|my)\b")
_FROM_RECORD = Pattern(
    r"\b(?:from|using|out of|based on|summari[sz]ing|according to|of|in) (?:\w+ ){0,4}(?:notes?|record\w*|chart|"
    r"file|letters?|summary|report|entries|narrative|clerking)\b|\brecorded\b|\bin the notes\b|\bversion of\b"
)


def asks_for_text_work(question: str) -> bool:
    """Whether a text of the record is to be written anew."""
    text = question.lower()
    return bool(_WORK.search(text) and re.search(DOCUMENT, text))


def text_to_work_on(question: str, manifest: Manifest) -> Searches | None:
    """The search for the text that is to be written anew; None where none of the record is, or it is to be bent."""
    text = question.lower()
    if not asks_for_text_work(text) or weighs(text) or asks_to_act(text) or is_of_others(text):
        return None
    if _BENT.search(_MASKING.sub(" ", text)) or (_NEW.search(text) and not _FROM_RECORD.search(text)):
        return None
    named = document_named(text, manifest) or document_said(text)
    if not named:
        return None
    return Searches(NoteSearch(words=named, document=named, whole=True, limit=50))
