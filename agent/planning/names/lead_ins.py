"""What stands before a question and is none of it ("ED handover:", "Coder here."), and what its own words belong to.

A lead-in says who asks or what for. It is left out where it names nothing that is known; a name that nobody knows is
left out only beside a noun of that kind, since "Zorbaxol: when was it ordered?" has its topic there.
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern, Rewrites
from chartwarden.agent.planning.names.bystanders import without_bystanders
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.wording.question_words import AUX, WH
from chartwarden.agent.planning.wording.rank_words import ANY_RANK

_PURPOSE = (
    r"(?:dictat(?:ing|ion)|hand-?over|hand-?off|sign-?out|(?:cross-?)?check|double-?check|calling|here|speaking|reviews?|audits?|rounds?"
    r"|reconciliation|med rec|query|question|inquiry|request|clinic|desk|team|bank|pharmacy|triage|intake|huddle"
    r"|update)"
)
_LEAD_IN = Pattern(
    rf"^(?P<lead>(?:[\w'&/+-]+ ){{0,4}}?(?:{_PURPOSE}|qc\d+(?= calling))(?: (?:calling|here"
    rf"|speaking))?) ?(?:[:.]| [-–]) "
    rf"(?=(?:please |kindly |so |and )*(?:{WH}|{AUX}|any|give|list|show|name|tell|state|find|count|i'd"
    rf"|i|we|the|{ANY_RANK}|organism|bug|date|number)\b)"
)
_FIELD = Pattern(
    r"^(?:microbiology|labs?|billing|coding|pharmacy|nursing|meds?|blood bank|bed management) ?[.:] "
    rf"(?=(?:the )?{ANY_RANK} [^.:;?]*\b(?:q[cr]\d|prescription|order|visit|admission|stay|procedure|discharge"
    r"|diagnosis))"
)
"""A field that the question is of, where the question names its own thing."""
_PLANNED = Pattern(
    r"^(?:prior to|before|ahead of) (?:the |an? |his |her |my |their |this )?qc\d+ (?:i|we) (?:have to|need to|must) "
    r"(?:document|note(?: down)?|write(?: down)?|record|enter|fill in|put down) (?=(?:the|his|her|my|their|this)\b)"
)
"""What the asker writes before something: that is no limit of what they ask."""
_CHECKING = Pattern(
    r"^(?:(?!q[a-z]\d)[\w'&/+-]+ |qc\d+ |- ){1,5}(?:here|calling|speaking),? (?:and )?(?:just )?(?:checking"
    r"|asking|wondering|calling to (?:ask|check|find out)|wanting to know|needing to know"
    r"|trying to (?:find out|see|establish)) "
    r"(?P<how>if|whether|wh\w+|how)\b"
)
"""Who speaks, and that they ask."""
_END = Pattern(r" ?[:.] | [-–] ")
_ON_LIST = Rewrites(
    (
        (
            r"^(?P<s>[^?]*?\b(?P<l>(?:problem|diagnosis|medication|medicine|drug|allergy) list)\b[^?]*?"
            r"(?:[-–:;.,]| and) )(?P<q>[^?]*?\b(?:everything|whatever|what|which)\b[^?]*?) on (?:it|that)\b",
            r"\g<q> on the \g<l>",
        ),
        (
            r"\beverything (?:that is |that's |which is )?(?P<a>still )?active on the (?P<l>\w+) list\b",
            r"the active \g<l> list",
        ),
    )
)
"""The list that what is asked stands on, where a sentence before names it."""


_OF_GROUP = Pattern(
    r"^(?:(?:the|his|her|my|their) )?(?:(?P<rank>last|latest|most recent|newest) )?(?P<group>qc\d+)"
    r"(?: (?:numbers|values|results|tests?|panel|labs))? "
    r"?(?:[:,.]| [-–]) (?P<asked>[^?]*?\b(?P<one>qc\d+)\b.*)$"
)
"""A group of measurements before a question for one of them: "lipids: what was the LDL?"."""
_PANEL = " panel"
"""By which the tables name a group of measurements that is ordered and reported as one."""


def _is_member(mentions: list[Mention], one: int, group: int) -> bool:
    """Whether one name is of a measurement that a group has among its members."""
    if mentions[one].linked.members:
        return False
    members = {entry.label for member in mentions[group].linked.members for entry in member.entries}
    if members:
        return {entry.label for link in mentions[one].linked.links for entry in link.entries} <= members
    return bool(mentions[one].linked.of("Observation")) and _is_of_panel(mentions[one], mentions[group].words.lower())


def _is_of_panel(one: Mention, said: str) -> bool:
    """Whether the tables have a measurement among those of a panel, which a record has as reports alone."""
    panels = (group for row in one.linked.known for group in row.groups if group.endswith(_PANEL))
    return any(said.startswith(panel.removesuffix(_PANEL)) for panel in panels)


def _may_be_measured(mention: Mention) -> bool:
    return bool(mention.linked.of("Observation")) or any(row.kind == "observation" for row in mention.linked.known)


def _of_group(group: re.Match[str], mentions: list[Mention]) -> str:
    """What is asked of members of a group: of the day of the last one, where that is said and the record has it."""
    named = mentions[int(group["group"][2:])].linked
    if not group["rank"]:
        return group["asked"]
    if named.links and not named.members:
        return f"what were {group['asked'].rstrip(' ?.')} on the day of the last {group['group']}"
    return f"last {group['asked']}"


def without_lead_in(text: str, mentions: list[Mention], informative: frozenset[str]) -> str:
    """A skeleton without what only leads in to its question. `informative`: the names that something is known of."""

    def spoken(match: re.Match[str]) -> str:
        return match.group() if match.group() in informative else mentions[int(match.group()[2:])].words.lower()

    text = _FIELD.sub("", _PLANNED.sub("", without_bystanders(text, mentions)))
    checking = _CHECKING.match(text)
    if checking and not set(re.findall(r"\bqc\d+", checking.group())) & informative:
        text = f"{'whether' if checking['how'] == 'if' else checking['how']}{text[checking.end() :]}"
    group = _OF_GROUP.match(text)
    asked = [int(one) for one in re.findall(r"\bqc(\d+)\b", group["asked"])] if group else []
    measured = [one for one in asked if one == asked[0] or _may_be_measured(mentions[one])]
    if group and all(_is_member(mentions, one, int(group["group"][2:])) for one in measured):
        text = _of_group(group, mentions)
    match = _LEAD_IN.match(re.sub(r"\bqc\d+\b", spoken, text))
    end = _END.search(text)
    if match and end and not re.search(r"\bq[ctnkprad]\d", match["lead"]):
        text = text[end.end() :]
    return _ON_LIST.put_into(text)
