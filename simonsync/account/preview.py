"""The draft that a work order would become: the same value that push sends, and nothing is written [3.4]."""

from __future__ import annotations

from dataclasses import dataclass

from simonsync.account.choose import find_work_order, unknown
from simonsync.account.execution import Account, require_pair, require_phase
from simonsync.account.settings_check import settings_in_force
from simonsync.domain.draft import Computed, DraftInvoice
from simonsync.domain.phase import Phase
from simonsync.domain.records import SellsyAccount, WorkOrder
from simonsync.errors import NotFound, Refused
from simonsync.messages.kinds import Message
from simonsync.settings.declaration import Einvoicing
from simonsync.store.ledger import LedgerEntry
from simonsync.store.opening import open_state
from simonsync.sync.identity import is_another
from simonsync.sync.ports import SellsyReader
from simonsync.sync.push import Catalogue, decide, office_of


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent for a work order, or why nothing would be.

    Attributes:
        entry: what became of it so far; None where it was never queued.
        revision: the settings that the decision was made under.
        firm: whose draft it is.
        checked: whether it was checked as an e-invoice.
        computed: what Sellsy adds it up to, where it was asked; else `refusal` says why it does not.
    """

    number: str
    order: WorkOrder
    decision: DraftInvoice | Message
    customer_name: str
    entry: LedgerEntry | None
    revision: int | None
    firm: SellsyAccount
    checked: bool
    computed: Computed | None = None
    refusal: tuple[Message, ...] = ()


def preview_of(account: Account, number: str, *, compute: bool = False) -> Preview:
    """Decide about a work order as push would, archived or not; with `compute` Sellsy adds the draft up, too.

    Raises UsageError for a number that Simon does not know (with near ones), WrongPhase before activation.
    """
    require_phase(account.database, Phase.ACTIVE, Phase.INACTIVE, Phase.CONNECTED)
    sellsy, simon = account.connect()
    with open_state(account.database) as state:
        who = sellsy.account()
        require_pair(state, who, simon.licence_hash(), sellsy, account.api, account.clocks.now())
        try:
            head = find_work_order(number, simon, state.ledger)
            order = simon.work_order(head.id)
        except NotFound:
            raise unknown(number, state.ledger) from None
        current = state.settings.current()
        settings = settings_in_force(state) or account.settings
        entry = state.ledger.get(head.id)
        if entry is not None and is_another(entry, head, who.corp_id, simon):
            entry = None
        catalogue = Catalogue(sellsy)
        decision = decide(
            order,
            entry,
            settings,
            state,
            simon,
            office_of(sellsy, who, account.language),
            catalogue,
            mark=simon.marker(who.corp_id, head),
        )
        name = ""
        if isinstance(decision, DraftInvoice):
            customer = catalogue.customer(decision.customer)
            name = customer.name if customer else ""
        revision = None if current is None else current[0]
        checked = settings.einvoicing.in_force(who.country) is not Einvoicing.OFF
        computed: Computed | None = None
        refusal: tuple[Message, ...] = ()
        if compute and isinstance(decision, DraftInvoice):
            computed, refusal = _computed(sellsy, decision)
        return Preview(head.number, order, decision, name, entry, revision, who, checked, computed, refusal)


def _computed(sellsy: SellsyReader, draft: DraftInvoice) -> tuple[Computed | None, tuple[Message, ...]]:
    try:
        return sellsy.computed(draft), ()
    except (NotFound, Refused) as error:
        return None, error.problems
