"""How a request is read before it is judged: one spelling, one language, clauses."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "´": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‐": "-",
        "‑": "-",
    }
)
_LOOKALIKES = str.maketrans("аеорсухіѕјԁһІАВЕКМНОРСТХ", "aeopcyxisjdhIABEKMHOPCTX")
"""Cyrillic letters that are drawn like Latin ones."""
_WORD = re.compile(r"[^\W\d_]{2,}(?:'[^\W\d_]+)?|[^\W\d_]'[^\W\d_]+|(?<!\S)a(?!\S)")


def cleaned(text: str) -> str:
    """One spelling of a request: compatibility forms folded, invisible characters gone, quotes and spaces plain."""
    if text.isascii() and text.isprintable():  # nothing of what follows but quotes and spaces is in there
        return _SPACE.sub(" ", text.translate(_QUOTES)).strip()
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)
    if any(character.isascii() and character.isalpha() for character in text):
        text = text.translate(_LOOKALIKES)
    text = "".join(character if character.isprintable() else " " for character in text)
    return _SPACE.sub(" ", text).strip()


def words_of(text: str) -> list[str]:
    """The words of a cleaned text, lower case, as the small words of a language are written."""
    return [word.lower() for word in _WORD.findall(text)]


_SENTENCE_END = r"(?<=[?!;…])\s+|(?<=[^\W\d_]{3}\.)\s+(?=\S)|(?<=[\d)%]\.)\s+(?=[^\W\d_])|\s+[-–—]+\s+"
_JOINED = (
    r",?\s+(?:and|but|then|also|plus|or|und|aber|dann|oder|sowie|y|e|pero|luego|o|et|mais|puis|ou|&)\s+"
    r"|,\s+(?:and|but|then|so|und|aber|y|pero|et|mais)?\s*"
)
_PART = re.compile(f"(?P<end>{_SENTENCE_END})|(?P<joined>{_JOINED})", re.IGNORECASE)
# fmt: off
_OPENERS = frozenset({
    "advise", "also", "am", "any", "are", "bitte", "can", "combien", "comment", "como", "could", "cual", "cuales",
    "cuando", "cuanto", "cuantos", "dame", "darf", "debe", "deberia", "deberiamos", "debo", "devrais", "devrait",
    "did", "dime", "dis", "dites", "do", "does", "dois", "doit", "donde", "donne", "donnez", "erklar", "erklare",
    "es", "est", "esta", "etait", "explain", "explica", "explique", "faut", "find", "fue", "get", "gib", "give",
    "haben", "had", "has", "hat", "have", "hay", "how", "if", "interpret", "is", "ist", "kann", "konnen", "list",
    "lista", "liste", "may", "montre", "montrez", "muestra", "muestrame", "muss", "must", "nenne", "ob", "ok",
    "okay", "ou", "peut", "peux", "please", "podria", "pourquoi", "pourrait", "pouvez", "puede", "puedo", "pull",
    "quand", "que", "quel", "quelle", "quelles", "quels", "qui", "quien", "quoi", "recommend", "safe", "sag",
    "sage", "shall", "should", "show", "si", "sind", "soll", "sollen", "sollte", "sollten", "son", "sont", "tell",
    "tiene", "wann", "war", "waren", "warum", "was", "welche", "welcher", "welches", "wer", "were", "what", "when",
    "where", "whether", "which", "who", "why", "wie", "wieso", "will", "wird", "wo", "would", "wurde", "wurden",
    "your", "zeig", "zeige",
})
# fmt: on
"""Words a request begins with: after a comma or `and`, only these begin another one."""

_QUESTION_WORDS = frozenset({
    "when", "where", "who", "why", "wann", "wer", "wo", "warum", "wieso", "cuando", "donde", "quien", "quand", "qui",
    "ou", "pourquoi",
})  # fmt: skip


def parts_of(text: str) -> tuple[str, ...]:
    """The parts of a cleaned request that could be asked on their own, in any of the languages."""
    parts, start = [], 0
    for match in _PART.finditer(text):
        if match["joined"] is not None and _first_word(text[match.end() :]) not in _OPENERS:
            continue
        parts.append(text[start : match.start()])
        start = match.end()
    parts.append(text[start:])
    return tuple(part.strip() for part in parts if len(part.strip()) > 1)


def asks(part: str) -> bool:
    """Whether a part of a request has the form of a request: a question, or a word that opens one in front."""
    return part.rstrip().endswith("?") or _first_word(part) in _OPENERS


def is_bare_question(part: str) -> bool:
    """Whether a part is one question word, which asks for more of what is asked before it: "and why?"."""
    return re.sub(r"\W", "", folded(part)) in _QUESTION_WORDS


def _first_word(text: str) -> str:
    match = re.match(r"[^\w]*([^\W\d_]+)", text)
    return folded(match[1]) if match else ""


def folded(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character)).replace("ß", "ss")


_CORRECTS = re.compile(
    r"^(?:no|nope|sorry|oops|wait|actually)[,.!:]* (?=i (?:mean|meant) (?:[\w'-]+ ){0,3}[\w'-]+[ .?!]*$)", re.IGNORECASE
)
"""Before what somebody meant to ask for."""


def without_correction(text: str) -> str:
    """A short request without the word that takes the one before back: "no, I meant sodium"."""
    return _CORRECTS.sub("", text)


_STRENGTH = re.compile(
    r"(?<=[a-z)\]]) \d[\d.,]* ?(?:mg|mcg|unt|meq|g|ml)(?:/(?:ml|mg|hr|actuat))?"
    r"(?: (?:oral|topical|injectable|extended|delayed|release|chewable|vaginal|transdermal|intrauterine|inhalant|nasal"
    r"|ophthalmic|rectal|sublingual|disintegrating|prefilled|dry))*"
    r" (?:tablet|capsule|solution|suspension|injection|cream|ointment|gel|lotion|spray|inhaler|patch|system|ring|pack"
    r"|syringe|suppository|powder)\b",
    re.IGNORECASE,
)


def without_strength(text: str) -> str:
    """A text without strength and form behind a drug as terminologies write them: they are part of its name, and tell
    of no dose that is asked about ("orders for Naproxen sodium 220 MG Oral Tablet")."""
    return _STRENGTH.sub("", text)
