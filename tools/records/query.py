"""`RecordQuery`: the one typed question a planner can put to the record, and what comes back.

A query names resource types, a concept, filters, a time window, which of the rows are meant, how to measure them
and what to return. It is data: it compiles to FHIR search (`compile.py`), runs under the patient lock
(`execution.py`), and all choosing, counting and arithmetic happens in code, unit-aware.

    "What was the lowest HDL since March 2010?"
    RecordQuery(types=("Observation",), concept=<HDL>, window=<2010-03-01 ..>, measure="min", target="value")
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Scalar = int | float | str | bool
"""A typed answer value: number, string, boolean; dates and date-times are ISO strings as recorded."""


class Frozen(BaseModel):
    """Immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Coding(Frozen):
    """A code of the record, as the record displays it."""

    system: str = ""
    code: str = ""
    display: str = ""


class Concept(Frozen):
    """What a word of the question means in this record: the codes (and code-less texts) it was linked to."""

    words: str
    """The words of the question."""
    codings: tuple[Coding, ...] = ()
    """Codes of this record that are meant; any of them matches. A coding with a system and an empty code means
    every code of that system; one without a system means the code in any system."""
    texts: tuple[str, ...] = ()
    """Texts or identifiers of code-less entries of this record that are meant, compared exactly."""
    via: str = ""
    """Why these: `display`, `synonym: A1c`, `spelling: metformn`, `group: statin`, `code literal`, ..."""

    @property
    def is_linked(self) -> bool:
        """Whether anything of the record is meant. An unlinked concept finds nothing, and that is an absence."""
        return bool(self.codings or self.texts)


class Window(Frozen):
    """A half-open interval of time, `start <= t < end`, either side open, and the reading it came from."""

    start: dt.datetime | None = None
    end: dt.datetime | None = None
    reading: str = ""
    """How the words were read, told in the answer: `since 3 years ago: from 2017-01-01 (calendar years)`."""

    @property
    def is_of_a_day(self) -> bool:
        """Whether it is no longer than a day, also one on which the clock goes back."""
        return self.start is not None and self.end is not None and self.end - self.start <= dt.timedelta(hours=25)


class Threshold(Frozen):
    """A comparison with a number (of a unit), or with the record's own reference range or interpretation."""

    of: Literal["value", "dose", "strength", "duration"] = "value"
    """Which number of a row is compared: its value, what is ordered or given of a drug, or how long it went on."""
    relation: Literal["lt", "le", "gt", "ge", "eq", "above_range", "below_range", "outside_range", "within_range"]
    value: float | None = None
    unit: str = ""
    decimals: int | None = None
    """To how many decimals an equal number was told: what is recorded is rounded to them. None: exactly equal."""


Relation = Literal[
    "before", "after", "same_day", "same_month", "same_year", "same_encounter", "during", "near",
    "first_encounter_after", "holds", "holds_none",
]  # fmt: skip
"""Of rows to an event. `near`: before, after or at the same time, no further from it than the anchor says. `holds`: of
visits and stays, that the event is a part of them, belongs to them or lies within them; `holds_none`: that none is."""


class Anchor(Frozen):
    """Rows are meant relative to an event, which is itself the result of a query.

    Its first row counts, or any of its rows where it asks for `all` of them. Its `end` is meant where that is its
    target.
    """

    event: RecordQuery
    relation: Relation
    within: dt.timedelta | None = None
    """How long before or after the event at most; None: however long."""
    within_months: int | None = None
    """The same in calendar months."""
    onwards: bool = False
    """Of `after`: whether it is meant from the beginning of a stay on ("since the admission")."""


Measure = Literal[
    "none",
    "exists",
    "count",
    "distinct",
    "count_distinct",
    "min",
    "max",
    "mean",
    "median",
    "sum",
    "change",
    "trend",
    "duration",
    "age",
    "range",
    "elapsed",
    "percent",
    "rate",
    "commonest",
    "rarest",
    "same",
    "most_a_day",
    "least_a_day",
]
"""What code works out over the chosen rows. `none`: the rows themselves. `distinct`: one row per concept.
`change`: last minus first. `trend`: whether the value rose or fell between the last two. `duration`: of a stay or
an interval. `age`: completed years at the row's time. `range`: highest minus lowest. `elapsed`: from the row's time to
the moment of asking. `percent`: last minus first, in percent of the first. `rate`: last minus first, divided by the
time between them in `unit` (a year is 365.25 days, a month a twelfth of it). `commonest`, `rarest`: of the rows by
what is wanted of them, what there are most or fewest of; with a `limit`, so many of them in that order. Where that is
their `time`, in `unit`s of a year, a month or a `date`: that of most or fewest of them. `same`: whether all rows that
tell what is wanted of them tell the same. `most_a_day`, `least_a_day`: the values of each calendar day added up, and
of the days the highest or the lowest sum; where the `time` is wanted, that day."""

DAILY: frozenset[Measure] = frozenset({"most_a_day", "least_a_day"})
"""Those that add up by the day."""

Target = Literal[
    "value",
    "time",
    "name",
    "dose",
    "strength",
    "infusion_rate",
    "route",
    "frequency",
    "person",
    "reason",
    "status",
    "start",
    "end",
    "duration",
    "location",
    "source",
    "disposition",
    "service",
    "organism",
    "specimen",
    "result",
    "severity",
    "interpretation",
    "instructions",
    "code",
    "demographic",
    "attribute",
    "text",
]
"""What is wanted of each row: the leading entry of the answer's typed value."""

PER_DAY, HOURS = "times a day", "hours between"
"""As what number a frequency is wanted (`RecordQuery.field`)."""

Said = Literal["resistant", "intermediate", "susceptible", "indeterminate", "undecided", "present", "absent"]
"""What a test says: R, I, S or IND of HL7 v3, `undecided` being I or IND, or whether what it looks for was found."""

IntervalUnit = Literal["min", "h", "d", "24h", "date", "night", "stay", "wk", "mo", "a"]
"""UCUM: days by the calendar, weeks to a tenth, months and years completed. None of UCUM are three that a duration is
told in: a `night`, of a stay, or a `date`, of which the dates of its beginning and of its end are as many apart; and
`24h`, days by the clock, to a hundredth."""

Order = Literal["", "newest", "oldest", "name", "name_reversed", "highest", "lowest"]
"""How the rows are told: by time, by what they are called, by value; empty: as they were chosen."""


class RecordQuery(Frozen):
    """One question to the record. Every field is a choice among few; none names a patient."""

    types: Annotated[tuple[str, ...], Field(min_length=1)]
    """FHIR resource types to search, all with the same criteria."""
    concept: Concept | None = None
    category: tuple[str, ...] = ()
    """Category codes (`vital-signs`, `laboratory`, `Output`, ...), any of them."""
    status: tuple[str, ...] = ()
    """Statuses that count; empty: all that are not entered-in-error. For Condition: clinicalStatus codes."""
    encounter_kind: tuple[str, ...] = ()
    """`hospital`, `icu`, `emergency`, `inpatient`, `ambulatory`, ...: which encounters, or rows of which."""
    route: str = ""
    """As the record writes it; any of several with `|` between them ("ORAL|PO")."""
    admit_source: str = ""
    place: str = ""
    """Words of the name of a care unit: of visits, only the stretches spent there are meant."""
    disposition: str = ""
    """Where or how somebody left at the end of a stay: words of the record's name for it, or after `=` all of that
    name, several with `|` between them ("=home|self care"); `NONE_RECORDED` where nothing of it is recorded."""
    body_site: str = ""
    """A part of its name; any of several with `|` between them."""
    person: str = ""
    """Name of the prescriber, performer or author, as far as the question gives it; after `!`, anybody but that one."""
    reason: Concept | None = None
    recorded_there: bool = False
    """Of visits: whether one counts at which the reason is recorded as a diagnosis, and not only one that names it as
    its reason. Of orders: whether one counts that names no reason and was written at such a visit."""
    code_prefix: str = ""
    """How a code that names the row begins, `*` for any; where `field` names a code system, a code of that system."""
    either: bool = False
    """Whether a row counts that is of the concept or for the reason; else it must be both."""
    specimen: Concept | None = None
    derived_from: Concept | None = None
    """What the observation was derived from: the organism of a susceptibility."""
    part_of: RecordQuery | None = None
    """Results that the row must be a part of: of an organism or a susceptibility its culture, of a value its report."""
    yielded: Concept | None = None
    """What a row must have among the members of its result: the organism that a culture grew. One that is not linked
    and has no words means any organism."""
    said: Said | None = None
    """What the coded value or interpretation of a test says: of an organism's against a drug, or of one for a thing."""
    coded: str = ""
    """What a coded value is called, in whole words that it must carry: "former smoker"; of a value in free text, words
    that it must have beside each other: "no growth"."""
    component: Concept | None = None
    """The component of a panel whose value is meant (systolic of a blood pressure)."""
    threshold: Threshold | None = None
    held: bool = False
    """Whether the chosen rows are held against the threshold ("was the last one above 5?"), against what a test must
    have `said`, what must have been `yielded` or `one_of` the values wanted, and are not chosen by it."""
    one_of: tuple[str, ...] = ()
    """Values of the target, or of the attribute that `field` names, of which the chosen rows must have one ("is she
    married?": `M`, `Married`; "allergies of high criticality": `high`)."""
    then: Window | None = None
    """A time that the chosen rows are held against ("the last visit was in May, right?"), and not chosen by. Where rows
    are meant that `ended` in a time, or were `lasting` into it, it is this one."""
    negated: bool = False
    """The question asks for the opposite of existence ("never had")."""
    planned: bool = False
    """Whether what is booked or requested for later is meant, and not what has been."""
    window: Window | None = None
    lasting: bool = False
    """Whether a row counts that began before the window and lasted into it: where somebody was, not what happened."""
    ended: bool = False
    """Whether the window is that in which a row ended ("discharged in May"), and not that in which it began."""
    anchor: Anchor | None = None
    until: RecordQuery | None = None
    """An event that rows must come before, besides what `anchor` asks: "between the first and the second dose"."""
    also_in: RecordQuery | None = None
    """Rows count only of things that this finds too: what was diagnosed at the first stay, and at the last again."""
    not_in: RecordQuery | None = None
    """Rows count only of things that this does not find: what was diagnosed at the last stay, and not at the first."""
    at_each: RecordQuery | None = None
    """Visits or stays, each of which must have a row of the same thing: what was diagnosed at every one of them."""
    which: Literal["all", "first", "last"] = "all"
    index: Annotated[int, Field(ge=1)] = 1
    """Counted from `which`: (`last`, 2) is the one before the last."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """How many rows from `which` on; None: one for first and last, every row for all."""
    by: Literal["time", "value", "end"] = "time"
    """What `first`/`last` order by: by value, `last` is the highest; by end, it is the one that ended last."""
    order: Order = ""
    measure: Measure = "none"
    target: Target = "value"
    unit: IntervalUnit = "d"
    """What `elapsed` and a `duration` are told in, and a `rate` is per; a `duration` in `d` as befits it, short ones in
    hours. Of a `time` a year or a month: which of these it fell into; a `date`, where different ones are counted: the
    calendar days that rows were on; a `stay`, where there are most or fewest: the visit or stay that they belong to."""
    in_unit: str = ""
    """The unit a computed number is asked in: it is told in it, or, where it cannot be, not at all."""
    field: str = ""
    """For `frequency`: as which number it is told. For `code`: the code system, by a part of its name; empty: all. For
    a `result` of a care plan: `goals`, and not its activities. For `demographic`: `birthDate`, `gender`, `name`,
    `address`, ... For `attribute` a name of `attributes.py`: `bodySite`, `modality`, `criticality`, ..."""


class Comparison(Frozen):
    """Two queries and how their first rows relate ("ibuprofen before acetaminophen?", "lower than before?")."""

    left: RecordQuery
    right: RecordQuery
    relation: Literal[
        "before", "after", "lt", "gt", "eq", "same_day", "difference", "ratio", "interval", "time_after"
    ]  # fmt: skip
    """`ratio`: the left number divided by the right one. `interval`: the time between the two, whichever came first.
    `time_after`: how long after the left one the right one came; nothing when it came before. Of a side whose
    target is its `end`, that is the time meant."""
    unit: IntervalUnit = "d"
    """What an interval is told in."""
    less: RecordQuery | None = None
    """Of a `difference`: a third number that is taken off too (an anion gap)."""
    tells: Literal["", "side", "direction", "value"] = ""
    """Of `lt` and `gt`: the time or the value of which of the two it is so, or whether the left one is the higher; of
    `before` and `after`: which of the two it is, by name; empty: whether it is so."""


class NoteSearch(Frozen):
    """Sentences of notes, reports and documents that carry the words; each is quoted verbatim."""

    words: Annotated[str, Field(min_length=1)]
    author: str = ""
    """Who must have written the document, or be named in the sentence; empty: anybody."""
    document: str = ""
    """Words that the document's own name must carry ("discharge summary"); empty: any document."""
    whole: bool = False
    """Every sentence of the newest document, and not only those that carry the words."""
    types: tuple[str, ...] = ("DocumentReference", "DiagnosticReport")
    window: Window | None = None
    limit: Annotated[int, Field(ge=1, le=50)] = 5


Question = RecordQuery | Comparison | NoteSearch
"""What a planner may ask of the record."""


class Finding(Frozen):
    """One row of a result: what the record says, where, and how sure the record is of it."""

    reference: str
    """`Type/id` of the resource that says so."""
    label: str = ""
    """What it is about, in the record's own words (display or text)."""
    value: Scalar | None = None
    unit: str = ""
    time: str = ""
    """The clinically relevant time as recorded (never reformatted), empty where the record has none."""
    times: tuple[str, ...] = ()
    """Of a visit that stands for all of its name: their times, as recorded, oldest first; else empty."""
    status: str = ""
    """status or clinicalStatus/verificationStatus, where it matters to how the row may be told."""
    author: str = ""
    """Who asserted it, where the record says so."""
    text: str = ""
    """A verbatim quotation, for findings that come from notes and narrative."""
    values: tuple[Scalar, ...] = ()
    """Typed scalars of the target, most specific first (display, code; systolic, diastolic; ...)."""
    also: tuple[str, ...] = ()
    """Further resources the row rests on (the Medication behind a request, the encounter, the prescriber)."""


class Computed(Frozen):
    """A result of arithmetic or counting done by code, and the rows it was done over."""

    measure: str
    value: Scalar | None
    unit: str = ""
    over: tuple[str, ...] = ()
    """`Type/id` of every row that entered."""
    how: str = ""
    """The working in words: `last 5.4 (2020-01-02) - first 6.1 (2010-03-04)`."""


class Searched(Frozen):
    """One FHIR search that was run: the evidence behind an absence."""

    query: str
    """`Observation?code=http://loinc.org|4548-4&date=ge2012` without the patient, who is in the lock."""
    found: int
    complete: bool = True


class QueryResult(Frozen):
    """What came of one question to the record."""

    question: Annotated[Question, Field(union_mode="left_to_right")]
    findings: tuple[Finding, ...] = ()
    """The chosen rows, in the order asked for."""
    computed: Computed | None = None
    searched: tuple[Searched, ...] = ()
    found: int = 0
    """Rows that met the criteria, before choosing."""
    read_all: bool = True
    """False when reading stopped as soon as the rows asked for were certain: `found` then counts only what was read
    on the way, and is no number of anything."""
    set_aside: tuple[Finding, ...] = ()
    """Rows about the same thing that are no facts of the kind asked for, their `status` saying why: refuted, not
    done, planned, entered in error, recorded as absent ("no known allergy"). They tell an absence apart."""
    tied: tuple[Finding, ...] = ()
    """Rows as good as the one chosen (same time, or same value), of which the answer has to say that they exist."""
    complete: bool = True
    """False when a source stopped early: then nothing may be said of all, none, first or last."""
    withheld: int = 0
    """Rows the lock withheld (scope, security label, foreign)."""
    notes: tuple[str, ...] = ()
    """Things the answer must say: rows set aside as entered in error, mixed units, the reading of a window."""


Anchor.model_rebuild()
RecordQuery.model_rebuild()
