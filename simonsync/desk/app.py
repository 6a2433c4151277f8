"""The pages of the desk: each shows what a command shows, each button does what a command does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from simonsync.account.candidates import candidates_of
from simonsync.account.choose import BY_ID
from simonsync.account.explain import explain
from simonsync.account.preview import preview_of
from simonsync.account.readiness import not_ready
from simonsync.account.resolve import Choice
from simonsync.desk import actions
from simonsync.desk.gate import FIELD, Gate, guarded
from simonsync.desk.searching import MOST, Search, found
from simonsync.desk.site import DeskSite
from simonsync.desk.wording import Wording
from simonsync.domain.draft import DraftInvoice, totals
from simonsync.errors import SimonsyncError, UsageError
from simonsync.messages.kinds import Message, Severity, Table
from simonsync.report.page import STYLE, figures
from simonsync.settings.declaration import SETTINGS
from simonsync.settings.values import as_mapping, to_text

_OPEN = {"enter", "static", "style"}
"""What is shown to whoever has no session: the way in, and files without any data."""
_LARGEST = 64 * 1024
_REFUSED = 403
Answer = str | Response


def make_app(site: DeskSite, gate: Gate) -> Flask:
    """Make the application; who has not come by the gate's link sees nothing."""
    app = Flask(__name__, static_url_path="/static")
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST, MAX_FORM_PARTS=200)
    app.jinja_env.finalize = Wording.safe
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # It would write what an exception says: perhaps a customer's name.
    app.logger.disabled = True
    app.after_request(guarded)
    shown = Wording(site)

    @app.before_request
    def admit() -> None:
        if not gate.is_for_us(request):
            abort(421)
        if request.endpoint in _OPEN:
            return
        if gate.token(request) is None or (request.method == "POST" and not gate.is_from_us(request)):
            abort(_REFUSED)

    @app.context_processor
    def always() -> dict[str, Any]:
        return {"s": shown, "token": gate.token(request), "field": FIELD, "doing": site.hands.last}

    @app.errorhandler(SimonsyncError)
    def told(error: SimonsyncError) -> Answer:
        return render_template("said.html", messages=error.problems)

    @app.errorhandler(500)
    def failed(error: HTTPException) -> Answer:
        cause = getattr(error, "original_exception", None) or error
        bug = Message.of("bug", {"kind": type(cause).__name__, "place": str(request.endpoint)})
        return make_response(render_template("said.html", messages=(bug,)), 500)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Answer:
        closed = gate.token(request) is None
        return make_response(render_template("refused.html", closed=closed), error.code or _REFUSED)

    @app.get("/style.css")
    def style() -> Answer:
        return Response(STYLE, mimetype="text/css")

    @app.get("/enter/<key>")
    def enter(key: str) -> Answer:
        session = gate.enter(key)
        if session is None:
            abort(_REFUSED)
        answer = make_response(redirect(url_for("today"), 303))
        answer.set_cookie(gate.cookie, session, httponly=True, samesite="Strict")
        return answer

    _add_pages(app, site, shown)
    _add_buttons(app, site, gate)
    return app


def _add_pages(app: Flask, site: DeskSite, shown: Wording) -> None:
    @app.get("/")
    def today() -> Answer:
        facts = site.facts()
        drawn = Markup(figures(facts, site.language, shown.zone))  # noqa: S704 it escapes what it shows
        return render_template("today.html", facts=facts, figures=drawn)

    @app.get("/needs")
    def needs() -> Answer:
        cases = [case for case in site.facts().cases if not case.message.kind.to_look_at]
        return render_template("cases.html", page="needs", cases=cases)

    @app.get("/look")
    def look() -> Answer:
        cases = [case for case in site.facts().cases if case.message.kind.to_look_at]
        return render_template("cases.html", page="look", cases=cases)

    @app.get("/work-orders/<record>")
    def work_order(record: str) -> Answer:
        account = site.account()
        explained = explain(account, f"{BY_ID}{record}")
        decision = explained.decision
        return render_template(
            "order.html",
            found=explained,
            draft=decision if isinstance(decision, DraftInvoice) else None,
            sums=totals(decision.lines) if isinstance(decision, DraftInvoice) else None,
            candidates=candidates_of(account, explained.entry) if explained.entry else (),
            choices=shown.choices(explained.entry),
            document_url=site.configured().sellsy.document_url,
        )

    @app.get("/work-orders/<record>/preview.pdf")
    def preview_pdf(record: str) -> Answer:
        from simonsync.pdf.preview import draw_preview

        preview = preview_of(site.account(), f"{BY_ID}{record}")
        if not isinstance(preview.decision, DraftInvoice):
            return render_template("said.html", messages=(preview.decision,))
        content = draw_preview(preview.decision, preview.firm, preview.customer_name, site.language)
        return Response(content, mimetype="application/pdf")

    @app.route("/journal", methods=["GET", "POST"])
    def journal() -> Answer:
        # What is looked for may be a customer's name: it is posted, and stands in no address.
        search = Search.of(request.form)
        with site.opened() as state:
            entries = found(state, search, site.language, shown.zone)
        lists = {"severities": tuple(Severity), "tables": tuple(Table)}
        return render_template("journal.html", search=search, entries=entries, most=MOST, **lists)

    @app.get("/deletions")
    def deletions() -> Answer:
        with site.opened() as state:
            plan = state.plans.waiting() if state else None
        return render_template("deletions.html", plan=plan)

    @app.get("/settings")
    def settings() -> Answer:
        values = {key: to_text(value) for key, value in as_mapping(site.configured().settings).items()}
        return render_template("settings.html", settings=SETTINGS, values=values)

    @app.route("/e-invoicing", methods=["GET", "POST"])
    def einvoicing() -> Answer:
        # All customers are read: nobody does so by following a link.
        unready = not_ready(site.account()) if request.method == "POST" else None
        return render_template("einvoicing.html", unready=unready)

    @app.get("/doing")
    def doing() -> Answer:
        return render_template("doing.html")


def _add_buttons(app: Flask, site: DeskSite, gate: Gate) -> None:
    def begun(started: bool) -> Answer:  # noqa: FBT001 what a button has come to
        if started:
            return redirect(url_for("doing"), 303)  # type: ignore[return-value]
        return render_template("busy.html")

    def of_work_order(act: Callable[[str, str], bool]) -> Answer:
        record = request.form.get("record", "")
        with site.opened() as state:
            entry = state.ledger.get(record) if state else None
        if entry is None:
            raise UsageError("work-order-unknown", number=record)
        return begun(act(entry.id, entry.number))

    @app.post("/resolve")
    def resolve() -> Answer:
        try:
            choice = Choice(request.form.get("choice", ""))
        except ValueError:
            raise UsageError("resolve-one-choice") from None
        document = request.form.get("document", "").strip()
        return of_work_order(lambda record, number: actions.settle(site, record, number, choice, document))

    @app.post("/send")
    def send() -> Answer:
        return of_work_order(lambda record, number: actions.send(site, record, number))

    @app.post("/sync")
    def sync() -> Answer:
        return begun(actions.synchronise(site))

    @app.post("/approve")
    def approve() -> Answer:
        return begun(actions.approve(site, request.form.get("plan", "")))

    @app.post("/save")
    def save() -> Answer:
        return begun(actions.save(site, request.form))

    @app.post("/find")
    def find() -> Answer:
        from simonsync.account.choose import find_in_ledger, unknown

        number = request.form.get("number", "").strip()
        with site.opened() as state:
            entry = find_in_ledger(number, state.ledger) if state else None
            if entry is None:
                raise (
                    unknown(number, state.ledger)
                    if state
                    else UsageError("work-order-unknown", number=number)
                )
        return redirect(url_for("work_order", record=entry.id), 303)  # type: ignore[return-value]

    @app.post("/leave")
    def leave() -> Answer:
        gate.leave(request)
        return render_template("refused.html", closed=True)
