"""The report of a verification: text for people, JSON for programs, in one file to send on.

Nothing of it is a value of the firm: shapes of answers, names of methods and fields, words of the services.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from simonsync import __version__
from simonsync.account.verify.facts import Fact, Judgement, Sight
from simonsync.account.verify.verification import Verification
from simonsync.account.verify.write import Left
from simonsync.messages.render import Language, sentence, wire_text
from simonsync.secrecy import without_secrets

ORDER: Final = (Sight.DIFFERENT, Sight.NOT_SEEN, Sight.CONFIRMED)
_PAGES: Final = {"sellsy": "Sellsy", "simon": "Simon"}


def believed(fact: Fact, language: Language) -> str:
    """Say what is believed."""
    params = dict(fact.params)
    if form := params.get("form"):
        params["form"] = wire_text(f"form-{form}", params, language)
    return wire_text(f"fact-{fact.belief}", params, language)


def seen(judgement: Judgement, language: Language) -> str:
    """Say what was seen, or why it was not."""
    why = wire_text(f"why-{judgement.why}", {}, language) if judgement.why else ""
    return " – ".join(part for part in (judgement.shape, why) if part)


def to_delete(left: Left | None, language: Language) -> tuple[str, ...]:
    """Say what a person must delete in Sellsy, or look for."""
    if left is None:
        return ()
    params = {"document": left.document, "file": left.file, "customer": left.customer.id}
    keys = ("document", left.document), ("file", left.file), ("unknown", left.unknown)
    return tuple(wire_text(f"left-{key}", params, language) for key, there in keys if there)


def report_as_json(found: Verification) -> dict[str, Any]:
    """Describe a verification for scripts, in no language."""
    left = found.left
    return {
        "at": found.at,
        "api": found.api,
        "dialect": found.dialect,
        "counts": {sight.value: found.count(sight) for sight in Sight},
        "facts": [
            {
                "name": fact.name,
                "service": fact.service,
                "source": fact.source,
                "basis": fact.basis.value,
                "believed": believed(fact, Language.EN),
                "result": judgement.sight.value,
                "shape": judgement.shape or None,
                "why": judgement.why or None,
            }
            for fact, judgement in found.results
        ],
        "left": left
        and {
            "customer": left.customer.id,
            "document": left.document or None,
            "file": left.file or None,
            "unknown": left.unknown,
        },
    }


def report_as_text(found: Verification, language: Language) -> str:
    """Write the report: people's part, then the same as JSON."""
    document = {**report_as_json(found), "at": f"{found.at:%Y-%m-%dT%H:%M:%SZ}", "version": __version__}
    lines = [*_lines(found, language), "", json.dumps(document, ensure_ascii=False, indent=1), ""]
    return without_secrets("\n".join(lines), thoroughly=True)


def _lines(found: Verification, language: Language) -> Iterator[str]:
    yield wire_text("title", {}, language)
    at = f"{found.at:%Y-%m-%dT%H:%M:%SZ}"
    yield f"simonsync {__version__} – {at} – Sellsy {found.api}, Simon {found.dialect}"
    for problem in found.problems:
        yield sentence(problem, language)
    for line in to_delete(found.left, language):
        yield f"{wire_text('heading-left', {}, language)} {line}"
    for sight in ORDER:
        yield ""
        yield f"{wire_text(f'heading-{sight}', {}, language)} {found.count(sight)}"
        for fact, judgement in found.results:
            if judgement.sight is sight:
                yield from _told(fact, judgement, language)


def _told(fact: Fact, judgement: Judgement, language: Language) -> Iterator[str]:
    shown = seen(judgement, language)
    if judgement.sight is not Sight.DIFFERENT:
        yield f"  {fact.name}: {believed(fact, language)}{f' [{shown}]' if shown else ''}"
        return
    basis = wire_text(f"basis-{fact.basis}", {}, language)
    yield f"  {fact.name}"
    for label, told in (
        ("believed", believed(fact, language)),
        ("source", f"{_PAGES[fact.service]}, {fact.source} ({basis})"),
        ("seen", shown),
    ):
        yield f"    {wire_text(f'label-{label}', {}, language)} {told}"
