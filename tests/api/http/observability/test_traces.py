"""Traces, as a collector on loopback gets them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from api.http.observability.traces import open_traces
from assistant.ask import Assistant
from assistant.errors import BadSettings
from assistant.settings import HttpOptions, Settings, TraceOptions
from tests.api.conftest import serving
from tests.api.http.access.guarded import QUESTION

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
IS_INSTALLED = find_spec("opentelemetry.exporter.otlp.proto") and find_spec("opentelemetry.exporter.otlp.proto.http")


@contextmanager
def collector() -> Iterator[tuple[str, list[Any]]]:
    """A collector of traces: its address, and the spans that came."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    spans: list[Any] = []

    class Collect(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
            spans.extend(span for of in sent.resource_spans for scope in of.scope_spans for span in scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Collect) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/traces", spans
        server.shutdown()


@pytest.mark.skipif(not IS_INSTALLED and "CI" not in os.environ, reason="the extra otel is not installed")
def test_traces_have_a_span_for_each_stage_below_the_span_of_the_sender(helper: Assistant, tmp_path: Path) -> None:
    with collector() as (endpoint, spans):
        settings = Settings(data=tmp_path, serving=HttpOptions(port=0), traces=TraceOptions(endpoint=endpoint))
        with serving(helper, settings) as url:
            sampled = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
            response = httpx.post(url + "/v1/ask", json=QUESTION, headers=sampled, timeout=60)
            left_out = {"traceparent": f"00-{TRACE}-{PARENT}-00"}
            httpx.post(url + "/v1/ask", json=QUESTION, headers=left_out, timeout=60)
            httpx.get(url + "/healthz", timeout=60)

    named = {span.name: span for span in spans}
    assert sorted(named) == ["POST /v1/ask", "read", "rewrite", "search", "verify", "write"]
    assert len(spans) == len(named)
    request = named["POST /v1/ask"]
    assert (request.trace_id.hex(), request.parent_span_id.hex()) == (TRACE, PARENT)
    told = {one.key: one.value.string_value or one.value.int_value for one in request.attributes}
    assert told == {
        "http.request.method": "POST",
        "http.route": "/v1/ask",
        "http.response.status_code": 200,
        "assistant.request_id": response.headers["X-Request-ID"],
        "assistant.status": "answered",
        "assistant.mode": "extractive",
    }
    for stage in ("rewrite", "search", "read", "write"):
        assert named[stage].parent_span_id == request.span_id
    assert named["verify"].parent_span_id == named["write"].span_id
    in_order = [named[stage].start_time_unix_nano for stage in ("rewrite", "search", "read", "write", "verify")]
    assert in_order == sorted(in_order)
    assert all(span.end_time_unix_nano >= span.start_time_unix_nano for span in spans)


def test_traces_import_nothing_while_there_is_no_collector() -> None:
    program = "import sys; import api.http.observability.traces as t; assert t.open_traces('') is None; "
    program += "assert not any(name.startswith('opentelemetry') for name in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], timeout=120).returncode == 0


def test_traces_without_the_extra_are_a_setting_that_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)

    with pytest.raises(BadSettings, match="install the extra `otel`"):
        open_traces("http://127.0.0.1:4318/v1/traces")
