"""The network as requests reaches it, but each request stops once between connecting and sending.

There its flight waits to be let go: so that the service's limit counts what is really sent, and so that who
gives up a request knows whether anything of it can have arrived.
"""

from __future__ import annotations

from typing import Any

from requests.adapters import HTTPAdapter

from simonsync.http.flight import current


class _Stopping:
    """Mixed into a connection of urllib3: tells its flight what it does."""

    sock: Any

    def connect(self) -> None:
        """Connect, through a proxy and with TLS where they are needed."""
        flight = current()
        if flight is not None:
            flight.connecting(self)
        super().connect()  # type: ignore[misc] # the connection it is mixed into has it

    def putrequest(self, *words: Any, **more: Any) -> None:  # noqa: ANN401 - whatever it gives
        """Begin a request: its first line, before which nothing of it is sent."""
        if self.sock is None:
            self.connect()
        flight = current()
        if flight is not None:
            flight.wait_for_leave(self.sock)
        super().putrequest(*words, **more)  # type: ignore[misc] # likewise


class Network(HTTPAdapter):
    """The pool of connections to one service, straight or through a proxy of any kind."""

    def init_poolmanager(self, *words: Any, **more: Any) -> None:  # noqa: ANN401 - whatever it gives
        """Make the pool of straight connections."""
        super().init_poolmanager(*words, **more)
        _let_stop(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:  # noqa: ANN401 - likewise
        """Return the pool of connections through a proxy."""
        known = proxy in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **more)
        if not known:
            _let_stop(manager)
        return manager


def _let_stop(manager: Any) -> None:  # noqa: ANN401 - a manager of urllib3
    manager.pool_classes_by_scheme = {
        scheme: type(
            pool.__name__,
            (pool,),
            {"ConnectionCls": type(pool.ConnectionCls.__name__, (_Stopping, pool.ConnectionCls), {})},
        )
        for scheme, pool in manager.pool_classes_by_scheme.items()
    }
