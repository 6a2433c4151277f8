"""The three strict steps, the refusals of any other order, and the end [4, 5.1, 6, 9]."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from simonsync.account import activation, configuration
from simonsync.account.activation import require_connect_allowed, standing
from simonsync.account.configuration import require_configure_allowed
from simonsync.domain.key import Kind
from simonsync.domain.phase import Phase
from simonsync.errors import (
    CredentialsRefused,
    ExitCode,
    ServiceUnavailable,
    StateUnusable,
    UsageError,
    WrongPhase,
)
from simonsync.messages import kinds
from simonsync.messages.kinds import Message
from simonsync.settings.declaration import Note, ProductChoice, Settings
from tests.account.office import Office
from tests.firm import CHILDREN_FIRST, number

WORK = ProductChoice(Kind.SERVICE, "SER001")
UNKNOWN = ProductChoice(Kind.SERVICE, "SER999")


def test_4_3_the_three_steps_in_their_order_start_the_integration(office: Office) -> None:
    assert (office.phase(), standing(office.account()).steps_done) == (Phase.NEVER_ACTIVATED, 0)
    office.wipe()
    assert (office.phase(), standing(office.account()).steps_done) == (Phase.WIPED, 1)
    who = office.connect_both()
    assert (office.phase(), standing(office.account()).steps_done) == (Phase.CONNECTED, 2)
    assert office.stored == ["both"]
    configured = office.save_settings(work_time_product=WORK)
    assert (office.phase(), standing(office.account()).steps_done) == (Phase.ACTIVE, 3)
    assert configured.activated
    assert configured.changed == ("work_time_product",)
    assert configured.products["work_time_product"].name == "Temps de travail"
    assert office.saved == [Settings(work_time_product=WORK)]
    assert office.codes() == ["wiped", "connected", "settings-changed", "activated"]
    with office.state() as state:
        now = state.activation.get()
        assert (now.company, now.corp_id, now.api) == (who.name, who.corp_id, "v1")
        assert now.licence_hash == office.simon.licence_hash()
        assert now.since == office.box.clock()
        assert now.terms_accepted_at == office.box.clock()


def test_the_integration_works_once_it_is_active(office: Office) -> None:
    office.start(work_time_product=WORK)
    office.sync()
    order = office.archived(work=60)
    office.later(minutes=5)
    office.sync()
    assert len(office.drafts()) == 1
    assert office.entry(order).document_id is not None


@pytest.mark.parametrize(
    ("step", "code"),
    [(Office.connect_both, "connect-before-wipe"), (Office.save_settings, "configure-before-connect")],
)
def test_4_3_a_step_before_its_turn_is_refused_without_one_request(
    office: Office, step: Callable[[Office], object], code: str
) -> None:
    with pytest.raises(WrongPhase) as caught:
        step(office)
    assert caught.value.code == code
    assert caught.value.exit_code is ExitCode.WRONG_PHASE
    assert office.box.log.entries() == []
    assert office.stored == []


def test_5_1_settings_are_closed_after_the_wipe_alone(office: Office) -> None:
    office.wipe()
    with pytest.raises(WrongPhase):
        office.save_settings()
    assert office.phase() is Phase.WIPED


# --- connecting -------------------------------------------------------------------------------------


def test_4_3_wrong_tokens_of_sellsy_store_nothing_and_stay_on_the_second_step(office: Office) -> None:
    office.wipe()
    sellsy, simon = office.connect()
    gate = office.box.sellsy.gate
    gate.credentials = replace(gate.credentials, user_secret="changed")
    with pytest.raises(CredentialsRefused) as caught:
        activation.connect(office.account(), sellsy, simon, lambda: office.stored.append("both"))
    assert caught.value.exit_code is ExitCode.CREDENTIALS
    assert office.stored == []
    assert office.phase() is Phase.WIPED


def test_4_3_wrong_credentials_of_simon_store_nothing_either(office: Office) -> None:
    office.wipe()
    sellsy, simon = office.connect()
    office.box.simon.access.password = "changed"
    with pytest.raises(CredentialsRefused):
        activation.connect(office.account(), sellsy, simon, lambda: office.stored.append("both"))
    assert office.stored == []
    assert office.phase() is Phase.WIPED


@pytest.mark.parametrize("some", [True, False])
def test_4_3_whether_sellsy_shows_any_invoice_is_noted_at_the_first_connection(
    office: Office, *, some: bool
) -> None:
    """Later an account that shows none may only have lost the right to see them."""
    world = office.box.sellsy
    if not some:
        for document in world.documents_of():
            world.delete_document(document.id)
    office.start()
    for document in world.documents_of():
        world.delete_document(document.id)
    office.deactivate()
    office.connect_both()
    with office.state() as state:
        assert state.activation.get().had_invoices is some


def test_while_active_connecting_only_replaces_the_credentials(office: Office) -> None:
    office.start()
    since = standing(office.account()).activation.since
    office.later(minutes=10)
    office.connect_both()
    assert office.phase() is Phase.ACTIVE
    assert standing(office.account()).activation.since == since
    assert office.stored == ["both", "both"]


def test_while_active_another_company_is_refused(office: Office) -> None:
    office.start()
    office.box.sellsy.company = replace(office.box.sellsy.company, id=4242)
    with pytest.raises(StateUnusable) as caught:
        office.connect_both()
    assert caught.value.code == "state-other-pair"
    assert office.stored == ["both"]


def test_before_the_first_start_the_company_may_still_be_corrected(office: Office) -> None:
    office.wipe()
    office.connect_both()
    office.box.sellsy.company = replace(office.box.sellsy.company, id=4242)
    assert office.connect_both().corp_id == "4242"
    office.save_settings()
    assert office.phase() is Phase.ACTIVE


def test_4_3_only_the_simon_that_was_emptied_can_be_connected(office: Office) -> None:
    office.wipe()
    office.box.simon.access.key = "6543210987654321"
    office.box.simon.access.expire_tokens()
    with pytest.raises(UsageError) as caught:
        office.connect_both()
    assert caught.value.code == "other-simon"
    office.later(seconds=1)
    office.wipe()
    office.connect_both()
    assert office.phase() is Phase.CONNECTED


def test_new_credentials_cure_what_the_old_ones_caused(office: Office) -> None:
    office.start()
    with office.state() as state:
        refused = Message(kinds.SELLSY_CREDENTIALS_REFUSED, {"cause": "token_rejected"})
        state.journal.note(refused, office.box.clock(), record="sellsy")
    office.connect_both()
    assert office.codes(only_open=True) == []


# --- settings ---------------------------------------------------------------------------------------


def test_6_2_a_product_that_sellsy_does_not_know_saves_nothing(office: Office) -> None:
    office.wipe()
    office.connect_both()
    with pytest.raises(UsageError) as caught:
        office.save_settings(work_time_product=WORK, travel_time_product=UNKNOWN)
    assert caught.value.exit_code is ExitCode.USAGE
    assert office.saved == []
    assert office.phase() is Phase.CONNECTED
    entry = office.journal(codes=["setting-product-unknown"])[0]
    assert entry.message.params == {"setting": "travel_time_product", "product": "service:SER999"}
    office.save_settings(work_time_product=WORK)
    assert office.codes(only_open=True) == []


def test_5_1_without_accepted_terms_settings_are_saved_and_nothing_starts(office: Office) -> None:
    office.wipe()
    office.connect_both()
    configured = office.save_settings(accept_terms=False, invoice_note=Note.DESCRIPTION)
    assert configured.terms_missing
    assert not configured.activated
    assert office.phase() is Phase.CONNECTED
    assert len(office.saved) == 1
    assert office.save_settings(accept_terms=True).activated


def test_6_1_while_active_a_change_is_a_new_revision_from_now_on(office: Office) -> None:
    office.start(work_time_product=WORK)
    office.later(minutes=7)
    configured = office.save_settings(accept_terms=False, invoice_note=Note.DESCRIPTION)
    assert configured.changed == ("invoice_note",)
    assert not configured.activated
    assert not configured.terms_missing
    with office.state() as state:
        current = state.settings.current()
        assert current is not None
        assert current[0] == 2
        first = state.settings.revision(1)
        assert first is not None
        assert first[1]["invoice_note"] == "none"


def test_settings_that_do_not_change_make_no_revision(office: Office) -> None:
    office.start(work_time_product=WORK)
    assert office.save_settings().changed == ()
    with office.state() as state:
        current = state.settings.current()
    assert current is not None
    assert current[0] == 1


def test_6_1_one_changed_setting_checks_all_the_others_too(office: Office) -> None:
    office.start(work_time_product=WORK)
    office.box.sellsy.archive_product(office.box.sellsy.product_named("SER001").id)
    with pytest.raises(UsageError) as caught:
        office.save_settings(invoice_note=Note.DESCRIPTION)
    assert caught.value.code == "setting-product-archived"
    assert len(office.saved) == 1


def test_a_file_that_cannot_be_written_changes_nothing(office: Office) -> None:
    office.wipe()
    office.connect_both()

    def refuse(_settings: Settings) -> None:
        raise UsageError("config-unwritable", path="config.yaml", cause="read-only")

    sellsy, simon = office.connect()
    with pytest.raises(UsageError):
        configuration.configure(office.account(), Settings(), sellsy, simon, refuse, accept_terms=True)
    assert office.phase() is Phase.CONNECTED
    with office.state() as state:
        assert state.settings.current() is None


def test_a_service_that_is_down_starts_nothing(office: Office) -> None:
    office.wipe()
    office.connect_both()
    office.box.faults.set("status", service="simon", status=503, times=None)
    with pytest.raises(ServiceUnavailable):
        office.save_settings()
    assert office.phase() is Phase.CONNECTED
    assert office.saved == []


def test_5_2_checking_alone_saves_nothing(office: Office) -> None:
    office.start()
    products = configuration.check(office.account(), Settings(work_time_product=WORK), office.sellsy)
    assert products["work_time_product"].reference == "SER001"
    with pytest.raises(UsageError):
        configuration.check(office.account(), Settings(work_time_product=UNKNOWN), office.sellsy)
    assert len(office.saved) == 1
    assert "setting-product-unknown" in office.codes(only_open=True)


# --- the end, and the next beginning ------------------------------------------------------------------


def test_9_1_deactivating_stops_at_once_and_calls_nobody(office: Office) -> None:
    office.start()
    office.box.log.clear()
    office.later(minutes=3)
    assert office.deactivate()
    assert office.phase() is Phase.INACTIVE
    assert office.box.log.entries() == []
    assert standing(office.account()).activation.until == office.box.clock()
    assert office.codes()[-1] == "deactivated"
    assert not office.deactivate()
    with pytest.raises(WrongPhase):
        office.sync()
    assert office.box.log.entries() == []


def test_an_integration_that_is_not_active_cannot_be_stopped(office: Office) -> None:
    with pytest.raises(WrongPhase) as caught:
        office.deactivate()
    assert caught.value.code == "deactivate-not-active"


def test_9_2_a_restart_keeps_the_state_and_sends_only_what_is_archived_from_then_on(office: Office) -> None:
    office.start(work_time_product=WORK)
    office.sync()
    before = office.archived(work=60)
    office.later(minutes=5)
    office.sync()
    office.deactivate()
    office.later(minutes=5)
    meanwhile = office.archived(work=30)
    office.later(minutes=5)
    office.wipe(None)
    office.connect_both()
    assert office.save_settings(accept_terms=False).activated
    office.later(seconds=5)
    after = office.archived(work=15)
    for _ in range(5):
        office.later(minutes=5)
        office.sync()
    assert office.entry(before).status == "sent"
    assert office.entry(after).status == "sent"
    assert office.entry(meanwhile).status == "dormant"
    assert len(office.drafts()) == 2
    assert "archived-while-inactive" in office.codes(only_open=True)


@pytest.mark.parametrize("days", [400, -400])
def test_9_2_what_is_archived_while_inactive_is_not_sent_because_our_clock_was_wrong(
    office: Office, days: int
) -> None:
    office.start()
    office.sync()
    before = office.archived(work=30)
    office.ahead = timedelta(days=days)
    office.deactivate()
    office.ahead = timedelta(0)
    office.later(minutes=5)
    meanwhile = office.archived(work=30)
    office.later(minutes=5)
    office.wipe(None)
    office.connect_both()
    office.save_settings(accept_terms=False)
    office.later(minutes=5)
    office.sync()
    assert office.entry(before).status == "sent"
    assert office.entry(meanwhile).status == "dormant"
    assert standing(office.account()).activation.until is None


def test_settings_may_be_changed_while_inactive_and_start_nothing(office: Office) -> None:
    office.start()
    office.deactivate()
    configured = office.save_settings(invoice_note=Note.DESCRIPTION)
    assert not configured.activated
    assert not configured.terms_missing
    assert office.phase() is Phase.INACTIVE


def test_every_phase_knows_which_steps_are_open(office: Office) -> None:
    where = standing(office.account())
    allowed = {
        phase: (
            _allows(require_connect_allowed, replace_phase(where, phase)),
            _allows(require_configure_allowed, replace_phase(where, phase)),
        )
        for phase in Phase
    }
    assert allowed == {
        Phase.NEVER_ACTIVATED: (False, False),
        Phase.WIPED: (True, False),
        Phase.CONNECTED: (True, True),
        Phase.ACTIVE: (True, True),
        Phase.INACTIVE: (True, True),
    }


def replace_phase(where: activation.Standing, phase: Phase) -> activation.Standing:
    return replace(where, activation=replace(where.activation, phase=phase))


def _allows(check: Callable[[activation.Standing], None], where: activation.Standing) -> bool:
    try:
        check(where)
    except WrongPhase:
        return False
    return True


# --- a state that was lost ----------------------------------------------------------------------------


def lose_the_state(office: Office) -> None:
    for path in office.folder.iterdir():
        if path.is_file():
            path.unlink()


def test_after_a_loss_of_state_nothing_is_wiped_and_everything_is_found_again(office: Office) -> None:
    office.start(work_time_product=WORK)
    office.sync()
    sent = office.archived(work=30)
    office.later(minutes=5)
    office.sync()
    open_order = office.archived(work=45)
    counts = office.counts()
    office.later(minutes=1)
    lose_the_state(office)
    office.box.log.clear()
    with pytest.raises(UsageError) as caught:
        office.wipe()
    assert caught.value.code == "wipe-after-state-loss"
    assert caught.value.exit_code is ExitCode.USAGE
    office.recover()
    assert [method for method in office.writes() if "login" not in method] == []
    assert office.phase() is Phase.CONNECTED
    assert office.counts() == counts
    office.save_settings()
    for _ in range(6):
        office.later(minutes=5)
        office.sync()
    assert office.counts() == counts
    assert len(office.drafts()) == 1
    assert office.entry(sent).status == "sent"
    # It has no document, and nobody knows why: a human decides.
    assert office.entry(open_order).status == "dormant"


def test_without_a_trace_of_the_integration_there_is_nothing_to_recover(office: Office) -> None:
    with pytest.raises(WrongPhase) as caught:
        office.recover()
    assert caught.value.code == "connect-before-wipe"
    assert not (office.folder / "firm.db").exists()
    assert office.stored == []


def test_drafts_of_an_earlier_life_are_found_when_both_sides_are_connected(office: Office) -> None:
    office.start(work_time_product=WORK)
    office.sync()
    office.archived(work=30)
    office.later(minutes=5)
    office.sync()
    lose_the_state(office)
    # Somebody has emptied Simon by hand, so that it shows no trace.
    for entity in CHILDREN_FIRST:
        for row in office.box.simon.rows(entity):
            office.box.simon.delete(entity, number(row["Id"]))
    office.wipe()
    office.connect_both()
    assert office.codes(only_open=True) == ["state-lost"]
    assert office.phase() is Phase.CONNECTED


def test_connected_and_emptied_once_more_stays_connected(office: Office) -> None:
    office.wipe()
    office.connect_both()
    office.box.simon.add("Customer", Name="Nouveau")
    office.later(seconds=1)
    office.wipe()
    assert office.counts()["Customer"] == 0
    assert office.phase() is Phase.CONNECTED
