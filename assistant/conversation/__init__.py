"""Conversations: follow-ups in full words, and small talk."""
