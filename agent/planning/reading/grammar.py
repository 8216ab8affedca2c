"""From a skeleton to frames: clauses read one by one, with the event they are relative to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from chartwarden.agent.patterns import Pattern
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.agent.planning.reading import comparing, domains, intents, told_apart, values_compared
from chartwarden.agent.planning.reading.accounting import (
    WAS_RANKED,
    require_all_read,
    require_certain,
    require_joined,
    require_one_relation,
    require_such_told,
    require_worked_out,
)
from chartwarden.agent.planning.reading.arithmetic import rate_unit, works_beside
from chartwarden.agent.planning.reading.clauses import BOTH_SIDES, Clause, clause_of, turned
from chartwarden.agent.planning.reading.comparing import meet, windows_of
from chartwarden.agent.planning.reading.denials import DENIES
from chartwarden.agent.planning.reading.frames import Frame, Named, NotUnderstood, Thing, keeps_limit, names_several
from chartwarden.agent.planning.reading.identity import identities, identity_field, is_about_care
from chartwarden.agent.planning.reading.implied import (
    asks_for_all,
    asks_which,
    default_operator,
    hold_to_its_time,
    implied_operator,
    require_decidable,
    require_recorded,
    require_two_events,
    settle_end,
)
from chartwarden.agent.planning.reading.intents import Operator
from chartwarden.agent.planning.reading.intervals import interval_of, names_no_event, since_of, stretch_of
from chartwarden.agent.planning.reading.kinds_told import kinds_of
from chartwarden.agent.planning.reading.measurement_groups import beside_it, member_frames
from chartwarden.agent.planning.reading.named_together import OF_ANOTHER, any_alike, each_once, of_one_kind
from chartwarden.agent.planning.reading.naming import require_a_thing
from chartwarden.agent.planning.reading.narrowing import require_narrowing_read
from chartwarden.agent.planning.reading.on_that_day import of_day_or_visit
from chartwarden.agent.planning.reading.opinions import opinion_of
from chartwarden.agent.planning.reading.ordered_and_given import counted_apart
from chartwarden.agent.planning.reading.over_stays import over_stays
from chartwarden.agent.planning.reading.overviews import kinds_apart, overview
from chartwarden.agent.planning.reading.ranks import (
    NEWLY,
    OF_NOW,
    OF_THOSE,
    Which,
    next_to_that,
    which_of,
)
from chartwarden.agent.planning.reading.settling import settle, settle_amount, settle_code, settle_height
from chartwarden.agent.planning.reading.skeleton import Skeleton
from chartwarden.agent.planning.reading.spans.frames import spans_in
from chartwarden.agent.planning.reading.statuses import ACTIVE, status_of
from chartwarden.agent.planning.reading.stays import next_to, require_now, require_placed, settle_event, settle_stay
from chartwarden.agent.planning.reading.susceptibilities import tested
from chartwarden.agent.planning.reading.things import thing_of
from chartwarden.agent.planning.reading.two_measured import two_measured
from chartwarden.agent.planning.wording.telegraphic import spelt_out
from chartwarden.agent.planning.wording.wrapping import unwrapped
from chartwarden.tools.records.query import Window

_NEXT = Pattern(r"^(?:(?:when|what|which) (?:was|is) )?(?:the |his |her |my |their )?next\b")
_IS_NOW = Pattern(r"^(?:is|are) (?:(?:the|his|her|my|their|patient's|current|latest|last) )*qc\d+ (?!.*\bever\b)")
_DISTINCT = Pattern(r"\b(?:different|distinct|unique|separate kinds)\b|\bhow many kind of\b")


def frames_of(skeleton: Skeleton) -> list[Frame]:
    """Every question of a skeleton as a frame. Raises `NotUnderstood`."""
    frames: list[Frame] = []
    require_certain(skeleton)
    if in_time := spans_in(skeleton, _Reader(skeleton, None).event):
        return in_time
    over = over_stays(skeleton.said, skeleton)
    if over is not None:
        return over
    for token in re.findall(r"\bqc\d+", skeleton.text):
        require_a_thing(skeleton.mention(token))
    said_if, found = told_apart.asks_yes_or_no(skeleton.text), False
    for part in counted_apart(skeleton.text) or told_apart.single_questions(skeleton.text):
        if frames and frames[-1].operator == "exists" and asks_which(part, frames[-1].thing):
            frames[-1].operator = "list"
            continue
        is_of_value = bool(frames) and frames[-1].thing.domain == "observation"
        leaning = bool(frames) and told_apart.leans(part, of_value=is_of_value, of_row=found)
        befores = (frames if found else beside_it(frames)) if leaning else [None]
        read = [one for before in befores for one in _Reader(skeleton, before).read(part, said_if=said_if)]
        frames = read if found and leaning else [*frames, *read]
        found = told_apart.only_finds(part) or told_apart.is_topic(part, skeleton.text, read)
    if not frames:
        raise NotUnderstood("there is no question in it")
    return frames


@dataclass
class _Reader:
    skeleton: Skeleton
    before: Frame | None
    """The question before, when this one leans on it."""

    def read(self, text: str, *, said_if: bool = False) -> list[Frame]:
        """The frames of one question: one, or one for each of several things named side by side."""
        apart = self._apart(unwrapped(turned(text))[0])
        if apart is not None:
            return [apart]
        plain, wrapped = unwrapped(spelt_out(turned(text)))
        said_if = said_if or wrapped
        plain = turned(plain)
        at_visit = of_day_or_visit(plain, self.skeleton, self._frame, self.event)
        if at_visit is not None:
            return [one for frame in at_visit for one in self._side_by_side(frame)]
        if beside := works_beside(plain):
            return [frame for one in beside for frame in self.read(one, said_if=said_if)]
        in_order = comparing.ordered(self.skeleton, plain, said_if)
        if in_order is not None:
            return [in_order]
        both = values_compared.several_of_one(plain)
        if both:
            return [frame for one in both for frame in self.read(one, said_if=said_if)]
        if re.search(r"\bbefore or after\b", plain) and WAS_RANKED.match(plain):
            raise NotUnderstood("which of two came first; ask when each of them was")
        if BOTH_SIDES.search(plain) and not re.search(r"\bqd\d", plain) and not values_compared.direction_of(plain):
            if intents.operator_of(plain) == "change":
                return self.read(BOTH_SIDES.sub("after", plain))
            return [frame for side in ("before", "after") for frame in self.read(BOTH_SIDES.sub(side, plain))]
        stretch = None if values_compared.asks_range(plain) or values_compared.is_change(plain) else stretch_of(plain)
        if stretch is not None:
            main, start, end = stretch
            frame = self._frame(main, said_if=said_if)
            frame.event, frame.relation, frame.until = self._named_event(start), "after", self._named_event(end)
            settle_event(frame.event, "after")
            return self._side_by_side(frame)
        clause = clause_of(plain)
        if clause.event and intents.operator_of(clause.main) in ("organism", "specimen") and "qc" not in clause.main:
            clause = Clause(f"{clause.main} {clause.event}")
        if intents.operator_of(clause.main) == "age" and clause.event and "qc" not in clause.main:
            clause = Clause(plain)
        compared = two_measured(self.skeleton, plain) or comparing.of_two_times(self.skeleton, plain, said_if)
        if compared is not None:
            return member_frames(compared)
        told = overview(plain, meet(windows_of(self.skeleton, plain)), self.skeleton.mention)
        if told:
            return told
        return [
            frame
            for kind in kinds_apart(clause.main)
            for main in ([kind] if re.search(r"q[cnk]\d", plain) else identities(kind))
            for frame in self._clause(replace(clause, main=main), said_if=said_if)
        ]

    def _apart(self, text: str) -> Frame | None:
        """The time between two events, or from one until now, where that is asked for."""
        since = since_of(text)
        if since is not None:
            return self._elapsed(*since)
        if values_compared.asks_range(text):
            return None
        asked = interval_of(text)
        if asked is None:
            return None
        start, end = self._named_event(asked.start), self._named_event(asked.end)
        require_two_events(start, end)
        frame = Frame("interval", end.thing, clause=text, event=start, until=end)
        return replace(frame, relation=asked.relation, unit=asked.unit)

    def _elapsed(self, said: str, unit: str) -> Frame:
        """The time since an event: since its first row for what begins once, else since its last."""
        frame = self._named_event(said)
        require_all_read(frame, said)
        begins = frame.thing.domain in ("condition", "allergy") or intents.starts(said)
        if not which_of(self._bare(said)).is_said and not frame.extremum:
            frame.which = Which("first" if begins else "last")
        return replace(frame, operator="elapsed", unit=unit)

    def _named_event(self, said: str) -> Frame:
        """An end of an interval: an event whose own time is recorded. Raises `NotUnderstood` for any other."""
        if names_no_event(said):
            raise NotUnderstood(f'which event "{said}" is, and whether the record dates it')
        frame = self.event(said)
        if not frame.thing.links and not (frame.which.is_said and frame.thing.domain in ("encounter", "icu")):
            raise NotUnderstood(f'which event "{said}" is')
        return frame

    def _clause(self, clause: Clause, *, said_if: bool) -> list[Frame]:
        """The frames of a clause about one kind of thing."""
        frame = self._frame(clause.main, said_if=said_if)
        require_placed(frame, clause)
        require_such_told(frame, clause.main, leaning=self.before is not None)
        if clause.event:
            frame.event = self.event(clause.event)
            frame.relation, frame.onwards = clause.relation or "after", clause.onwards
            settle_event(frame.event, frame.relation)
            if frame.relation == "during" and frame.event.thing.domain == "condition" and not frame.event.is_ranked:
                frame.event.which = Which("all")  # "when she was pregnant": any of the times she was
            if frame.relation == "same_encounter" and frame.event.thing.domain == "icu":
                frame.relation = "during"  # orders of a time in intensive care belong to the stay around it
            if tokens := re.findall(r"qd\d+", clause.main):
                frame.within = self.skeleton.distances[int(tokens[0][2:])]
            elif frame.thing.domain == "condition" and frame.relation == "same_day" and frame.event.operator == "end":
                frame.relation = "during"  # a diagnosis at discharge is one of that stay
            settle_height(frame)
            comparing.settle_change(frame, clause)
            self._place_in_event(frame, clause)
            if frame.operator in ("exists", "value") and frame.thing.domain == "observation":
                told = re.sub(r"\bqd\d+\b", " ", clause.main) if frame.within else clause.main
                require_one_relation(f"{told} | {clause.event}")
        else:
            settle_height(frame)
            require_all_read(frame, clause.main, leaning=self.before is not None)
        settle_amount(frame)
        require_narrowing_read(frame, f"{clause.main} {clause.event}".strip())
        return self._side_by_side(frame)

    def _frame(self, main: str, *, said_if: bool = False) -> Frame:
        main, again = unwrapped(main)
        mentions, windows = self._parts(main)
        operator = intents.operator_of(main, said_if=said_if or again)
        if operator == "when" and (intents.asks_of_somebody_then(main)):
            raise NotUnderstood("what is asked of that time; name the kind of entry: a drug, a test, a diagnosis")
        other = self._of_other_kind(main, mentions, meet(windows), operator)
        if other is not None:
            return other
        thing = thing_of(main, mentions, operator, self.before.thing if self.before else None)
        if thing.domain == "patient" and self.before is not None and operator != "when":
            return replace(self.before, clause=main)  # "is her date of birth on file, and what is it?"
        require_recorded(thing, main)
        which = which_of(self._bare(main))
        frame = Frame(operator or default_operator(thing), thing, which, meet(windows), clause=main)
        frame.extremum = values_compared.extremum_of(main) or ""
        if not frame.which.is_said and _NEXT.search(main) and frame.window and frame.window.start:
            frame.which = Which("first")
        if self.before is not None and not mentions:
            self._lean(frame)
        frame.direction = values_compared.direction_of(main) or ""
        frame.negated = bool(DENIES.search(main))
        frame.distinct = bool(_DISTINCT.search(main))
        if operator == "rate":
            frame.unit = rate_unit(main)
        require_worked_out(frame, main)
        self._filters(frame, main)
        self._settle_which(frame, main)
        if operator is None:
            frame.operator = implied_operator(frame, main)
        if asks_for_all(frame, main):
            frame.operator = "list"
        settle(frame)
        settle_stay(frame)
        if operator == "code":
            settle_code(frame)
        require_now(frame)
        hold_to_its_time(frame, main)
        require_decidable(frame, main)
        return frame

    def _of_other_kind(
        self, main: str, mentions: list[Mention], window: Window | None, operator: Operator | None
    ) -> Frame | None:
        """The frame of a clause about the patient, what notes say, or what an organism resists; None for others."""
        field_name = identity_field(main)
        if field_name and not mentions and not is_about_care(main, field_name):
            operator = "age" if operator == "age" else "demographic"
            frame = Frame(operator, Thing("patient"), field=field_name, clause=main, window=window)
            settle(frame)
            return frame
        notes = opinion_of(main, self.skeleton.people, mentions, window)
        if notes is not None:
            return Frame("list", Thing("note"), clause=main, notes=notes)
        susceptibility = tested(main, mentions)
        if susceptibility is not None:
            susceptibility.which, susceptibility.window = which_of(self._bare(main)), window
        return susceptibility

    def _settle_which(self, frame: Frame, main: str) -> None:
        """Which of the rows is meant, where what is asked of them turns the word for it."""
        if frame.threshold is not None and frame.operator == "exists" and _IS_NOW.match(main) and not frame.window:
            frame.which = Which("last")  # "is her weight below 70 kg?" is asked of how it is now
        if frame.thing.domain == "condition" and not frame.thing.links and NEWLY.search(main):
            frame.which = Which()
        settle_end(frame, main)
        if frame.status:
            frame.which = which_of(ACTIVE.sub(" ", self._bare(main)))

    def _lean(self, frame: Frame) -> None:
        """Take from the question before what "it" stands for: its window, its limit, and which of the rows it was."""
        before = self.before
        assert before is not None, "only of a question that leans"
        if before.thing.domain in ("encounter", "icu") and frame.thing.domain not in ("encounter", "icu", "careunit"):
            frame.event, frame.relation = replace(before, operator="when"), "during"
            return
        if OF_NOW.search(frame.clause) and not frame.window and before.thing.domain in ("observation", "output"):
            frame.which = Which("last")  # "what was it in 2011, and what is it now?"
        else:
            frame.window, frame.event, frame.relation = frame.window or before.window, before.event, before.relation
        frame.threshold = before.threshold if keeps_limit(before, frame) else None
        is_over = "resolved" in before.status and not intents.starts(frame.clause)
        is_over |= before.operator == "end" and bool(told_apart.WHEN_IT_WAS.match(frame.clause))
        if frame.operator == "when" and is_over:
            frame.operator = "end"
        if frame.operator == "when" and before.operator == "organism":
            raise NotUnderstood("when each of them grew; what grew is told with its time")
        frame.kinds, frame.source, frame.route = before.kinds, before.source, before.route
        if before.operator in ("min", "max"):
            frame.extremum = before.operator
        elif before.operator == "when" and before.extremum and frame.operator in ("value", "list"):
            frame.operator, frame.extremum = "max" if before.extremum == "max" else "min", before.extremum
        elif frame.thing.domain == "medication" and frame.clause == "since when" and not frame.which.is_said:
            frame.which = Which("first")
        elif not frame.which.is_said and frame.operator != "count":
            frame.which = next_to_that(before.which, frame.clause)

    def _parts(self, text: str) -> tuple[list[Mention], list[Window]]:
        return [self.skeleton.mention(one) for one in re.findall(r"qc\d+", text)], windows_of(self.skeleton, text)

    def _bare(self, text: str) -> str:
        return re.sub(r"\bq[tkprnad]\d+\b", " ", text)

    def _filters(self, frame: Frame, main: str) -> None:
        domain = frame.thing.domain
        frame.status = status_of(domain, main, frame.operator)
        if self.before is not None and self.before.thing.domain == domain and OF_THOSE.search(main):
            frame.status = frame.status or self.before.status
        if domain in ("encounter", "icu", "careunit"):
            frame.kinds = kinds_of(domain, main, bool(frame.thing.links)) or frame.kinds
        if tokens := re.findall(r"qp\d+", main):
            frame.person = self.skeleton.people[int(tokens[0][2:])]
        if tokens := re.findall(r"qr\d+", main):
            frame.route = self.skeleton.routes[int(tokens[0][2:])]
        for kind, said in (("r", self.skeleton.routes), ("p", self.skeleton.people), ("a", self.skeleton.sources)):
            if len({said[int(token[2:])] for token in re.findall(rf"q{kind}\d+", main)}) > 1:
                raise NotUnderstood("which of them is meant; ask for them one by one")
        if tokens := re.findall(r"qa\d+", main):
            frame.source = self.skeleton.sources[int(tokens[0][2:])]
        if tokens := re.findall(r"qn\d+", main):
            frame.threshold = int(tokens[0][2:])
        if tokens := re.findall(r"qk\d+", main):
            frame.quantity = self.skeleton.quantities[int(tokens[0][2:])]

    def event(self, text: str) -> Frame:
        """The event a question is relative to: its first row, unless the words say which."""
        mentions, windows = self._parts(text)
        thing = thing_of(text, mentions, "when")
        which = which_of(self._bare(text))
        frame = Frame("when", thing, which, meet(windows), clause=text)
        frame.extremum = values_compared.extremum_of(text) or ""
        self._filters(frame, text)
        frame.status = ()
        if frame.extremum and thing.domain == "observation":
            frame.which = Which("last" if frame.extremum == "max" else "first")
        elif not which.is_said:
            frame.which = Which("last" if thing.domain in ("immunization",) else "first")
        frame.is_ranked = which.is_said
        return frame

    def _place_in_event(self, frame: Frame, clause: Clause) -> None:
        relation = frame.relation
        if frame.which.is_said or frame.operator not in ("value", "list", "when", "who"):
            if (
                relation in ("after", "first_encounter_after")
                and re.search(r"\bnext\b", clause.main)
                and frame.which.which == "all"
            ):
                frame.which = Which("first")
            return
        is_stretch = relation not in ("before", "after") or frame.within is not None or "labs" in clause.main
        all_then = frame.operator == "list" and not frame.thing.links and is_stretch
        all_then = all_then or relation == "near" or (frame.operator == "value" and names_several(frame, loosely=True))
        if not all_then and (frame.thing.domain == "observation" or frame.operator == "when" or next_to(frame, clause)):
            frame.which = Which("last") if relation == "before" else Which("first")

    def _side_by_side(self, frame: Frame) -> list[Frame]:
        """Things named side by side, and the members of each that is a group of measurements."""
        return [one for beside in self._beside(frame) for one in member_frames(beside)]

    def _beside(self, frame: Frame) -> list[Frame]:
        """Things named side by side: joined for "or" and lists of drugs, asked one by one for "and"."""
        links = each_once(of_one_kind(each_once(frame.thing.links, frame.clause), frame.clause), frame.clause)
        frame.thing = replace(frame.thing, links=links)
        if len(links) < 2 or frame.operator == "order":
            return [frame]
        if OF_ANOTHER.search(frame.clause) and len({name.linked.types for name, _ in links}) > 1:
            raise NotUnderstood("which of the things it names is meant by the pronoun")
        joined = re.search(r"\bor\b|\beither\b|\b(?:any|one|one or more) of\b", frame.clause)
        if joined and any_alike(links, frame.clause) and frame.operator in ("exists", "count", "list", "when"):
            return [frame]
        require_joined(frame.clause, [f"qc{self.skeleton.mentions.index(name)}" for name, _ in links])
        return [replace(frame, thing=replace(self._single(frame, one), links=(one,))) for one in links]

    def _single(self, frame: Frame, one: Named) -> Thing:
        link = one[1]
        domain = frame.thing.domain
        if link is not None and link.resource_type not in domains.BY_NAME.get(domain, domains.DOMAINS[0]).types:
            domain = domains.TYPE_DOMAINS.get(link.resource_type, domain)
        return replace(frame.thing, domain=domain)
