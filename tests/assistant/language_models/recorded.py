"""What model servers answer: the shapes as their makers send them, the words our own where they do not matter."""

from __future__ import annotations

from typing import Any

from tests.assistant.recorded_server import Recorded, events

TEXT = "Li Qiang spoke."
USAGE = {"prompt_tokens": 31, "completion_tokens": 4, "total_tokens": 35}


def chunk(delta: dict[str, Any] | None, end: str | None = None, **others: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": end}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **others}


def said(*pieces: str) -> list[dict[str, Any]]:
    return [chunk({"content": piece}) for piece in pieces]


def usage_chunk(**others: Any) -> dict[str, Any]:
    return {**chunk({}), "choices": [], "usage": USAGE, **others}


SAFE = {"hate": {"filtered": False, "severity": "safe"}, "violence": {"filtered": False, "severity": "safe"}}

AZURE_FIRST = {
    "id": "",
    "object": "",
    "created": 0,
    "model": "",
    "choices": [],
    "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": SAFE}],
}
"""Azure's first event: the verdict on the prompt, and no choice."""

AZURE_FILTERED = Recorded(
    400,
    {
        "error": {
            "message": "The response was filtered due to the prompt triggering the content management policy.",
            "type": None,
            "param": "prompt",
            "code": "content_filter",
            "status": 400,
            "innererror": {
                "code": "ResponsibleAIPolicyViolation",
                "content_filter_result": {**SAFE, "violence": {"filtered": True, "severity": "medium"}},
            },
        }
    },
)
AZURE_RATE_LIMITED = Recorded(
    429,
    {"error": {"code": "429", "message": "Requests have exceeded the token rate limit; retry after 86400 seconds."}},
    {"Retry-After": "86400", "retry-after-ms": "86400000"},
)
AZURE_WRONG_KEY = Recorded(401, {"statusCode": 401, "message": "Access denied due to invalid subscription key."})
AZURE_NO_DEPLOYMENT = Recorded(
    404, {"error": {"code": "DeploymentNotFound", "message": "The API deployment for this resource does not exist."}}
)
AZURE_TOO_LONG = Recorded(
    400,
    {
        "error": {
            "message": "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000.",
            "type": "invalid_request_error",
            "param": "messages",
            "code": "context_length_exceeded",
        }
    },
)

OPENAI_WRONG_KEY = Recorded(
    401,
    {
        "error": {
            "message": "Incorrect API key provided: sk-secret-of-the-test.",
            "type": "invalid_request_error",
            "param": None,
            "code": "invalid_api_key",
        }
    },
)
OPENAI_NO_MODEL = Recorded(
    404,
    {
        "error": {
            "message": "The model `m` does not exist or you do not have access to it.",
            "type": "invalid_request_error",
            "param": None,
            "code": "model_not_found",
        }
    },
)
OPENAI_NO_CREDIT = Recorded(
    429,
    {
        "error": {
            "message": "You exceeded your current quota, please check your plan and billing details.",
            "type": "insufficient_quota",
            "param": None,
            "code": "insufficient_quota",
        }
    },
)
OPENAI_RATE_LIMITED = Recorded(
    429,
    {
        "error": {
            "message": "Rate limit reached on tokens per min: limit 30000; add a payment method to your account.",
            "type": "tokens",
            "param": None,
            "code": "rate_limit_exceeded",
        }
    },
    {"Retry-After": "20", "retry-after-ms": "19500"},
)
OPENAI_REGION = Recorded(
    403,
    {
        "error": {
            "message": "Country, region, or territory not supported",
            "type": "request_forbidden",
            "param": None,
            "code": "unsupported_country_region_territory",
        }
    },
)

OPENROUTER_COMMENT = ": OPENROUTER PROCESSING"
OPENROUTER_MIDWAY = {
    **chunk({"content": ""}, "error"),
    "error": {"code": "server_error", "message": "Provider disconnected unexpectedly"},
    "provider": "a",
}
OPENROUTER_WRONG_KEY = Recorded(401, {"error": {"message": "No auth credentials found", "code": 401}})
OPENROUTER_NO_CREDIT = Recorded(402, {"error": {"message": "Insufficient credits. Add more.", "code": 402}})
OPENROUTER_NO_MODEL = Recorded(400, {"error": {"message": "a/b is not a valid model ID", "code": 400}})
OPENROUTER_NO_ENDPOINT = Recorded(404, {"error": {"message": "No endpoints found for a/b:free.", "code": 404}})
OPENROUTER_FLAGGED = Recorded(
    403,
    {
        "error": {
            "code": 403,
            "message": "a/b requires moderation. Your input was flagged for violence.",
            "metadata": {"reasons": ["violence"], "flagged_input": "...", "provider_name": "a"},
        }
    },
)
OPENROUTER_TOO_LONG = Recorded(
    400,
    {
        "error": {
            "message": "This endpoint's maximum context length is 4096 tokens. However, you requested about 5000.",
            "code": 400,
            "metadata": {"provider_name": "a"},
        }
    },
)
OPENROUTER_TOO_LONG_UPSTREAM = Recorded(
    502,
    {
        "error": {
            "message": '{"object":"error","message":"This model\'s maximum context length is 16000 tokens."}',
            "code": 502,
            "metadata": {"provider_name": "a", "raw": {"error_type": "validation_error"}},
        }
    },
)
OPENROUTER_DOWN = Recorded(
    503, {"error": {"message": "No available model provider meets your routing requirements", "code": 503}}
)
OPENROUTER_TOO_SLOW = Recorded(408, {"error": {"message": "Request timed out", "code": 408}})
OPENROUTER_RATE_LIMITED_MIDWAY = events(
    OPENROUTER_COMMENT, {"error": {"message": "Rate limit exceeded: free-models-per-min", "code": 429}}, done=False
)

VLLM_WRONG_KEY = Recorded(401, {"error": "Unauthorized"})
VLLM_NO_MODEL = Recorded(
    404,
    {
        "object": "error",
        "message": "The model `m` does not exist.",
        "type": "NotFoundError",
        "param": None,
        "code": 404,
    },
)
VLLM_TOO_LONG_BEFORE = Recorded(
    400,
    {
        "object": "error",
        "message": "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
        "type": "BadRequestError",
        "param": None,
        "code": 400,
    },
)
VLLM_TOO_LONG = Recorded(
    400,
    {
        "error": {
            "message": "The decoder prompt (length 5000) is longer than the maximum model length of 4096.",
            "type": "BadRequestError",
            "param": None,
            "code": 400,
        }
    },
)
VLLM_NO_ROOM = Recorded(
    400,
    {
        "object": "error",
        "message": "max_tokens must be at least 1, got -186.",
        "type": "BadRequestError",
        "param": None,
        "code": 400,
    },
)

LLAMA_CPP_TOO_LONG = Recorded(
    400,
    {
        "error": {
            "code": 400,
            "message": "request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it",
            "type": "exceed_context_size_error",
            "n_prompt_tokens": 9412,
            "n_ctx": 8192,
        }
    },
)
LLAMA_CPP_TOO_LONG_BEFORE = Recorded(
    500,
    {"error": {"code": 500, "message": "the request exceeds the available context size", "type": "server_error"}},
)
LLAMA_CPP_TOO_LONG_IN_A_STREAM = events(
    {
        "error": {
            "code": 400,
            "message": "the request exceeds the available context size. try increasing the context size",
            "type": "invalid_request_error",
        }
    }
)
LLAMA_CPP_ERROR_FIELD = events(
    'error: {"code":400,"message":"the request exceeds the available context size","type":"invalid_request_error"}'
)
"""Until autumn 2025: a field that no event has, so that clients read an empty stream."""

LLAMA_CPP_WRONG_KEY = Recorded(
    401, {"error": {"message": "Invalid API Key", "type": "authentication_error", "code": 401}}
)
LLAMA_CPP_LOADING = Recorded(503, {"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}})
LLAMA_CPP_NO_ADDRESS = Recorded(404, {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}})

OLLAMA_NO_MODEL = Recorded(
    404,
    {
        "error": {
            "message": "model 'm' not found",
            "type": "not_found_error",
            "param": None,
            "code": None,
        }
    },
)
OLLAMA_NO_MODEL_BEFORE = Recorded(
    404,
    {
        "error": {
            "message": 'model "m" not found, try pulling it first',
            "type": "api_error",
            "param": None,
            "code": None,
        }
    },
)
OLLAMA_TOO_LONG = Recorded(
    400,
    {
        "error": {
            "message": "prompt too long; exceeded max context length by 812 tokens",
            "type": "invalid_request_error",
            "param": None,
            "code": None,
        }
    },
)
OLLAMA_NO_ADDRESS = Recorded(404, b"404 page not found")

LM_STUDIO_TOO_LONG = Recorded(
    400,
    {
        "error": "Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with "
        "context length of only 4096 tokens, which is not enough."
    },
)
LM_STUDIO_TOO_LONG_EVENT = events(
    'event: error\ndata: {"error": {"message": "The number of tokens to keep from the initial prompt is greater than '
    'the context length."}, "message": "..."}',
    done=False,
)
LM_STUDIO_NOTHING_LOADED = Recorded(
    404,
    {
        "error": {
            "message": "No models loaded. Please load a model in the developer page or use the 'lms load' command.",
            "type": "invalid_request_error",
            "param": "model",
            "code": "model_not_found",
        }
    },
)
LM_STUDIO_NOTHING_LOADED_SINCE = Recorded(
    400,
    {
        "error": {
            "message": "No models loaded. Please load a model in the developer page or use the 'lms load' command.",
            "type": "invalid_request_error",
            "param": "model",
            "code": None,
        }
    },
)
LM_STUDIO_BROKE = events(
    *said("Li Qiang "),
    'event: error\ndata: {"error": {"message": "Compute error."}, "message": "Compute error."}',
    done=False,
)
LM_STUDIO_SCHEMA = Recorded(400, {"error": "'response_format.type' must be 'json_object' or 'text'"})
