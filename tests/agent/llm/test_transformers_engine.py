"""The in-process engine as a whole: text, stops, thinking, cancellation, several callers, LangChain's own suite."""

import threading
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_tests.integration_tests import ChatModelIntegrationTests

from chartwarden.agent.errors import ModelLoadError
from chartwarden.agent.llm.chat import ChatMedGemma
from chartwarden.agent.llm.decode import Rules
from chartwarden.agent.llm.engine import Cancel, Image, Reply, Request, assistant, generate, user
from chartwarden.agent.llm.transformers_engine import Options, TransformersEngine
from chartwarden.tools.errors import ImageError, UsageError

DECISION = {
    "type": "object",
    "properties": {"tool": {"enum": ["search", "write"]}, "words": {"type": "string", "maxLength": 8}},
    "required": ["tool", "words"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def engine(text_model: Any, tokenizer: Any) -> Any:
    made = TransformersEngine(text_model, tokenizer, options=Options(context=1_024))
    yield made
    made.close()


def test_pieces_add_up_to_the_reply(engine: TransformersEngine) -> None:
    items = list(engine.stream(Request((user("the patient"),), max_tokens=20)))
    reply = items[-1]
    assert isinstance(reply, Reply)
    assert "".join(item for item in items[:-1] if isinstance(item, str)) == reply.text
    assert reply.finish == "length"
    assert reply.usage.generated == 20


def test_a_stop_sequence_ends_the_text_before_it(engine: TransformersEngine) -> None:
    whole = generate(engine, Request((user("the patient"),), max_tokens=20)).text
    stop = whole[6:8]
    cut = generate(engine, Request((user("the patient"),), max_tokens=20, stop=(stop,)))
    assert cut.text == whole[: whole.index(stop)]
    assert cut.finish == "stop"


def test_a_later_turn_pays_only_for_what_is_new(engine: TransformersEngine) -> None:
    first = (user("the patient has a result " * 8),)
    generate(engine, Request(first, max_tokens=4, conversation="turns"))
    more = (*first, assistant("one"), user("and the next day?"))
    reply = generate(engine, Request(more, max_tokens=4, conversation="turns"))
    assert reply.usage.cached >= engine.count_tokens(first) - 4
    assert reply.usage.prompt == engine.count_tokens(more)


def test_a_decision_is_compact_json_and_forced_tokens_are_not_asked_for(engine: TransformersEngine) -> None:
    reply = generate(engine, Request((user("choose"),), schema=DECISION))
    assert reply.text.startswith('{"tool":"')
    assert reply.usage.forced > reply.usage.generated / 3
    assert reply.usage.passes < reply.usage.generated


def test_a_short_limit_closes_the_output_and_says_so(engine: TransformersEngine) -> None:
    schema = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
    reply = generate(engine, Request((user("list"),), schema=schema, max_tokens=24, temperature=1.0, seed=3))
    assert reply.finish == "shortened"
    assert reply.text.endswith('"]')


def test_closing_the_stream_frees_the_engine_for_the_next_request(engine: TransformersEngine) -> None:
    long = engine.stream(Request((user("x"),), max_tokens=900))
    assert isinstance(next(iter(long)), str)
    long.close()  # type: ignore[attr-defined]
    assert generate(engine, Request((user("y"),), max_tokens=2)).usage.generated == 2


def test_two_streams_read_in_turns_do_not_block_each_other(engine: TransformersEngine) -> None:
    one = engine.stream(Request((user("one"),), max_tokens=6, conversation="1"))
    two = engine.stream(Request((user("two"),), max_tokens=6, conversation="2"))
    first = [next(one), next(two)]
    assert isinstance([*first, *one][-1], Reply)
    assert isinstance(list(two)[-1], Reply)


def test_requests_from_several_threads_get_their_own_replies(engine: TransformersEngine) -> None:
    alone = {word: generate(engine, Request((user(word),), max_tokens=8)).text for word in "abcd"}
    together: dict[str, str] = {}

    def ask(word: str) -> None:
        together[word] = generate(engine, Request((user(word),), max_tokens=8)).text

    threads = [threading.Thread(target=ask, args=(word,)) for word in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_a_set_cancel_ends_at_once_and_a_time_limit_too(engine: TransformersEngine) -> None:
    cancel = Cancel()
    cancel.set()
    assert generate(engine, Request((user("x"),)), cancel).finish == "cancelled"
    late = generate(engine, Request((user("x"),), max_tokens=900, timeout_s=0.05))
    assert late.finish == "cancelled"
    assert late.usage.generated < 900


def test_a_prompt_longer_than_the_context_is_refused_with_numbers(engine: TransformersEngine) -> None:
    with pytest.raises(UsageError, match="exceed the context of 1024"):
        generate(engine, Request((user("word " * 2_000),)))


def test_a_picture_is_refused_by_a_text_model(engine: TransformersEngine, picture: Any) -> None:
    with pytest.raises(UsageError, match="takes no images"):
        generate(engine, Request((user("see", Image(picture(1))),)))


def test_pictures_change_the_answer_and_a_broken_one_is_an_error(
    image_model: Any, tokenizer: Any, image_processor: Any, picture: Any
) -> None:
    engine = TransformersEngine(image_model, tokenizer, image_processor, options=Options(context=512))
    asked = [Request((user(Image(picture(n)), "what?"),), max_tokens=24, schema={"type": "string"}) for n in (1, 2, 3)]
    texts = {generate(engine, request).text for request in asked}
    assert len(texts) > 1
    with pytest.raises(ImageError, match="cannot be decoded"):
        generate(engine, Request((user(Image(b"not a picture")),)))
    engine.close()


def test_float16_weights_are_refused_with_the_reason(text_model: Any, tokenizer: Any) -> None:
    import copy

    import torch

    with pytest.raises(ModelLoadError, match="overflows in float16"):
        TransformersEngine(copy.deepcopy(text_model).to(torch.float16), tokenizer)


def test_thinking_is_kept_apart(text_model: Any, tokenizer: Any) -> None:
    engine = TransformersEngine(text_model, tokenizer, options=Options(context=512))
    script = tokenizer("<unused94>thought\nthe day<unused95>the result", add_special_tokens=False).input_ids
    forward = engine._forward

    def scripted(hidden: Any) -> Any:
        import torch

        logits = torch.zeros(hidden.shape[0], forward.vocabulary)
        for row in logits:
            row[script.pop(0) if script else 1] = 1
        return logits

    forward.head = scripted  # type: ignore[method-assign]
    engine._options = Options(context=512, rules=Rules(draft=0))
    reply = generate(engine, Request((user("x"),), thinking=True, max_tokens=64))
    assert (reply.text, reply.thinking, reply.finish) == ("the result", "the day", "stop")
    assert reply.usage.thinking > 0
    engine.close()


NO_SENSE = "random weights cannot know which argument was asked for"


class TestStandardSuite(ChatModelIntegrationTests):
    """LangChain's suite on random weights: shapes hold, sense does not."""

    made: TransformersEngine

    @pytest.fixture(autouse=True)
    def _with_engine(self, engine: TransformersEngine) -> None:
        type(self).made = engine

    @property
    def chat_model_class(self) -> type[BaseChatModel]:
        return ChatMedGemma

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return {"model": "tiny", "engine": self.made, "max_tokens": 64}

    @property
    def standard_chat_model_params(self) -> dict[str, Any]:
        given = super().standard_chat_model_params
        return {name: value for name, value in given.items() if name != "max_tokens"}

    @property
    def supports_json_mode(self) -> bool:
        return False  # the suite wants the keys of a joke

    @pytest.mark.xfail(reason=NO_SENSE, raises=AssertionError)
    def test_tool_calling(self, model: BaseChatModel) -> None:
        super().test_tool_calling(model)

    @pytest.mark.xfail(reason=NO_SENSE, raises=AssertionError)
    async def test_tool_calling_async(self, model: BaseChatModel) -> None:
        await super().test_tool_calling_async(model)

    @pytest.mark.xfail(reason="random weights may reply instead of calling a tool", raises=AssertionError)
    def test_agent_loop(self, model: BaseChatModel) -> None:
        super().test_agent_loop(model)

    @pytest.mark.xfail(reason=NO_SENSE, raises=AssertionError)
    def test_unicode_tool_call_integration(self, model: BaseChatModel, **_: Any) -> None:
        super().test_unicode_tool_call_integration(model)
