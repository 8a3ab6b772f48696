"""Attacks by heads and framing, on plain sockets: too large, odd, or read in two ways."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from corpus.access import Grant, Scope, new_key
from corpus.store import DataFolder, open_service_store
from tests.api.http.access.guarded import eventually
from tests.attacks.conftest import Serve, Service
from tests.attacks.heads import BEGIN, TOO_LARGE, answer_to

ASK = b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
BODY = b'{"question": "what does China say about semiconductors?"}'
SECOND = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", answer)]


def chunks(*parts: bytes, trailers: bytes = b"") -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n" + trailers + b"\r\n"


@pytest.mark.parametrize("head", TOO_LARGE.values(), ids=TOO_LARGE)
def test_service_refuses_a_head_that_is_too_large_and_its_memory_stays(
    service: Service, head: Callable[[], Iterator[bytes]]
) -> None:
    before = service.settled_memory_bytes()
    # Who sends more than is read may be told so by a reset.
    assert statuses(answer_to(service, *head())) in ([431], [])
    service.seconds_of_health()
    assert service.settled_memory_bytes() - before < 20e6


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (BEGIN + b"a:b\r\n" * 90 + b"Connection: close\r\n\r\n", [200]),
        (BEGIN + b"a:b\r\n" * 100 + b"\r\n", [431]),
        (BEGIN + b"a: " + b"b" * 60_000 + b"\r\nConnection: close\r\n\r\n", [200]),
        (BEGIN + b"a: " + b"b" * 66_000 + b"\r\n\r\n", [431]),
        # What follows on the same connection is bound no less.
        (BEGIN + b"\r\n" + BEGIN + b"a:b\r\n" * 100 + b"\r\n", [200, 431]),
    ],
)
def test_service_reads_heads_of_64_kb_and_100_fields_and_no_more(
    service: Service, head: bytes, expected: list[int]
) -> None:
    assert statuses(answer_to(service, head)) == expected


def test_service_refuses_in_the_form_of_its_other_errors(service: Service) -> None:
    answer = answer_to(service, BEGIN + b"a:b\r\n" * 1000 + b"\r\n")

    assert b"content-type: application/problem+json" in answer.lower()
    assert b"connection: close" in answer.lower()
    assert b'"code":"head_too_large"' in answer


@pytest.mark.parametrize(
    "request_bytes",
    [
        ASK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello" + SECOND,
        ASK + b"Content-Length: 5, 6\r\n\r\nhello" + SECOND,
        ASK + b"Content-Length: 4\r\n" + CHUNKED + b"\r\n" + chunks(BODY) + SECOND,
        ASK + CHUNKED + b"Content-Length: 4\r\n\r\n" + chunks(BODY) + SECOND,
        ASK + CHUNKED + CHUNKED + b"\r\n" + chunks(BODY) + SECOND,
        ASK + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + chunks(BODY) + SECOND,
        ASK + b"Transfer-Encoding : chunked\r\n\r\n" + chunks(BODY) + SECOND,
        ASK + b"Transfer-Encoding: chunked\x0b\r\n\r\n" + chunks(BODY) + SECOND,
        ASK + b"Content-Length: +5\r\n\r\nhello" + SECOND,
        ASK + b"Content-Length: -1\r\n\r\n" + SECOND,
        ASK.replace(b"1.1", b"1.0") + CHUNKED + b"\r\n" + chunks(BODY) + SECOND,
        # Lines that some end where others do not.
        BEGIN + b"A: b\n\r\n" + SECOND,
        BEGIN.replace(b"\r\n", b"\n") + b"\n" + SECOND,
        BEGIN + b"A: b\r\n c\r\n\r\n" + SECOND,
        BEGIN + b"A: b\r\n\tc\r\n\r\n" + SECOND,
        BEGIN + b"A: b\rc\r\n\r\n" + SECOND,
        BEGIN + b"A: b\0c\r\n\r\n" + SECOND,
        BEGIN + b"A\0: b\r\n\r\n" + SECOND,
        BEGIN + b"Host: other\r\n\r\n" + SECOND,
        b"\0" + SECOND,
        b"GET /healthz HTTP/1.1\r\n\r\n" + SECOND,
        b"GET /health z HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" + SECOND,
    ],
)
def test_service_refuses_what_two_readers_could_take_for_different_requests(
    service: Service, request_bytes: bytes
) -> None:
    assert statuses(answer_to(service, request_bytes))[:1] in ([400], [501])
    assert len(statuses(answer_to(service, request_bytes))) == 1


@pytest.mark.parametrize(
    "chunked",
    [b"5\nhello\r\n0\r\n\r\n", b"5\r\nhelloX\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n"],
)
def test_service_refuses_odd_chunks_and_takes_nothing_behind_them_for_a_request(
    service: Service, chunked: bytes
) -> None:
    assert statuses(answer_to(service, ASK + CHUNKED + b"\r\n" + chunked + SECOND)) in ([400], [])


def test_service_trailers_are_no_headers(serve: Serve) -> None:
    service = serve()
    key, text = new_key("attacked", Grant((Scope.ASK,)))
    with open_service_store(DataFolder(service.data)) as store:
        store.keys.add(key)
    authorization = b"Authorization: Bearer " + text.encode() + b"\r\n"
    without_key = ASK + b"Connection: close\r\n" + CHUNKED
    as_trailer = chunks(BODY, trailers=authorization)

    eventually(lambda: statuses(answer_to(service, without_key + b"\r\n" + chunks(BODY))) == [401])
    assert statuses(answer_to(service, without_key + authorization + b"\r\n" + chunks(BODY))) == [200]
    without_key += b"\r\n"
    assert statuses(answer_to(service, without_key + as_trailer)) == [401]
    # The trailer may also come late, when the request is being looked at.
    with closing(service.connect()) as connection:
        connection.sendall(without_key + as_trailer[: len(as_trailer) // 2])
        connection.sendall(as_trailer[len(as_trailer) // 2 :])
        assert statuses(connection.recv(65_536)) == [401]
