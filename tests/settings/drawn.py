"""Any settings at all, drawn from their declaration: whoever adds a setting has it tried everywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from simonsync.settings.declaration import (
    SETTINGS,
    ProductChoice,
    Setting,
    Settings,
    SettingType,
)


def any_settings(
    products: st.SearchStrategy[ProductChoice], texts: st.SearchStrategy[str]
) -> st.SearchStrategy[Settings]:
    """Draw settings whose products and texts come from these."""

    def value_of(setting: Setting) -> st.SearchStrategy[Any]:
        match setting.type:
            case SettingType.PRODUCT:
                return st.none() | products
            case SettingType.YES_NO:
                return st.booleans()
            case SettingType.TEXT:
                return texts
            case SettingType.STEPS:
                return st.lists(st.sampled_from(setting.choices), min_size=1, unique=True).map(tuple)
            case SettingType.CHOICE:
                return st.sampled_from(setting.choices).map(type(setting.default))
            case SettingType.MINUTES:
                return st.sampled_from(setting.choices).map(int)

    values = {setting.key: value_of(setting) for setting in SETTINGS}
    return st.fixed_dictionaries(values).map(lambda drawn: replace(Settings(), **drawn))
