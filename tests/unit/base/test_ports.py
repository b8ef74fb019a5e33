"""Ports for later: nobody else is given them meanwhile."""

import socket

from goodpart.base.ports import beside, free_ports


def test_ports_for_later_differ_and_can_be_listened_on_at_once() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    for port in ports:
        socket.create_server(("127.0.0.1", port)).close()


def test_ports_for_later_are_none_that_the_system_hands_out_where_it_leaves_any() -> None:
    usual = range(32_768, 61_000)
    assert not set(beside(usual)) & set(usual)
    assert len(beside(usual)) > 10_000
    assert beside(range(1_024, 65_536)) == []
