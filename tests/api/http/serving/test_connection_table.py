from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from api.http.access.client_address import networks
from api.http.serving import connection_table
from api.http.serving.connection_table import RESERVE, ConnectionLimits, ConnectionTable, Place
from assistant.settings import HttpOptions

ELSEWHERE = "192.0.2.1"


@dataclass(eq=False)
class Connection:
    """One that notes who was cut, in order."""

    was_cut: list[Connection] = field(default_factory=list)

    def cut(self) -> None:
        self.was_cut.append(self)


def entered(table: ConnectionTable, number: int, address: str | None = ELSEWHERE) -> list[Connection]:
    connections = [Connection() for _ in range(number)]
    assert [table.enter(each, address) for each in connections] == [Place.ORDINARY] * number
    return connections


def test_connection_table_closes_whoever_waits_longest_for_a_further_connection() -> None:
    table = ConnectionTable(ConnectionLimits(most=3))
    first, second, third = entered(table, 3)
    for each in (second, first):
        table.wait(each)
    table.serve(third)

    entered(table, 1)
    assert (second.was_cut, first.was_cut) == ([second], [])
    entered(table, 1)
    assert first.was_cut == [first]


def test_connection_table_closes_whoever_of_an_address_waits_longest_before_it_refuses_the_address() -> None:
    table = ConnectionTable(ConnectionLimits(most=9, most_of_address=2))
    (other,) = entered(table, 1, "192.0.2.9")
    idle, busy = entered(table, 2)
    table.wait(other)
    table.wait(idle)

    entered(table, 1)
    assert (idle.was_cut, other.was_cut, busy.was_cut) == ([idle], [], [])
    assert table.enter(Connection(), ELSEWHERE) is Place.NONE


def test_connection_table_a_connection_that_is_asked_again_waits_anew() -> None:
    table = ConnectionTable(ConnectionLimits(most=2))
    first, second = entered(table, 2)
    for each in (first, second):
        table.wait(each)
    table.serve(first)
    table.wait(first)

    entered(table, 1)
    assert (first.was_cut, second.was_cut) == ([], [second])


def test_connection_table_while_all_are_busy_takes_some_into_the_reserve_and_no_more() -> None:
    table = ConnectionTable(ConnectionLimits(most=2))
    busy = entered(table, 2)

    places = [table.enter(Connection(), ELSEWHERE) for _ in range(RESERVE + 1)]
    assert places == [Place.RESERVE] * RESERVE + [Place.NONE]
    for each in busy:
        table.leave(each)
        table.leave(each)
    assert table.enter(Connection(), ELSEWHERE) is Place.RESERVE


def test_connection_table_those_in_the_reserve_who_are_silent_make_room_for_ordinary_ones() -> None:
    table = ConnectionTable(ConnectionLimits(most=2))
    entered(table, 1)
    silent = entered(table, 1) + [Connection() for _ in range(RESERVE)]
    for each in silent[1:]:
        assert table.enter(each, ELSEWHERE) is Place.RESERVE
    for each in silent:
        table.wait(each)

    entered(table, 1)
    assert all(each.was_cut for each in silent)


@pytest.mark.parametrize(
    ("addresses", "is_limited"),
    [
        (["192.0.2.1"], True),
        (["::ffff:192.0.2.1", "192.0.2.1"], True),
        (["2001:db8::1", "2001:db8::2"], True),
        (["fe80::1%eth0"], True),
        (["192.0.2.1", "192.0.2.2", "192.0.2.3"], False),
        (["2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:2::1"], False),
        (["127.0.0.1"], False),
        (["127.9.9.9"], False),
        (["::1"], False),
        (["::ffff:127.0.0.1"], False),
        (["10.1.2.3"], False),
        ([None], False),
    ],
)
def test_connection_table_limits_each_address_but_this_machine_and_trusted_proxies(
    addresses: list[str | None], is_limited: bool
) -> None:
    options = HttpOptions(max_connections_per_address=2)
    table = ConnectionTable(ConnectionLimits.of(options, trusted_proxies="10.0.0.0/8"))

    connections = [Connection() for _ in range(3)]
    places = [table.enter(each, addresses[at % len(addresses)]) for at, each in enumerate(connections)]
    assert (places[-1] is Place.NONE) == is_limited

    for each in connections:
        table.leave(each)
    assert table.enter(Connection(), addresses[0]) is Place.ORDINARY


@pytest.mark.parametrize(("allowed", "expected"), [(640, 640), (20_000, 1_000)])
def test_connection_limits_are_no_more_than_descriptors_suffice_for(
    monkeypatch: pytest.MonkeyPatch, allowed: int, expected: int
) -> None:
    monkeypatch.setattr(connection_table, "connections_allowed", lambda: allowed)

    assert ConnectionLimits.of(HttpOptions()).most == expected
    assert networks("127.0.0.0/8")[0] in ConnectionLimits.of(HttpOptions()).unlimited
