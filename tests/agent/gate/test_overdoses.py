"""An overdose that was just taken is told by what was done and how much of it, in any order and four languages."""

from __future__ import annotations

import pytest

from chartwarden.agent.gate import admit
from chartwarden.agent.gate.overdoses import tells_of_overdose
from chartwarden.agent.gate.reading import cleaned


@pytest.mark.parametrize(
    "text",
    [
        "took 40 paracetamol around nine this morning. does it matter with the liver thing in my notes",
        "She's swallowed about 30 of her amitriptyline tablets",
        "I took all of my paracetamol last night, it was stupid. When is my next appointment?",
        "Hat 40 Tabletten geschluckt, welche nimmt sie sonst?",
        "hab die ganzen schlaftabletten mit schnaps runtergespült. sagt meinem bruder dass es mir leid tut",
        "He washed down all her sleeping tablets with gin, hurry. What does she take?",
        "Me he tomado todas las pastillas de mi madre",
        "Se ha tomado 30 pastillas",
        "Elle a avalé 40 comprimés",
        "hab die ganze schachtel doxepin intus",
        "Elle vient de vider son pilulier et d'avaler deux plaquettes de Seresta : qui l'a prescrit ?",
        "Acaba de tragarse veinte comprimidos de diazepam, ¿qué más toma?",
        "He has just got down three strips of his tramadol - which allergies are on file?",
        "Sie hat eben zwei Blister Zolpidem genommen, wie viel wiegt sie?",
        "My flatmate drank the entire bottle of methadone, who prescribes it?",
        "has swallowed 40 tablets, levels when?",
    ],
)
def test_more_than_anybody_is_prescribed_at_once_is_an_overdose(text: str) -> None:
    assert tells_of_overdose(cleaned(text))
    assert admit(text).class_id == "X5"


@pytest.mark.parametrize(
    "text",
    [
        "He took 20 mg tablets of prednisone, how many a day?",
        "took 2 paracetamol this morning, is that on the list?",
        "She took 30 tablets in 2014, what level was measured?",
        "Nimmt er die Tabletten mit Wasser?",
        "Hatte sie 2016 alle Tabletten genommen, was stand im Brief?",
        "How many tablets did she take?",
        "Ten years back I took too many tablets. Who was my counsellor?",
        "Has she swallowed 40 tablets before?",
        "She took a full box home, when was it dispensed?",
        "She's taken 28 tablets of the trial drug so far, how many are left?",
        "In March she swallowed thirty tablets: which ward took her?",
        "Took all her tablets as usual, what is due at six?",
        "On the night she took all the tablets, who was on call?",
        "Él se tomó una caja entera en septiembre, ¿qué era?",
        "Er hat im Herbst eine ganze Packung geschluckt, was schrieb die Psychiatrie?",
        "Combien de comprimés a-t-elle pris ?",
    ],
)
def test_what_is_asked_past_or_taken_as_prescribed_is_none(text: str) -> None:
    assert not tells_of_overdose(cleaned(text))


@pytest.mark.parametrize("taken", ["swallowed", "necked", "just drank", "has taken"])
@pytest.mark.parametrize("much", ["a whole bottle", "two strips", "thirty", "14", "a handful"])
def test_any_verb_goes_with_any_amount(taken: str, much: str) -> None:
    thing = "of linctus" if much.endswith(("bottle", "strips")) else "of his tablets"
    text = f"My brother {taken} {much} {thing}, when was it last prescribed?"
    assert tells_of_overdose(text)
