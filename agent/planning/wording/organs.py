"""An organ told by what is measured of it: "kidney numbers", "did anybody check my liver", "her kidneys on paper".

What is asked for is the group of tests that the tables have for the organ. How an organ does is a judgement, and what
was looked at or examined may be an image: neither is read here.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, whole_words

_NAMED = Pattern(r"(?P<liver>liver|hepatic)s?|(?P<kidney>kidney|renal)s?|(?P<thyroid>thyroid)s?", re.IGNORECASE)
_ONE = r"(?:liver|kidney|thyroid)s?"
_LAST = r"(?:last|latest|most recent|newest)"
_OF_ONE = r"(?:liver|hepatic|kidney|renal|thyroid)"
_NUMBERS = (
    r"(?:numbers|figures|values|readings|results|levels|labs?(?: (?:results|values|numbers|work|tests?))?"
    r"|blood (?:tests?|work|results|values)|bloods?)"
)
_DET = r"(?:(?:the|my|his|her|their|your|(?:the |this )?patient's) )"
_ORGAN = rf"(?P<organ>{_ONE}(?:(?:,| and|,? or| &) {_DET}?{_ONE})*)"
_WHERE = (
    r"(?:on paper|in (?:the )?numbers|by (?:the|its|their) numbers|in figures|number-?wise|lab-?wise"
    r"|(?:in|by|on|from|per|going by|according to|judging by) (?:(?:the|my|his|her|their) )?"
    rf"(?:{_LAST} )?(?:blood (?:tests?|work|results)|lab (?:work|results"
    r"|values|tests?)|labs?|bloods?|numbers|test results))"
)
"""That what was measured is asked for, and no opinion."""
_NO_MORE = (
    r"(?=[ ?.!]*$|[,;:?.]| (?:at|in|since|before|after|during|within|until|between|ever|yet|lately|recently|regularly"
    r"|last|this|again|too|once|or not|when|while|and (?:when|what|how)|on (?:the )?\d)\b)"
)
"""Nothing that makes it another thing: no biopsy, no enzymes, no ultrasound."""
_CHECK = r"(?:check|test|measure|monitor)(?:s|ed|d|ing)?"


def _tests(match: re.Match[str]) -> str:
    return _NAMED.sub(lambda m: f"{m.lastgroup} function tests", match["organ"])


_SAID = whole_words(
    (
        (rf"(?P<organ>{_OF_ONE}(?:(?:,| and|,? or| &|/) ?{_OF_ONE})*) {_NUMBERS}", _tests),
        (r"lung (?:numbers|figures|values|readings)", "lung function"),
        (rf"{_NUMBERS} (?:for|on|of|about|regarding) {_DET}?{_ORGAN}{_NO_MORE}", _tests),
        (
            rf"(?P<check>{_CHECK})(?: up)?(?: on)? (?P<whose>{_DET}?){_ORGAN}{_NO_MORE}",
            lambda m: f"{m['check']} {m['whose']}{_tests(m)}",
        ),
        (
            rf"(?P<whose>{_DET}|(?<=were )|(?<=was )){_ORGAN}"
            r"(?P<been>(?: (?:get|got|been|being|ever|last|first|also|recently|regularly))*"
            rf" (?:checked|tested|measured|monitored)){_NO_MORE}",
            lambda m: f"{m['whose']}{_tests(m)}{m['been']}",
        ),
        (
            rf"how(?: |(?='s))(?P<v>is|are|was|were|do|does|did|'s) (?P<whose>{_DET}?){_ORGAN}"
            rf"(?: (?:look|looking|doing|do|stand))?,? {_WHERE}",
            lambda m: f"what {'were' if m['v'].lower() in ('was', 'were', 'did') else 'are'} {m['whose']}{_tests(m)}",
        ),
        (
            rf"what (?:do|does|did) (?:the|my|his|her|their) (?:(?P<rank>{_LAST}) )?{_NUMBERS} "
            rf"(?:say|show|tell us) (?:about|of|for|on) {_DET}?{_ORGAN}{_NO_MORE}",
            lambda m: f"what are the {m['rank'] or 'last'} {_tests(m)}",
        ),
    )
)
_ASKED_TWICE = Pattern(
    r"(?P<head>what (?:are|were) )(?P<whose>[a-z' ]+? )?(?P<tests>[a-z]+ function tests)[:,;.?-]+ (?:and )?(?:just )?"
    rf"(?:the |her |his |my )?(?P<rank>{_LAST}|first) (?:{_NUMBERS}|set|ones?|time)(?=[ ?.]*$)",
    re.IGNORECASE,
)
"""Which of them are meant, told behind it."""


def organs_plainly(question: str) -> str:
    """The question with the tests of an organ named as the tables have them."""
    return _ASKED_TWICE.sub(r"\g<head>the \g<rank> \g<tests>", _SAID.put_into(question))
