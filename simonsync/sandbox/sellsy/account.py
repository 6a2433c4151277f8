"""The account as such: the firm, its reference data, the caller's rights, the ids."""

import threading
from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any, Literal
from zoneinfo import ZoneInfo

from simonsync.sandbox.clock import Now
from simonsync.sandbox.sellsy.oauth import Credentials, OAuthGate
from simonsync.sandbox.sellsy.records import Address, Currency, RateCategory, Tax, Unit
from simonsync.sandbox.sellsy.tokens import Client, TokenDesk


@dataclass
class Company:
    """The firm whose account this is."""

    id: int = 61234
    name: str = "Électricité Moreau"
    address: Address = field(
        default_factory=lambda: Address(
            36001, "Siège", part1="14 rue Pierre Corneille", zip="69003", town="Lyon", linkedtype="corp"
        )
    )
    siret: str = "81234567800015"
    vat: str = "FR42812345678"
    email: str = "contact@electricite-moreau.example"
    tel: str = "+33478620014"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
    currency_id: int = 1


class Account:
    """The firm, its reference data and what the caller may see and do.

    Ids ascend and are the same in every run. The `clock` may be wrong; `passing` tells how time passes.
    """

    def __init__(
        self, clock: Now, *, credentials: Credentials, client: Client, company: Company | None = None
    ) -> None:
        self.clock = clock
        self.passing: Now = clock
        self.company = company or Company()
        self.gate = OAuthGate(credentials, clock)
        self.tokens = TokenDesk(client, clock)
        self.lock = threading.RLock()
        self.taxes: dict[int, Tax] = {}
        self.units: dict[int, Unit] = {}
        self.rate_categories: dict[int, RateCategory] = {}
        self.currencies: dict[int, Currency] = {}
        self.category_in_list_only = False
        """Whether a customer shown by itself lacks its price category: no sample of that answer has one."""
        self.denied: set[str] = set()
        self.hidden_customers: set[int] = set()
        self.unknown_filters: Literal["refused", "ignored"] = "refused"
        """What v2 does with a filter that it does not know: accounts differ."""
        self.ids_apart = 0
        """How far the ids of v2 are from those of v1: that they are the same is not promised anywhere."""
        self.exchanged: deque[tuple[str, str, dict[str, str], Any, int, Any]] = deque(maxlen=10_000)
        """What was asked of v2 and answered: verb, path, query, body, status, answer."""
        self.requests = 0
        self._ids = {
            "third": count(2655001),
            "contact": count(410001),
            "link": count(730001),
            "address": count(36048),
            "product": count(8306097),
            "declination": count(55001),
            "category": count(90211),
            "tax": count(1482276),
            "unit": count(7701),
            "ratecategory": count(62985),
            "document": count(88123),
            "row": count(551001),
            "file": count(190401),
            "number": count(1),
            "client": count(1),
        }

    def next_id(self, kind: str) -> int:
        """Return the next id of a kind."""
        with self.lock:
            return next(self._ids[kind])

    def remember_nonces(self, seconds: float | None) -> None:
        """Remember each nonce for so many seconds, None = for ever, 0 = not at all."""
        self.gate.remember_for = seconds

    # Reference data -------------------------------------------------------------------------------------

    def add_tax(self, rate: str, name: str, *, enabled: bool = True, **facts: Any) -> Tax:  # noqa: ANN401 - fields of Tax
        """Add a VAT rate."""
        with self.lock:
            tax = Tax(self.next_id("tax"), Decimal(rate), name, enabled, **facts)
            self.taxes[tax.id] = tax
            return tax

    def add_unit(self, value: str, code: str = "") -> Unit:
        """Add a unit of measure."""
        with self.lock:
            unit = Unit(self.next_id("unit"), value, code)
            self.units[unit.id] = unit
            return unit

    def add_rate_category(self, name: str, *, is_default: bool = False) -> RateCategory:
        """Add a price category."""
        with self.lock:
            category = RateCategory(self.next_id("ratecategory"), name, is_default)
            self.rate_categories[category.id] = category
            return category

    def add_currency(self, currency_id: int, code: str, symbol: str) -> Currency:
        """Add a currency."""
        with self.lock:
            self.currencies[currency_id] = Currency(currency_id, code, symbol)
            return self.currencies[currency_id]

    def tax_of(self, rate: str | Decimal) -> Tax:
        """Return the enabled VAT rate of this value; raise KeyError where there is none."""
        wanted = Decimal(rate)
        found = next((tax for tax in self.taxes.values() if tax.enabled and tax.rate == wanted), None)
        if found is None:
            raise KeyError(rate)
        return found

    def unit_of(self, value: str) -> Unit:
        """Return the unit with this text; raise KeyError where there is none."""
        found = next((unit for unit in self.units.values() if unit.value == value), None)
        if found is None:
            raise KeyError(value)
        return found

    @property
    def default_rate_category(self) -> int:
        """The id of the price category that customers have unless told otherwise; 0 where there is none."""
        return next((r.id for r in self.rate_categories.values() if r.is_default), 0)

    # Switches -------------------------------------------------------------------------------------------

    def deny(self, *methods: str) -> None:
        """Take away the rights to these methods; patterns such as `Document.*` are allowed."""
        with self.lock:
            self.denied.update(methods)

    def allow_all(self) -> None:
        """Give back every right."""
        with self.lock:
            self.denied.clear()

    def hide_customers(self, *customer_ids: int) -> None:
        """Show fewer clients, silently, as the profile of a restricted owner does."""
        with self.lock:
            self.hidden_customers = set(customer_ids)

    def refuse_credentials(self, *, refused: bool = True) -> None:
        """Let the tokens die, as happens when their owner is disabled."""
        self.gate.refuse_all = self.tokens.refuse_all = refused
