"""Learn anew what was done, from both services, after our memory of it was lost or turned out to be old.

Simon's ExtKeys tell which records are ours, the markers in Sellsy which work orders have their document.
Nothing is written to a service. What has no document by then is not sent by itself: a human decides.
"""

from __future__ import annotations

from simonsync.domain.entities import LIVING_IN, MASTER_TABLES
from simonsync.domain.key import Kind, parse_ext_key
from simonsync.domain.phase import Phase
from simonsync.domain.records import DocumentHead, WorkOrderHead
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.rules.marker import marker_in
from simonsync.store.ledger import Status
from simonsync.store.scratch import Reckoning
from simonsync.store.waits import WaitReason
from simonsync.sync.archived import read
from simonsync.sync.documents import LOOK_FOR_FORMS
from simonsync.sync.identity import entry_of
from simonsync.sync.lookup import adopt
from simonsync.sync.ports import SellsyReader, SimonReader
from simonsync.sync.quotes import UNSEEN
from simonsync.sync.run import Planning


def traces_of_ours(sellsy: SellsyReader, simon: SimonReader) -> bool:
    """Tell whether the services know an integration that our state does not: records or documents of ours."""
    return traces_in_simon(simon) or any(page for page in sellsy.tagged_invoices(None))


def traces_in_simon(simon: SimonReader) -> bool:
    """Tell whether Simon holds records of ours."""
    for table in MASTER_TABLES:
        for page in simon.keys(table):
            if any(parse_ext_key(ext_key) is not None for _, ext_key, _ in page):
                return True
    return False


def rebuild(run: Planning, reason: str) -> None:
    """Rebuild bindings and ledger; afterwards the account is connected, and a human activates it.

    Bindings that the file has are kept. Once this is committed, the witness is to be written. Raises
    ServiceUnavailable where a list was not complete: then nothing has changed, and the next run tries again.
    """
    clock = run.simon.ask_time()
    listed = run.state.reckoning()
    heads: dict[str, DocumentHead] = {}
    for page in run.sellsy.tagged_invoices(None):
        listed.add((document.id, marker_in(document.subject) or "") for document in page)
        heads.update({document.id: document for document in page})
    with run.state.commit():
        for table, ours in LIVING_IN.items():
            for records in run.simon.keys(table):
                for record_id, ext_key, _ in records:
                    key = parse_ext_key(ext_key)
                    if key is not None and key.kind in ours and run.state.bindings.get(key) is None:
                        # Without a fingerprint the next pull brings the record up to date.
                        run.state.bindings.bind(key, record_id, "", run.now())
                        if key.kind is Kind.QUOTE:
                            run.state.quotes.dealt_with(key, UNSEEN)
        for orders in run.simon.archived_work_orders(None):
            for head in orders:
                _remember(head, listed, heads, run)
            if orders:
                read(max(head.mutated_at for head in orders), clock, run)
        run.state.scans.forget()
        run.state.waits.begin(WaitReason.REBUILT, run.sellsy_reading(), knows=run.id)
        run.state.witness.step()
        run.state.activation.set_phase(Phase.CONNECTED)
        run.say(Message(kinds.STATE_LOST, {"reason": reason}))


def _remember(head: WorkOrderHead, listed: Reckoning, heads: dict[str, DocumentHead], run: Planning) -> None:
    """Bind an archived work order to its document; without one it is sent only when a human names it."""
    mark = run.simon.marker(run.account.corp_id, head)
    known = entry_of(head, run)
    if known is not None and known.status not in {Status.WAITING, Status.GONE}:
        return
    run.state.ledger.register(head, mark, Status.DORMANT)
    run.state.ledger.set_status(head.id, Status.DORMANT)
    entry = run.state.ledger.get(head.id)
    disowned = run.state.ledger.disowned
    documents = [document for document in listed.of_marker(mark) if not disowned(document, head.id)]
    if entry is None or not documents:
        return
    if len(documents) == 1:
        found = heads[documents[0]]
        adopt(entry, found, run)
        if found.created_at is not None and found.created_at < run.sellsy_now() - LOOK_FOR_FORMS:
            # Years of files are not looked for once more.
            run.state.ledger.documents_complete(head.id, run.now())
        return
    params = {"number": head.number, "documents": ", ".join(documents)}
    run.say(Message(kinds.SEVERAL_DRAFTS, params), head.id)
