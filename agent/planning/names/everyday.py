"""Everyday words that say nothing of what is asked for: read past, and never taken for a misspelt drug or disease.

Left out on purpose is every word that could narrow or turn a question: states and manners (fasting, standing, severe),
places (home), times of day, what did not happen (refused, planned, missed), judgements (better, stable), relatives.
Such a word, where nothing knows it, makes the question not understood.
"""

from __future__ import annotations

from chartwarden.tools.records.words import singular

_VERBS = """
accomplish account add address agree aim allocate amount appoint approve arise arrange arrest ask attain attempt
attend authorise authorize base batch battle bear begin belong book bother bottom break build bump capture cause cite
classify climb collect combine commence compile comply comprise conclude consist constitute consume contribute
convey correspond cover crop cross dare deal define depart depend derive detail dip discover discuss dispatch drift
earn elapse elect emerge employ encounter end ensure establish exit expect explain express face feature fetch
fight figure fill find fit fix flag follow form gather gauge generate glance grab grant greet guess hand handle hang
happen hear highlight imagine imply impose index inject inquire inspect involve jot jump justify land last launch
lead learn lend like linger list locate log make manage manifest match matter mention motivate move name
necessitate need note notify number obtain occupy occur offer originate outline own pass pay peek perceive permit
persist pertain pick place plot point post postdate precede predate prefer prepare present preserve prompt prove
provide pull push qualify query quote rank read realise realize recall refer relay rely remain remark remember
render repeat reply represent request respond restrict retain review run sample save scan schedule search seek seem
select serve settle share shed shift shoot sign sink sit slide slip sort spare specify split spring stand stem step
stick stretch submit succeed supply support surface surge surround sustain swallow tackle tag tally target tend
think tick touch track trail transpire transport travel treat trigger try tumble turn uncover underlie undertake
update utilise utilize vary view wait wake walk want warrant watch wear weigh wheel wish witness work worry
chat compute confide count date decipher dig enquire enumerate excuse fish flip hunt itemise itemize jog kick look ping
poke pop promise quiz recap recheck reckon recollect relate reread scroll skim stumble tabulate talk trawl type unearth
guess thank bless enter collate
connect interest leaf pile cross-check pinpoint reconstruct transcribe photograph reassure remark puzzle
"""
_OTHERS = """
you've they'd i'd we've we'd you'd he'd she'd i'll they'll we'll it'll that'd who'd there'd let's back forever shall
housed piled session sessions medicine's year's forever together going wanted hoping remind sometime worked
helpful useful interested interesting grateful appreciate appreciated curious nice lovely thankful handy
lie lies lying
feverish poorly unwell
accordingly account actual actually addition admittedly afterwards again aggregate ago ahead albeit alike alone
alphabetical alphabetically along
already alright alternatively although altogether amid amongst amount answer anybody anyhow anymore anyone
anyplace anything anyway apiece apparently approx archive arisen arose around aside aspect background basically
basis batch became befell beginning big bit bore borne bottom bought bracket brief briefly broadly brought built
bunch calendar came case centimeter centimetre century certainly chance chapter chiefly choice chose chosen
circumstance clearly clue collectively column combination combined comment commonly comparable compilation complete
completely concern concretely consecutive considerably considering content context correctly correspondingly count
couple curiosity currently curve data datum deal dealt decade definite definitely description despite detail did
digit directly discussion distinctly documentary documentation done dossier drawn drew driven drove earliness easily
effect effectively either else else's elsewhere enough entire entirely entirety entry episode equally error
especially essentially eventual eventually every evidence evidently exact example explanation explicit explicitly
extent extra fact fairly feature fed few figure file finally firm firmly flew flown folder folk footing force forgot
formal formally format fortunately fought fraction frankly fresh freshly full fully further furthermore gave general
generally gentleman genuine genuinely given glance gone gradually great greatly grew group guess guy half hand
handful handy hardly head heading headline heard held hence her here hereby herein heretofore highlight him hint his
historic historical historically history hitherto hold hopefully however huge hundred hung idea ideally identical
immediate incidentally inclusive indeed index indication individual individually info information inquiry instance
instead interim item journey juncture just kept kid kilo kilogram kilogramme kind kindly knew known label lack lady
laid lain language large largely lately later latest latter lay layout led left length lent let letter life lifetime
likewise line list literally little log look lost lot made main mainly majority manifold manner many mark
matter maybe mean meaning meant meantime meanwhile member memory mention mere merely message met middle millimeter
millimetre mind minority mistake mode moment momentum moreover mostly much multiple mutual name namely naturally
nature near nearby nearly necessarily nevertheless nonetheless normally notable notably note notice notion nowadays
number numerous obvious obviously occasion occasionally occurrence odds office official ok okay old oops opportunity
option origin otherwise ought out outright outset overall overly own page paid paper paperwork part particular
particularly partly party past path pattern per percentage perhaps period person phase phrase picture piece place
please plus point portion position possibility possibly potential potentially precisely presence present presumably
pretty principally print probable probably promptly proof properly proportion purely purpose put query question
quite ran rang rank rather reader readily reality really reason reasonably reckoning record reference regard
regardless region relevant remainder repeatedly respective respectively rest risen role rose roster roughly row run
said same sang sank sat saw scale scheme scope search section seen segment sense sent sentence separately sequence
series seriously set several share shed sheet shone shook shot shown shrank shrunk sight simple simply single site
situation size slid slightly slipped snapshot so sold sole solely somebody somehow someone something somewhat soon
sorry sort sought source space span specifically spent spoke spoken spot sprang sprung stage standing start
statement still stole stood straight stretch strictly string struck stuck stuff subject such sudden suddenly sum
summarily summit sung sunk sure surely swam swept swung system table tail taken tally taught technically term than
thereby therefore thereof thereupon thing thorough thoroughly though thought thousand thread threw thrown thus till
time title together told too took topic tore torn total totally touch trace track tremendous true truly turn twelve
type typical typically ultimately undergone understood undertook underwent undoubtedly unfortunately unless upfront
use user usual usually variety various vast version versus very view actively honestly practically truly
supposed judging described component components subtype subtypes renewal renewals
closest nearest closely booked examples seriously
sincerely quickly swiftly officially reportedly evidently newly faithfully
supposedly manually personally there'll won't
couldn't wouldn't shouldn't can't cannot didn't don't wasn't weren't isn't aren't
hasn't haven't hadn't
we're you'll they'll it'll that'll it'd that'd
lumped totalled totaled summed summing totalling tallied grand silly dumb
virtually confirmation blow blew blown clock clocked way well went whatever whatnot
housed door doors era structured fhir registered registering registers documented documenting participant participants
participating attendee attendees archived
whatsoever whenever whereabout whereas whereby wherever whichever whichsoever while whoever whole wholly whom
whomever whose whosoever wise woke woken won word wore world worn worth wound writing written wrote yet
"""
_DOUBLED = """
ad bat beg chat chip chop clap dip dot drag drop fit flag grab hit hop jot jut log map nod pad pat plan plot pop
quit rub run set shed ship shop sit skip slip snap spot stem step stop tag tap tip trap trim wrap
"""
"""Verbs that double their last letter."""


def _inflected(verb: str) -> set[str]:
    """A verb's regular forms."""
    if verb.endswith("e"):
        return {verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"}
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return {verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"}
    stem = verb + verb[-1] if verb in _DOUBLED.split() else verb
    ending = "es" if verb.endswith(("s", "sh", "ch", "x")) else "s"
    return {verb, verb + ending, f"{stem}ed", f"{stem}ing"}


_POSTURES = frozenset({"standing", "sitting"})
"""Forms of everyday verbs that say how something was measured."""
_FORMS = frozenset(form for verb in _VERBS.split() for form in _inflected(verb)) | frozenset(_OTHERS.split())
EVERYDAY = (_FORMS | frozenset(singular(form) for form in _FORMS)) - _POSTURES
"""Every such word, with the forms of the verbs; words are compared in the singular, as a rule forms it."""
