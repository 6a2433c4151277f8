"""What the manual promises for one and the same work, worked out without the code under test.

The work: a repair under warranty with 50 minutes of work, 21 of travel, two articles and a free line, a form
and a photo; and a quote with a discount, an option and a free line, on which 30 minutes were worked.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

DESCRIPTION, DONE = "Reprise sous garantie du tableau", "Tableau repris, essais faits"
CUSTOMER_REFERENCE = "CMD-7"
WORK, TRAVEL, WORK_ON_QUOTE = (20, 30), (15, 6), (30,)
ARTICLE, FREE = "DISJ-16A", "Gaine récupérée"
QUOTED = "service:SER001"
FORM, PHOTO = "Contrôle", "avant.jpg"

QUOTE_TITLE, QUOTE_SUBJECT, QUOTE_NOTE = (
    "Tableau neuf",
    "Mise aux normes",
    "Accès par la cour (BDT sous garantie)",
)
QUOTE_STEP = "sent"
SIGNED = (
    # reference or text, quantity, signed price, discount in per cent
    ("item", "DIFF-40A", Decimal(2), Decimal("30.00"), Decimal(10)),
    ("once", "Dépose", Decimal(1), Decimal(45), Decimal(0)),
    ("item", "SER001", Decimal("3.5"), Decimal(55), Decimal(0)),
)

CATALOGUE = {
    # reference: price before tax
    "DISJ-16A": Decimal("8.90"),
    "SER001": Decimal(55),
    "SER002": Decimal(35),
    "SER003": Decimal(60),
    "CABLE-3G15": Decimal("1.12"),
    "DETECT": Decimal("20.75"),
}

Line = tuple[str, str, Decimal, Decimal, Decimal]
"""Kind, reference or text, quantity, price before tax, discount in per cent."""


@dataclass(frozen=True)
class Promise:
    """What is to be in Sellsy for one work order."""

    lines: tuple[Line, ...]
    note: str
    reference: str
    files: tuple[str, ...]
    worked: bool


def hours(minutes: tuple[int, ...], step: int, of: str) -> Decimal:
    """15 minutes are 0.25 [3.4.1]: up to the step, in hours with two decimals, half up."""
    spans = minutes if of == "time_sheet" else (sum(minutes),)
    total = sum(ceil(Fraction(span, step)) * step if step else span for span in spans)
    return Decimal(floor(Fraction(total, 60) * 100 + Fraction(1, 2))) / 100


def says(text: str, word: str) -> bool:
    return bool(word.strip()) and word.strip().lower() in text.lower()


def _invoice(
    wanted: dict[str, Any],
    number: str,
    place: str,
    texts: tuple[str, str],
    lines: tuple[Line, ...],
    *,
    work: tuple[int, ...],
    reference: str,
    travel: tuple[int, ...] = (),
    papers: tuple[str, str] = ("", ""),
) -> Promise | None:
    if any(says(text, wanted["skip_work_orders_containing"]) for text in texts):  # 5.6
        return None
    ordered, done = texts
    description = {
        "work_done_or_description": done or ordered,
        "description_or_work_done": ordered or done,
        "description": ordered,
        "work_done": done,
        "both": f"{ordered}\n{done}".strip(),
    }[wanted["description_source"]]
    made: list[Line] = []
    if wanted["description_as_first_line"] and description:  # 5.5
        made.append(("comment", description, Decimal(0), Decimal(0), Decimal(0)))
    made += lines  # 3.4.3
    for setting, minutes in (("work_time_product", work), ("travel_time_product", travel)):  # 5.3, 5.2
        on_quote = wanted["quoted_time"] == "quote_only" and wanted[setting] == QUOTED and lines == SIGNED
        if wanted[setting] and minutes and not on_quote:
            made.append(
                _article(
                    wanted[setting],
                    hours(minutes, wanted["time_rounding_minutes"], wanted["time_rounding_of"]),
                )
            )
    if wanted["default_product"]:  # 5.4
        made.append(_article(wanted["default_product"], Decimal(1)))
    note = {  # 5.7
        "none": (),
        "work_address": (place,),
        "description": (description,),
        "work_address_and_description": (place, description),
    }[wanted["invoice_note"]]
    refers = {  # 5.8
        "none": (),
        "work_order_number": (number,),
        "customer_reference": (reference,),
        "work_order_number_and_customer_reference": (number, reference),
    }[wanted["invoice_reference"]]
    form, photo = papers
    files = {  # 5.11
        "none": [],
        "work_order": ["Rapport d'intervention.pdf"],
        "forms": [f"{form}.pdf"] if form else [],
        "work_order_and_forms": ["Rapport d'intervention.pdf", *([f"{form}.pdf"] if form else [])],
    }[wanted["documents"]]
    if wanted["attachments"] and photo:
        files = [*files, photo]
    return Promise(
        tuple(made),
        "\n\n".join(part for part in note if part),
        " / ".join(refers),
        tuple(f"BT-{number} {name}" for name in files),
        worked=wanted["service_dates"],
    )


def _article(choice: str, quantity: Decimal) -> Line:
    reference = choice.partition(":")[2]
    return ("item", reference, quantity, CATALOGUE[reference], Decimal(0))


def repair(wanted: dict[str, Any], number: str, place: str) -> Promise | None:
    """Promise the invoice of the repair; None where it is not sent."""
    lines: tuple[Line, ...] = (
        ("item", ARTICLE, Decimal(2), CATALOGUE[ARTICLE], Decimal(0)),
        ("once", FREE, Decimal(1), Decimal(0), Decimal(0)),
    )
    return _invoice(
        wanted,
        number,
        place,
        (DESCRIPTION, DONE),
        lines,
        work=WORK,
        travel=TRAVEL,
        reference=CUSTOMER_REFERENCE,
        papers=(FORM, PHOTO),
    )


def quote_is_wanted(wanted: dict[str, Any]) -> bool:
    """Tell whether the quote becomes a work order [5.9, 5.9.1]."""
    word = wanted["quotes_containing"]
    searched = f"{QUOTE_SUBJECT}\n{QUOTE_NOTE}\n{QUOTE_TITLE}"
    return (
        wanted["quotes_to_work_orders"]
        and QUOTE_STEP in wanted["quote_statuses"]
        and (not word.strip() or says(searched, word))
    )


def quote_description(wanted: dict[str, Any]) -> str:
    """Describe the work of the quote [5.9.3]; Sellsy gives no terms to add [5.9.4]."""
    return {
        "first_line": QUOTE_TITLE,
        "note": QUOTE_NOTE,
        "first_line_and_note": f"{QUOTE_TITLE}\n\n{QUOTE_NOTE}",
    }[wanted["work_order_description"]]


def quoted_work(wanted: dict[str, Any], number: str, place: str, quote_number: str) -> Promise | None:
    """Promise the invoice of the quote's work order."""
    lines: tuple[Line, ...] = SIGNED if wanted["quote_lines_as_used_items"] else ()  # 5.9.2
    texts = (quote_description(wanted), "")
    return _invoice(wanted, number, place, texts, lines, work=WORK_ON_QUOTE, reference=quote_number)
