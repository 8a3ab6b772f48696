"""`assistant mcp`."""

from __future__ import annotations

import os


def mcp() -> None:
    """Speak the Model Context Protocol over standard input and output, for programs that start this one."""
    from api.http.model_context import model_context_server
    from api.http.serving.admission import AdmissionQueue
    from assistant.ask import Assistant
    from assistant.settings import load_settings

    settings = load_settings()
    with Assistant.open(settings) as assistant:
        admission = AdmissionQueue(settings.load)
        try:
            model_context_server(lambda _: assistant, admission).run()
        finally:
            has_ended = admission.close()
    if not has_ended:
        os._exit(0)  # a thread in the middle of a model's code would end the interpreter with SIGABRT
