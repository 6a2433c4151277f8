"""How Sellsy writes values: texts for numbers, maps for lists, `[]` for empty ones.

Every helper answers one line of the table "how values are written" of the facts about the v1 service.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

CENT = Decimal("0.01")
_NINE = Decimal("0.000000001")
EMPTY_DATE = "0000-00-00"
EMPTY_DATETIME = "0000-00-00 00:00:00"


def cents(amount: Decimal) -> Decimal:
    """Return an amount in whole cents, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def nine(amount: Decimal) -> str:
    """Write money, a quantity or a rate: nine decimals, a dot, as text."""
    return f"{amount.quantize(_NINE, ROUND_HALF_UP):f}"


def yes_no(flag: bool) -> str:  # noqa: FBT001 - the flag is the value that is written
    """Write a boolean: `Y` or `N`."""
    return "Y" if flag else "N"


def local_time(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment as the account's local time, without a zone."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def iso_date(day: date | None) -> str:
    """Write a date as lists do."""
    return EMPTY_DATE if day is None else day.isoformat()


def display_date(day: date | None) -> str:
    """Write a date as `Document.getOne` does: the account's display format."""
    return "" if day is None else day.strftime("%d/%m/%Y")


def keyed(records: Mapping[str, Any], *, childtag: str | None = None) -> dict[str, Any] | list[Any]:
    """Write a list: a map keyed by id, `[]` when empty, with the noise key where it is known."""
    if not records:
        return []
    return {**records, "_xml_childtag": childtag} if childtag else dict(records)


def page(records: Mapping[str, Any], *, per_page: int, number: int, total: int) -> dict[str, Any]:
    """Write one page of a list: three ints and the total as text."""
    pages = -(-total // per_page)
    infos = {"nbperpage": per_page, "nbpages": pages, "pagenum": number, "nbtotal": str(total)}
    return {"infos": infos, "result": keyed(records)}


def money_text(amount: Decimal, symbol: str = "€") -> str:
    """Write an amount for people, as the `formatted_*` members hold it."""
    return f"{cents(amount):,.2f}".replace(",", " ").replace(".", ",") + f" {symbol}"


def php_amounts(amounts: Iterable[tuple[str, Decimal]]) -> str:
    """Write amounts per rate as PHP-serialised text, as `taxesAmountDetails` holds it."""
    pairs = list(amounts)
    inner = "".join(f's:{len(rate)}:"{rate}";d:{amount:f};' for rate, amount in pairs)
    return f"a:{len(pairs)}:{{{inner}}}"


def html_lines(text: str) -> str:
    """Return a text as Sellsy gives it back: line breaks became tags."""
    return text.replace("\r\n", "\n").replace("\n", "<br />\n") if "<br" not in text else text


def moment_of(unix_seconds: int) -> datetime:
    """Return the moment that a request names in Unix seconds."""
    return datetime.fromtimestamp(unix_seconds, UTC)
