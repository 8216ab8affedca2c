"""Questions in telegram style spelt out: "strep throat, date resolved", "body weight: no. of readings", "k - latest?".

A telegram is pieces between commas, colons, dashes and brackets. The piece that only says what is wanted (a number, a
date, a reason, whether at all) becomes the head of the question, and the rest what it is asked of.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.question_words import AUX, WH

_ASKS = rf"(?:{WH}|whether|if)"
"""What says that something is asked, directly or not."""
_PIECES = Pattern(r"\s*(?:[,:;=]|\s[-–]+(?=\s|$)|^[-–] |\(|\))\s*")
_DONE = (
    r"(?:done|given|performed|taken|recorded|documented|measured|checked|tested|administered|prescribed|ordered"
    r"|written|"
    r"obtained|noted|received|made|charted|logged|carried out|placed|diagnosed|had|dispensed|issued|drawn)"
)
_HEADS: tuple[tuple[Pattern, str], ...] = tuple(
    (Pattern(pattern), head)
    for pattern, head in (
        (rf"^(?:the )?(?:number of |total |how many )?times (?P<rest>{_DONE}(?: .*)?)$", "how many times was"),
        (r"^(?:the )?(?:total (?!(?:qc\d+ )?(?:output|intake|dose|volume|amount|length|duration)\b"
         r"|qc\d+(?: qt\d+)?[ ?.]*$)|overall |exact )*"
         r"(?:number|no\.|no(?= of\b)|n|count"
         r"|total(?! (?:qc\d+ )?(?:output|intake|dose|volume|amount|length|duration)\b| qc\d+(?: qt\d+)?[ ?.]*$)"
         r"|tally|how many|quantity)(?: of)?(?: "
         r"(?P<rest>.*))?$", "how many"),
        (r"^(?:(?:please )?(?:give|state|name|report) (?:me )?)?(?:the )?(?:dates|times)(?: of| for| when| on which)?"
         r" (?P<rest>(?!.*\b(?:first|last|latest)\b)[^,;]*\b(?:discharg|sent home|went home|released)\w*\b.*)$",
         "on what dates was"),
        (r"^(?P<rest>(?:[a-z']+ )?discharge) (?:dates|times)$", "on what dates was"),
        (r"^(?:(?:please )?(?:give|state|name|report) (?:me )?)?(?:the )?(?:exact |recorded )*"
         r"(?:when|(?:dates?|times?|day|year|date and time|date/time)"
         r"(?! (?:right |just )?(?:before|after|prior to|following|preceding)\b))(?: of| for"
        r"| when| on which)?"
         r"(?: (?P<rest>.*))?$", "when was"),
        (r"^(?P<rest>(?!.*\b(?:birth|since|until|before|after|to)\b)(?:[\w' ]+ )?(?:dose|shot|order|prescription"
        r"|visit|stay|admission|discharge|"
         r"onset|resolution|diagnosis|qc\d+)) (?:dates?|times?|day)$", "when was"),
        (r"^(?:the )?(?:documented |recorded |stated )*(?:reasons?|indications?|why"
        r"|what for|for what)(?: for)?(?: (?P<rest>.*))?$",
         "what was the reason for"),
        (r"^(?:just )?(?P<rest>)(?:an?|one|single) (?:figure|number|count|total)(?:,? please)?$", "how many"),
        (rf"^(?:if )?(?:any|yes or no|ever|at all|at any time"
        rf"|any at all)(?: (?P<rest>{_DONE}(?: .*)?))?$", "was there any"),
        (rf"^(?P<rest>(?:ever |yet |already )?{_DONE}(?: ever| yet| at all)?)$", "was"),
        (r"^(?:the )?(?:full )?(?:who|by whom|prescriber|doctor|provider|practitioner)(?: (?P<rest>.*))?$", "who"),
        (r"^(?:the )?(?:full )?names?(?: of)?(?: (?P<rest>.*))?$", "what is the name of"),
        (r"^(?:the )?(?:dose|dosage)$", "what was the dose of"),
        (r"^(?:the )?(?:route)$", "what was the route of"),
        (r"^(?:the )?(?:value|result|reading|figure|level)s?$", "what was the"),
        (r"^(?:the )?age(?: at (?P<rest>.*))?$", "how old at"),
        (r"^(?P<rest>(?:still |currently )?active)(?: now)?$", "is"),
    )
)  # fmt: skip
_ASKED = Pattern(
    rf"^(?:please |so |and |then |also )*(?:(?:in|on|at|for|by|to|from|since|of|through) )?(?:{_ASKS}|{AUX})\b"
)
_COMMAND = Pattern(
    r"^(?:please )?(?:give|tell|show|list|find|report|state|provide|say|count|identify|check|compare|calculate|display|"
    r"name (?!of)|take|determine|retrieve|get|let|assess|evaluate|verify|confirm|specify|extract|tabulate|pull|i|do|"
    r"compute|describe|summar\w+)\b"
)
_LAST_WORD = Pattern(
    rf"^(?P<rest>(?!{_ASKS}\b|{AUX}\b).*\b(?:was|were|is|are|been|has|have|had|did)\b.*?),? (?P<ask>when|who"
    rf"|by whom|why|where|how many "
    r"times|how often|how many|what for|for what|at what time|on what date|on which (?:date"
    r"|day))(?P<times>(?: qt\d+)*)$"
)
"""The question word at the end of a statement: "a patch was last prescribed when?"."""
_LEFT_OPEN = Pattern(
    rf"^(?P<x>(?:(?:the|his|her|my|their) )?qc\d+(?: [a-z]+)?) ?[,:;]? (?:was |were )?(?P<r>first|last"
    rf"|most recently|latest) "
    rf"(?:been )?(?P<v>{_DONE}) (?:on|when)(?: (?:what|which) (?:day|date))? ?[?.:=]*$"
)
"""A line that breaks off before the date it wants: "hct last measured on"."""
_IDENTITY = Pattern(r"\b(?:birth|born|dob|sex|gender|address|phone|language|race|married|marital|mrn)\b")
_HEADLESS: tuple[tuple[Pattern, str], ...] = (
    (
        Pattern(r"^(?P<q>(?:(?:the|his|her|my|their) )?qc\d+(?: (?:levels?|values?|readings?|results?))?"
                   r" (?:ever |really |actually )?(?:dropped|fallen|fell|risen|rose|increased|decreased|declined"
                   r"|climbed|gone (?:up|down)|went (?:up|down))(?:,? qt\d+)*) ?[?]?$"),
        r"has \g<q>",
    ),
    *((
        Pattern(rf"^(?P<x>(?:(?:the|his|her|my|their) )?qc\d+)(?: (?:levels?|values?|readings?))? (?:{said})"
                   r"(?P<t>(?:,? qt\d+)*) ?[?]?$"),
        rf"has \g<x> gone {way}\g<t>",
    ) for said, way in (("up|higher", "up"), ("down|lower", "down"))),
    (
        Pattern(r"^(?P<q>an? qc\d+ (?:order|prescription|script|shot|dose|test|visit|diagnosis)(?: at all"
                r"| ever)?(?:,? qt\d+)+) ?[?]?$"),
        r"was there \g<q>",
    ),
    (
        Pattern(rf"^(?P<q>(?:the |an? )?qc\d+(?: tests?)? (?:ever |been "
        rf"|ever been )*{_DONE}(?: ever| at all| "
                   r"yet|,? qt\d+)*)$"),
        r"was there any \g<q>",
    ),
    (
        Pattern(rf"^(?P<q>(?:the |an? )?qc\d+ (?:value|level|reading|result|figure|measurement|score)) "
                   rf"{_DONE}(?P<t>(?:,? qt\d+)*)$"),
        r"what was the \g<q> \g<t>",
    ),
    (
        Pattern(r"^(?P<q>(?:the )?qc\d+ (?:still |currently )*(?:on|among|in|part of) (?:the |her |his |my "
        r"|current |active |list "
                   r"of )*(?:meds?|medications?|medicines?|conditions|problems|drugs|prescriptions|allergies"
                   r"|diagnoses)\b.*)$"),
        r"is \g<q>",
    ),
)  # fmt: skip
"""Statements without their verb, put as questions of yes or no."""
_COMPARED = Pattern(
    r"\b(?:higher|lower|greater|less|larger|smaller|heavier|lighter|earlier|later|older|newer|sooner"
    r"|more recent)\b.* ?than\b"
)

_EVENT_FIRST = Pattern(
    rf"^(?:qd\d+ )?(?:right |just )?(?:after|before|following|since|until|during|while|once|when|prior to|between"
    rf"|from|(?:(?:in|during|on) )?the (?:year|month|day) (?:of|that|when|he|she|i|they|the patient|patient)) [^,]+, "
    rf"(?:{_ASKS}|{AUX}|any)\b"
)


def spelt_out(text: str, *, is_question: bool = True) -> str:
    """A telegram as a question; any other text as it is."""
    text = re.sub(r"^((?:the )?qc\d+),? since(?: what date)? ?[?:]*$", r"since when \1", text)
    text = _LEFT_OPEN.sub(r"when was \g<x> \g<r> \g<v>", text)
    end = _LAST_WORD.match(text)
    if end:
        return f"{end['ask']} {end['rest']}{end['times']}"
    if _IDENTITY.search(text) or _EVENT_FIRST.match(text):
        return text
    for pattern, put in _HEADLESS:
        if pattern.match(text):
            return pattern.sub(put, text)
    if _ASKED.match(text) or _COMMAND.match(text):
        return text
    pieces = [piece for piece in _PIECES.split(text) if piece]
    for place in range(len(pieces) - 1, -1, -1):
        for pattern, head in _HEADS:
            found = pattern.match(pieces[place])
            if not found or (len(pieces) == 1 and not found.groupdict().get("rest")):
                continue
            own = (found.groupdict().get("rest") or "").strip()
            others = " ".join(pieces[:place] + pieces[place + 1 :])
            if re.search(r"qc\d", own) and re.search(r"qc\d", others):
                continue
            if not re.search(r"q[cra]\d|\w{4,}", f"{own} {others}"):
                continue
            return re.sub(r"\s+", " ", f"{head} {others} {own}").strip()
    if is_question and _COMPARED.search(text) and not re.search(rf"\b{_ASKS}\b", text):
        return f"is {text}"
    return text
