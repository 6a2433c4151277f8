"""Which of the account's units means one piece, and which an hour: Sellsy requires a unit on every row."""

from __future__ import annotations

from collections.abc import Sequence

from simonsync.rules.text import folded

_PIECE = ("unite", "u", "piece", "pce", "pc", "unit", "each", "stuk", "stuks", "st")
_HOUR = ("h", "heure", "heures", "hr", "hrs", "hour", "hours", "uur", "uren")


def piece_of(units: Sequence[str]) -> str:
    """Return the unit for one piece; the account's first where none is called so, "" where it has none."""
    return _named(units, _PIECE) or (units[0] if units else "")


def hour_of(units: Sequence[str]) -> str:
    """Return the unit for an hour; that for a piece where none is called so."""
    return _named(units, _HOUR) or piece_of(units)


def _named(units: Sequence[str], names: Sequence[str]) -> str:
    """Return the unit that is called by the first of these names that there is."""
    known = {folded(unit.strip().rstrip(".")): unit for unit in reversed(units)}
    return next((known[name] for name in names if name in known), "")
