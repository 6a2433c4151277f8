"""One request on its way, in a thread of its own: who waits for it may stop waiting at any moment.

A socket's time limit counts from one byte to the next, the look-up of a name has none at all, and a thread
that sits in either hears no signal. So nobody sits there who has something else to do.

    flight = Flight(carry, leaving)   `carry` makes the request; `leaving` is told when it really leaves
    flight.begin()
    flight.at_the_door(seconds)       connected, and nothing sent yet; or over already
    flight.let_go()                   now it is sent
    flight.landed(seconds)            whether it is over
    flight.result()                   what `carry` returned or raised
    flight.give_up()                  nobody waits for it any more: what was not sent is never sent
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_own = threading.local()


class _Phase(Enum):
    CONNECTING = auto()
    AT_THE_DOOR = auto()
    AWAY = auto()
    LANDED = auto()
    GIVEN_UP = auto()


class GivenUp(Exception):
    """Nobody waits for this request any more: it is not sent."""


def current() -> Flight[Any] | None:
    """Return the flight whose thread this is."""
    flight: Flight[Any] | None = getattr(_own, "flight", None)
    return flight


class Flight(Generic[T]):
    """One request on its way."""

    def __init__(self, carry: Callable[[], T], leaving: Callable[[], None]) -> None:
        """Take what makes the request, and what is told at the moment before its first byte."""
        self._carry = carry
        self._leaving = leaving
        self._changed = threading.Condition()
        self._phase = _Phase.CONNECTING
        self._connection: Any = None
        self._socket: Any = None
        self._value: T | None = None
        self._error: BaseException | None = None

    def begin(self) -> None:
        """Start; a program that ends does not wait for it. Raises OSError where the machine has no room."""
        thread = threading.Thread(target=self._fly, name="simonsync-request", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            raise OSError(str(error)) from None

    def at_the_door(self, seconds: float) -> bool:
        """Wait until it is connected or over; return whether it is."""
        return self._reached(seconds, _Phase.AT_THE_DOOR, _Phase.LANDED)

    def let_go(self) -> None:
        """Let it be sent."""
        self._turn(_Phase.AT_THE_DOOR, _Phase.AWAY)

    def landed(self, seconds: float) -> bool:
        """Wait until it is over; return whether it is."""
        return self._reached(seconds, _Phase.LANDED)

    def result(self) -> T:
        """Return what came of a flight that has landed, or raise it."""
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value] # one of both is there

    def give_up(self) -> None:
        """Wait for it no longer: its connection is shut, and what was not sent by now is never sent."""
        with self._changed:
            if self._phase is _Phase.LANDED:
                return
            self._phase = _Phase.GIVEN_UP
            self._changed.notify_all()
        # Not `close`: only a shutdown wakes whoever reads there. A TLS socket's own one would get into the
        # reader's way, the plain one does not; and a connection within TLS within TLS has none.
        for each in (self._socket, getattr(self._connection, "sock", None)):
            if isinstance(each, socket.socket):
                with suppress(OSError, ValueError):
                    socket.socket.shutdown(each, socket.SHUT_RDWR)

    # --- in the flight's own thread ---------------------------------------------------------------

    def connecting(self, connection: object) -> None:
        """Note what is being connected."""
        self._connection = connection

    def wait_for_leave(self, connected: object) -> None:
        """Wait at the door until the flight may go. Raises GivenUp."""
        with self._changed:
            self._socket = connected
            if self._phase is _Phase.CONNECTING:
                self._phase = _Phase.AT_THE_DOOR
                self._changed.notify_all()
            while self._phase is _Phase.AT_THE_DOOR:
                self._changed.wait()
            if self._phase is _Phase.GIVEN_UP:
                raise GivenUp
        self._leaving()

    def _fly(self) -> None:
        _own.flight = self
        try:
            self._value = self._carry()
        except BaseException as error:  # noqa: BLE001 whoever waits gets it
            self._error = error
        finally:
            with self._changed:
                if self._phase is not _Phase.GIVEN_UP:
                    self._phase = _Phase.LANDED
                self._changed.notify_all()

    def _turn(self, before: _Phase, after: _Phase) -> None:
        with self._changed:
            if self._phase is before:
                self._phase = after
                self._changed.notify_all()

    def _reached(self, seconds: float, *phases: _Phase) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._phase in phases, seconds)
