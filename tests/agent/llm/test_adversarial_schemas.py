"""A random model under hostile schemas: every output is valid and finished."""

import json
import random
from typing import Any

import jsonschema
import pytest

from chartwarden.agent.llm.decode import Rules
from chartwarden.agent.llm.engine import Request, generate, user
from chartwarden.agent.llm.transformers_engine import Options, TransformersEngine

NAMES = ["tool", "a", "deep key", "naïve", "x-y", 'quo"ted', "back\\slash", "日付", "_", "0"]


def hostile(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    """A schema that invites a weak model to go on without end, or to stop too early."""
    kinds = ["string", "integer", "number", "boolean", "enum", "const", "pattern"]
    if depth < 3:
        kinds += ["object"] * 3 + ["array"] * 2 + ["union", "nullable"]
    match chance.choice(kinds):
        case "string":
            return {"type": "string", **chance.choice([{}, {"maxLength": 5}, {"minLength": 3, "maxLength": 9}])}
        case "integer":
            return {
                "type": "integer",
                **chance.choice([{}, {"minimum": 0}, {"maximum": -3}, {"minimum": 5, "maximum": 7}]),
            }
        case "number":
            return {"type": "number", **chance.choice([{}, {"minimum": 0.5}, {"minimum": -2, "maximum": 2.25}])}
        case "boolean":
            return {"type": "boolean"}
        case "enum":
            return {"enum": chance.sample(["a", "ab", "abc", "", "true", 1, None, False, "\n", "é"], 4)}
        case "const":
            return {"const": chance.choice(["search_record", 'say "no"', 0, "0", None])}
        case "pattern":
            return {
                "type": "string",
                "pattern": chance.choice([r"^\d{4}-\d{2}-\d{2}$", "^[a-z]+$", "^(ab)*c?$", "^x{7}$"]),
            }
        case "object":
            names = chance.sample(NAMES, chance.randrange(0, 5))
            return {
                "type": "object",
                "properties": {name: hostile(chance, depth + 1) for name in names},
                "required": chance.sample(names, chance.randrange(0, len(names) + 1)),
                "additionalProperties": False,
            }
        case "array":
            bounds = chance.choice([{}, {"minItems": 2}, {"maxItems": 3}, {"minItems": 1, "maxItems": 2}])
            return {"type": "array", "items": hostile(chance, depth + 1), **bounds}
        case "union":
            return {"anyOf": [hostile(chance, depth + 1) for _ in range(3)]}
        case _:
            return {"anyOf": [hostile(chance, depth + 1), {"type": "null"}]}


RECURSIVE = {
    "$defs": {
        "node": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "parts": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
            "required": ["name", "parts"],
            "additionalProperties": False,
        }
    },
    "$ref": "#/$defs/node",
}


def _run(engine: TransformersEngine, schema: dict[str, Any], seed: int) -> str:
    request = Request((user("x"),), schema=schema, max_tokens=384, temperature=1.5 if seed % 2 else 0.0, seed=seed)
    reply = generate(engine, request)
    assert reply.finish in ("stop", "shortened"), (reply.finish, reply.text, schema)
    jsonschema.validate(json.loads(reply.text, strict=True), schema)
    return reply.finish


@pytest.fixture(scope="module")
def engine(text_model: Any, tokenizer: Any) -> Any:
    made = TransformersEngine(text_model, tokenizer, options=Options(context=512, rules=Rules(draft=4)))
    yield made
    made.close()


def test_thirty_hostile_schemas_are_obeyed_to_the_end(engine: TransformersEngine) -> None:
    for seed in range(30):
        _run(engine, hostile(random.Random(seed)), seed)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(30, 1_030, 100))
def test_a_thousand_more_hostile_schemas_are_obeyed_to_the_end(engine: TransformersEngine, first: int) -> None:
    for seed in range(first, first + 100):
        _run(engine, hostile(random.Random(seed)), seed)


@pytest.mark.parametrize("seed", range(2))
def test_a_schema_without_an_end_is_brought_to_one(engine: TransformersEngine, seed: int) -> None:
    _run(engine, RECURSIVE, seed)
