"""`/docs`: the OpenAPI document as a page, made here, without scripts, so that it works offline."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from shlex import quote
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.http.access.caller import CurrentCaller
from api.http.access.route_rules import KeylessAccess, rule_for
from api.http.public_address import public_address
from corpus.access import Scope

_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}

_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
pre { overflow-x: auto; padding: .8rem; border: 1px solid #8888; border-radius: .4rem }
table { border-collapse: collapse } td, th { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top }
section { margin: 2.5rem 0 }
"""

router = APIRouter()


@router.get("/docs", include_in_schema=False)
async def show_reference(request: Request, caller: CurrentCaller) -> HTMLResponse:
    """Return every route with its fields, and a command to try it."""
    needs_key = Scope.ASK not in caller.scopes
    page = reference_page(request.app.openapi(), public_address(request), needs_key)
    return HTMLResponse(page, headers=_HEADERS)


def reference_page(document: Mapping[str, Any], address: str, needs_key: bool = False) -> str:
    """Return a whole page; its commands send their requests to `address`, with a key where they need one."""
    info = document["info"]
    operations = [
        _Operation(method.upper(), path, described)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    ]
    sections = "".join("".join(_section(document, one, address, needs_key)) for one in operations)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style><main>'
        f"<h1>{escape(info['title'])}</h1><p>{escape(info['summary'])} "
        f'The same for programs: <a href="/openapi.json">openapi.json</a>.</p>{sections}</main></html>'
    )


@dataclass(frozen=True, slots=True)
class _Operation:
    """A method of a path, as the OpenAPI document describes it."""

    method: str
    path: str
    described: Mapping[str, Any]


def _section(document: Mapping[str, Any], operation: _Operation, address: str, needs_key: bool) -> Iterator[str]:
    method, path, described = operation.method, operation.path, operation.described
    schema = _body_schema(document, described)
    yield f"<section><h2><code>{method} {escape(path)}</code></h2><p>{escape(described.get('description', ''))}</p>"
    fields = [*_parameters(described), *_fields(schema)]
    if fields:
        yield f"<table><thead><tr><th>field<th>what it is</thead><tbody>{''.join(fields)}</tbody></table>"
    rule = rule_for(method, path)
    has_key = needs_key and rule is not None and rule.without_key is not KeylessAccess.EVERYONE
    yield f"<pre>{escape(_command(address, method, path, has_key, schema))}</pre></section>"


def _body_schema(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Mapping[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    schema: Mapping[str, Any] = content.get("application/json", {}).get("schema", {})
    schema = schema.get("anyOf", (schema,))[0]  # the first way is the simple one
    named: Mapping[str, Mapping[str, Any]] = document["components"]["schemas"]
    return named.get(schema.get("$ref", "").rpartition("/")[2], schema)


def _parameters(operation: Mapping[str, Any]) -> Iterator[str]:
    for parameter in operation.get("parameters", ()):
        yield _row(parameter["name"], parameter["schema"] | {"description": parameter.get("description", "")})


def _fields(schema: Mapping[str, Any]) -> Iterator[str]:
    for name, of_field in schema.get("properties", {}).items():
        yield _row(name, of_field)


def _row(name: str, schema: Mapping[str, Any]) -> str:
    default = f" Default {json.dumps(schema['default'])}." if "default" in schema else ""
    told = f"{schema.get('description', '')}{default}".strip()
    return f"<tr><td><code>{escape(name)}</code><td>{escape(told)}"


def _command(address: str, method: str, path: str, has_key: bool, schema: Mapping[str, Any]) -> str:
    command = f"curl -s {'' if method == 'GET' else f'-X {method} '}{quote(address + path)}"
    if has_key:
        command += " \\\n  -H 'Authorization: Bearer YOUR_KEY'"
    for example in schema.get("examples", ())[:1]:
        command += f" \\\n  -H 'Content-Type: application/json' \\\n  -d {quote(json.dumps(example))}"
    return command
