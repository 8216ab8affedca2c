"""What people who look through charts say around a question, put as the question: what they are after, who they are.

The rules are about a question as it is typed, before names are looked for in it.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Rewrites
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.rank_words import ANY_RANK

_NUMBER = r"(?:mrn |pt\.? |(?:the |this |my )?patient )?#?\d{5,}"
_WHO = rf"(?:{_NUMBER}|(?:the |this |my )?(?:patient|pt))"
_OF_WHO = rf"(?:,? (?:for|of|on|in) {_WHO}|, {_WHO})?"
_THEM = rf"(?:{_WHO}|me|him|her|them|us)"
_SHE = rf"(?:{_WHO}|i|we|he|she|they)"
_KINDS = (
    r"(?:intakes?|inputs?|outputs?|prescriptions?|scripts?|orders?|administrations?|procedures?|admissions?"
    r"|discharges?|diagnos[ei]s|tests?|cultures?)"
)
_GONE_IN = (
    r"(?:went|(?:was|were|got|has been|had been) (?:put|placed|inserted|threaded|introduced|fed))"
    r" (?:in ?to|in|on|through)"
)
_SOME_OF = (
    r"(?:\w+ )?(?:lot|doses?|bags?|units?|lit(?:re|er)s?|pints?|drops?|amounts?|couple|bit|course|round|bolus) of\b"
)
_SO = (
    r"(?:(?:is|was|isn't|wasn't) (?:that|this|it) (?:right|correct|so|true|the case)|is (?:that|this)"
    r" (?:what happened|on record)|(?:that's |am i )?(?:right|correct|true)|yes or no|true or false|or (?:not|no)"
    r"|didn't it|did it(?: not)?)"
)
_NOTHING_ELSE = r"(?:(?!\b(?:not|never|no|without|before|after|since|than|only|except|first|last)\b)[^()?;:.])*?"
_DETAIL = (
    r"(?:doses?|dosages?|strengths?|dates?|days|times?|values?|numbers|results?|figures?|lot numbers?|details?|reasons?"
    r"|prescribers?|units?|treatments?|brands?|brand names?|codes?)"
)
"""What a row tells besides what is wanted of it."""

_SAID = Rewrites(
    (
        # what is wanted, and not what came before it
        (
            r"\b(?:i|we)(?:'m|'re| am| are) (?:(?:only|just|still|really|now) )?(?:after|looking for"
            r"|hunting for|chasing) (?=(?:(?:the|an?|my|his|her|their) )?(?:(?:exact|precise|actual) )?"
            rf"(?:(?:date|time|day|name|number"
            rf"|count|total)s?\b|(?:very )?{ANY_RANK} (?:time|date|day|one|order|prescription|script|dose|entry)\b))",
            "I need ",
        ),
        # what is not wanted, before or behind what is
        (
            r"^(?:(?:i am|i'm|we are|we're) )?not (?:interested in|bothered (?:about|by|with)|fussed about|asking"
            r" (?:about"
            rf"|for)|looking for|concerned with) [^:.;,?\d]{{2,40}}[:;.,] (?:(?:just|only|but) )?(?=(?:{WH}|{AUX})\b)",
            "",
        ),
        (
            r"^not (?:before|earlier|ever|in general|overall|at any time),? but (?=(?:in|within|since|over|during"
            r"|between)\b)",
            "",
        ),
        (
            r"^(?:the )?(?P<w>date|day|name|names|number|count|dose|reason|prescriber|value|result)(?: only)?,?"
            r" (?:and )?not (?:the "
            r"|its |his |her )?[a-z]+(?: [a-z]+)?[:;.] (?=\w)",
            r"\g<w>: ",
        ),
        (
            r"(?P<q>\b(?:when|day|date)\b[^?]*?),? (?:and )?not when (?:it|that|they) (?:was |were )?(?:first |last )?"
            r"[a-z]+(?=[ .?!]*$)",
            r"\g<q>",
        ),
        (
            rf"(?:[,;.?]| [–-])+ (?:and |but )?(?:no|not|without|nothing about|never mind|ignore|skip|leave (?:out|off)"
            rf"|(?:i|we) (?:don't|do not) (?:need|want|care (?:about|for))) (?:(?:the|any|its|his|her|their|all)"
            rf" )*{_DETAIL}"
            rf"(?:,? (?:or|and|nor) (?:the )?{_DETAIL})*(?:,? (?:itself|themselves|needed|required|please))*[ .!]*$",
            "",
        ),
        (
            r"(?P<b>^|(?:[:.;,]| [–-]) )(?:(?:please )?(?:tell|give|show)(?: me)? )?(?:(?:only|just) )?the (?:exact )?"
            r"(?:day|date)(?: (?:that|when|on which))? (?P<x>(?:(?:the|his|her|my|their) )?[a-z][\w' -]{1,40}?) "
            r"(?:resolved|cleared(?: up)?|healed|ended)(?=[ ?.!]*$)",
            r"\g<b>when did \g<x> resolve",
        ),
        (
            r"(?P<b>^|(?:[:.;,]| [–-]) )(?:(?:please )?(?:tell|give|show)(?: me)? )?(?:only|just) the (?:exact )?"
            r"(?:day|date)(?: (?:that|when|on which))? (?P<x>(?:(?:the|his|her|my|their) )?[a-z][\w' -]{1,40}?) "
            r"(?P<v>was|were) (?P<r>(?:first|last|most recently) [a-z]+)(?=[ ?.!]*$)",
            r"\g<b>when \g<v> \g<x> \g<r>",
        ),
        (
            rf"(?:[,;.?]| [–-])+ (?:the |its )?{_DETAIL} (?:(?:is|are) )?not (?:needed|required|wanted"
            r"|necessary)[ .!]*$",
            "",
        ),
        (
            r"^(?:please )?(?:don't|do not|no need to) (?:list|name) (?:them|it|these|those|any)[,;.:] (?:(?:just|only"
            r"|but) )?(?=count\b|how many\b|the number\b)",
            "",
        ),
        (r",? (?:it )?doesn't matter (?:which(?: one| kind| type)?|when|what kind|how long ago)(?=[ ?.!]*$|,)", ""),
        # what bounds it, with what it leaves out
        (
            r"\b(?P<n>now|currently|at present|today),? (?:and )?not (?:in the past|before|earlier|previously)\b",
            r"\g<n>",
        ),
        (
            r"^(?:only|just) (?P<t>the (?:past|last) [^:.;,?]{3,25}|(?:19|20)\d\d) (?:matters?|counts?)(?: to (?:me"
            r"|us))?"
            r"[:.;,] ",
            r"in \g<t>, ",
        ),
        (
            r"^(?P<t>(?:since|from|in) [^:.;,?]{4,30}?)(?:,| [–-])? (?:and )?not (?:(?:any )?earlier|before(?: (?:that"
            r"|then))?)(?: ?[,:]| [–-]) ",
            r"\g<t>, ",
        ),
        # so or not so, in a sentence of its own or against "never"
        (r"\?(?= or (?:is|was|are|were|has|have|did|does) (?:it|that|this|they|he|she)\b[^?]*\??$)", ","),
        (
            r"(?: ?[:,]| [–-]) (?:never|not)(?: ever| at all)?,? or (?=(?:did|was|were|has|have|is|does) )",
            ": ",
        ),
        (
            r"^(?P<a>has|have|was|were|did) (?P<x>[^?.;]*?) (?:just |only )?once or (?:more often|more than once"
            r"|several times|twice|repeatedly)(?=[ ?.]|$)",
            r"how many times \g<a> \g<x>",
        ),
        (r",? (?:spelled|spelt|written) out(?=,|[ ?.]*$),?", ""),
        # who asks, by a kind of work
        (
            r"^(?:respiratory(?: (?:therapy|therapists?|care))?|rt|pharmacy|nursing|dietetics|nutrition"
            r"|physio(?:therapy)?|infection control|billing|coding|anaesthetics|anesthesia|oncology|radiology"
            r"|bed management)"
            rf"(?: here| team| desk)? ?(?::|[-–]) (?=for {_WHO}, )",
            "",
        ),
        # what somebody does with a list
        (
            r"^(?:i'm |i am |we're |we are )?(?:reconciling|reviewing|checking|going (?:through|over)|tidying(?: up)?"
            r"|updating|auditing) (?:(?:the|my|his|her|their|a|all) )?(?:meds?|medications?|drugs?|medicines"
            rf"|prescriptions|orders|medication list|med list|drug chart){_OF_WHO} ?(?:[.:]| [-–]) (?=[^.]+$)",
            "",
        ),
        # a quick look at one patient and time, before the question
        (
            r"^(?:(?:just )?(?:an? |one )?)?(?:(?:quick|brief|short|small|simple|little) )?(?:check|question|query|look"
            rf"|look-?up|request|one|q) (?:on|for|about|regarding|re|at|concerning) {_WHO},? "
            r"(?P<t>(?:(?:up )?(?:to|until|till)|through|in|since|from|during|by|before|after)\b[^.;:?,]{2,25}"
            rf"|(?:this|last) (?:year|month)|(?:19|2[0-3])\d\d)[.:;] (?P<q>(?:[^.?]|(?<=\d)\.(?=\d))+[?.]?)$",
            lambda m: f"{m['t']}, {m['q']}",
        ),
        # a chart of fluids is no name of a fluid where the kind of entry is told
        (
            r"^(?:the )?(?:fluids?(?: balance)?|i ?(?:&|and|/|\+) ?o|input[ -]output|intake(?: and |[ -/])output|drugs?"
            r"|medications?|meds?|prescriptions?|procedures?|micro(?:biology)?|observations?) "
            rf"(?:charts?|sheets?|charting|flowsheets?){_OF_WHO} ?[.:;] (?=[^.]*\b{_KINDS}\b)",
            "",
        ),
        # what went into somebody
        (
            r"^(?:(?P<s>(?:in|on|since|until|during|before|after) [a-z0-9 /.-]{4,20}"
            r"|(?:this|last) (?:year|month)),? )?"
            rf"(?P<x>(?:an?|the) (?!.*\b(?:it|this|that)\b.*,|{_SOME_OF}|{ANY_RANK})[a-z0-9][^.?;:,]*?) "
            rf"{_GONE_IN} (?P<w>{_THEM})(?P<t> [^.?;:,]+?)?(?:,? {_SO})?[ ?.]*$",
            lambda m: _placed(m),
        ),
        (
            rf"^(?P<a>(?:[^?.;:]*, )?)did (?P<x>(?:an?|the|any) [a-z0-9][^.?;:,]*?) (?:ever )?go (?:in ?to|in) "
            rf"(?P<w>{_THEM})(?= |[?.]|$)",
            r"\g<a>was \g<x> placed in \g<w>",
        ),
        (
            r"(?P<a>\b(?:was|were|is|been|got|get|had)\b[^.?;]*?) inserted(?= (?:in|on|into|since|until|this|last|ever"
            r"|before|after|during)\b| ?[?.]|$)",
            r"\g<a> placed",
        ),
        # told again in brackets, by the name that the record has
        (
            rf"^(?P<t>[^,?()]{{3,30}}, )?(?:(?P<q>when|how (?:often|many times)) )?(?:was|were|am|is|did|have|has|had) "
            rf"(?P<w>{_SHE}|(?:my|his|her|their) [a-z]+)(?: (?P<r>first|last))?\b{_NOTHING_ELSE} "
            r"\((?:an? |the )?(?P<x>[^()?]+?) (?:procedure|operation)\)(?P<u>[^?.;:]*)[ ?.]*$",
            lambda m: _had(m),
        ),
        # the part of a record that holds who somebody is
        (
            r"(?:(?: (?:is|was|as|are))* (?:coded|recorded|listed|given|stated|entered|held|noted|shown|put"
            r" down|down|on file))?"
            r" (?:in|on|under|per|from) (?:the |his |her |my |their )?(?:patient )?"
            r"(?:demographics?|face ?-?sheet)(?: (?:sheet|section|page|details|data|form|tab))?(?=[ ?.,]*$)",
            "",
        ),
        # a stay that somebody was let out of
        (
            r"(?:\b(?:so|and),? )?(?:(?:please )?(?:tell|give) me |i need |what (?:is|was) )(?:the )?"
            r"(?:precise |exact |very )*(?:time|date|day|moment|hour)(?: (?:when|that|at which|on which))? "
            r"(?P<w>they|the hospital|the ward|the doctors?) (?P<r>last|first|most recently) let me (?P<o>out(?: of"
            r" (?:the )?hospital)?|go(?: home)?(?: from (?:the )?hospital)?)(?=[ .?]*$)",
            r"when did they \g<r> let me out of hospital",
        ),
    ),
    re.IGNORECASE,
)


def _placed(match: re.Match[str]) -> str:
    """Whether what is said to have gone into somebody did, in the one time that is told."""
    before, behind = match["s"], (match["t"] or "").strip()
    if before and behind:
        return match.group()
    return f"was {match['x']} placed in {match['w']} {before or behind}".strip() + "?"


def _had(match: re.Match[str]) -> str:
    """Whether, when or how often somebody had what brackets name, in the one time told before or behind it."""
    before, behind, asked = match["t"] or "", match["u"].strip(), match["q"] or ""
    told = re.match(rf"(?:{WH}|{AUX})\b", before, re.IGNORECASE)
    if (before and (behind or told)) or (match["r"] and asked.lower() != "when"):
        return match.group()
    owner = match["w"].split()[0].lower()
    who = {"my": "I", "his": "he", "her": "she", "their": "they"}.get(owner, match["w"])
    rank = f" {match['r']}" if match["r"] else ""
    return f"{before}{asked} did {who}{rank} have {match['x']} {behind}".strip() + "?"


def of_charts(question: str) -> str:
    """The question with what it asks for said as people ask who look at no chart."""
    return _SAID.put_into(question)
