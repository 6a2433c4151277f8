"""Both services together, on loopback or in-process, with their log, their faults and their clock."""

import threading
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from simonsync.sandbox.clock import Clock
from simonsync.sandbox.control import control_app, with_control
from simonsync.sandbox.faults import Switchboard
from simonsync.sandbox.guard import Guard, Service, ask_sellsy, ask_simon
from simonsync.sandbox.request_log import RequestLog
from simonsync.sandbox.sellsy.app import sellsy_app
from simonsync.sandbox.sellsy.company import demo_company as sellsy_company
from simonsync.sandbox.sellsy.world import SellsyWorld
from simonsync.sandbox.simon.app import simon_app
from simonsync.sandbox.simon.company import demo_company as simon_company
from simonsync.sandbox.simon.schema import TABLES
from simonsync.sandbox.simon.world import SimonWorld
from simonsync.sandbox.snapshot import plain

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from simonsync.sandbox import serving


class Sandbox:
    """Sellsy and Simon for one test or one try.

    As a context manager it serves both on 127.0.0.1:

        with Sandbox(customers=6, seed=1) as box:
            requests.post(box.sellsy_url, ...)

    Without `with`, `wsgi()` gives the same applications for an in-process transport.

    Args:
        customers: number of active clients in Sellsy.
        seed: chooses the made-up ones beyond the first six.
        dialect: Simon's dialect, `odata` or `rest`.
        profile: other wire names for Simon.
        port_sellsy: 0 = any free port.
        port_simon: 0 = any free port.
        requests_per_second: Sellsy's limit; the real one is 5, 0 = none.
        clock: a clock of one's own, such as a VirtualClock.
    """

    def __init__(
        self,
        *,
        customers: int = 6,
        seed: int = 1,
        dialect: Literal["odata", "rest"] = "odata",
        profile: dict[str, Any] | None = None,
        port_sellsy: int = 0,
        port_simon: int = 0,
        requests_per_second: float = 0,
        clock: Clock | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.log = RequestLog()
        self.faults = Switchboard(self.clock)
        self._closing = threading.Event()
        self._ports = {"sellsy": port_sellsy, "simon": port_simon}
        self._served: dict[str, serving.Served] = {}
        sellsy_clock, simon_clock = self.faults.clock_of("sellsy"), self.faults.clock_of("simon")
        self.sellsy: SellsyWorld = sellsy_company(sellsy_clock, customers, seed)
        # A service that takes its time takes it however wrong its clock is.
        self.sellsy.passing = self.clock
        self.simon: SimonWorld = simon_company(simon_clock)
        simon = simon_app(self.simon, simon_clock, dialect=dialect, profile=profile)
        services = (
            Service(
                "sellsy",
                sellsy_app(self.sellsy, sellsy_clock, requests_per_second=requests_per_second),
                ask_sellsy,
                sellsy_clock,
                self.sellsy.tokens.expire,
            ),
            Service(
                "simon",
                simon,
                partial(ask_simon, simon.name_request),
                simon_clock,
                self.simon.access.expire_tokens,
            ),
        )
        self.guards = {
            service.name: Guard(service, self.log, self.faults, self._pause, self.clock)
            for service in services
        }

    def _pause(self, seconds: float) -> None:
        """Let seconds pass, or fewer where the sandbox is closed meanwhile."""
        self._closing.wait(seconds)

    def wsgi(self, service: str) -> "WSGIApplication":
        """Return a service (`sellsy` or `simon`) with log, faults and control endpoint, without a socket.

        It raises ConnectionDropped and ConnectionRefused where a socket would be closed or refused.
        """
        return with_control(self.guards[service], control_app(self))

    def settle(self) -> None:
        """Carry out what was to be applied late and is due by now, without waiting for the next request."""
        for guard in self.guards.values():
            guard.settle()

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """Return the data of both services as plain JSON values, by service and kind of record."""
        simon = {entity: {str(row["Id"]): plain(row) for row in self.simon.rows(entity)} for entity in TABLES}
        return {"sellsy": self.sellsy.snapshot(), "simon": simon}

    @property
    def credentials(self) -> dict[str, str]:
        """What a client needs to be let in, under the names of the credentials file."""
        sellsy, simon = self.sellsy.gate.credentials, self.simon.access
        return {
            "sellsy_consumer_token": sellsy.consumer_token,
            "sellsy_consumer_secret": sellsy.consumer_secret,
            "sellsy_user_token": sellsy.user_token,
            "sellsy_user_secret": sellsy.user_secret,
            "simon_key": simon.key,
            "simon_user": simon.user,
            "simon_password": simon.password,
            **({"simon_api_key": simon.api_key} if simon.api_key else {}),
        }

    @property
    def client_credentials(self) -> dict[str, str]:
        """The same for a firm to which Sellsy gave a client's id and secret in the place of four tokens."""
        client = self.sellsy.tokens.client
        others = {k: v for k, v in self.credentials.items() if not k.startswith("sellsy_")}
        ids = {"sellsy_client_id": client.client_id, "sellsy_client_secret": client.client_secret}
        return ids | others

    @property
    def sellsy_url(self) -> str:
        """Sellsy's one URL, with its trailing slash, while the sandbox is served."""
        return f"{self._served['sellsy'].url}/0/"

    @property
    def simon_url(self) -> str:
        """Simon's base URL while the sandbox is served."""
        return f"{self._served['simon'].url}/"

    def start(self) -> None:
        """Serve both services in the background; raise OSError where a port is taken."""
        from simonsync.sandbox.serving import Served

        try:
            for name, port in self._ports.items():
                served = Served(self.wsgi(name), port=port)
                served.start()
                self._served[name] = served
        except OSError:
            self.stop()
            raise
        self.faults.doors.update(self._served)

    def stop(self) -> None:
        """Close both services; the worlds and the log stay readable."""
        self._closing.set()
        self.faults.doors.clear()
        for served in self._served.values():
            served.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
