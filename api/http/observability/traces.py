"""Traces for OpenTelemetry: a span for each request that was answered, and below it one for each stage.

Spans are made once a request is over, from what was timed anyway. OpenTelemetry is imported when a collector is set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import time_ns
from typing import TYPE_CHECKING, Protocol

from assistant.answer import Answer
from assistant.errors import BadSettings

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider

_SERVICE = "cited-assistant"
_VERIFY, _WRITE, _TOTAL = "verify", "write", "total"
_SERVER_ERROR = 500
_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class AnsweredAt:
    """An answer that was complete at a moment, in nanoseconds since 1970."""

    answer: Answer
    at: int


class Traces(Protocol):
    """Where spans go."""

    def note(
        self,
        name: str,
        facts: Mapping[str, str | int],
        seconds: float,
        answers: list[AnsweredAt],
        traceparent: str | None,
    ) -> None:
        """Make the spans of a request that is over now and took so long, below the span of whoever sent it."""

    def close(self) -> None:
        """Send what waits to be sent, for some seconds at most."""


def open_traces(endpoint: str) -> Traces | None:
    """Return what sends spans to this collector, None without one. Raises `BadSettings` where the extra is missing."""
    if not endpoint:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as missing:
        raise BadSettings(
            f"Traces need OpenTelemetry ({missing}); install the extra `otel`, or set no ASSISTANT_TRACES__ENDPOINT."
        ) from None
    provider = TracerProvider(resource=Resource.create({"service.name": _SERVICE}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    return OpenTelemetryTraces(provider)


class OpenTelemetryTraces:
    """`Traces` of OpenTelemetry's SDK, which sends them from a thread of its own and gives up what cannot be sent."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(_SERVICE)

    def note(
        self,
        name: str,
        facts: Mapping[str, str | int],
        seconds: float,
        answers: list[AnsweredAt],
        traceparent: str | None,
    ) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        if not answers and traceparent is None:
            return  # nobody follows it, and nothing was asked
        now = time_ns()
        parent = TraceContextTextMapPropagator().extract({"traceparent": traceparent}) if traceparent else None
        start = now - int(seconds * _NANOSECONDS)
        span = self._tracer.start_span(name, parent, SpanKind.SERVER, {**facts}, start_time=start)
        if int(facts["http.response.status_code"]) >= _SERVER_ERROR:
            span.set_status(Status(StatusCode.ERROR))
        for answered in answers:
            span.set_attributes(
                {"assistant.status": answered.answer.status.value, "assistant.mode": answered.answer.mode}
            )
            self._note_stages(answered, set_span_in_context(span))
        span.end(now)

    def close(self) -> None:
        self._provider.shutdown()

    def _note_stages(self, answered: AnsweredAt, parent: Context) -> None:
        from opentelemetry.trace import set_span_in_context

        timings = answered.answer.timings_ms
        end = answered.at - _nanoseconds(timings.get(_TOTAL, 0.0))
        for stage, milliseconds in timings.items():
            if stage in (_TOTAL, _VERIFY):
                continue
            start, end = end, end + _nanoseconds(milliseconds)
            span = self._tracer.start_span(stage, parent, start_time=start)
            if stage == _WRITE and _VERIFY in timings:
                # Sentences are verified as they are written; told is how long that took, at the end of writing.
                verifying = self._tracer.start_span(
                    _VERIFY, set_span_in_context(span), start_time=max(start, end - _nanoseconds(timings[_VERIFY]))
                )
                verifying.end(end)
            span.end(end)


def _nanoseconds(milliseconds: float) -> int:
    return int(milliseconds * 1_000_000)
