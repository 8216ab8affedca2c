"""Afterthoughts: what people put right, narrow or ask for once more behind a comma or in a sentence of its own.

"My cholesterol, the bad sort" is bad cholesterol, "her height, I mean the latest one" the latest height, and "it was a
while back" no time. The rules are about a question as it is typed: each says the same in other words.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.wording.question_words import AUX, PLAIN_AUX, WH

_RANK = (
    r"(?:very )?(?:first|last|latest|earliest|most recent|newest|oldest|previous|highest|lowest|current|second|third)"
)
_SORT = r"(?:sort|kind|type|variety)"
_SAYS_NO_SORT = (
    r"(?:same|usual|other|only|right|normal|different|new|newer|old|older|main|last|latest|first|next|previous"
    r"|current|recent|whole|this|that|some|wrong)"
)
_NO_THING = (
    r"(?:time|day|date|year|month|week|visit|record|chart|file|now|then|it|that|this|one|me|him|her|them|us"
    r"|taken|done|given|had|got|gone|seen|made|drawn|was|were|is|are|has|have|did|[a-z]+ed|[a-z]+ing)"
)
_WITHIN = Pattern(r"\w (?:in|on|at|from|under|around) (?:(?:the|my|his|her|their|an?|both) )*$", re.IGNORECASE)
"""Before a word that only places the thing: "arthritis in the hands, the osteo kind"."""
_LONG_AGO = (
    r",? (?:quite )?(?:a (?:good |long |little )?(?:while|time|bit) (?:ago|back)|some (?:while|time) (?:ago|back)"
    r"|(?:ages|donkey's years|years and years) (?:ago|back)|long ago)"
)
_ASKS_THEN = Pattern(rf"\b{WH}\b|[,;.] (?:so |and )?{AUX}\b|\b{_RANK}\b", re.IGNORECASE)
_YEAR_MEANT = Pattern(
    r"^(?P<told>[^:.;?]*?(?<!tax )(?<!financial )(?<!fiscal )(?<!school )(?<!academic )\b(?P<unit>year|month)s?\b"
    r"[^:.;?]*)[:.;?] (?P<ask>[^:.;]*?)\bin the (?P<w>last|previous|past) one(?P<rest>[ ?.]*)$",
    re.IGNORECASE,
)
_DONE = (
    r"(?:diagnosed|prescribed|given|recorded|noted|found|picked up|seen|measured|started|checked|ordered|mentioned"
    r"|entered|taken|done|spotted|detected|put down|written down)"
)


def _named_by_sort(match: re.Match[str]) -> str:
    """A thing with the sort of it before it; as it is where the words tell no sort."""
    if _WITHIN.search(match.string[: match.start()]) or re.fullmatch(_NO_THING, match["x"].lower()):
        return match.group()
    if re.search(rf"\b{_SAYS_NO_SORT}\b", match["a"].lower()):
        return match.group()
    return f"{match['a']} {match['x']}"


_DISORDER = r"(?:disorder|disease|problem|condition|trouble)"


def _amiss(match: re.Match[str]) -> str:
    """Any disorder of what something may be wrong with, or any kind of the disorder that is named."""
    said = re.sub(r"^any (?:kind|sort|type|form)s? of ", "", match["d"])
    if re.search(rf"\b(?:{WH}|{AUX})\b", said):
        return match.group()
    now, of_it = match["now"] or "", re.fullmatch(rf"(?:an?|any )?(?P<d>{_DISORDER})s?(?: of (?:it|that|them))?", said)
    if of_it is None:
        return f"any kind of {said}{now}"
    noun = "disorder" if of_it["d"] in ("problem", "trouble") else of_it["d"]
    return f"any kind of {match['x']} {noun}{now}"


_FILL_IN = (
    r"(?<=\w)(?P<end>[.?!]) ?(?:so |and )?what (?:should|shall|do|can|must) (?:i|we) (?:put(?: down)?|write(?: down)?"
    r"|enter|fill in|list|say|tell (?:her|him|them))(?: there| (?:on|in) (?:it|the form|the sheet|that))?[ ?.]*$"
)
_SMOKES = r"(?:an? )?(?:(?:current|never|ex|former|past|non)[- ]?)?(?:smokers?|smoked)"
_SMOKER = rf"(?:{_SMOKES}|(?:an? )?(?:current|never|ex|former|past|non))"
_STATUS_MEANT = (
    r"(?:which(?:ever)?|what(?:ever)?)(?: (?:of (?:them|these|those)|status|one|it))?(?: (?:is|was|has been|got))?"
    r"(?: (?:entered|recorded|documented|noted|put|written|listed|charted))?(?: down)? (?:last|latest"
    r"|most recently|now)"
)
_WRITES = (
    r"(?:calls?|called|says?|said|reads?|writes?|wrote|puts?|has|had|names?|named|labels?|lists?|listed|describes?"
    r"|described|terms?|termed|states?|stated|shows?|gives?|uses?|used)"
)
_PAPER = (
    r"(?:form|letter|sheet|card|paper|papers|paperwork|document|report|chart|records?|file|note|notes|bill|claim|label"
    r"|list|summary|printout|screen|portal|website|leaflet|page|box|certificate|statement|email|e-mail|slip|referral)"
)
_ON_PAPER = rf"(?:(?:on|in|from|off|of) (?:(?:the|my|his|her|their|our|this|that|an?) )?(?:[a-z'-]+ ){{0,2}}?{_PAPER})"
_AS_WRITTEN = (
    rf"(?:(?:what|how) (?:it |they |(?:the|my|his|her|their|our|this) (?:[a-z'-]+ ){{1,2}}?){_WRITES}"
    rf"(?: (?:it|that|this))?(?: {_ON_PAPER})?"
    r"|what(?: it)? (?:is|was) (?:written|printed|stated|put|called|said)(?: down)?(?: there| here)?"
    rf"(?: {_ON_PAPER})?"
    r"|(?:just )?the (?:(?:exact|official|precise|actual|full|very) )?(?:wording|words?|term|name|phrase|phrasing|label"
    rf"|title|spelling|description|text)(?: (?:used|they use|they used|given|written))?(?: {_ON_PAPER})?)"
)
"""That a name was taken from somewhere as it is written there, which says nothing more of it."""
_SAID = Rewrites(
    (
        # which kind of smoker
        (
            rf"^(?:(?:is|was) (?:he|she|(?:the )?(?:patient|pt)) )?(?=[^?.;:]*smok)(?:{_SMOKER}(?:,? or | ?/ ?"
            rf"|, )){{2,}}{_SMOKER}"
            rf"[?.:;,–-]* ?(?:{_STATUS_MEANT})?[ ?.]*$",
            "what smoking status was last recorded?",
        ),
        (
            r",? (?:considering|counting|taking|including|looking at|going through|searching) (?:everything|all of it"
            r"|all (?:the )?(?:entries|records?|data))(?= (?:up to|up until|until|till|since|from|before|through)\b)",
            ",",
        ),
        # what something is called on a form
        (
            rf"(?<=\w)(?P<end>[.!;,]) (?:and )?(?:that's|that is|this is|it's|it is|that was|those are) {_AS_WRITTEN}"
            rf"(?:,? (?:and|so|but)(?= (?:{WH}|{AUX}|my|the|our|his|her|i|we)\b)|[.!;,]+)",
            lambda m: m["end"] if m["end"] != "," else ".",
        ),
        (rf"^(?P<x>[\w ,/()&'-]{{3,80}}?) (?:is|was) {_AS_WRITTEN}[.!;]", r"\g<x>."),
        # said again in other words
        (
            r"(?P<new>\bnew(?:ly)?\b[^?;]*?)(?:[,;:]| ?[-(]) ?(?:(?-i:ie|i\.e\.?)|meaning|that is)[,:]? "
            rf"(?:the |those )?(?:ones )?(?:first |newly )?{_DONE} (?:for the first time )?(?:in |during )?"
            r"(?:that|the same) (?:year|month)\b\)?",
            r"\g<new>",
        ),
        (r"(?<=[\w)])(?:[,;:]| ?[-(]) ?(?-i:ie|i\.e\.?)[,:]? (?=\w)(?!what|which|how|the n)", ", "),
        # meant, and not averaged
        (rf"[,;:.] ?i mean,? (?=the {_RANK}\b)", ", "),
        (r"(?<=\w)[,;:]? i mean(?=[ ?.]*$|[.?;])", ""),
        # the sort of it
        (
            rf"(?<![\w-])(?P<x>[a-z][\w-]+), (?:i mean )?(?:the|an?) (?P<a>[a-z][\w-]+(?: [a-z][\w-]+)?) {_SORT}"
            r"(?=[ ]*(?:[,;:.?]|$))",
            _named_by_sort,
        ),
        # how early, and how dated
        (
            rf"\bhow early (?P<v>was|were|has|had|is) (?P<x>[^?.;,]{{2,60}}?) (?P<been>been )?(?:first )?"
            rf"(?P<d>{_DONE})\b",
            r"when \g<v> \g<x> \g<been>first \g<d>",
        ),
        (r"\bhow (?P<v>is|was|are|were) (?P<x>it|that|this|they) dated(?=[ ?.]*$)", r"what date \g<v> \g<x>"),
        (
            r"\bhow (?P<v>is|was) (?P<x>(?:the|my|his|her|their) [^?.;,]{2,60}?) dated(?=[ ?.]*$)",
            r"what \g<v> the date of \g<x>",
        ),
        (
            r"^(?P<w>what|which) (?P<x>[^?.;,]{2,40}?) (?P<v>was|were|is) (?:put |noted |written |set )?down"
            r"(?= for (?:that|then|the same)\b)|(?<=[,;] )(?P<w2>what|which) (?P<x2>[^?.;,]{2,40}?) (?P<v2>was|were|is)"
            r" (?:put |noted |written |set )?down for (?:that|the same) (?:time|day|date)(?=[ ?.]*$)",
            lambda m: (
                f"{m['w']} {m['x']} {m['v']} recorded" if m["w"] else f"what {m['v2']} the {m['x2']}"
            ),
        ),
        # an entry that is put down is written, and no dose lowered
        (
            r"\b(?P<x>(?:entr(?:y|ies)|lines?|rows?|readings?|results?|intakes?|outputs?)\b[^.?;]*?)"
            r"\b(?:put|set|taken|noted|written|jotted) down\b(?! as\b)",
            r"\g<x>recorded",
        ),
        # wanted of a day that is told before
        (
            r"(?<=\w)(?:,|[.;]) (?:(?:and|but|so) )?(?:i|we)(?:'m|'re| am| are)? (?:(?:only|just|really) )*(?:need|want"
            r"|after|interested in|looking for) (?P<x>(?:the|his|her|its|their|my)\b[^,.;?]*? (?:from|of|on|for"
            r"|at) (?:that"
            r"|the same) (?:same )?(?:day|date|visit|time|occasion|check))(?=[ .?!]*$)",
            r". give me \g<x>",
        ),
        # the one before it, which is wanted
        (
            r"(?P<x>\b(?:the|that) (?:one|reading|value|result|measurement|number) (?:(?:just|right"
            r"|immediately) )*before"
            r" (?:it|that|this|then)),? (?:that |which )?(?:i|we)(?:'m|'re| am| are)? (?:missing|lacking|need|want"
            r"|after"
            r"|looking for|short of|lack|don't have|haven't got)(?= ?(?:[,.;?]|$))",
            r"\g<x>",
        ),
        # of any kind, and with what is known already
        (r"[.,;?]+ ?(?:[a-z]+ ){0,2}(?:or otherwise|or anything else|or any other(?: kind| sort)?)(?=[ ?.]*$)", ""),
        (
            r"[.?;,]+ ?(?:none|nothing|not) that (?:i|we)(?:'m| am|'re| are)? (?:know|knew|aware|heard)"
            r"(?: of| about)?(?=[ ?.]*$)",
            "",
        ),
        (
            r"\b(?P<s>since|from) (?P<y>(?:19|20)\d\d)(?P<m>[^.?;]*)[.?;,] ?(?:and |please )?(?:count|counting|include"
            r"|including)(?: in)? (?:the |that )?(?P=y)(?: one| ones| itself| too| as well)*(?: in)?(?=[ ?.]*$)",
            r"\g<s> \g<y>\g<m>",
        ),
        # a time asked for once more
        (
            r"^(?P<q>(?:when|(?:on )?(?:what|which) (?:day|date))\b[^?.;]*?)[,;.?] ?(?:and )?(?:what|which) (?:date"
            r"|day) (?:does|did|do|is|was) (?:it|that|they|there|(?:the|his|her|my) (?:records?|charts?|files?|notes?))"
            r"(?: (?:say|give|show|list|have|put|down|recorded|noted|listed))?(?: there| for (?:it|that))?[ ?.!]*$",
            r"\g<q>?",
        ),
        (
            r"(?P<s>\bsmok(?:es?|ed|er|ing)\b[^?;.]*?),? and what(?:'s| is| was) (?:the|his|her|their) (?:smoking )?"
            r"status (?:entered|recorded|documented|noted|put|written)(?: down)?(?: as)?(?=[ ?.]*$)",
            r"\g<s>",
        ),
        (
            r"\bhow long is (?:the |his |her |my |their )?(?P<l>list of (?:the |his |her |my |their"
            r" )?)?(?P<x>(?:(?:active"
            r"|current) )?(?:med|medication|medicine|drug"
            r"|prescription|problem|condition))s?(?(l)| list)(?:,? (?:as|in) (?:a |one |a single )?number)?(?:,?"
            r" (?:i\.?e\.?|that is|meaning)[:,]? (?:what|which|the)"
            r" (?:number|count) of [a-z]+)?(?=[ ?.]*(?:$|(?:just|only) (?:the|a) (?:number|count)\b))",
            r"how many \g<x>s are there",
        ),
        # asked on
        (
            r"(?<=[?.;] )(?:and )?which(?: ones?)? are (?=(?:still |currently |now )?(?:active|current|ongoing|open"
            r"|resolved)[ ?.]*$)",
            "which of those are ",
        ),
        (r"(?<=\?) (?:and )?if (?:so|yes),? (?=since when\b)", " "),
        (r"\b(?:at|in) (?:the )?hospital (?:in|as|for) an emergency\b", "in the emergency department"),
        # examples that are counted together, and the row that is looked at
        (r"(?<=,) (?:lump|lumping|count|counting|tak(?:e|ing)|throw|throwing|put|putting) (?:together|in) ", " "),
        (
            rf"(?<=[,;:.]) ?(?:just |please )?(?:look at|take|find|go to|pick|pull up) (?P<r>(?:the )?{_RANK} one),?"
            rf"(?: and|[.;])? (?:then )?(?:tell me |say |give me )?(?P<q>(?:{WH}|(?:on |in )?(?:what|which) \w+)) "
            r"(?P<v>it|that|this) ",
            r" \g<q> \g<r> ",
        ),
        # something wrong with it, any disorder of it, or one that is named
        (
            r"\b(?:any|some)(?:thing| problem| trouble)(?: (?:wrong|amiss|up|off))? with (?:the |his |her |my |their )?"
            r"(?P<x>[a-z][a-z ]{2,30}?)(?P<now> (?:now|at present|at the moment|currently|just now))?, "
            r"(?P<d>[a-z][\w' -]{3,50}?)(?:,? (?:of )?any (?:kind|sort|type|form)(?: of it)?)?(?=[ ?.]*$)",
            _amiss,
        ),
        # what it is written down for
        (_FILL_IN, r"\g<end>"),
        # how many of them
        (
            r"^(?:please )?(?:tot|add|count|tally|total|sum) up (?P<x>[^?.;]+?) (?:for|of) (?:this|the) patient"
            r"(?=,? and (?:give|tell|say|report)\b|[ ?.]*$)",
            r"tot up \g<x>",
        ),
    ),
    re.IGNORECASE,
)  # fmt: skip
SORT_ALONE = Pattern(rf"\b(?:the|an?) (?P<a>[a-z][\w-]+) {_SORT}(?= ?[,;:.?]|$)", re.IGNORECASE)
"""A sort of what is named elsewhere."""
_OF_ANY = Pattern(
    r"(?:,|[.?;] ?| -+)? ?(?:i mean )?(?:any|whichever|whatever|every)(?: old)?(?: (?:kind|sort|type) of)? (?P<x>qc\d+)"
    r"(?: at all| whatever| whatsoever| will do| counts)?[ ?.]*$"
)
"""What is asked about, named once more as any of it."""


def without_filling_in(question: str) -> str:
    """A request without the sentence that asks how its answer is to be written down."""
    return re.sub(_FILL_IN, r"\g<end>", question, flags=re.IGNORECASE)


def put_in_place(question: str) -> str:
    """The question with its afterthoughts where they belong."""
    question = _YEAR_MEANT.sub(r"\g<ask>\g<w> \g<unit>\g<rest>", question)
    question = _without_long_ago(question)
    return _SAID.put_into(question)


def _without_long_ago(question: str) -> str:
    """The question without "a while back" in a sentence that only tells something, where another one asks of it."""
    story = re.match(
        rf"^(?!(?:{WH}|{PLAIN_AUX}|any|give|list|show|tell|find)\b)(?P<s>[^?.;:]+?){_LONG_AGO}"
        r"(?P<end>[.;:,?]) ?(?P<rest>.+)$",
        question,
        re.IGNORECASE,
    )
    if story is None or not _ASKS_THEN.search(f"{story['end']} {story['rest']}"):
        return question
    return f"{story['s']}{story['end']} {story['rest']}"


def without_any_of_it(text: str, aliases: dict[str, str]) -> str:
    """A skeleton's text without its thing said again as any of it: "... an antibiotic, any antibiotic?"."""
    match = _OF_ANY.search(text)
    before = re.findall(r"\bqc\d+\b", text[: match.start()]) if match else []
    if match is None or len(before) != 1 or aliases.get(match["x"]) != aliases.get(before[0]):
        return text
    return f"{text[: match.start()]}?"
