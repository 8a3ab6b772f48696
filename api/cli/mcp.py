"""`assistant mcp`."""

from __future__ import annotations

from contextlib import closing


def mcp() -> None:
    """Speak the Model Context Protocol over standard input and output, for programs that start this one."""
    from api.http.routes.mcp import model_context_server
    from api.http.serving.admission import AdmissionQueue
    from assistant.ask import Assistant
    from assistant.settings import load_settings

    settings = load_settings()
    with Assistant.open(settings) as assistant, closing(AdmissionQueue(settings.load)) as admission:
        model_context_server(lambda _: assistant, admission).run()
