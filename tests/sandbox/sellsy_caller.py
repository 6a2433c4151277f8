"""Calls the served Sellsy over real HTTP, signed as a client would."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

import requests
from requests_oauthlib import OAuth1

from simonsync.sandbox.box import Sandbox

Files = Mapping[str, tuple[str, bytes, str]]


class SellsyCaller:
    """One session of a private application; `with` closes its sockets."""

    def __init__(self, box: Sandbox) -> None:
        known = box.credentials
        self.url = box.sellsy_url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = OAuth1(
            known["sellsy_consumer_token"],
            known["sellsy_consumer_secret"],
            known["sellsy_user_token"],
            known["sellsy_user_secret"],
            signature_method="PLAINTEXT",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def post(self, method: str, params: object = None, files: Files | None = None) -> requests.Response:
        do_in = json.dumps({"method": method, "params": {} if params is None else params})
        form = {"request": "1", "io_mode": "json", "do_in": do_in}
        return self.session.post(self.url, data=form, files=files, timeout=5)

    def ok(self, method: str, params: object = None, files: Files | None = None) -> Any:
        answer = self.post(method, params, files)
        assert answer.status_code == 200, answer.text
        envelope = answer.json()
        assert (envelope["status"], envelope["error"]) == ("success", ""), envelope
        return envelope["response"]

    def refused(self, method: str, params: object = None, files: Files | None = None) -> tuple[str, str]:
        """Code and message of an answer that must be a refusal, with HTTP 200 as the service gives it."""
        answer = self.post(method, params, files)
        assert answer.status_code == 200, answer.text
        envelope = answer.json()
        assert (envelope["status"], envelope["response"]) == ("error", None), envelope
        return envelope["error"]["code"], envelope["error"]["message"]

    def page(self, method: str, number: int, per_page: int = 2, **params: object) -> Any:
        return self.ok(method, {"pagination": {"nbperpage": per_page, "pagenum": number}, **params})


def draft_rows(box: Sandbox, *, quantity: str = "0.25") -> dict[str, dict[str, Any]]:
    """A comment and a quarter of an hour of work, as Document.create takes them."""
    product = box.sellsy.product_named("SER001")
    return {
        "1": {"row_type": "comment", "row_comment": "Remplacement du disjoncteur"},
        "2": {
            "row_type": "item",
            "row_linkedid": product.id,
            "row_declid": 0,
            "row_name": "SER001",
            "row_notes": "Temps de travail",
            "row_unit": "h",
            "row_unitAmount": "55",
            "row_taxid": product.tax_id,
            "row_qt": quantity,
        },
    }


def draft(box: Sandbox, **document: object) -> dict[str, Any]:
    """The parameters of a draft invoice for the first customer."""
    third = next(iter(box.sellsy.customers))
    head = {"doctype": "invoice", "thirdid": third, "subject": "Bon de travail 1", "tags": "simonsync"}
    return {"document": head | document, "row": draft_rows(box)}
