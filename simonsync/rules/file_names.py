"""How a work order's files are called in Sellsy; the name is the identity of an upload [5.11]."""

from __future__ import annotations

from collections.abc import Sequence

from simonsync.rules.text import cut

REPORT = "Rapport d'intervention"
"""Name of the work order's own PDF, the same in every language: names must not change with a setting."""
_LENGTH = 120
_FORBIDDEN = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))


def file_names(number: str, files: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    """Name the files of a work order.

    Given (source, Simon's Id, name) of each, return the names: `BT-4711 Rapport d'intervention.pdf`,
    `BT-4711 <form>.pdf`, `BT-4711 <attachment>`; a second of the same name gets ` (2)`, in the order of Ids.
    The work order's own PDF comes first: its name stays, whatever is added later.
    """
    names: dict[int, str] = {}
    taken: dict[str, int] = {}
    for place in sorted(range(len(files)), key=lambda place: _order(files[place])):
        source, _, name = files[place]
        stem, suffix = _parts(source, name)
        full = f"{_clean(f'BT-{number}')} {stem}"
        count = taken[_identity(full + suffix)] = taken.get(_identity(full + suffix), 0) + 1
        names[place] = f"{full} ({count}){suffix}" if count > 1 else full + suffix
    return tuple(names[place] for place in range(len(files)))


def same_file(listed: str, name: str) -> bool:
    """Tell whether a file in Sellsy is the one of this name; Sellsy may add a `.pdf` of its own."""
    return _identity(listed) == _identity(name) or listed.strip() == f"{name}.pdf"


def _order(file: tuple[str, str, str]) -> tuple[bool, int, str]:
    source, source_id, _ = file
    return source != "work_order", len(source_id), source_id


def _identity(name: str) -> str:
    return name.strip().removesuffix(".pdf")


def _parts(source: str, name: str) -> tuple[str, str]:
    match source:
        case "work_order":
            return REPORT, ".pdf"
        case "survey":
            return _clean(name) or "Formulaire", ".pdf"
        case _:
            stem, dot, suffix = _clean(name).rpartition(".")
            # A long or odd ending is part of the name.
            return (stem, dot + suffix) if stem and len(suffix) <= 5 else (_clean(name) or "-", "")  # noqa: PLR2004


def _clean(name: str) -> str:
    """Leave out what file systems refuse or people cannot see."""
    return cut(name.translate(_FORBIDDEN), _LENGTH).strip(" .")
