"""Words of a question that are left when all names that stand in it are taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from chartwarden.agent.planning.names.code_words import CODE_WORDS
from chartwarden.agent.planning.names.cut_short import meant
from chartwarden.agent.planning.names.everyday import EVERYDAY
from chartwarden.agent.planning.names.mentions import Mention, relink
from chartwarden.agent.planning.names.slips import put_right
from chartwarden.agent.planning.names.vocabulary import GRAMMAR, MODIFIERS
from chartwarden.agent.planning.reading.mask import Mask
from chartwarden.tools.records.record_vocabulary import Vocabulary
from chartwarden.tools.records.words import FILLERS, words_of

READ_PAST = GRAMMAR | EVERYDAY | FILLERS | CODE_WORDS
"""Words that are no part of a name unless the record or the tables have the whole name."""


def leftovers(mask: Mask, vocabulary: Vocabulary, keep: Callable[[Mention], None], *, broad: bool) -> list[str]:
    """Keep what runs of words the grammar does not know are names of; the words that nothing knows, kept as names too.

    They are parts of names, misspelt names, or words not understood.
    """
    blanked = mask.blanked()
    runs: list[list[tuple[int, int, str]]] = []
    joined = False
    for word in words_of(blanked.replace("¤", " ")):
        if not (word.text in READ_PAST or word.text.isdigit()):
            if (
                joined
                and runs
                and re.fullmatch(
                    r"[\s-]*(?:(?:of|the|in|with|to|and|due|a|an|for|on)[\s-]+)*", blanked[runs[-1][-1][1] : word.start]
                )
            ):
                runs[-1].append((word.start, word.end, word.text))
            else:
                runs.append([(word.start, word.end, word.text)])
            joined = True
    return [unread for run in runs for unread in _unread_of(run, mask, vocabulary, keep, broad=broad)]


def _unread_of(
    run: list[tuple[int, int, str]],
    mask: Mask,
    vocabulary: Vocabulary,
    keep: Callable[[Mention], None],
    *,
    broad: bool,
) -> Iterator[str]:
    while run:
        for length in range(len(run), 0, -1):
            start, end = run[0][0], run[length - 1][1]
            mention = meant(mask.question, start, end, vocabulary, broad=broad)
            if mention.is_known and not (mention.via_spelling and put_right(mention.words)):
                keep(mention)
                run = run[length:]
                break
        else:
            (start, end, text), rest = run[0], run[1:]
            said = mask.question[start:end]
            if slip := put_right(said if start else said.lower()):
                mask.add(start, end, slip)
                run = rest
                continue
            while rest and mask.question[end : rest[0][0]].strip() == "" and text not in MODIFIERS:
                probe = relink(mask.question[rest[0][0] : rest[0][1]], *rest[0][:2], vocabulary, broad=False)
                # "intraocular pressure" is not a kind of whatever else is called pressure here.
                if probe.linked.known or any(link.how != "narrower" for link in probe.linked.links):
                    break
                end, rest = rest[0][1], rest[1:]
            yield mask.question[start:end]
            keep(relink(mask.question[start:end], start, end, vocabulary, broad=False))
            run = rest
