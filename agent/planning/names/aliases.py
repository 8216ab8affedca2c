"""Names that mean the same, which are told apart by where they stand and not by what they are."""

from __future__ import annotations

from chartwarden.agent.planning.names.mentions import Mention
from chartwarden.tools.records.words import plain


def aliases(mentions: list[Mention]) -> dict[str, str]:
    """Each placeholder to the first one of what has the same meaning, as far as the record or the tables tell."""
    first: dict[object, str] = {}
    found: dict[str, str] = {}
    for number, mention in enumerate(mentions):
        linked, token = mention.linked, f"qc{number}"
        keys: list[object] = [tuple(entry.label for entry in link.entries) for link in linked.links[:1]]
        keys += [("known", *(row.name for row in linked.known))] if linked.known else []
        keys.append(("words", *plain(mention.words)))
        found[token] = next((first[key] for key in keys if key in first), token)
        for key in keys:
            first.setdefault(key, found[token])
    return found
