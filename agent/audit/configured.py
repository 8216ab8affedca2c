"""Changes of configuration, as entries: what the settings were before, and what they are now.

The settings last seen are kept in the key folder, beside the checkpoints and as well guarded. Secrets are not told:
only whether there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from chartwarden.agent.audit.keys import Keys, replace_file
from chartwarden.agent.settings import Settings

SEEN = "settings.json"
"""File in the key folder: the settings of the last entry about them."""
_USERINFO = re.compile(r"//[^/@\s]*@")


def changed(keys: Keys, settings: Settings) -> dict[str, Any]:
    """Facts of an entry about the settings; empty where they are those last seen."""
    path = keys.folder / SEEN
    now = told(settings)
    if not path.exists():
        return {"event": "settings", "settings": now}
    try:
        before = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        before = {}
    if before == now:
        return {}
    names = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    return {"event": "settings changed", "changed": {name: [before.get(name), now.get(name)] for name in names}}


def seen(keys: Keys, settings: Settings) -> None:
    """Keep the settings as those last told of. Call it once their entry is durable."""
    replace_file(keys.folder / SEEN, orjson.dumps(told(settings)).decode())


def told(settings: Settings) -> dict[str, Any]:
    """Every setting that has a value, by its dotted name, without passwords and keys."""
    return dict(_flat("", settings.model_dump(mode="json")))


def _flat(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}{name}.", value)
        elif value not in ("", None, [], {}):
            yield prefix + name, _without_secrets(value)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return _USERINFO.sub("//***@", value)
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return value
