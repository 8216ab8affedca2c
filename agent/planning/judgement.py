"""Requests that no record answers: for a judgement of the assistant's own, or for something to be done.

The gate turns such requests away by their meaning; here they are kept from being read as questions to the record, when
the words around them ("order", "on Thursday", "note") would let them.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.wording.authorship import AUTHOR, DOCUMENT, REPORTS
from chartwarden.agent.planning.wording.question_words import PLAIN_AUX, WH

_WHO = r"(?:i|we|you|he|she|they|it|one|the \w+|this \w+|my \w+|her|his|mum|dad|patient)"
_OWN = (
    r"(?:opinion|view|impression|differential|judge?ment|reading|read|take|assessment|advice|"
    r"recommendation|guess|a/p|"
    r"thoughts|diagnosis|working diagnosis)"
)
_FITTING = r"(?:right|correct|proper|appropriate|suitable|adequate|best|optimal)"
_PRESCRIBED = r"(?:dose|dosage|dosing|strength|drug|medicine|medication|treatment|therapy)"
_ADVICE = Pattern(
    rf"\b(?:should(?:n't)? (?:{_WHO}|be|have|go|stop|start|this|that|[\w' ]{{1,25}} (?:be|have|get|take|go))\b|"
    rf"ought\b|"
    rf"shall (?:i|we)\b|"
    rf"(?:would|do|did|don't|can|could) you (?:think|make of|reckon|recommend|believe|advise|suggest|judge|feel|"
    rf"decide|rate|grade|"
    rf"say if|rule|admit|give (?:her|him)|stop|start|prescribe|treat)\b|your (?:own )?(?:\w+ )?{_OWN}\b|"
    rf"if (?:you were|i were|it were you|you could)\b|too (?:much|many)\b(?! trouble)|"
    rf"{_FITTING} {_PRESCRIBED}\b|"
    rf"\b(?:is|are|was|were) [^,.;?!]*\b{_PRESCRIBED}(?: of [\w -]+?)? (?:still )?{_FITTING}\b|"
    rf"(?:does|do|did) [\w' ]{{1,40}} mean (?:i|he|she|that|we)\b|"
    rf"\b(?:is|are|could|might|can) (?!there\b)[^,.;?!]{{1,40}}(?<!\bas) (?:the|a) "
    rf"(?:reason|cause|culprit)(?=[ ?.!]*$)|"
    rf"\bwhat(?:'s| is| are)? (?:the |her |his |my )?(?:odds|chances)\b)"
)
"""Words that ask the assistant for advice or an opinion, wherever they stand."""
_WEIGHING = Pattern(
    rf"\b(?:should|would (?:you (?!be so|be able|mind|please|kindly)|suggest|be|a|any|{_WHO} (?:be|need|do|"
    rf"benefit))|what would|from you|to you|if you|"
    rf"(?:is|are|was|were|be) (?:it |this |that |they |he |she )?(?:really |still |all )?(?:safe|ok|okay|"
    rf"alright|right|"
    rf"wise|sensible|appropriate|worth\w*|justified|better off|fit to|ready to|well enough|serious|dangerous|correct|"
    rf"worrying|something to worry|unnecessary|best|on the cards)\b|too (?:high|low|little|soon|late|long)\b|"
    rf"(?:do|does|did) {_WHO} (?:still |really |even )?(?:need|have to|want|meet|qualify|face|seem|look)\b|how soon|"
    rf"how long (?:has|have|does|do|will|until|before|till) {_WHO} (?:got|left|have|live|need)\b|how many \w+ till|"
    rf"how fast|(?:will|won't) {_WHO}\b|(?:am i|is he|is she|are they|is it) going to|"
    rf"can {_WHO} (?:go|be (?!shown)|stop|take|safely|start|come|leave|wait|drive|eat|do|catch)\b|(?:could|"
    rf"might) {_WHO} be\b|"
    rf"which of us|needs? (?:to be|to see (?!how|what|which|whether|the)|now|next)\b|"
    rf"(?:is|are|was) [\w ]{{1,30}} to be (?:given|started|stopped|moved|sent|seen)\b|"
    rf"(?:is|was|are|were) (?:this|that|it|these) (?!recorded|documented|noted|stated|written|on|in|"
    rf"labell?ed|mentioned|patient|subject|participant|person|man|woman|lady|gentleman|child)|"
    rf"(?:does|do|did) (?:that|this|it|they|these|those|the [\w ]{{1,30}}) (?:mean|explain|prove|imply|show neglect)|"
    rf"does \w+ go with|means? i|stop worrying|best explains?|odds|outlook|(?:for|of) risk|risk (?:next|"
    rf"from)|clash\w*|"
    rf"decide\b(?! against)|resolve each|surely|given (?:the|that|his|her|total|my)|looking at|judging (?:by|from)|"
    rf"based on|considering|weighing|in (?:the )?light of|add it up|work it out|now\?|when\?$|can u\b|estimate\b)"
)
"""Words of weighing and foretelling, which a question for somebody's words does without."""
_FAULT = Pattern(
    r"\b(?:negligen\w+|neglect\w*|wrong(?:ly)?|breach\w*|at fault|to blame|kill(?:ed)?|fake|favour|favor|miss(?= in)|"
    r"made? (?:a )?mistakes?|mess(?:ed)?|botch\w*|backdat\w+|invent|weak points|hidden|system prompt|"
    r"badly|conflicting|incompetent|cover up|look better|before the lawyers|who's right)\b"
)
"""Words of blame and of bending a record."""
_AS_REPORTED = Pattern(
    rf"(?:{AUTHOR}|{DOCUMENT}|\b(?:they|anyone|anybody|someone|somebody|who|it|"
    rf"why)\b)[^.?!;]*\b(?:{REPORTS})\b[^.?!;]*$"
)
_ACTED_ON = (
    r"(?=(?:the|an?|her|his|my|our|their|this|that|these|those|it|them|him|me|us|today's|tomorrow's|yesterday's|"
    r"all|any|every|another|one|\w+ (?:off|under|onto))\b)"
)
_ACTS = Pattern(
    r"^(?:(?:please|kindly|just|now|then|and|so|ok|okay|go ahead and|could you|can you|would you|will you|"
    r"i want you to|"
    r"you need to|if (?:not|so|there is none|there isn't one)|act as [^,]*,|as if [^,]*,|you're [^,]*,|"
    r"you are [^,]*,)[ ,:]+)*"
    rf"(?:(?:add(?! [^?.;]*\b(?:together|up)\b)|"
    rf"alter|amend|approve|adjust|backdate|book|cancel|change|chart|choose|classify|close|create|decide|"
    rf"delete|diagnose|discharge|admit|transfer|edit|enter|fax|file|fill|grade|stage|hide|increase|"
    rf"decrease|lower|forward|countersign|lodge|settle|ignore|post|"
    rf"log|mark(?! it as (?:a )?draft)|modify|move|notify|omit|order(?! the \w+ by)|page|predict|prescribe|"
    rf"prioriti[sz]e|rate|record|refer|"
    rf"re-?order|remove(?! (?:the |all )?(?:names?|identifiers?))|renew|request|resend|reschedule|schedule|"
    rf"score|send|sign|stop|start|submit|subscribe|switch|"
    rf"titrate|triage|update|upload|withhold|wean) {_ACTED_ON}"
    r"|put (?:in|on|up|through|off|down|him|her|them|me|an? order|(?:my|the patient)\b(?!.* (?:into|"
    r"in (?:\w+ )?(?:words|english|terms))\b))|put [\w ]+ on (?:file|"
    r"record|the|her|"
    r"his|my)\b"
    r"|write (?:that|in|up an?|a prescription|as if|her up|him up|an order)\b|take [\w ]+ off\b|let the record\b|"
    r"make (?:it|the (?:record|note|chart)|sure (?:it|the))\b|ask the (?!chart|record|notes)|tell the\b|"
    r"switch over\b|(?:chart|prescribe|order) (?:prn|stat|regular)\b|"
    r"subscribe\b|order \w+(?! (?:the )?\w+ by)|(?:do|give (?:him|her)) an? \w+|give an? [\w ]+ from|"
    r"(?:text|e-?mail|whatsapp|message) (?:the|this|that|it|her|him|his|me|my|them)\b|"
    r"(?:invent|fabricate|make up) (?:an?|one|some|the|something)\b|"
    r"complete the|help me (?:backdate|write|fill)|print your)"
)
_CLAUSES = Pattern(r"[.?!;:]+\s+|,? (?:and|then|otherwise|but) (?=(?:please )?\w+ (?:the|it|her|him|an?|one)\b)")


def asks_for_judgement(question: str) -> bool:
    """Whether a judgement or advice is asked of the assistant; not where somebody's recorded judgement is."""
    return _is_own(_ADVICE, question.lower())


def weighs(question: str) -> bool:
    """Whether a question speaks of weighing, foretelling or blame, and not of what somebody is on record with."""
    text = question.lower()
    return bool(_FAULT.search(text)) or _is_own(_ADVICE, text) or _is_own(_WEIGHING, text)


_BY_A_GOAL = Pattern(
    r"\b(?:according to|by|per|going by) (?:the|his|her|my|their|our) (?:\w+ )?(?:goals?|care ?plans?)\b"
)
"""What a recorded goal or plan says should be."""


def _is_own(words: Pattern, text: str) -> bool:
    return not _BY_A_GOAL.search(text) and any(
        re.search(r"\byour?\b", match.group()) or not _AS_REPORTED.search(text[: match.start()])
        for match in words.finditer(text)
    )


def asks_to_act(question: str) -> bool:
    """Whether something is to be done, and not only told."""
    return any(_ACTS.match(part.strip(" ,:-")) for part in _CLAUSES.split(question.lower()))


_ASKED = rf"(?:{WH}|whereabouts)"
_FETCH = (
    r"(?:quote|copy|transcribe|extract|read(?: me| out| back)?|show|give|find|locate|point (?:me|us)|"
    r"pick out|pull(?: up)?|"
    r"repeat|list|tell|state|report|print|display|get|fetch|open|look up|search|identify|name|itemi[sz]e|"
    r"bring up|see|"
    r"have a look|check|confirm|remind|walk|run|take me|let (?:me|us|'s)|i(?:'d like| want| need|"
    r" would like|'m looking|"
    r"'m after)|we(?:'d like| want| need))"
)
_POLITELY = (
    r"(?:(?:please|kindly|can|could|would|will|you|i|we|may|be|just|also|now|so|ok|and|then|hi|hello|the \w+)[ ,]+)*"
)
_ASKING = Pattern(
    rf"(?:^|[,;:.?!–-] ){_POLITELY}(?:(?:in|on|at|by|for|from|to|under|per|with|of|according to|"
    rf"as) )?(?:the |whose )?"
    rf"(?:{_ASKED}(?:'s|'re)?|{PLAIN_AUX}|{_FETCH})\b"
    rf"|\b{_ASKED} (?!ever\b)[^?]*\?|\b{_ASKED} [^.?!]*$|\?$"
)
_GENERALLY = Pattern(
    r"^(?:how (?:is|are|do|does)|what (?:is|are|does)(?: an?| the)?) [\w -]{1,30} (?:graded|scored|staged|"
    r"treated|diagnosed|"
    r"measured|given|work|mean|lower|raise|cause)s?\b|\bin general\b"
)
_TELLS = Pattern(r"^(?:i|i'm|i've|she's|he's|she|he|we|my \w+|our \w+|it's|they're|\w+'s (?:gone|burst|not)|got the)\b")
_VERB_FIRST = Pattern(
    r"^(?:please )?(?:abridge|abstract:|act|analy[sz]e|assess|assign|bend|calculate|compose|consider|"
    r"decide|draft|estimate|"
    r"evaluate|explain|fill|form filling|formulate|generate|imagine|insert|interpret|judge|knock|make|model|pretend|"
    r"prepare|recast|reckon|relate|render|rephrase|reword|rewrite|suppose|take|tell me if|tidy|translate|"
    r"i take it|one could|vote|weigh|"
    r"work out|write)\b"
)
_TELEGRAM = 11
"""Longest telegram, in words."""


def asks_to_be_told(question: str) -> bool:
    """Whether a request has the form of one for facts: a question, a look-up, or a telegram."""
    text = question.lower().strip(" .!")
    if _GENERALLY.search(text) or _VERB_FIRST.match(text):
        return False
    if _ASKING.search(text):
        return True
    return not _TELLS.match(text) and len(text.split()) <= _TELEGRAM
