"""Questions to Sellsy v2: each a verb and a path, signed with an access token. Nothing is ever written.

Only the questions listed here are ever asked. What an answer amounts to, where the session
(`simonsync.http`) leaves it to this module:

| answer                                              | amounts to                                        |
| --------------------------------------------------- | ------------------------------------------------- |
| 2xx, and it is what was expected                    | the value                                         |
| 2xx, but it is not what was expected                | again                                             |
| 401                                                 | once more with a new token, then CredentialsRefused |
| 403: a scope or a right is lacking                  | Forbidden                                         |
| 404                                                 | NotFound                                          |
| 400, 402 (plan), 409, 413, 422                      | Refused                                           |
| any other status                                    | again                                             |

Lists are read in Sellsy's seek mode by ascending id: each page brings the token of the next, so a record that
comes or goes moves no other. A list counts as whole where it brought as many different ids as it announced.

Source: the OpenAPI document of Sellsy's API v2, sections on paging, errors and quotas.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar

from simonsync.errors import CredentialsRefused, ListIncomplete, NotFound, Refused
from simonsync.http import Answer, Call, Session, Unsettled
from simonsync.rules.text import cut
from simonsync.secrecy import without_secrets
from simonsync.sellsy.bearer import Bearer, signed

QUESTIONS: Final = frozenset(
    {
        "POST companies/search",
        "POST individuals/search",
        "POST invoices/compute",
        "GET estimates",
        "GET invoices",
        "GET items",
        "GET taxes",
        "GET units",
    }
)
PAGE_SIZE = 100
"""Records a page: the most there are."""
_TIMES: Final = 2
_REFUSALS: Final = frozenset({400, 402, 409, 413, 422})
_CAUSE_LENGTH: Final = 200

T = TypeVar("T")
Row = Mapping[str, Any]


class Forbidden(CredentialsRefused):
    """The access lacks a scope, or its collaborator a right."""


class _TokenNotTaken(CredentialsRefused):
    """Sellsy does not, or no longer, accept the access token; a new one may do."""


class QuestionsV2:
    """Asks v2."""

    def __init__(self, session: Session, bearer: Bearer) -> None:
        """Take a session to the API's address, and who gives tokens for it."""
        self.session = session
        self._bearer = bearer

    def ask(
        self,
        question: str,
        read: Callable[[Any], T],
        *,
        record: str = "",
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> T:
        """Ask a question, about one record where it is named, and return what `read` makes of the answer.

        Raises what the module's table tells, and ServiceUnavailable.
        """
        if question not in QUESTIONS:
            raise ValueError(f"{question} is not among the questions that may be asked")
        verb, path = question.split()

        def judge(answer: Answer) -> T:
            said = _said(question, answer)
            try:
                return read(said)
            except (KeyError, TypeError, ValueError, AttributeError):
                raise Unsettled("@cause-not-json") from None

        def send(token: str) -> T:
            call = Call(
                question,
                verb,
                repeatable=True,
                path=f"{path}/{record}" if record else path,
                params=params or {},
                body=None if body is None else json.dumps(body).encode(),
                auth=partial(signed, token=token),
            )
            return self.session.send(call, judge)

        token = self._bearer.token()
        try:
            return send(token)
        except _TokenNotTaken:
            self._bearer.refused(token)
        return send(self._bearer.token())

    def rows(self, question: str, filters: Mapping[str, Any] | None = None) -> Iterator[Sequence[Row]]:
        """Go through a list or a search, each record once. Raises ListIncomplete where it is not whole."""
        given: set[str] = set()
        for _ in range(_TIMES):
            if (yield from self._once(question, filters, given)):
                return
        raise ListIncomplete("listing-incomplete", service="Sellsy", list=question, cause="@cause-shifted")

    def _once(
        self, question: str, filters: Mapping[str, Any] | None, given: set[str]
    ) -> Generator[Sequence[Row], None, bool]:
        """Go through it from its beginning, leaving out what was given; tell whether it was whole."""
        body = None if filters is None else {"filters": filters}
        params = {"limit": str(PAGE_SIZE), "order": _ORDER.get(question, "id"), "direction": "asc"}
        seen: set[str] = set()
        announced: int | None = None
        while True:
            page, total, following = self.ask(question, _page, params=params, body=body)
            announced = total if announced is None else announced
            ids = {str(row["id"]) for row in page}
            if ids <= seen and page:
                return False
            seen |= ids
            fresh = [row for row in page if str(row["id"]) not in given]
            given |= ids
            if fresh:
                yield fresh
            if len(page) < PAGE_SIZE or not following:
                # One that came meanwhile is more than was announced; one less has gone, or was kept back.
                return len(seen) >= announced
            params = {**params, "offset": following}


_ORDER: Final = {"GET taxes": "rank", "GET units": "rank"}
"""What a list is sorted by where it cannot be by id."""


def _page(said: Any) -> tuple[Sequence[Row], int, str]:  # noqa: ANN401 - any JSON
    """Read a page: its rows, how many there are in all, and what asks for the next."""
    rows, frame = said["data"], said["pagination"]
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) and row.get("id") for row in rows):
        raise TypeError(rows)
    offset = frame.get("offset")
    return rows, int(frame["total"]), "" if offset is None else str(offset)


def _said(question: str, answer: Answer) -> Any:  # noqa: ANN401 - any JSON
    status = answer.status
    if status in range(200, 300):
        return answer.json()
    if status == 401:  # noqa: PLR2004 - statuses are their own names here
        raise _TokenNotTaken("sellsy-credentials-refused", cause=f"HTTP {status}")
    cause = _cause(answer) or f"HTTP {status}"
    if status == 403:  # noqa: PLR2004 - likewise
        raise Forbidden("sellsy-credentials-refused", cause=f"{question}: {cause}")
    if status == 404:  # noqa: PLR2004 - likewise
        raise NotFound("sellsy-not-found", method=question, cause=cause)
    if status in _REFUSALS:
        raise Refused("sellsy-refused", method=question, sellsy_code=str(status), cause=cause)
    raise Unsettled(f"HTTP {status}", again=False)


def _cause(answer: Answer) -> str:
    """Return Sellsy's own words: a sentence, and what it names in `details`, an object or an empty list."""
    try:
        error = answer.json()["error"]
        details = error.get("details") or {}
        named = (
            "; ".join(f"{place}: {why}" for place, why in details.items())
            if isinstance(details, dict)
            else ""
        )
        words = f"{error['message']} ({named})" if named else str(error["message"])
    except (Unsettled, KeyError, TypeError, AttributeError):
        return ""
    return cut(without_secrets(words, thoroughly=True), _CAUSE_LENGTH)
