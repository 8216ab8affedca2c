"""One thing named twice: a name and its explanation, in brackets, set off by commas, or said the other way round."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from chartwarden.agent.patterns import Pattern, RewritesBy
from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.tools.records.elements import MEDICATION_TYPES

_BRACKETS = Pattern(r"\b(?P<a>qc\d+)(?P<noun>(?: \w+)?) \( ?(?:the |an? )?(?P<b>qc\d+) ?\)")
_WHATEVER_OF_IT = Pattern(
    r"\b(?P<a>qc\d+)(?P<noun>(?: \w+)?) \( ?(?P<x>(?:qc\d+(?: [a-z]+)?,? (?:or )?)+)"
    r"(?:any(?:thing|one)?|whatever|all)\b(?P<rest>[^()]*)\)"
)
"""Examples in brackets of what is asked for, of any kind of it: "a tetanus shot (Td, Tdap, anything with tetanus)"."""
_LAY_CLAUSE = Pattern(
    r"^(?P<asks>how many times|how often|when|(?:at )?what time|on (?:what|which) (?:date|day))(?: exactly)?"
    r" (?:did|do|does|was|were|has|have|is)\b(?P<clause>[^()?;:]*)"
    r"\( ?(?P<b>qc\d+) ?\)(?P<rest>[^()]*)$"
)
"""What was done, told in everyday words and by its name in brackets: "how often did they shock the heart (qc1)"."""
_BESIDE = Pattern(
    r"\b(?P<a>qc\d+)(?P<noun>(?: (?!and\b|or\b)[a-z]+)?), (?:the |an? |my |her |his )?(?P<b>qc\d+)"
    r"(?: as (?:they|we|you|she|he|it|the doctor) (?:call|name|put|say)\w*(?: it| them)?)?(?= ?[,:;?.!]|$)"
)
_SAID_AGAIN = Pattern(
    r"(?<![^,;?])(?P<lead> *)(?P<a>[^,;?]*?\bqc\d+[^,;?]*?),? (?:i mean|that is|that's|meaning|in other"
    r" words|i\.e\.|aka|"
    r"also (?:called|known as)|otherwise known as|or rather|so[- ]called) (?:the |an? |any |some )?(?P<b>qc\d+)"
)
"""From where a part of the sentence begins: looked for from every word on, it took half a minute of a long text."""
_BY_CAUSE = Pattern(
    r"\b(?P<a>qc\d+)(?P<open>(?:,| [-–])? ?\( ?|,? ?[,–-] ?)"
    r"(?:(?:i\.? ?e\.?|that is(?: to say)?|that's|meaning|in other words)[ ,]+)?(?:the |an? |any |some )?(?P<b>qc\d+) "
    r"(?:from|due to|because of|caused by|brought on by|through|owing to|secondary to|as a result of|of) "
    r"(?:the |his |her |my |their |patient's )?(?P<c>qc\d+) ?\)?(?P<end>,?)(?=[ ;:?.]|$)"
)
"""A disease, its kind and its cause behind it: "diabetic nephropathy, i.e. kidney disease from the diabetes"."""
_EXPLAINED = Pattern(
    r"\b(?P<a>qc\d+)(?P<noun>(?: [a-z]+)?), (?:the|an?|those|these|one of those|some|which is|it's|that's|i mean the"
    r"|for) (?P<gloss>[^,;:?.]+)(?=[,;:?.]|$)"
)
_DESCRIBED = Pattern(
    r"\b(?:(?:one|some|any) of )?(?:those|these|that|something|some (?:kind|sort) of) (?P<gloss>[^,;:?.]+), (?:the "
    r"|an? |called (?:the |an? )?|by name |namely (?:the |an? )?)(?P<a>qc\d+)\b"
)
_LIST = r"qc\d+(?:(?:,| or|, or| and|, and) (?:the |an? )?qc\d+)*"
_EXAMPLES = Pattern(
    rf"^(?P<head>.*\bqc\d+\b[^?;.]*?),? \(? ?(?:such as|for example|for instance|like|including) (?:the "
    rf"|an? )?(?P<x>{_LIST})(?: ?\))?(?=[ ,]*(?:[?.;]|$|(?:at|now|currently|ever|active|prescribed|on record)\b))"
)
_WITH = Pattern(
    r"\b(?P<a>qc\d+)(?: \w+)?,? (?:with(?: any| some)?|containing|that contains|which contains|made (?:of"
    r"|from)) (?P<b>qc\d+)\b"
)
_FORM = (
    r"(?:implants?|rods?|devices?|iuds?|coils?|rings?|patch(?:es)?|pumps?|pills?|tablets?|capsules?|sprays?|inhalers?"
    r"|injections?|shots?|drops?|creams?|ointments?|syrups?)"
)
_CARRIER = Pattern(
    rf"\b(?:qc\d+ )?{_FORM} (?:that|which) (?:slowly )?(?:releases?|contains?|delivers?|gives? off|has|carries)"
    r" (?:the )?(?P<b>qc\d+)\b"
)
_DRUG_NOUN = Pattern(r"\b(?:pills?|tablets?|medicines?|medications?|drugs?|inhalers?|sprays?|patch(?:es)?|shots?)$")
_DESCRIBED_BEFORE = Pattern(r"\b(?P<the>the|my|her|his|that) (?:qc\d+ )?(?P<a>qc\d+) (?P<b>qc\d+)\b")
_COMBINED = Pattern(
    r"\b(?P<a>qc\d+) ?(?:-|/|\bplus\b|\band\b) ?(?P<b>qc\d+) (?:combination|combo|combined)(?: (?:pill|drug|product|"
    r"medicine|medication|tablet|capsule)s?)?\b"
)
_ANY_FORM = Pattern(
    r"\b(?P<a>qc\d+),? in (?:any|whatever|whichever|every|either|one) forms?(?: or (?:an)?other)?(?: ?\([^)]*\))?"
)
_OF_ANY_CAUSE = Pattern(
    r"(?P<any> of (?:any|whatever|every) (?:cause|kind|sort|type|form)),? (?:the )?(?:qc\d+|[\w-]+)"
    r"(?: (?:qc\d+|[\w-]+))?(?:,? or (?:qc\d+|[\w-]+))+(?: or whatever else)?(?= ?[,:;?.]|$)"
)
"""Examples of what has been asked for of any cause."""
_FOR_A_DISEASE = Pattern(
    r"\b(?P<the>the|my|her|his|their|that) (?P<a>qc\d+) (?:pills?|tablets?|medicines?|medications?|meds?|drugs?"
    r"|capsules?|injections?|shots?|inhalers?|drops?|creams?|patch(?:es)?|syrups?),?"
    r" (?:called )?(?P<b>qc\d+)\b(?! for\b)"
)
_NOUN_BEHIND = Pattern(r"\b(?P<a>qc\d+) (?P<b>qc\d+)\b(?! (?:and|or)\b)")
_OF_A_DEVICE = Pattern(
    r"(?:(?:iv )?lines?|tubes?|cannulas?|needles?|catheters?|placements?|insertions?)",
    re.IGNORECASE,
)
"""Nouns that say what a thing of a record is, whose name says it already: "an 18 Gauge line"."""
_CONTAINED = Pattern(r"\b(?P<a>qc\d+) of (?:the |some )?(?P<b>qc\d+)\b")
_CONTAINER = Pattern(r"(?:bag|bottle|vial|ampoule|syringe|pack|packet|box|tube|jar|sachet)s?", re.IGNORECASE)
_COUNTED_IN = Pattern(r"(?P<all>\w{4,}s),? (?:the )?qc\d+ ones included,? ")
"""What is among all of them anyway."""
_OF_THE_CLASS = Pattern(
    r"\b(?P<a>qc\d+) ?[;,.(]+ ?(?:any|every|each|all|whichever) (?:drug|medication|medicine|med|member|one|vaccine"
    r"|condition|test)s? (?:from|of|in|within) (?:that|this|the) (?:class|family|group|category|kind|type) (?:counts?"
    r"|matters?|will do|would do|would count|qualif(?:y|ies)|(?:is|are) (?:fine|ok|okay|included))(?= ?[,.;:)])"
)
"""Said of a class that is named: it has its members in it anyway."""
_ON_A_PANEL = Pattern(
    r",? ?\b(?:across|in|on|from|of|among|over|throughout|within|at|for) (?:(?:all|any|every|each|of|the|his"
    r"|her|my|their|these|those|patient's|recorded) )*(?P<rank>(?:very )?(?:last|latest|most recent|newest|first"
    r"|earliest) )?(?P<g>qc\d+)\b(?: (?:panels?|results?|tests?|draws?|checks?))?(?P<comma>,?)"
)
"""The group that a measurement is done with."""
_OF_ANY_KIND = Pattern(
    r"\b(?P<a>qc\d+),? of any kind of (?P<b>qc\d+)(?: (?:it|that) (?:was|is|may be|might be))?(?= ?[,.?;:]|$)"
)
"""A thing of any kind, named once more for that: "the pneumonia shot, whichever pneumococcal kind it was"."""
_NOT_THE = Pattern(
    r",? (?:and )?not (?:the|an?) (?P<x>qc\d+) (?:kind|sort|type|form|one)(?=[ ,]*(?:[,.;:?]|$))",
)
_OPEN_LIST = Pattern(
    r"^(?:any |the |all )?(?P<x>qc\d+)(?:(?:,| and| or|, and|, or) (?:the |an? )?qc\d+(?: (?:things?|stuff"
    r"|ones|problems?|complaints?))?)*,? (?:and|or) (?:so on|so forth|all (?:of )?(?:that|those|it)|the like|such ?like"
    r"|(?:that (?:sort|kind) of thing|things like that)|whatnot|what have you|the rest(?: of (?:it|them))?)"
    r"(?:, ?(?:any|every|whatever|all) (?P<g>qc\d+)(?: (?:whatever|whatsoever|at all|of any kind))?)?(?= ?[:,;])"
)
"""Examples of what is asked about, behind the whole of it or before it."""
_EXPOSURE = Pattern(r"\b(?:an? |some )?(?P<a>qc\d+) to (?:the |an? )?(?P<b>qc\d+)\b")
_OF_ALL = Pattern(r"\b(?:any|all|every|each)\b")
_OPPOSITES = (("viral", "bacterial"), ("acute", "chronic"), ("left", "right"))
_NARROWING = Pattern(
    r"\b(?:ones?|measurements?|readings?|values?|results?|levels?|tests? (?:in|from|of)|samples?|doses?|first"
    r"|last|latest|earliest|"
    r"highest|lowest|average|mean|only|before|after|since|until|during|between|not|never|without|q[tnkpr]\d+)\b"
)
"""Words of an explanation that say which of the things are meant, so that it is none."""


_STEM = 5
"""Letters that two forms of a word share: "diabetic", "diabetes"."""


@dataclass(frozen=True)
class _Named:
    """What becomes of names that stand beside each other."""

    mentions: list[Mention]
    informative: frozenset[str]

    def _of(self, token: str) -> Mention:
        return self.mentions[int(token[2:])]

    def one_of(self, match: re.Match[str]) -> str:
        """Two names of one thing: the one that more is known of."""
        first, second = (self._of(match[side]) for side in ("a", "b"))
        if not _are_one(first, second, bracketed=match.re is _BRACKETS.compiled):
            return match.group()
        if meant_by(second) < meant_by(first) and not _OF_ALL.search(match.string[match.end() :]):
            return f"{match['b']}{match['noun']}"  # "lipids, triglycerides": the narrower is meant
        second_tells = match["b"] in self.informative and match["a"] not in self.informative
        kept = match["b"] if second_tells or (second.linked.links and not first.linked.links) else match["a"]
        return f"{kept}{match['noun']}"

    def lay_clause(self, match: re.Match[str]) -> str:
        """A procedure by its name, without the clause that says the same, where that has no name and no limit."""
        told = [self._of(one) for one in re.findall(r"qc\d+", match["clause"])]
        is_named = any(one.how == "name" for one in self._of(match["b"]).linked.of("Procedure"))
        others = any(one.how == "name" for mention in told for one in mention.linked.links)
        limit = _NARROWING.search(match["clause"])
        is_event = (
            limit is not None and limit.group() in ("after", "before") and "qc" in match["clause"][: limit.start()]
        )
        if not is_named or others or (limit and not is_event):
            return match.group()
        then = f" {match['clause'][limit.start() :].rstrip()}" if limit else ""
        return f"{match['asks']} was {match['b']} done{then}{match['rest']}"

    def again(self, match: re.Match[str]) -> str:
        """A thing said again, in clearer words, or by the name that is meant."""
        names = set(re.findall(r"qc\d+", match["a"]))
        known = [name for name in names if name in self.informative]
        if match["b"] not in self.informative:
            return match.group()
        if not known:
            return f"{match['lead']}{match['b']}"
        is_one = len(names) == 1 and _are_one(self._of(known[0]), self._of(match["b"]), bracketed=False)
        return match["lead"] + match["a"].replace(known[0], match["b"]) if is_one else match.group()

    def by_cause(self, match: re.Match[str]) -> str:
        """A disease told once more by its kind and its cause, both of which its name or its group says already."""
        disease, kind, cause = (self._of(match[side]) for side in ("a", "b", "c"))
        said = f"{disease.words} {' '.join(row.name for row in disease.linked.known)}".lower()
        causes = (cause.words.lower(), *(row.name for row in cause.linked.known))
        is_told = match["a"] in self.informative and any(one[:_STEM] in said for one in causes)
        return f"{match['a']}{match['end']}" if is_told and is_member(disease, kind) else match.group()

    def explained(self, match: re.Match[str]) -> str:
        """A name and what it is, told in other words."""
        groups = {group for row in self._of(match["a"]).linked.known for group in row.groups}
        told = {
            name
            for name in re.findall(r"qc\d+", match["gloss"])
            if name in self.informative and not groups & {row.name for row in self._of(name).linked.known}
        }
        if match["a"] not in self.informative or told or not _explains(match["gloss"]):
            return match.group()
        noun = match.groupdict().get("noun") or ""
        return f"{match['a']}{noun}"

    def member(self, match: re.Match[str]) -> str:
        """A class and the drug of it that is meant."""
        drugs = [self._of(match[side]) for side in ("a", "b")]
        return match["b"] if is_member(drugs[1], drugs[0]) else match.group()

    def examples(self, match: re.Match[str]) -> str:
        """A class and examples of it."""
        members = [self._of(name) for name in re.findall(r"qc\d+", match["x"])]
        heads = [self._of(name) for name in re.findall(r"qc\d+", match["head"])]
        covered = any(all(is_member(one, head) for one in members) for head in heads)
        return match["head"] if covered else match.group()

    def described(self, match: re.Match[str]) -> str:
        """A word for a drug before its name."""
        noun, drug = (self._of(match[side]) for side in ("a", "b"))
        is_drug_noun = _DRUG_NOUN.search(noun.words.lower())
        return f"{match['the']} {match['b']}" if is_drug_noun and _is_drug(drug) else match.group()

    def carried(self, match: re.Match[str]) -> str:
        """A drug in what it is given with."""
        return match["b"] if _is_drug(self._of(match["b"])) else match.group()

    def for_a_disease(self, match: re.Match[str]) -> str:
        """A drug behind what it is taken for."""
        is_named = _is_drug(self._of(match["b"])) and not _is_drug(self._of(match["a"]))
        return f"{match['the']} {match['b']}" if is_named else match.group()

    def whatever(self, match: re.Match[str]) -> str:
        """A thing and examples of it, where all of them are of its kind."""
        head = self._of(match["a"])
        named = [self._of(one) for one in re.findall(r"qc\d+", match["x"] + match["rest"])]
        alike = all(is_member(one, head) or _are_one(one, head, bracketed=False) for one in named)
        return f"{match['a']}{match['noun']}" if alike else match.group()

    def panel(self, match: re.Match[str]) -> str:
        """A group of measurements beside one of them that is asked for: which of the readings, and no second thing."""
        group = self._of(match["g"])
        others = set(re.findall(r"\bqc\d+", match.string)) - {match["g"]}
        is_measured = any(row.kind.startswith("observation") for row in group.linked.known)
        if not is_measured or not any(is_member(self._of(one), group) for one in others):
            return match.group()
        return f" at the {match['rank']}reading{match['comma']} " if match["rank"] else " "

    def open_list(self, match: re.Match[str]) -> str:
        """A group of conditions, with examples that go on: "respiratory infections, colds and all of that"."""
        head = match["g"] or match["x"]
        names = re.findall(r"qc\d+", match.group())
        others = [self._of(name) for name in names if name != head and name in self.informative]
        is_group = any(row.kind == "condition group" for row in self._of(head).linked.known)
        if not is_group or not (match["g"] or all(is_member(one, self._of(head)) for one in others)):
            return match.group()
        return f"{head} of any kind"

    def of_any_kind(self, match: re.Match[str]) -> str:
        """A thing and what it is a kind of."""
        one, kind = (self._of(match[side]) for side in ("a", "b"))
        is_kind = _are_one(one, kind, bracketed=False) or is_member(one, kind)
        return f"{match['a']} of any kind" if is_kind else match.group()

    def exposure(self, match: re.Match[str]) -> str:
        """A drug that somebody was exposed to."""
        is_met = self._of(match["a"]).words.lower() in ("exposure", "exposures") and _is_drug(self._of(match["b"]))
        return match["b"] if is_met else match.group()

    def excluded(self, match: re.Match[str]) -> str:
        """A kind that the name of the thing has left out already: "a bacterial sinusitis, not the viral kind"."""
        said = [self._of(one).words.lower().split() for one in re.findall(r"qc\d+", match.string[: match.start()])]
        kind = self._of(match["x"]).words.lower()
        others = [other for pair in _OPPOSITES if kind in pair for other in pair if other != kind]
        return "" if any(other in words for other in others for words in said) else match.group()

    def with_noun(self, match: re.Match[str]) -> str:
        """A thing that the record has under the name before a noun that only says what it is."""
        named, noun = (self._of(match[side]) for side in ("a", "b"))
        is_named = any(link.how == "name" for link in named.linked.links)
        return match["a"] if is_named and _OF_A_DEVICE.fullmatch(noun.words) else match.group()

    def contained(self, match: re.Match[str]) -> str:
        """What a bag or a bottle holds."""
        holds = _is_drug(self._of(match["b"])) and _CONTAINER.fullmatch(self._of(match["a"]).words)
        return match["b"] if holds else match.group()

    def combined(self, match: re.Match[str]) -> str:
        """Two drugs given as one."""
        first, second = (self._of(match[side]) for side in ("a", "b"))
        if not (_is_drug(first) and _is_drug(second)):
            return match.group()
        self.mentions.append(_both(first, second))
        return f"qc{len(self.mentions) - 1}"


_OF_ANY = RewritesBy(
    (
        (_ANY_FORM, r"\g<a>"),
        (_OPEN_LIST, _Named.open_list),
        (_EXPOSURE, _Named.exposure),
        (_OF_ANY_KIND, _Named.of_any_kind),
        (_EXAMPLES, _Named.examples),
        (_COUNTED_IN, r"\g<all> "),
        (_NOT_THE, _Named.excluded),
        (_ON_A_PANEL, _Named.panel),
    )
)
_OF_ONE = RewritesBy(
    (
        (_OF_THE_CLASS, r"\g<a>"),
        (_OF_ANY_CAUSE, r"\g<any>"),
        (_NOUN_BEHIND, _Named.with_noun),
        (_FOR_A_DISEASE, _Named.for_a_disease),
        (_CONTAINED, _Named.contained),
        (_WITH, _Named.member),
        (_CARRIER, _Named.carried),
        (_COMBINED, _Named.combined),
        (_DESCRIBED_BEFORE, _Named.described),
        (_BY_CAUSE, _Named.by_cause),
        (_WHATEVER_OF_IT, _Named.whatever),
        (_BRACKETS, _Named.one_of),
        (_BESIDE, _Named.one_of),
        (_SAID_AGAIN, _Named.again),
        (_DESCRIBED, _Named.explained),
        (_EXPLAINED, _Named.explained),
    )
)


def unglossed(text: str, mentions: list[Mention], informative: frozenset[str]) -> str:
    """The text with each thing named once. `informative`: the placeholders of names that something is known of."""
    named = _Named(mentions, informative)
    text = re.sub(r"\s+", " ", _OF_ANY.put_into(text, named)).strip(" ,")
    return _OF_ONE.put_into(text, named)


def without_lay_clause(text: str, mentions: list[Mention]) -> str:
    """A text with what was done told by its name alone."""
    return _LAY_CLAUSE.sub(_Named(mentions, frozenset()).lay_clause, text)


def containers(text: str, mentions: list[Mention]) -> frozenset[str]:
    """The placeholders of what only holds a drug that is named: "a bag of saline"."""
    named = _Named(mentions, frozenset())
    return frozenset(match["a"] for match in _CONTAINED.finditer(text) if named.contained(match) != match.group())


def _explains(gloss: str) -> bool:
    """Whether words only describe: they name something, and narrow nothing."""
    return "qc" in gloss and not _NARROWING.search(gloss)


def _is_drug(mention: Mention) -> bool:
    return bool(mention.linked.of(*MEDICATION_TYPES)) or any(row.kind == "drug" for row in mention.linked.known)


def meant_by(mention: Mention) -> frozenset[tuple[str, ...]]:
    """What a name can mean: the entries of the record, else what the tables know, else its words."""
    entries = {
        (link.resource_type, entry.element, *sorted(f"{one.system}|{one.code}" for one in entry.codings), entry.text)
        for link in mention.linked.links
        for entry in link.entries
    }
    known = {(row.kind, row.name) for row in mention.linked.known}
    return frozenset(entries or known or {(mention.words.lower(),)})


def is_member(one: Mention, group: Mention) -> bool:
    """Whether the tables have one name in the class that the other names."""
    classes = {row.name for row in group.linked.known if row.kind != "drug"}
    return bool(classes & {name for row in one.linked.known for name in row.groups})


def _both(first: Mention, second: Mention) -> Mention:
    """The products that have both drugs in them."""
    links = []
    for link in first.linked.links:
        others = {entry for other in second.linked.of(link.resource_type) for entry in other.entries}
        entries = tuple(entry for entry in link.entries if entry in others)
        links += [replace(link, entries=entries)] if entries else []
    linked = replace(first.linked, links=tuple(links))
    return replace(first, words=f"{first.words} and {second.words} combined", linked=linked)


def _are_one(first: Mention, second: Mention, *, bracketed: bool) -> bool:
    """Whether two names mean one thing; in brackets, that they can is enough."""
    a, b = first.linked, second.linked
    if bracketed:
        kinds = {row.kind for row in a.known} & {row.kind for row in b.known}
        return not (a.links and b.links) or bool(kinds or a.types & b.types)
    same_rows = {(row.kind, row.name) for row in a.known} & {(row.kind, row.name) for row in b.known}
    entries = [{entry.label for link in linked.links for entry in link.entries} for linked in (a, b)]
    return bool(same_rows or entries[0] & entries[1])
