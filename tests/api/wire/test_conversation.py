"""What all conversations over OpenAI's protocols have in common."""

from __future__ import annotations

from typing import Any

import pytest

from api.wire.chat_request import ChatRequest
from api.wire.conversation import Conversation
from api.wire.response_request import ResponsesRequest
from tests.api.framework_requests import ANSWERED, QUESTION

ASKED = "\ud800 what does China say?"


@pytest.mark.parametrize("content", [ASKED, [{"type": "text", "text": ASKED}]])
@pytest.mark.parametrize(("kind", "field"), [(ChatRequest, "messages"), (ResponsesRequest, "input")])
def test_conversation_lone_surrogates_are_replaced(kind: type[Conversation], field: str, content: Any) -> None:
    wanted = kind.model_validate({field: [{"role": "user", "content": content}]})
    assert wanted.question() == "? what does China say?"
    assert wanted.said() == [("user", "? what does China say?")]


@pytest.mark.parametrize("name", ANSWERED)
def test_conversation_requests_of_frameworks_ask_their_question(name: str) -> None:
    wanted = ChatRequest.model_validate(ANSWERED[name])

    assert (wanted.question(), wanted.task(), wanted.shape(None)) == (QUESTION, None, None)
    assert [message.role for message in wanted.history()] in ([], ["user", "assistant"])
    assert all(message.content for message in wanted.history())
    assert wanted.wants_usage() == ("stream_options" in ANSWERED[name])
