"""Audit: one log line for each thing that an operator may have to account for, written where it is done."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from enum import StrEnum

from corpus.access import Key
from corpus.article import Action, Outcome
from corpus.json_lines import json_handler, log_only_to
from corpus.link_secret import LinkSecret

LOGGER = "audit"
"""The `logger` of each audit line, by which it is told from others."""

_log = logging.getLogger(LOGGER)


class AuditEvent(StrEnum):
    """What happened."""

    SERVICE_STARTED = "service_started"
    KEY_MADE = "key_made"
    KEY_FIRST_USED = "key_first_used"
    KEY_REFUSED = "key_refused"
    KEY_ROTATED = "key_rotated"
    KEY_EXPIRED = "key_expired"
    KEY_REVOKED = "key_revoked"
    LINKS_ROTATED = "links_rotated"
    ARTICLES_ACCEPTED = "articles_accepted"
    DELETION_ACCEPTED = "deletion_accepted"
    ARTICLE_ADDED = "article_added"
    ARTICLE_REPLACED = "article_replaced"
    ARTICLE_DELETED = "article_deleted"
    FOLDER_RESTORED = "folder_restored"


_OF_ARTICLES = {
    Action.CREATED: AuditEvent.ARTICLE_ADDED,
    Action.DUPLICATE: AuditEvent.ARTICLE_ADDED,
    Action.UPDATED: AuditEvent.ARTICLE_REPLACED,
    Action.REREAD: AuditEvent.ARTICLE_REPLACED,
    Action.DELETED: AuditEvent.ARTICLE_DELETED,
}
"""Actions that change what is stored; the others leave no line."""


def audit(event: AuditEvent, **facts: object) -> None:
    """Write one line. `facts` are ids, names and counts; never an article's text, a question, or a key's text."""
    _log.info(event.replace("_", " "), extra={"facts": {"event": event.value, **facts}})


def audit_outcomes(outcomes: Iterable[Outcome], **facts: object) -> None:
    """Write one line for each article that was added, replaced or deleted."""
    for outcome in outcomes:
        if event := _OF_ARTICLES.get(outcome.action):
            audit(event, article_id=outcome.article_id, **facts)


def key_facts(key: Key) -> dict[str, object]:
    """Return what an audit line says of a new key."""
    grant = key.grant
    return {
        "key_id": key.id,
        "name": key.name,
        "scopes": list(grant.scopes),
        "publishable": grant.publishable,
        "limited": not grant.bounds.is_empty,
        **_expiry(key),
    }


def rotation_facts(key: Key) -> dict[str, object]:
    """Return what an audit line says of a key with a new text; `former_until` is when the text before stops working."""
    return {"key_id": key.id, "former_until": key.former and key.former.until.isoformat(), **_expiry(key)}


def links_facts(secret: LinkSecret) -> dict[str, object]:
    """Return what an audit line says of a new secret of links, as `rotation_facts` does."""
    return {"former_until": secret.former_until and secret.former_until.isoformat()}


def _expiry(key: Key) -> dict[str, object]:
    return {"expires": key.expires.isoformat()} if key.expires else {}


def log_audits(is_wanted: bool) -> None:
    """Let this process write audit lines to stderr from now on, or none."""
    log_only_to(json_handler(), LOGGER)
    _log.setLevel(logging.INFO if is_wanted else logging.WARNING)
