"""A firm that files its papers in Sellsy [5.11]."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from simonsync.account.execution import Account
from simonsync.domain.records import SellsyAccount, WorkOrder
from simonsync.errors import ExitCode
from simonsync.messages.render import Language
from simonsync.pdf.work_order import draw_work_order
from simonsync.sandbox.box import Sandbox
from simonsync.sandbox.clock import VirtualClock
from simonsync.sandbox.sellsy.records import StoredFile
from simonsync.sync.run import Timing
from tests.firm import Firm

REPORT = "Rapport d'intervention.pdf"
UPLOAD = "Briefcases.uploadFile"
PHOTO = b"\xff\xd8\xff\xe0 a photo"


class Archive(Firm):
    """A firm that files its papers: simonsync draws where Simon has no PDF."""

    language = Language.FR
    budget = timedelta(seconds=240)

    def account(self) -> Account:
        def draw(order: WorkOrder, firm: SellsyAccount, customer_name: str) -> bytes:
            return draw_work_order(order, firm, customer_name, self.language, ZoneInfo("Europe/Paris"))

        timing = Timing(consistency_wait=timedelta(seconds=3), budget=self.budget)
        return replace(super().account(), draw=draw, language=self.language, timing=timing)

    def filed(self, customer: int | None = None) -> list[StoredFile]:
        """List the customer's documents in Sellsy, oldest first."""
        return self.box.sellsy.files_of(customer if customer is not None else self.clients()[0])

    def names(self, customer: int | None = None) -> list[str]:
        return [stored.file_name for stored in self.filed(customer)]

    def with_papers(self, *forms: str, photos: tuple[str, ...] = (), **values: Any) -> int:
        """Archive a work order with completed forms and photos; return Simon's Id of it."""
        order = self.archived("Dépannage", work=30, **values)
        for form in forms:
            self.box.simon.complete_survey(order, form)
        for photo in photos:
            content = PHOTO if photo.endswith("jpg") else b"%PDF-1.4 a plan"
            self.box.simon.attach(order, photo, content)
        return order

    def bt(self, order: int, name: str) -> str:
        return f"BT-{self.box.simon.row('WorkOrder', order)['Number']} {name}"

    def waiting(self) -> list[tuple[str, int]]:
        """List the open cases about files: code and how often."""
        return [(entry.message.kind.code, entry.times) for entry in self.journal(only_open=True)]

    def later_push(self, minutes: int = 5) -> ExitCode:
        self.later(minutes=minutes)
        return self.push().exit_code


def archive(tmp_path: Path, **settings: Any) -> Archive:
    tmp_path.chmod(0o700)
    firm = Archive(Sandbox(customers=2, clock=VirtualClock()), tmp_path, in_process=True)
    firm.activate(**settings)
    firm.pull()
    firm.later(minutes=1)
    firm.box.log.clear()
    return firm


def unfinished(firm: Archive, order: int, name: str) -> int:
    return firm.box.simon.add("WorkOrderSurvey", WorkOrderId=order, SurveyName=name)
