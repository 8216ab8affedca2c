"""Known kinds of question in everyday lines: read as what people say, and nothing that narrows is passed over."""

from __future__ import annotations

import pytest

from chartwarden.agent.planning.names.slips import words_put_right
from chartwarden.agent.planning.rules import RulesPlanner
from chartwarden.tools.records.manifest import Manifest
from chartwarden.tools.records.record_vocabulary import vocabulary_of

from .conftest import Ask, shapes


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("What was the last day anybody wrote a warfarin prescription?", "When was warfarin last prescribed?"),
        ("Chronic sinusitis, diagnosis. His age then?", "How old was the patient when chronic sinusitis was first "
                                                        "diagnosed?"),
        ("What has he got just now? Conditions that are still active.", "Which conditions are still active?"),
        ("Hypertension meds she's on today", "Which medications for hypertension is she on currently?"),
        ("Which is correct: warfarin was started before ibuprofen? Yes or no.",
         "Was warfarin started before ibuprofen?"),
        ("Potassium, last checked on?", "When was potassium last checked?"),
        ("Since 2018, potassium above 5 at any time?", "Was potassium ever above 5 since 2018?"),
        ("Hypertension: still counted among what she has now?", "Does she currently have hypertension?"),
        ("day on which high BP was first put on the list", "When was hypertension first diagnosed?"),
        ("Creatinine over the last two years: what's the most it got to?",
         "What was the highest creatinine over the last two years?"),
        ("Lowest potassium figure ever noted down?", "What was the lowest potassium?"),
        ("Has this man ever been over 95 kg?", "Was the weight ever above 95 kg?"),
        ("Has she ever dropped below 50 kilos?", "Was the weight ever below 50 kilos?"),
        ("How heavy is the gentleman?", "How heavy is the patient?"),
        ("Stroke made its first appearance in the chart on which day?", "When was stroke first diagnosed?"),
        ("Apparently the viral sinusitis was marked as resolved eventually. What date?",
         "When did the viral sinusitis resolve?"),
        ("Team meeting in ten minutes, so quickly: is she on warfarin?", "Is she on warfarin?"),
        ("Viral sinusitis: an active problem or no longer?", "Is viral sinusitis still active?"),
        ("As of today, which drugs is she on?", "Which drugs is she on as of now?"),
        ("Warfarin has been going since when?", "Since when has warfarin been taken?"),
        ("Stroke, hyperlipidemia, hypertension: which of these came first?",
         "Which came first: stroke or hyperlipidemia or hypertension?"),
        ("How long was the last viral sinusitis active?", "How long did the last viral sinusitis last?"),
        ("Was he ever found to have hypertension?", "Was he ever diagnosed with hypertension?"),
        ("List her conditions but leave out whatever has resolved", "Which of her conditions are still active?"),
        ("Sprained ankle - healed when?", "When did the sprained ankle resolve?"),
        ("When did he get rid of the viral sinusitis?", "When did the viral sinusitis resolve?"),
        ("Was warfarin ordered in 2018? Any order will do.", "Was warfarin ordered in 2018?"),
        ("All told, how many different drugs is she on?", "How many different drugs is she on?"),
        ("Warfarin first, ibuprofen later: correct?", "Did warfarin come before ibuprofen?"),
        ("Viral sinusitis: they put him on what?", "What was prescribed for viral sinusitis?"),
        ("Warfarin was originally prescribed by?", "Who first prescribed warfarin?"),
        ("A simvastatin order in 2019?", "Was there a simvastatin order in 2019?"),
        ("Potassium right before warfarin was started", "Last potassium before warfarin was started"),
        ("After warfarin was started, next potassium?", "First potassium after warfarin was started"),
        ("Stroke, first diagnosis: day, month, year", "When was stroke first diagnosed?"),
        ("How long have I been on warfarin? whole years is fine. Just checking.",
         "How long have I been on warfarin in years?"),
    ],
)  # fmt: skip
def test_it_is_read_as_what_people_mostly_say(ask: Ask, line: str, plain: str) -> None:
    assert shapes(ask, line) == shapes(ask, plain)


@pytest.mark.parametrize(
    "line",
    [
        "How many times has viral splonkitis been diagnosed?",
        "How often was chronic gramblitis diagnosed?",
        "Which drugs is she taking for her balance?",
    ],
)
def test_a_word_that_nothing_knows_is_not_passed_over(ask: Ask, line: str) -> None:
    assert RulesPlanner().read(ask(line)).problem


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("list the active conddiitons", "list the active conditions"),
        ("when was it last docuemntted", "when was it last documented"),
        ("is cefazolin given", "is cefazolin given"),
        ("any secretions noted", "any secretions noted"),
        ("is fosinopril given", "is fosinopril given"),
    ],
)
def test_two_slips_in_a_long_word_of_questions_are_put_right(manifest: Manifest, said: str, meant: str) -> None:
    assert words_put_right(said, vocabulary_of(manifest))[0] == meant
