"""Stays by what they are coded with, where they came from or how long they were: how many, which, whether any.

count of admissions with priority elective | how many stays had class observation | any stay over 10 days?
"""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.facts.stay_told import Asked, told_stay
from chartwarden.agent.planning.names.stay_values import coded_ways
from chartwarden.agent.planning.wording.question_words import is_yes_no
from chartwarden.tools.records.encounters import NONE_RECORDED
from chartwarden.tools.records.number_words import CARDINALS
from chartwarden.tools.records.query import RecordQuery, Threshold

_HOURS = {"hour": 1, "hr": 1, "h": 1, "day": 24, "week": 168, "wk": 168}
_MORE = r"longer than|more than|over|above|exceed(?:s|ed|ing)?|in excess of|beyond|>"
_LESS = r"shorter than|less than|fewer than|under|below|<"
_LEAST = r"at least|no less than|not less than|no shorter than|>=|≥"
_MOST = r"at most|no more than|not more than|no longer than|up to|<=|≤"
_NUMBER = rf"(?P<n>an?|\d+(?:\.\d+)?|{'|'.join(CARDINALS[1:])})"
_LIMIT = Pattern(
    rf"\(? ?(?:i\.?e\.?,? |that is,? )?(?<![\w.])(?:(?P<q>q[nk]\d+)|(?P<gt>{_MORE})|(?P<ge>{_LEAST})"
    rf"|(?P<lt>{_LESS})|(?P<le>{_MOST}))"
    rf"(?(q)| ?{_NUMBER})(?P<full>(?: (?:full|whole|complete|consecutive))?)[ -]?(?P<u>hours?|hrs?|h|days?"
    rf"|weeks?|wks?)(?: long)?\b ?\)?"
)
_OF_LENGTH = Pattern(
    r"\b(?:exceed\w*|last\w*|long\w*|short\w*|stayed|spen[dt]|ran|of|were|was|with|stays?|admissions?)\b"
)
_ROWS = Pattern(
    r"(?:^|[,:;.] )(?:(?:and|so|please) )?(?:which|what|when|list|show|give|on (?:which|what)|the dates?|dates?)\b"
    r"|\b(?:admission|admit|start) (?:dates|times)\b"
)
_SOURCES = Pattern(r"\bqa\d+\b")
_LASTED = Pattern(r"\b(?:lasted|lasting|last|longer|ran|went on|going on|took|stayed|in length|long)\b")


def stays_kept(asked: Asked) -> RecordQuery | None:
    """The query of such a question; None for any other."""
    filters: list[dict[str, object]] = []
    for read in (_by_source, _by_code, _by_length, _by_no_end):
        found = read(asked)
        if found is None:
            return None
        filters += [found] if found else []
    if not filters:
        return None
    counted = asked.take("count")
    listed = not counted and bool(_ROWS.search(asked.words.whole)) and asked.take("start", "which_stays")
    if not (counted or listed or is_yes_no(asked.words.whole)):
        return None
    asked.take("kept_with")
    query = told_stay(asked, kind="hospital")
    if query is None or asked.which.is_said or asked.by_length or query.reason or query.concept or query.anchor:
        return None
    measure, target = ("count", "name") if counted else ("none" if listed else "exists", "time")
    update: dict[str, object] = {"measure": measure, "target": target}
    for one in filters:
        update |= one
    return query.model_copy(update=update)


def _by_source(asked: Asked) -> dict[str, object] | None:
    """Where they were admitted from."""
    tokens = asked.words.take_all(_SOURCES)
    if len(tokens) > 1 or (tokens and not asked.manifest.words("admitSource", "Encounter")):
        return None
    if not tokens:
        return {}
    asked.take("came_by")
    return {"admit_source": asked.skeleton.sources[int(tokens[0][2:])]}


def _by_code(asked: Asked) -> dict[str, object] | None:
    """What their class, priority or service is."""
    found: dict[str, object] = {}
    for way in coded_ways():
        if asked.words.take_all(way.said):
            if found:
                return None
            found = {"field": way.attribute, "one_of": way.recorded}
    return found


def _by_length(asked: Asked) -> dict[str, object] | None:
    """How long they went on: with two limits, these must be the same."""
    words = asked.words
    found = {limit for match in _LIMIT.finditer(words.left) if (limit := _limit(match, asked)) is not None}
    if not found:
        return {}
    is_length = _OF_LENGTH.search(words.left)
    words.take_all(_LIMIT)
    if len(found) > 1 or is_length is None:
        return None
    words.take_all(_LASTED)
    relation, hours = next(iter(found))
    return {"threshold": Threshold(of="duration", relation=relation, value=hours, unit="h")}


def _by_no_end(asked: Asked) -> dict[str, object]:
    """That nothing is recorded of how they ended."""
    return {"disposition": NONE_RECORDED} if asked.take("no_disposition") else {}


def _limit(match: re.Match[str], asked: Asked) -> tuple[str, float] | None:
    hours = _HOURS[match["u"].rstrip("s") or "h"]
    if match["q"]:
        at = int(match["q"][2:])
        if match["q"].startswith("qk"):
            quantity = asked.skeleton.quantities[at]
            return quantity.relation, float(quantity.number * hours)
        limit = asked.skeleton.thresholds[at]
        return (limit.relation, limit.value * hours) if limit.value is not None and not limit.unit else None
    said = match["n"]
    number = 1.0 if said in ("a", "an") else float(said) if said[0].isdigit() else float(CARDINALS.index(said))
    relation = next(name for name in ("gt", "ge", "lt", "le") if match[name])
    return relation, number * hours
