"""Processes, admission, streaming and limits of the HTTP service."""
