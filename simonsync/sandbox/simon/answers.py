"""The answers of both dialects: JSON, files, error objects."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from werkzeug.wrappers import Response

from simonsync.sandbox.simon.pdf import survey_pdf, work_order_pdf
from simonsync.sandbox.simon.refusal import SimonRefusalError, not_found
from simonsync.sandbox.simon.renaming import Names
from simonsync.sandbox.simon.world import SimonWorld


def json_answer(
    value: Mapping[str, object] | Sequence[object], status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Any JSON document."""
    text = json.dumps(value, ensure_ascii=False)
    return Response(text, status=status, content_type="application/json; charset=utf-8")


def refusal_answer(names: Names, refusal: SimonRefusalError) -> Response:
    """The error object of OData."""
    target = names.target(refusal.target)
    error = {"code": refusal.code, "message": refusal.message, "target": target, "details": []}
    response = json_answer({"error": error}, refusal.status)
    if refusal.allow:
        response.headers["Allow"] = ", ".join(refusal.allow)
    return response


def file_answer(world: SimonWorld, names: Names, entity: str, record: int) -> Response:
    """The PDF of a work order or questionnaire as the world's switches say, or an attachment's bytes."""
    if entity == "Attachment":
        content = world.content(record)
        return Response(content, content_type=world.row("Attachment", record)["ContentType"])
    way = world.switches.work_order_pdf if entity == "WorkOrder" else world.switches.survey_pdf
    if way == "none":
        raise not_found(f"There is no digital presentation of {entity} {record}.", entity)
    name, content = (work_order_pdf if entity == "WorkOrder" else survey_pdf)(world, record)
    if way == "json":
        return json_answer(
            {names.file["FileName"]: name, names.file["Content"]: base64.b64encode(content).decode()}
        )
    return Response(content, content_type="application/pdf")
