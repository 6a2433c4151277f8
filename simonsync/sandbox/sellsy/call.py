"""One call of a method: its parameters, checked for presence and type as the service checks them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from simonsync.sandbox.sellsy.errors import Refused, invalid, missing
from simonsync.sandbox.sellsy.wire import page
from simonsync.sandbox.sellsy.world import SellsyWorld

Params = Mapping[str, Any]


class Watched(dict[str, Any]):
    """A block of parameters that knows which of its keys nobody has looked at.

    The real service says nothing about a key that it does not know. Here the request log names it, so that a
    misspelt one does not go unnoticed.
    """

    def __init__(self, block: Params, unread: set[str], place: str = "") -> None:
        self._unread, self._place = unread, place
        unread.update(f"{place}{key}" for key in block)
        super().__init__({key: _watched(value, unread, f"{place}{key}.") for key, value in block.items()})

    def _look(self, key: object) -> None:
        self._unread.discard(f"{self._place}{key}")

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - any JSON
        """Return a value, or the default, and note that it was looked for."""
        self._look(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - any JSON
        self._look(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._look(key)
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        for key in super().__iter__():
            self._look(key)
            yield key

    def values(self) -> Any:  # noqa: ANN401 - a view of any JSON
        """Return all values; each of them counts as looked at."""
        return [self[key] for key in self]


def _watched(value: Any, unread: set[str], place: str) -> Any:  # noqa: ANN401 - any JSON
    match value:
        case dict():
            return Watched(value, unread, place)
        case list():
            return [_watched(each, unread, place) for each in value]
        case _:
            return value


T = TypeVar("T")

DEFAULT_PER_PAGE = 10
# No limit is documented; 1000 is the largest page known to work in production.
MAX_PER_PAGE = 1000
_TEN_DIGITS = 9_999_999_999


@dataclass(frozen=True, slots=True)
class Upload:
    """The file part of a multipart request."""

    file_name: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class PageFault:
    """How a faulty listing goes wrong.

    `pages` moves the page that is answered and `rows` its first row; `honest` says whether `infos` names the
    page that was really answered. `total` is added to the announced total.
    """

    pages: int = 0
    rows: int = 0
    honest: bool = False
    total: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """A method call with the world it works on and the faults it suffers."""

    world: SellsyWorld
    params: Params
    upload: Upload | None = None
    page_fault: PageFault | None = None
    invisible_for: float = 0.0


def section(params: Params, name: str, *, required: bool = False) -> Params:
    """Return a nested block; PHP clients write an empty one as `[]`."""
    value = params.get(name)
    if value is None or value == []:
        if required:
            raise missing(name)
        return {}
    if not isinstance(value, dict):
        raise invalid(name)
    return value


def whole(params: Params, name: str, default: int | None = None) -> int:
    """Return a whole number that may come as a number or as text; without a default it is required."""
    value = params.get(name)
    if value is None or value == "":
        if default is None:
            raise missing(name)
        return default
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise invalid(name)
    try:
        number = int(value)
    except ValueError:
        raise invalid(name) from None
    if number < 0:
        raise invalid(name)
    return number


def timestamp(params: Params, name: str) -> int | None:
    """Return Unix seconds; milliseconds and dates as text are refused."""
    value = params.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, float):
        # Production code sends floats.
        value = int(value)
    seconds = whole({name: value}, name)
    if seconds > _TEN_DIGITS:
        raise invalid(name)
    return seconds


def text(params: Params, name: str, default: str | None = "") -> str:
    """Return a text; numbers are taken as text, None as a default makes it required."""
    value = params.get(name)
    if value is None or value == "":
        if default is None:
            raise missing(name)
        return default
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise invalid(name)
    return str(value)


def amount(params: Params, name: str, default: str | None = None) -> Decimal:
    """Return an amount; the number 0 counts as missing, the text "0" does not."""
    value = params.get(name)
    if value is None or value == "" or (isinstance(value, int | float) and not value):
        if default is None:
            raise missing(name)
        return Decimal(default)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise invalid(name)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise invalid(name) from None
    if not number.is_finite():
        raise invalid(name)
    return number


def flag(params: Params, name: str, *, default: bool | None = None) -> bool | None:
    """Return a `Y`/`N` parameter, the default where it is not given."""
    value = params.get(name)
    if value is None or value == "":
        return default
    if value not in ("Y", "N"):
        raise invalid(name)
    return bool(value == "Y")


def choice(params: Params, name: str, allowed: Iterable[str]) -> str:
    """Return one of the allowed texts; required."""
    value = text(params, name, None)
    if value not in allowed:
        raise invalid(name)
    return value


def words(params: Params, name: str) -> list[str]:
    """Return the words of a comma list."""
    value = params.get(name)
    if value is None or value == "":
        return []
    if not isinstance(value, str):
        raise invalid(name)
    return [word.strip() for word in value.split(",") if word.strip()]


def numbers(params: Params, name: str) -> list[int]:
    """Return a list of ids."""
    return [whole({name: value}, name) for value in members(params, name)]


def members(params: Params, name: str) -> list[Any]:
    """Return a list that may come as an array or, from PHP, as an object with numbers as keys."""
    value = params.get(name)
    if value is None or value == "":
        return []
    if isinstance(value, dict):
        return list(value.values())
    if not isinstance(value, list):
        raise invalid(name)
    return value


def search_block(params: Params, known: Iterable[str]) -> Params:
    """Return the search block; a key that is not documented is refused."""
    search = section(params, "search")
    for key in search:
        if key not in known:
            raise invalid(key)
    return search


def direction(params: Params, orders: Iterable[str]) -> tuple[str, bool]:
    """Return what to sort by ("" where not given) and whether downwards."""
    order = section(params, "order")
    if unknown := set(order) - {"direction", "order"}:
        raise invalid(min(unknown))
    by = text(order, "order")
    if by and by not in orders:
        raise invalid("order")
    way = text(order, "direction", "ASC").upper()
    if way not in ("ASC", "DESC"):
        raise invalid("direction")
    return by, way == "DESC"


def listing(call: Call, found: Sequence[T], write: Callable[[T], tuple[str, Any]]) -> dict[str, Any]:
    """Answer one page of what was found: empty past the end, the first ten without `pagination`."""
    block = section(call.params, "pagination")
    per_page = whole(block, "nbperpage", DEFAULT_PER_PAGE)
    number = whole(block, "pagenum", 1)
    if per_page > MAX_PER_PAGE:
        raise Refused("E_PAGINATION_MAX", "Pagination max reached", "nbperpage")
    if not per_page:
        raise invalid("nbperpage")
    if not number:
        raise invalid("pagenum")
    fault = call.page_fault or PageFault()
    answered = max(1, number + fault.pages)
    first = max(0, (answered - 1) * per_page + fault.rows)
    records = dict(write(record) for record in found[first : first + per_page])
    shown = answered if fault.honest else number
    return page(records, per_page=per_page, number=shown, total=max(0, len(found) + fault.total))
