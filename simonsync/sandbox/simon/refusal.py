"""How Simon says no: one exception that carries the whole answer."""

from __future__ import annotations

from http import HTTPStatus


class SimonRefusalError(Exception):
    """Simon does not do what was asked; the web side turns this into an OData error object.

    Attributes:
        status: the HTTP status of the answer.
        code: short English code for machines, such as `DuplicateExtKey`.
        message: one sentence for people.
        target: the property, entity set or option that is meant; "" where there is none.
        allow: the verbs that would do, for a 405; () otherwise.
    """

    def __init__(
        self, status: HTTPStatus, code: str, message: str, target: str = "", allow: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.allow = allow


def bad_request(code: str, message: str, target: str = "") -> SimonRefusalError:
    """The request itself is wrong and will stay wrong."""
    return SimonRefusalError(HTTPStatus.BAD_REQUEST, code, message, target)


def not_found(message: str, target: str = "") -> SimonRefusalError:
    """There is no such record, file or path."""
    return SimonRefusalError(HTTPStatus.NOT_FOUND, "NotFound", message, target)


def conflict(code: str, message: str, target: str = "") -> SimonRefusalError:
    """The request is well formed, but the records that exist do not allow it."""
    return SimonRefusalError(HTTPStatus.CONFLICT, code, message, target)


def wrong_verb(verb: str, *allow: str) -> SimonRefusalError:
    """The path exists, but not for this verb."""
    return SimonRefusalError(
        HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", f"{verb} is not possible here.", allow=allow
    )
