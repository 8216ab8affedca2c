"""Which status a clause asks for: active, over, no longer so, preliminary, corrected."""

from __future__ import annotations

import re

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.reading.fates import tells_an_end
from chartwarden.agent.planning.reading.frames import Narrowed, NotUnderstood
from chartwarden.agent.planning.reading.intents import Operator
from chartwarden.agent.planning.wording.who import WHO

ACTIVE = Pattern(
    r"\b(?:active(?:ly)?|current(?:ly)?|at present|present(?:ly)?(?! in)|(?<!up to )(?<!until )(?<!till )now"
    r"|at the moment|at this (?:time|moment|point)|still|ongoing|existing|these days|in place|open"
    rf"|(?<=are )live|(?<=is )live)\b|\b(?:is|are|am) {WHO}\b[\w ]*\b(?:on|taking|using|receiving)\b"
    rf"|\bdo(?:es)? {WHO} (?:take|use)\b"
    rf"|\b(?:of (?:what|everything)|medic\w+|meds|drugs|pills|everything|all)(?: (?:that|which))? {WHO}"
    r"(?: (?:takes?|uses?)|(?:'m|'s|'re| am| is| are)(?: also| all)? (?:on|taking|using))"
    r"(?= ?$| at\b| (?:every day|daily|regularly)\b)"
)
_COMPLETED = Pattern(
    r"\b(?:completed|fulfilled) (?:(?:drug|med\w*) )?(?:orders?|prescriptions?|scripts?|requests?)\b"
    r"|\b(?:orders?|prescriptions?|scripts?)(?: (?:that|which))? (?:are|were|is|was|have been|has been) completed\b"
)
_FINISHED = Pattern(r"\b(?:finished|ended) (?:(?:drug|med\w*) )?(?:orders?|prescriptions?|scripts?|requests?)\b")
_NOT_ENDED = Pattern(r"\b(?:no|without an?) (?:stop|end)(?: date)?\b")
_SAID_ACTIVE = Pattern(r"\b(?:active|current(?:ly)?|now|still|ongoing|at present|at the moment)\b")
_INACTIVE = Pattern(
    r"\b(?:resolved|inactive|past (?:problems|conditions|diagnoses)|no longer active|in remission"
    r"|(?:gone|went) away|cleared up|healed|subsided|disappeared)\b"
    r"|^(?:is|are|was|were|has|have|had) [^,;]*\b(?:gone|sorted(?: out)?|cleared|over(?: and done with)?|done with)"
    r"(?: (?:now|yet|completely|by now|at last))*$"
)
NO_LONGER = Pattern(
    r"\bno longer (?:\w+ )?(?:active|current|ongoing|running|present|in use|tak\w+|on|us\w+|receiv\w+|get\w+"
    r"|prescribed)\b|(?:\bnot|n't) (?:\w+ ){0,2}(?:active|ongoing|current)\b(?: any ?more| any longer| now)?"
    r"|(?:\bnot|n't) (?:[\w']+ ){0,3}(?:any ?more|any longer)\b"
)
"""What is over, by what it is not."""
_NOT_RESOLVED = Pattern(r"(?:\bnot\b|\bnever\b|n't\b|\byet to\b)[\w' ]*\b(?:resolved?|inactive|in remission)\b")
_IN_ERROR = Pattern(r"\bentered in error\b|\berroneous\b|\brecorded (?:by mistake|in error)\b")
_RESULT_STATES = (
    (Pattern(r"\b(?:preliminary|pending|not (?:yet )?final|still (?:out|awaited))\b"),
     ("preliminary", "registered", "partial")),
    (Pattern(r"\b(?:corrected|amended)\b"), ("corrected", "amended", "appended")),
)  # fmt: skip
"""How far a result has come (FHIR: ObservationStatus, DiagnosticReportStatus)."""
_IN_FORCE = Pattern(r"\b(?:running|in (?:force|effect)|under ?way|valid)\b")
"""Of a plan, a goal or a cover."""
_PLAN_OVER = Pattern(
    r"\b(?:complet\w+|ended|finish\w+|over(?: (?:now|and done with))?$|c[ao]me to an end|closed|stopped)\b"
)
_CLINICAL = frozenset({"condition", "medication", "statement", "allergy", "careplan", "coverage", "goal"})


def status_of(domain: str, main: str, operator: Operator) -> tuple[str, ...]:
    """The statuses a clause asks for, of rows of a kind. `NotUnderstood` for what was entered in error."""
    if _IN_ERROR.search(main):
        raise NotUnderstood("what was entered in error: such entries are set aside, and only that is told")
    if domain in ("observation", "micro", "report"):
        return next((states for said, states in _RESULT_STATES if said.search(main)), ())
    return _clinical_status(domain, main, operator) if domain in _CLINICAL else ()


def _clinical_status(domain: str, main: str, operator: Operator) -> tuple[str, ...]:
    if domain in ("condition", "allergy"):
        if _NOT_RESOLVED.search(main):
            raise Narrowed("what was not resolved at that time; ask what is active now, or when it resolved")
        if (_INACTIVE.search(main) or NO_LONGER.search(main)) and operator not in ("when", "end"):
            return ("resolved", "inactive", "remission")
        if re.match(rf"(?:is|am|are) {WHO} qc\d", main):
            return ("active", "recurrence", "relapse")
        if (ACTIVE.search(main) or _NOT_ENDED.search(main)) and not re.search(r"\bmost recent|\bsmok", main):
            return ("active", "recurrence", "relapse") if domain == "condition" else ("active",)
        return ()
    if domain in ("medication", "statement"):
        if _COMPLETED.search(main):
            return ("completed",)
        if _FINISHED.search(main):
            return ("stopped", "cancelled", "ended", "completed")
        if _NOT_ENDED.search(main):
            return ("active",)
        if (tells_an_end(main) or NO_LONGER.search(main)) and operator in ("list", "count", "exists"):
            return ("stopped", "cancelled", "ended")
        if operator in ("why", "who") and not _SAID_ACTIVE.search(main):
            return ()
        if re.search(r"\b(?:med|meds|medications?|drugs?) list\b|\blist of (?:\w+ )?(?:meds|medications)$", main):
            return ("active",)
        return ("active",) if ACTIVE.search(main) and not re.search(r"\bever\b", main) else ()
    if domain == "careplan" and _PLAN_OVER.search(main) and operator not in ("when", "end", "duration"):
        return ("completed", "revoked")
    return ("active",) if ACTIVE.search(main) or _IN_FORCE.search(main) else ()
