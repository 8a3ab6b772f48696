"""What all conversations over OpenAI's protocols have in common."""

from __future__ import annotations

from typing import Any

import pytest

from api.wire.chat_request import ChatRequest
from api.wire.conversation import Conversation
from api.wire.response_request import ResponsesRequest

ASKED = "\ud800 what does China say?"


@pytest.mark.parametrize("content", [ASKED, [{"type": "text", "text": ASKED}]])
@pytest.mark.parametrize(("kind", "field"), [(ChatRequest, "messages"), (ResponsesRequest, "input")])
def test_conversation_lone_surrogates_are_replaced(kind: type[Conversation], field: str, content: Any) -> None:
    wanted = kind.model_validate({field: [{"role": "user", "content": content}]})
    assert wanted.question() == "? what does China say?"
    assert wanted.said() == [("user", "? what does China say?")]
