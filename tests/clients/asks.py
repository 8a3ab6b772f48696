"""Asks a service as programs on LlamaIndex do: python asks.py ADDRESS QUESTION. Tells what came, as JSON."""

from __future__ import annotations

import json
import sys

from llama_index.core import get_response_synthesizer
from llama_index.core.chat_engine import SimpleChatEngine
from llama_index.core.response_synthesizers import ResponseMode
from llama_index.core.schema import NodeWithScore, TextNode
from llama_index.llms.openai_like import OpenAILike

address, question = sys.argv[1:]
model = OpenAILike(model="assistant", api_base=f"{address}/v1", api_key="none", is_chat_model=True, max_retries=0)
FERRY = "The ferry Petrel sails at noon from the old harbour, and its tickets cost two crowns. "
nodes = [NodeWithScore(node=TextNode(text=FERRY * 20), score=1.0) for _ in range(2)]
refiner = get_response_synthesizer(llm=model, response_mode=ResponseMode.REFINE)

told = {
    "chat": str(SimpleChatEngine.from_defaults(llm=model).chat(question)),
    "streamed": "".join(SimpleChatEngine.from_defaults(llm=model).stream_chat(question).response_gen),
    "refined": str(refiner.synthesize(question, nodes)),
}
print(json.dumps(told))
