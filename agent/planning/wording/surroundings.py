"""What stands around a question and changes nothing of it: the form it is for, whose record is open, where to look.

It is left out only where the question is not understood with it, so that nothing that narrows is ever read past first.
"""

from __future__ import annotations

import re

_FETCH = r"(?:read|quote|show|list|recap|give|tell|copy|transcribe|find|pull|state|what|which|who|when|where|how)"
_SOURCE = (
    r"(?:(?:nursing|medication|drug|medical|clinical|ward|observation|obs|electronic|coded) )*(?:administrations?|"
    r"resources?|records?|charts?|mar|entries|timestamps?|log|system|file)"
)
_AROUND: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), put)
    for pattern, put in (
        (
            r"^(?:(?:for|in|on|from) (?:the |this |my |our )?(?:[\w-]+ ){0,3}(?:sheet|form|log|audit|report|file|"
            r"column|"
            r"table|crf|review|registry|study|claim)(?: item \d+)?[,:] |(?:[\w-]+ ){0,2}(?:item|variable|field|column|"
            r""
            r"row|question|log|audit)(?: \d+)?[,:] )",
            "",
        ),
        (r'^field "(?P<x>[\w -]+)": ', r"\g<x>: "),
        (
            rf"^(?:act as|acting as|as if|pretend (?:that )?you(?:'re| are)|you(?:'re| are)|imagine you(?:'re| are)) "
            rf"[^,:;.?]{{1,40}}?(?:,| and|:) (?={_FETCH}\b)",
            "",
        ),
        (r"^i(?:'ve| have|'m| am) (?:to |going to |about to )?[^,;:?]{1,40}[;:] (?=\w)", ""),
        (r"^we(?:'re| are) [^,;:?]{1,40}[;:] (?=\w)", ""),
        (
            r",? (?:for|of|in|on) (?:this|the) (?:patient|subject|participant|person|lady|gentleman|man|woman|pt|"
            r"case)"
            r"(?: (?:that )?(?:i|we)(?: have|'ve)?(?: got)? (?:open|in front of (?:me|us)|here)| in question)?"
            r"(?=[,.?]|$| please)",
            "",
        ),
        (r", this (?:pt|subject|patient|participant)(?=[,.?]|$)", ""),
        (rf",? (?:going by|by|per|as per|according to|from|in) (?:the )?{_SOURCE}(?=[,.?]|$)", ""),
        (r",? (?:one|a|in one|in a)(?: short)? (?:para|paragraph|sentence|line)(?=[,.?]|$)", ""),
        (r",? (?:cited|with citations|with (?:its|their) sources?|draft only|pls|please|thanks|ta)(?=[,.?]|$)", ""),
        (r"\. yes or no$", ""),
    )
)


def without_surroundings(question: str) -> str:
    """The question without them."""
    text = question
    for pattern, put in _AROUND:
        text = pattern.sub(put, text)
    return text.strip(" ,")
