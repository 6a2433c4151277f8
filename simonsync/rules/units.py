"""What the account's unit texts mean: a piece, an hour, and which code of UN/ECE (Rec 20, 21)."""

from __future__ import annotations

from collections.abc import Sequence

from simonsync.rules.text import folded

_PIECE = ("unite", "u", "piece", "pce", "pc", "unit", "each", "stuk", "stuks", "st")
_HOUR = ("h", "heure", "heures", "hr", "hrs", "hour", "hours", "uur", "uren")
HOUR = "HUR"
_NAMES = {
    "C62": (*_PIECE, "unites", "pieces", "units"),
    HOUR: _HOUR,
    "MIN": ("min", "mn", "minute", "minutes", "minuut"),
    "DAY": ("j", "jour", "jours", "day", "days", "dag", "dagen"),
    "WEE": ("semaine", "semaines", "week", "weken"),
    "MON": ("mois", "month", "months", "maand", "maanden"),
    "ANN": ("an", "ans", "annee", "year", "jaar"),
    "LS": ("forfait", "forfaits", "ff", "lump sum", "vast bedrag"),
    "SET": ("ensemble", "ens", "kit", "jeu", "set"),
    "PR": ("paire", "paires", "pair", "paar"),
    "MTR": ("m", "metre", "metres", "meter", "ml", "metre lineaire"),
    "CMT": ("cm",),
    "MMT": ("mm",),
    "KMT": ("km", "kilometre", "kilometres", "kilometer"),
    "MTK": ("m2", "metre carre"),
    "MTQ": ("m3", "metre cube"),
    "LTR": ("l", "litre", "litres", "liter"),
    "KGM": ("kg", "kilo", "kilogramme", "kilogram"),
    "GRM": ("g", "gramme", "gram"),
    "TNE": ("t", "tonne", "tonnes", "ton"),
    "KWH": ("kwh",),
    "XRO": ("rouleau", "rouleaux", "roll", "rol"),
    "XBX": ("boite", "boites", "box", "doos"),
    "XPK": ("paquet", "paquets", "pack"),
    "P1": ("%",),
}
_CODES = {name: code for code, names in _NAMES.items() for name in names}
COMMON_CODES = frozenset({*_NAMES, "H87", "EA", "NAR", "XPA", "XPX", "XCT", "XBG", "KWT", "HLT", "DMT"})
"""The codes that a field-service firm is likely to use; another one may be right all the same."""


def code_of(unit: str) -> str | None:
    """Return the UN/ECE code of a unit text, None where it means nothing to us."""
    return _CODES.get(_plain(unit))


def piece_of(units: Sequence[str]) -> str:
    """Return the unit for one piece; the account's first where none is called so, "" where it has none."""
    return _named(units, _PIECE) or (units[0] if units else "")


def hour_of(units: Sequence[str]) -> str:
    """Return the unit for an hour; that for a piece where none is called so."""
    return _named(units, _HOUR) or piece_of(units)


def _named(units: Sequence[str], names: Sequence[str]) -> str:
    """Return the unit that is called by the first of these names that there is."""
    known = {_plain(unit): unit for unit in reversed(units)}
    return next((known[name] for name in names if name in known), "")


def _plain(unit: str) -> str:
    return folded(unit.strip().rstrip("."))
