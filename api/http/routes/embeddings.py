"""`POST /v1/embeddings`: vectors of texts, as OpenAI's clients ask for them."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api.http.access.caller import CallerAssistant
from api.http.error_handlers import OpenAiErrorBody
from api.http.request_bodies import TakesJson
from api.http.serving.admission import Admission
from api.http.serving.disconnects import while_connected
from api.wire.embeddings import EmbeddingsBody, EmbeddingsRequest, embeddings_body
from api.wire.unsupported import unsupported_field
from assistant.errors import TextTooLong

router = APIRouter(responses={"default": {"model": OpenAiErrorBody, "description": "What went wrong."}})


@router.post("/v1/embeddings", dependencies=[TakesJson])
async def embed(
    wanted: EmbeddingsRequest, assistant: CallerAssistant, admission: Admission, request: Request
) -> EmbeddingsBody:
    """Return the vector of each text, of length 1, by the encoder that finds passages here.

    A text that is longer than the encoder reads is refused with 400, and so are tokens. Unknown parameters are ignored.
    """

    def work() -> EmbeddingsBody:
        wanted.refuse_dimensions_other_than(assistant.stages.encoder.dimension)
        try:
            embedded = assistant.embed(wanted.input)
        except TextTooLong as error:
            raise unsupported_field("input", str(error).rstrip(".")) from error
        return embeddings_body(embedded, wanted.encoding_format)

    return await while_connected(request, admission.run(work))
