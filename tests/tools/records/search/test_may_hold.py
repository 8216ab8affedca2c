"""What is not parsed because it cannot hold a word must not hold it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chartwarden.tools.records.search.strings import fold, may_hold

TEXT = st.text(alphabet=st.sampled_from('aAbBéÉßİK"\\/\n ſ'), max_size=8)


@given(TEXT, TEXT, st.booleans(), st.data())
def test_a_word_that_is_there_is_never_missed(before: str, after: str, ascii_only: bool, data: Any) -> None:
    told = before + after
    raw = json.dumps({"display": told}, ensure_ascii=ascii_only).encode()
    whole = fold(told)
    start = data.draw(st.integers(0, len(whole)))
    assert may_hold(raw, [whole[start:]])
    assert may_hold(raw, ["not there at all", whole])


def test_what_cannot_hold_a_word_is_told() -> None:
    assert not may_hold(b'{"display":"Body weight"}', ["height", "length"])
