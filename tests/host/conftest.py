"""The firm that activation and repairs are tried on."""

from __future__ import annotations

from tests.account.conftest import office

__all__ = ["office"]
