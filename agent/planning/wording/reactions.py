"""What an allergy does, asked in other words: "what happens when she has shellfish", "reaction to peanuts?".

The words of the whole question must be such as this is asked in: with another one, something else of it would be asked.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.question_words import AUX
from chartwarden.agent.planning.wording.who import WHO

_REACTS = Pattern(r"\breactions?\b|\breact(?:s|ed)?\b")
_ON_CONTACT = Pattern(
    rf"^what (?:(?:does|did|would) qc\d+ do|(?:happens|happened|would happen|goes on) (?:to \w+ )?(?:when(?:ever)?|if"
    rf"|after|every time|each time) {WHO})\b"
)
"""Nothing says that it is an allergy but what is named."""
_ALLERGIC = Pattern(r"\ballerg|\breacti", re.IGNORECASE)
_HOW_SEVERE = Pattern(
    r"\bhow (?:severe|serious|bad|strong|dangerous|critical)(?:ly)?\b"
    r"|(?<!high )(?<!low )(?<!high-)(?<!low-)\b(?:(?:what|which) )?(?:(?:is|was) )?(?:the )?(?:severity|seriousness)"
    r"(?: (?:level )?(?:of|is|was|has|for)\b|(?=[ ?.]*$))",
    re.IGNORECASE,
)
_PEN = Pattern(r"(?<![\w-])pen(?=(?: ?(?:vk|g|v))?[- ]?allerg)", re.IGNORECASE)
"""Short for penicillin, where an allergy is spoken of."""
_SEVERE = "how critical "
"""In a word that is the record's: the criticality of an allergy, and the severity of its reactions."""
_TO_DRUGS = Pattern(r"\b(?:drugs?|medications?|medicines?|meds?)\b")
_SAID = Pattern(
    r"\b(?:what|which|how|kinds?|sorts?|types?|of|is|was|are|were|be|did|does|do|has|have|had|would|he|she|i|they|him|her"
    r"|me|them|his|my|their|patient(?:'s)?|the|an?|any|all|known|recorded|documented|noted|listed|on|file|record|chart"
    r"|list|show|tell|give|name|describe|us|please|and|with|plus|to|from|by|for|in|when|whenever|if|after|time|each"
    r"|allergic|allergy|allergies|adverse|reactions?|reacts?|reacted|happens?|happened|goes|cause[sd]?|trigger(?:s|ed)?"
    r"|take[ns]?|took|eats?|eating|ate|gets?|got|given|drinks?|drank|touch(?:es|ed)?|exposed|exposure|contact|comes?"
    r"|near|around|stung|wears?|uses?|breathes?|critical|drugs?|medications?|medicines?|meds?|it|its|that|there|ever|history|qc\d+)\b"
)

REACTIONS = Pattern(r"(?:how severe|what) is the allergic reaction to (?P<x>qc\d+)")
REACTIONS_OF_ALL = Pattern(r"(?:how severe|what) are the reactions of the (?:drug )?allergies")
"""What all of that is put as, for the grammar: of one allergen, and of all."""
_WORST = Pattern(r"\b(?:worst|most|least)\b")
_TO_A_NAME = Pattern(
    r"\b(?:allergic |bad |adverse )?reactions? (?:to|from|with)(?= (?:(?:the|an?|any|his|her|my) )*qc\d)"
)


_ENTRY_TELLS = Pattern(
    r"\b(?P<w>(?:what|which) (?:kind of |sort of |type of )?reactions?) (?:does|did|do|is|was) (?:(?:the|his"
    r"|her|my|their) )?"
    r"(?:allergy )?(?:entry|record|chart|list|file|notes?)(?: for it)? (?:describe|give|list|mention|state|note"
    r"|have|say|show"
    r"|record|name)s?(?: as)? (?:for|to|of|from|with|about|against) (?P<x>[^?(]+?)(?: ?\([^)]*\))?(?=[ ?.]*$)",
    re.IGNORECASE,
)


def severity_asked(question: str) -> str:
    """The question with how severe an allergy or a reaction is asked for in one way, and penicillin named in full."""
    question = _ENTRY_TELLS.sub(r"\g<w> is recorded for \g<x>", question)
    question = _PEN.sub("penicillin", question)
    return re.sub(r" {2,}", " ", _HOW_SEVERE.sub(_SEVERE, question)) if _ALLERGIC.search(question) else question


def reactions_plainly(text: str, allergens: frozenset[str], called_so: dict[str, str]) -> str:
    """A skeleton that asks how somebody reacts to something, or how severely, in the words of the grammar.

    `allergens`: the placeholders of names of allergies; `called_so`: the words of those that only say that there was
    an allergic reaction, or which one.
    """
    bare = text
    for token in called_so:
        bare = re.sub(rf"\b{token}\b", "allergic reaction", bare)
    names = list(dict.fromkeys(re.findall(r"\bqc\d+", bare)))
    severe = _SEVERE.strip() in bare and ("allerg" in bare or bool(allergens & set(names)))
    on_contact = bool(_ON_CONTACT.match(bare)) and allergens >= set(names) != set()
    if not (_REACTS.search(bare) or severe or on_contact) or len(names) > 1:
        return text
    if re.match(r"(?:when|who|where|since)\b", bare) or _WORST.search(bare):
        return text
    of_one_kind = any(words.startswith("anaphyla") for words in called_so.values())
    if names and not of_one_kind and re.match(rf"(?:{AUX})\b", bare):
        return re.sub(r"\ba allergic", "an allergic", _TO_A_NAME.sub("allergic reaction to", bare))
    if re.sub(r"[^a-z]+", "", _SAID.sub(" ", bare)):
        return text
    of = f"allergic reaction to {names[0]}" if names else "reactions of the allergies"
    if not names and _TO_DRUGS.search(bare):
        of = "reactions of the drug allergies"
    return f"{'how severe' if severe else 'what'} {'is' if names else 'are'} the {of}"
