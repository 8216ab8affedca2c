"""Words cut into pieces as the tokenizer of a BERT checkpoint cuts them."""

from __future__ import annotations

import pytest

from chartwarden.agent.networks.pieces import pieces
from chartwarden.agent.networks.wordpiece import WordPiece

VOCABULARY = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "was", "a", "##1", "##c", "met", "##form", "##in", "?", ",", "'", "s")
PIECES = WordPiece({piece: number for number, piece in enumerate(VOCABULARY)})


def said(text: str, at_most: int = 20) -> list[str]:
    return [VOCABULARY[number] for number in PIECES(text, at_most)]


def test_a_word_is_cut_into_the_longest_pieces_from_the_left() -> None:
    assert said("was A1c") == ["[CLS]", "was", "a", "##1", "##c", "[SEP]"]
    assert said("Metformin?") == ["[CLS]", "met", "##form", "##in", "?", "[SEP]"]


def test_a_word_with_a_part_that_no_piece_has_is_unknown_as_a_whole() -> None:
    assert said("metforminx was") == ["[CLS]", "[UNK]", "was", "[SEP]"]
    assert said("a" * 101) == ["[CLS]", "[UNK]", "[SEP]"]


@pytest.mark.parametrize("text", ["was,a's?", " was ,\ta's\n?", "wás, A's?", "was,\u200b a's?"])
def test_signs_stand_apart_and_accents_and_unseen_characters_go(text: str) -> None:
    assert said(text) == ["[CLS]", "was", ",", "a", "'", "s", "?", "[SEP]"]


def test_what_goes_beyond_the_longest_is_cut_off_before_the_last_mark() -> None:
    assert said("was was was was", at_most=4) == ["[CLS]", "was", "was", "[SEP]"]
    assert said("") == ["[CLS]", "[SEP]"]


def test_told_word_by_word_it_is_known_where_each_begins() -> None:
    assert PIECES.words(["was", "A1c?", "met"], at_most=20) == ([2, 4, 5, 6, 7, 11, 8, 3], [1, 2, 6])
    assert PIECES.words(["was", "A1c?", "met"], at_most=5) == ([2, 4, 5, 6, 3], [1, 2, None]), "cut off"


def test_the_vocabulary_of_the_package_cuts_as_its_tokenizer_does() -> None:
    tokenizers = pytest.importorskip(
        "tokenizers", reason="needs tokenizers, which transformers brings (the extra medgemma)"
    )
    cut = pieces().cut
    reference = tokenizers.BertWordPieceTokenizer(vocab=dict(cut.numbers), lowercase=True)
    for text in (
        "Did Mr. O'Neill's HbA1c (7.9 %) rise after 3/4/2019 — or not?",
        "naïve façade 50µg/24h; β-blocker… <10 mmol/L & eGFR≥60",
        "hydroxychloroquine\tzzyzx\n[bracketed]",
    ):
        assert cut(text, 96) == reference.encode(text).ids
        assert cut.words(text.split(), 96)[0] == reference.encode(text).ids, "word by word it is the same"
