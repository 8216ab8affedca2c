"""Links between loaded resources: `urn:uuid:` and other fullUrls of a Bundle, and conditional references.

R4 asks whoever stores a transaction to replace such references by the id of what they point to; the stored bytes
differ from the source in nothing else. What is not there yet is remembered and replaced when it arrives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

import orjson

from chartwarden.tools.records.bodies import Codec
from chartwarden.tools.records.parameters import definitions
from chartwarden.tools.records.reading import Item
from chartwarden.tools.records.search.references import key
from chartwarden.tools.records.writing import Tables

REFERENCE = re.compile(rb'("reference"\s*:\s*)"((?:urn:|https?:|[A-Z][A-Za-z]+\?)[^"\\]*)"')
"""A reference that may have to be replaced."""
ADDRESS = re.compile(rb'("url"\s*:\s*)"(urn:uuid:[^"\\]*)"')
"""Of addresses (an attachment's), only the `urn:uuid` ones can be ours."""


def may_link(raw: bytes) -> bool:
    """Whether a resource may hold references that have to be replaced."""
    return REFERENCE.search(raw) is not None or b'"urn:uuid:' in raw


class Links:
    """Resolves references during one load."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._known: dict[str, str | None] = {}
        self._unresolved: list[str] = []
        """Of the resource at hand."""
        self._pending: list[tuple[str, int]] = []

    def learn(self, items: list[Item]) -> None:
        """Remember the fullUrls of a document, so that any later file can refer to them too."""
        for item in items:
            target = f"{item.resource['resourceType']}/{item.resource['id']}"
            if item.full_url and item.full_url != target:
                self._known[item.full_url] = target
                self._tables.insert("alias", [(key(item.full_url), target)])

    def resolve(self, item: Item) -> Item:
        """The same resource with resolvable references replaced."""
        raw = item.raw
        if not may_link(raw):
            return item
        self._unresolved.clear()
        raw = ADDRESS.sub(self._replacement, REFERENCE.sub(self._replacement, raw))
        linked = item if raw == item.raw else item._replace(raw=raw, resource=orjson.loads(raw))
        if self._unresolved:
            waiting = key(f"{linked.resource['resourceType']}/{linked.resource['id']}")
            self._pending += [(url, waiting) for url in self._unresolved]
        return linked

    def _replacement(self, found: re.Match[bytes]) -> bytes:
        url = found[2].decode("utf-8")
        target = self._target(url)
        if target is not None:
            return found[1] + b'"' + target.encode("utf-8") + b'"'
        if not url.startswith("http"):
            self._unresolved.append(url)
        return found[0]

    def _target(self, url: str) -> str | None:
        if url not in self._known:
            self._known[url] = self._look_up(url)
        return self._known[url]

    def _look_up(self, url: str) -> str | None:
        found = self._tables.rows("SELECT target FROM alias WHERE key = ?", (key(url),))
        if found:
            return str(found[0][0])
        name, mark, query = url.partition("?")
        return self._conditional(name, query) if mark and name in definitions().type_ids else None

    def _conditional(self, name: str, query: str) -> str | None:
        """The one resource with this identifier; None for none or several."""
        params = parse_qsl(query, keep_blank_values=True)
        if len(params) != 1 or params[0][0] != "identifier":
            return None
        system, bar, value = params[0][1].partition("|")
        if not bar:
            system, value = "", system
        sp = definitions().parameters[name]["identifier"].sps[0]
        condition = " AND s.uri = ?" if bar else ""
        sql = (
            "SELECT DISTINCT r.rid, r.dict, r.body FROM x_token t JOIN resource r ON r.rid = t.rid"
            " LEFT JOIN system s ON s.sys = t.sys WHERE t.sp = ? AND t.code = ? AND r.rtype > 0"
        )
        found = self._tables.rows(sql + condition, (sp, value, system) if bar else (sp, value))
        return None if len(found) != 1 else self._reference(name, found[0])

    def _reference(self, name: str, row: tuple[int, int, bytes]) -> str:
        codec = Codec(dict(self._tables.rows("SELECT dict, bytes FROM dictionary")))
        return f"{name}/{codec.load(row[1], row[2])['id']}"

    def note_pending(self) -> None:
        """Write down which of the resources so far wait for which references."""
        self._tables.insert("pending", self._pending)
        self._pending = []

    def late(self, codec: Codec) -> Iterator[Item]:
        """Stored resources whose references can be resolved by now, resolved."""
        self._known = {url: target for url, target in self._known.items() if target is not None}
        waiting: dict[int, None] = {}
        for (url,) in self._tables.rows("SELECT DISTINCT url FROM pending"):
            if self._target(url) is not None:
                waiting.update(
                    {row[0]: None for row in self._tables.rows("SELECT key FROM pending WHERE url = ?", (url,))}
                )
                self._tables.delete("pending", ("url",), [(url,)])
        for found in waiting:
            for dictionary, body in self._tables.rows("SELECT dict, body FROM resource WHERE key = ?", (found,)):
                if body:
                    raw = codec.unpack(dictionary, body)
                    yield self.resolve(Item(0, raw, orjson.loads(raw)))

    def unresolved(self) -> int:
        """How many references still wait."""
        return int(self._tables.rows("SELECT COUNT(*) FROM pending")[0][0])
