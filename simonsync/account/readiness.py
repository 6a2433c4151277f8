"""Which customers, articles, units and VAT rates are not ready for e-invoices, as Sellsy has them now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simonsync.account.execution import Account, require_pair, require_phase
from simonsync.domain.entities import ARTICLES
from simonsync.domain.phase import Phase
from simonsync.domain.records import SellsyAccount
from simonsync.messages.kinds import Message
from simonsync.rules.einvoicing import (
    customer_findings,
    product_findings,
    tax_findings,
    to_mend,
    unit_findings,
)
from simonsync.rules.prices import price_before_tax
from simonsync.store.opening import open_state
from simonsync.sync.ports import SellsyReader


@dataclass(frozen=True, slots=True)
class Unready:
    """A record of Sellsy that the office has to mend before its drafts become e-invoices.

    Attributes:
        kind: `customer`, `item`, `service`, `unit` or `tax`.
        id: Sellsy's id; of a unit its text.
    """

    kind: str
    id: str
    name: str
    findings: tuple[Message, ...]


def not_ready(account: Account) -> tuple[Unready, ...]:
    """Go through what is in use in Sellsy, and list what is not ready; nothing is written anywhere.

    Raises WrongPhase before the connection, ServiceUnavailable where a list could not be read to its end.
    """
    require_phase(account.database, Phase.ACTIVE, Phase.INACTIVE, Phase.CONNECTED)
    sellsy, simon = account.connect()
    who = sellsy.account()
    with open_state(account.database) as state:
        require_pair(state, who, simon.licence_hash(), sellsy, account.api, account.clocks.now())
    return tuple(each for each in _looked_at(sellsy, who, account) if each.findings)


def _looked_at(sellsy: SellsyReader, who: SellsyAccount, account: Account) -> Iterator[Unready]:
    taxes, codes = sellsy.taxes(), sellsy.unit_codes()
    for page in sellsy.customers():
        account.stop()
        for customer in page:
            found = (*customer_findings(customer, who),)
            yield _unready("customer", customer.key.id, customer.name, found)
    for kind in ARTICLES:
        for products in sellsy.products(kind):
            account.stop()
            for product in products:
                found = (*product_findings(product, price_before_tax(product), taxes, codes),)
                yield _unready(kind, product.key.id, product.reference or product.name, found)
    for unit in sellsy.units():
        yield _unready("unit", unit, unit, (*unit_findings(unit, codes),))
    for tax in taxes:
        yield _unready("tax", tax.id, f"{tax.rate.normalize():f} %", (*tax_findings(tax),))


def _unready(kind: str, record: str, name: str, found: Sequence[Message]) -> Unready:
    return Unready(kind, record, name, to_mend(found))
