"""A firm whose services' answers, or our questions, are changed on the way."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

from requests.adapters import BaseAdapter

from simonsync.account.verify.facts import Sight
from simonsync.account.verify.verification import Verification, Writing, verify
from simonsync.account.verify.write import Left
from simonsync.sellsy import ClientSecret, connect
from simonsync.sync.ports import SellsyWriter
from tests.firm import Firm
from tests.wsgi_transport import WsgiTransport

if TYPE_CHECKING:
    import requests

PARIS = ZoneInfo("Europe/Paris")
Answer = Callable[[str, Any], tuple[Any] | None]
"""Changes what was answered: the method or the address, and its JSON; a tuple holds what takes its place."""
Question = Callable[[str, dict[str, Any]], None]
"""Changes what is asked of Sellsy: the method and its parameters."""


def _as_it_is(_name: str, _value: Any) -> None:
    """Change nothing."""


class Changing(BaseAdapter):
    """Sends requests on, and changes what goes and what comes."""

    def __init__(self, inner: WsgiTransport, firm: ChangedFirm) -> None:
        super().__init__()
        self._inner = inner
        self._firm = firm

    def send(self, request: requests.PreparedRequest, *_: Any, **more: Any) -> requests.Response:
        name = (request.url or "").partition("?")[0].rpartition("/")[2]
        body: Any = request.body
        if isinstance(body, io.BytesIO) and (form := parse_qs(body.getvalue().decode("latin-1"))).get(
            "do_in"
        ):
            asked = json.loads(form["do_in"][0])
            name = asked["method"]
            if self._firm.question is not _as_it_is:
                self._firm.question(name, asked["params"])
                changed = urlencode(
                    {**{key: each[0] for key, each in form.items()}, "do_in": json.dumps(asked)}
                )
                body.seek(0)
                body.truncate()
                body.write(changed.encode())
                body.seek(0)
                request.headers["Content-Length"] = str(len(changed))
        response = self._inner.send(request, **more)
        if self._firm.answer is not _as_it_is:
            content = b"".join(iter(lambda: response.raw.read1(65536), b""))
            if content[:1] in {b"{", b"["}:
                said = json.loads(content)
                inner = isinstance(said, dict) and "response" in said
                other = self._firm.answer(name, said["response"] if inner else said)
                if other is not None:
                    said = {**said, "response": other[0]} if inner else other[0]
                content = json.dumps(said).encode()
            response.raw = _Body(content)
        return response

    def close(self) -> None:
        self._inner.close()


class _Body(io.BytesIO):
    def read1(self, size: int | None = -1, /, *, decode_content: bool = False) -> bytes:
        del decode_content
        return super().read1(size)


class ChangedFirm(Firm):
    """A firm in-process; `answer` and `question` change what is on the wire."""

    answer: Answer = staticmethod(_as_it_is)
    question: Question = staticmethod(_as_it_is)
    with_token = False

    def sellsy_adapter(self) -> SellsyWriter:
        if not self.with_token:
            return super().sellsy_adapter()
        known = self.box.client_credentials
        who = ClientSecret(known["sellsy_client_id"], known["sellsy_client_secret"], None)
        return connect(self.urls[0], who, requests_per_second=0, hooks=self.hooks("sellsy"))

    def transport(self, service: str) -> BaseAdapter:
        return Changing(WsgiTransport(self.apps[service], self.sleep), self)

    def verify(self, customer: int | None = None, *, wait: int = 0, agreed: bool = True) -> Verification:
        """Verify the wire, with a draft for a customer where one is named."""
        self.lefts: list[Left] = []

        def agree(left: Left) -> bool:
            self.lefts.append(left)
            return agreed

        writing = None if customer is None else Writing(str(customer), agree, timedelta(minutes=wait))
        found = verify(self.account(), PARIS, writing)
        assert found is not None
        return found

    def differences(self, found: Verification | None = None) -> dict[str, str]:
        """What differs, with the shape that was seen."""
        results = (found or self.verify()).results
        return {fact.name: judged.shape for fact, judged in results if judged.sight is Sight.DIFFERENT}


def seen(found: Verification, name: str) -> tuple[str, str, str]:
    """What came of one fact."""
    (judged,) = (judgement for fact, judgement in found.results if fact.name == name)
    return judged.sight.value, judged.shape, judged.why
