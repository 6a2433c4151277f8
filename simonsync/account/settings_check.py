"""Check every setting against Sellsy before anything is saved or adopted [5.2, 6.1, 6.2]."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from simonsync.domain.records import Product
from simonsync.errors import UsageError
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.settings.declaration import SETTINGS, ProductChoice, Settings, SettingType
from simonsync.settings.values import as_mapping, read_settings, to_yaml
from simonsync.store.state import State
from simonsync.store.values import understood
from simonsync.sync.ports import SellsyReader


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: the product behind each setting that names one, and what is wrong."""

    products: Mapping[str, Product]
    problems: tuple[Message, ...]


def check_settings(settings: Settings, sellsy: SellsyReader) -> Checked:
    """Look up every product that the settings name: exactly one, active, with exactly this reference."""
    products: dict[str, Product] = {}
    problems: list[Message] = []
    for setting in SETTINGS:
        choice = getattr(settings, setting.key)
        if setting.type is not SettingType.PRODUCT or choice is None:
            continue
        found = check_product(choice, sellsy)
        if isinstance(found, Product):
            products[setting.key] = found
        else:
            problems.append(Message.of(found.code, {**found.params, "setting": setting.key}))
    return Checked(products, tuple(problems))


def check_product(choice: ProductChoice, sellsy: SellsyReader) -> Product | Message:
    """Find the product that a person named; a problem says what was found instead [5.2]."""
    found = sellsy.products_by_reference(choice.kind, choice.reference)
    active = [product for product in found if not product.archived]
    params = {"product": str(choice)}
    if len(active) == 1:
        return active[0]
    if active:
        names = ", ".join(f"{product.key.ext_key} ({product.name})" for product in active)
        return Message.of("setting-product-several", {**params, "found": names})
    if found:
        return Message.of("setting-product-archived", {**params, "found": found[0].name})
    return Message.of(kinds.SETTING_PRODUCT_UNKNOWN.code, params)


def require_valid(settings: Settings, sellsy: SellsyReader, state: State, at: datetime) -> Checked:
    """Check settings; what is wrong goes to the journal and nothing is saved. Raises UsageError."""
    checked = check_settings(settings, sellsy)
    wrong = {problem.params["setting"] for problem in checked.problems}
    _cure_settings(state, at, but=wrong)
    if not checked.problems:
        return checked
    for problem in checked.problems:
        params = {name: problem.params[name] for name in ("setting", "product")}
        message = Message(kinds.SETTING_PRODUCT_UNKNOWN, params)
        state.journal.note(message, at, record=params["setting"])
    raise UsageError.of(checked.problems)


def _cure_settings(state: State, at: datetime, *, but: Collection[str] = ()) -> None:
    """Close what was wrong with settings that somebody wanted and wants no longer, or that are right now."""
    kind = kinds.SETTING_PRODUCT_UNKNOWN
    for setting in SETTINGS:
        if setting.key not in but and state.journal.is_open(kind.code, setting.key):
            state.journal.cure(kind.table, setting.key, at, codes=(kind.code,))


def settings_in_force(state: State) -> Settings | None:
    """Return the settings that apply; None before the first were saved."""
    current = state.settings.current()
    return None if current is None else understood(read_settings, current[1])


def put_in_force(
    settings: Settings, state: State, at: datetime, sellsy_at: datetime | None, run: int | None = None
) -> int:
    """Make settings apply from now on, never retroactively [6.1]; journal what has changed.

    From when on they apply is compared with what was made in Sellsy: that is a moment of its clock, as far as
    it tells.
    """
    before = settings_in_force(state) or Settings()
    changed = settings.differences(before)
    with state.commit():
        revision = state.settings.add(
            {key: to_yaml(value) for key, value in as_mapping(settings).items()}, sellsy_at or at
        )
        if changed:
            message = Message(kinds.SETTINGS_CHANGED, {"settings": ", ".join(changed)})
            state.journal.note(message, at, run=run)
    return revision


def adopt_settings(
    wanted: Settings, state: State, sellsy: SellsyReader, at: datetime, run: int
) -> tuple[int, Settings]:
    """Return the settings in force; what the file wants beyond them is checked and adopted, or refused.

    Raises UsageError where a wanted setting does not fit Sellsy: then nothing changes.
    """
    current = state.settings.current()
    if current is not None and understood(read_settings, current[1]) == wanted:
        # What somebody tried and was refused is no business of a run.
        _cure_settings(state, at)
        return current[0], wanted
    require_valid(wanted, sellsy, state, at)
    return put_in_force(wanted, state, at, sellsy.server_time(), run), wanted
