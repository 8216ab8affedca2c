"""What a line asks once more: of another time, of another thing, or at the visit before.

"Flu shot in 2016? And in 2014?", "haemoglobin 2011 versus 2016", "blood pressure last visit versus the visit before":
each is a question of its own, in the words of the first.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.times.timephrases import TimePhrase
from chartwarden.agent.planning.wording.wanted import KINDS, Kinds

_ONCE_MORE = Pattern(
    r"(?:(?P<lead>(?:and|or|also|then|(?:what|how) about|same for|same question for)(?: also)?) )?"
    r"(?:(?:in|on|for|during|the|my|his|her|their) )*(?P<other>q[ct]\d+)(?: (?:too|as well|please))?"
)
"""A second sentence of a line that has only another time, or another name, to put in the first."""


def asked_again(text: str, kinds: Kinds) -> tuple[str, ...]:
    """The questions of a line whose later sentences only name another time or thing; none, where it is no such line."""
    sentences = [part.strip(" ,.") for part in re.split(r"\?+", text) if part.strip(" ,.")]
    again = [_ONCE_MORE.fullmatch(one) for one in sentences[1:]]
    if not again or None in again:
        return ()
    first, out = sentences[0], sentences[:1]
    for other in again:
        assert other is not None, "looked for before"
        old = re.findall(rf"\b{other['other'][:2]}\d+\b", first)
        is_name = other["other"].startswith("qc")
        if len(old) != 1 or (is_name and not (other["lead"] and kinds.of(old[0]) == kinds.of(other["other"]) != "")):
            return ()
        out.append(re.sub(rf"\b{old[0]}\b", other["other"], first))
    return tuple(out)


_THE = r"(?:(?:at|from|on|in) )?(?:(?:the|my|his|her|their) )?"
_AT_BOTH = Pattern(
    rf"(?:(?:what (?:was|were|is)|show|give me) )?{_THE}(?P<name>qc\d+)(?: (?:readings?|values?))?,? "
    rf"{_THE}(?P<this>last|latest|most recent|this) visit,? (?:and|versus|against|,|compared (?:with|to)|then) {_THE}"
    r"(?:(?:visit|one|time) (?:just |right )?before(?: (?:it|that|that one|last))?"
    r"|(?:previous|prior) (?:visit|one|time)|(?P<last>last)(?: (?:visit|one|time))?)[ ?.]*"
)
"""A measurement at the last visit and at the one before that."""


def at_both_visits(text: str, kinds: Kinds) -> tuple[str, ...]:
    """The questions for a measurement at each of the last two visits; none, where that is not what is asked."""
    both = _AT_BOTH.fullmatch(text)
    if both is None or both["name"] not in kinds.measured or bool(both["last"]) != (both["this"] == "this"):
        return ()
    return tuple(f"what was {both['name']} at the {which} visit" for which in ("last", "second to last"))


_COMPARED = Pattern(
    r"\b(?:higher|lower|more|less|greater|change\w*|difference|gain\w*|loss|lost|ris\w+|rose|fall|fell|drop\w*|trend\w*"
    r"|between|compar\w+|mean|average)\b|\bq[nkd]\d"
)
_AT = r"(?:in |on |for |from )?qt\d+"
_OF_ONE = r"(?:(?:the|my|his|her|their|any|an?|first|last|latest|highest|lowest|different) )*"
_TIMES = Pattern(
    r"(?P<ask>(?:(?:did|has|have|had|was|were) (?:he|she|i|they|the patient|patient|there) (?:(?:have|had|get"
    r"|gotten|receive"
    r"|received|been|given) )*)?"
    rf"(?:(?:what (?:was|were)|how many|list|show|give me) )?{_OF_ONE}(?:qc\d+|{KINDS})(?: [a-z]+)?)[:,]? "
    rf"(?P<times>{_AT}(?:(?:,| ?/)? (?P<join>and|versus|then|plus)? ?{_AT})+)[ ?.]*"
)


def at_several_times(text: str, times: Sequence[TimePhrase]) -> tuple[str, ...]:
    """The questions for one thing at times that have nothing in common; none, where that is not what is asked."""
    told = _TIMES.fullmatch(text)
    if told is None or _COMPARED.search(told["ask"]):
        return ()
    names = re.findall(r"qt\d+", told["times"])
    windows = [times[int(name[2:])].window for name in names]
    bounds = sorted((one.start, one.end) for one in windows if one is not None and one.start and one.end)
    if len(bounds) < len(names) or any(first[1] > second[0] for first, second in itertools.pairwise(bounds)):
        return ()
    return tuple(f"{told['ask']} {name}" for name in names)
