"""`demo`: the whole story on the sandbox, each step with the command that a user would type."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from simonsync.cli.context import Context
from simonsync.cli.invocation import context_of
from simonsync.cli.output import Result
from simonsync.cli.style import Style
from simonsync.errors import ExitCode
from simonsync.messages.render import Language, money, number, word

if TYPE_CHECKING:
    from simonsync.sandbox.box import Sandbox
    from simonsync.sandbox.sellsy.records import Row

SETTINGS = (
    "travel_time_product=service:SER002",
    "work_time_product=service:SER001",
    "default_product=service:SER003",
    "description_as_first_line=yes",
    "invoice_note=work_address",
    "invoice_reference=work_order_number_and_customer_reference",
    "quotes_to_work_orders=yes",
    "quotes_containing=BDT",
    "quote_lines_as_used_items=yes",
    "documents=work_order_and_forms",
    "attachments=yes",
)


def demo(ctx: typer.Context) -> Result:
    """Show the integration at work, from activation to the draft invoice, over real HTTP on this machine."""
    from simonsync.cli.sandbox import sandbox_class, write_configuration

    context = context_of(ctx)
    box = sandbox_class()(customers=6, seed=1)
    with _folder() as folder, box:
        config = folder / "config.yaml"
        write_configuration(box, config, context)
        story = _Story(context, box, config)
        story.tell()
    return Result({"steps": story.codes}, max(story.codes.values(), default=ExitCode.DONE))


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="simonsync-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Story:
    """The steps, in order; each one's exit code is kept, and must be 0."""

    def __init__(self, context: Context, box: Sandbox, config: Path) -> None:
        self._context = context
        self._box = box
        self._config = config
        self.codes: dict[str, ExitCode] = {}

    def tell(self) -> None:
        """Go through the story, and stop where a step does not end well."""
        settings = [argument for setting in SETTINGS for argument in ("--set", setting)]
        if not self._step("activate", ["activate", "--yes", "--accept-terms", "--from-env", *settings]):
            return
        if not self._step("pull", ["pull"]):
            return
        shown = self._work_in_simon()
        quote = self._quote_in_sellsy()
        for title, arguments in (
            ("preview", ["preview", shown]),
            ("sync", ["sync"]),
            ("again", ["sync"]),
        ):
            if not self._step(title, arguments):
                return
            if title == "sync":
                self._show_draft()
                self._show_quote(quote)
                self._show_files()
        self._step("explain", ["explain", shown])
        self._step("log", ["log", "-n", "12"])
        self._step("status", ["status"])
        self._step("einvoice", ["preview", self._work_that_is_not_ready()])
        self._step("einvoicing", ["einvoicing"])

    def _step(self, title: str, arguments: Sequence[str]) -> bool:
        """Run one command as a user would, and tell whether it ended well."""
        from simonsync.cli.app import run

        out, language = self._context.output, self._context.language
        out.line()
        out.line(word(f"demo-{title}", language), Style.STRONG)
        out.verbatim("$ simonsync " + " ".join(arguments), Style.NEWS)
        with redirect_stdout(out.people):
            code = ExitCode(run(["--config", str(self._config), "--lang", language.value, *arguments]))
        self.codes[title] = code
        return code is ExitCode.DONE

    def _work_in_simon(self) -> str:
        """Let a colleague create, carry out, declare ready and archive a work order; return its number."""
        from simonsync.sandbox.simon.day import carry_out_a_work_order

        order = carry_out_a_work_order(self._box.simon)
        customer = self._box.simon.row("Customer", order["CustomerId"])
        self._aside("demo-work", f"{order['Number']} – {customer['Name']}")
        return str(order["Number"])

    def _work_that_is_not_ready(self) -> str:
        """Let a colleague work for a firm without a SIREN, with an article of too exact a price."""
        from simonsync.sandbox.simon.day import carry_out_a_work_order

        world = self._box.sellsy
        firm = next(each for each in world.clients() if each.type != "person" and not each.siret)
        item = world.product_named("DOMINO")
        order = carry_out_a_work_order(self._box.simon, f"customer:{firm.id}", f"item:{item.id}")
        return str(order["Number"])

    def _quote_in_sellsy(self) -> int:
        """Let the office write a quote that is to become a work order."""
        from simonsync.sandbox.sellsy.records import Row

        world = self._box.sellsy
        client = next(customer for customer in world.clients() if customer.active)
        product = next(one for one in world.products.values() if one.type == "item" and one.active)
        rows = [
            Row("title", notes="Rénovation du local technique"),
            Row(
                "item",
                linked_id=product.id,
                name=product.name,
                notes=product.tradename,
                unit="unité",
                unit_amount=product.unit_amount,
                quantity=Decimal(3),
                tax_id=product.tax_id,
            ),
        ]
        quote = world.add_document(
            "estimate", client.id, rows=rows, step="accepted", subject="BDT Local technique"
        )
        self._aside("demo-quote", f"{quote.ident} – {client.full_name}")
        return quote.id

    def _show_draft(self) -> None:
        """Show the draft as Sellsy has it."""
        from simonsync.sandbox.sellsy.totals import totals

        out, language = self._context.output, self._context.language
        for draft in self._box.sellsy.documents_of(tag="simonsync"):
            step = word(f"step-{draft.step}", language)
            self._aside("demo-draft", f"{draft.ident} – {draft.subject} ({step})")
            columns = ("column-text", "quantity", "unit-price", "column-tax-rate", "column-total")
            rows = [_shown(row, language) for row in draft.rows]
            out.table([word(name, language) for name in columns], rows, right=(1, 2, 3, 4))
            sums = totals(draft)
            out.line(f"{word('before-tax', language)} {money(sums.taxes_free, language)}")
            out.line(f"{word('tax', language)} {money(sums.taxes, language)}")
            out.line(f"{word('with-tax', language)} {money(sums.all_included, language)}", Style.STRONG)

    def _show_quote(self, quote: int) -> None:
        order = self._box.simon.find("WorkOrder", ExtKey=f"quote:{quote}")
        items = len(self._box.simon.children("UsedItem", _id(order["Id"])))
        description = str(order["Description"]).splitlines()[0]
        used = word("stream-UsedItem", self._context.language)
        self._aside("demo-quote-order", f"{order['Number']} – {description} ({items} {used})")

    def _show_files(self) -> None:
        names = [
            stored.file_name
            for stored in self._box.sellsy.files.values()
            if stored.linkedtype == "third" and stored.file_name.startswith("BT-")
        ]
        self._aside("demo-files", ", ".join(names))

    def _aside(self, title: str, text: str) -> None:
        out, language = self._context.output, self._context.language
        out.line()
        out.line(f"{word(title, language)} {text}", Style.STRONG)


def _shown(row: Row, language: Language) -> tuple[str, ...]:
    """Show a row as Sellsy has it; a comment has no price."""
    text = " – ".join(part for part in (row.name, row.notes) if part)
    if row.type == "comment":
        return (text, "", "", "", "")
    total = (row.quantity * row.unit_amount).quantize(Decimal("0.01"))
    return (
        text,
        f"{number(row.quantity.normalize(), language)} {row.unit}",
        money(row.unit_amount, language),
        f"{number(row.tax_rate.normalize(), language)} %",
        money(total, language),
    )


def _id(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value
