"""The mutants: what is changed where, and the tests of which at least one must then fail."""

from __future__ import annotations

from dataclasses import dataclass

CRASH = "tests/tools/test_crash_walk.py"
ONCE = "tests/sync/test_exactly_once.py"
PROTOCOL = "tests/sync/test_protocol.py"
WAITS = "tests/sync/test_waits.py"
LOST = "tests/sync/test_state_lost.py"
READ_BACK = "tests/sync/test_read_back.py"
WATCH = "tests/sync/test_watch.py"
WHOLE = "tests/sync/test_whole_lists.py"
CLEANUP = "tests/sync/test_cleanup.py"
BRAKE = "tests/sync/test_cleanup_brake.py"
ABSENCE = "tests/sync/test_absence.py"
CURSOR = "tests/sync/test_cursor.py"
CENSUS = "tests/sync/test_census.py"
RECONCILE = "tests/account/test_reconcile.py"
SESSION = "tests/http/test_session.py"
DEADLINE = "tests/http/test_deadline.py"
ARRIVED = "tests/sync/test_arrived.py"
BEARER = "tests/sellsy/test_bearer.py"
HYBRID = "tests/sellsy/test_hybrid.py"
BOTH_APIS = "tests/sync/test_both_apis.py"
SECRETS = "tests/sync/test_secrets.py"
PACE = "tests/sync/test_pace.py"
REUSED = "tests/sync/test_reused_ids.py"
FETCH = "tests/sync/test_document_fetch.py"
VERIFY = "tests/account/test_verify.py"
REPLAY = "tests/cli/test_replay.py"
OTHERS = "tests/sync/test_other_records.py"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One guard taken out.

    Attributes:
        guard: what is no longer there.
        file: below the top folder; `old` stands in it exactly once and becomes `new`.
        tests: what pytest is given.
    """

    guard: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


MUTANTS = (
    # --- what has arrived -------------------------------------------------------------------------
    Mutant(
        "Sellsy is asked whether an attempt arrived before another is made",
        "simonsync/sync/drafts.py",
        "    _ask_whether_arrived(draft, run)\n",
        "",
        (ARRIVED,),
    ),
    Mutant(
        "what is asked is spent by asking, and not asked again",
        "simonsync/sync/drafts.py",
        "        if attempt.asked_after:\n            continue\n",
        "",
        (ARRIVED,),
    ),
    Mutant(
        "the same attempt is signed with the same word",
        "simonsync/sellsy/v1/api.py",
        "            nonce=nonce(draft.marker, attempt),\n",
        "",
        (ARRIVED,),
    ),
    # --- Sellsy's newer access and API --------------------------------------------------------------
    Mutant(
        "a draft whose token was refused is not sent again in the same run",
        "simonsync/sellsy/v1/client.py",
        "            if writes:\n                # Nothing was done",
        "            if False:\n                # Nothing was done",
        (BEARER,),
    ),
    Mutant(
        "a token stands in no text",
        "simonsync/sellsy/bearer.py",
        "        keep(value)\n",
        "",
        (BEARER,),
    ),
    Mutant(
        "another API is taken only where it names the same records",
        "simonsync/account/execution.py",
        "        require_same_ids(state, sellsy, api, now)\n",
        "        pass\n",
        (BOTH_APIS,),
    ),
    Mutant(
        "a search that brings less than it announced is no search",
        "simonsync/sellsy/v2/client.py",
        "                return len(seen) >= announced\n",
        "                return True\n",
        (HYBRID,),
    ),
    # --- verify -----------------------------------------------------------------------------------
    Mutant(
        "no draft of verify is made while an earlier one is there",
        "simonsync/account/verify/write.py",
        "        if ours:\n",
        "        if False:\n",
        (VERIFY,),
    ),
    Mutant(
        "no draft of verify is made where earlier ones cannot be looked for",
        "simonsync/account/verify/write.py",
        "        if asked.found[label].refusal:\n",
        "        if False:\n",
        (VERIFY,),
    ),
    Mutant(
        "no run takes a draft of verify for one of ours",
        "simonsync/account/verify/write.py",
        '    params["document"]["tags"] = TAG\n',
        "",
        (VERIFY,),
    ),
    Mutant(
        "the report of verify shows shapes and no values",
        "simonsync/account/verify/forms.py",
        '            return f\'text "{_pattern(value)}"\' if value else "text, empty"\n',
        "            return value\n",
        (VERIFY,),
    ),
    # --- secrets ----------------------------------------------------------------------------------
    Mutant(
        "what is told and journalled has come by the net for secrets",
        "simonsync/messages/kinds.py",
        "        if any(without_secrets(value) != value for value in self.params.values()):\n",
        "        if False:\n",
        (SECRETS,),
    ),
    Mutant(
        "a service's words are freed of secrets before they are cut",
        "simonsync/sellsy/v1/client.py",
        "        without_secrets(text(each), thoroughly=True)\n",
        "        text(each)\n",
        (SECRETS,),
    ),
    # --- how services are spoken to ---------------------------------------------------------------
    Mutant(
        "certificates are verified where the machine has a bundle of its own",
        "simonsync/http/session.py",
        'self._verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True',
        'self._verify = not (os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE"))',
        (SESSION,),
    ),
    Mutant(
        "an answer that drips is not waited for",
        "simonsync/http/session.py",
        "            if self._hooks.clock() >= until:\n",
        "            if False:\n",
        (DEADLINE,),
    ),
    Mutant(
        "what was given up while it connected is never sent",
        "simonsync/http/flight.py",
        "            if self._phase is _Phase.GIVEN_UP:\n                raise GivenUp\n",
        "",
        (DEADLINE,),
    ),
    Mutant(
        "requests are spaced by when they leave",
        "simonsync/http/pacing.py",
        "        self._departed = self._clock()\n",
        "        return\n        self._departed = self._clock()\n",
        (PACE,),
    ),
    # --- nothing is lost --------------------------------------------------------------------------
    Mutant(
        "one refusal is no deletion in Simon",
        "simonsync/sync/absence.py",
        "return Absence.CERTAIN if has_lasted(table, record_id, APART, run) else Absence.DOUBTFUL",
        "return Absence.CERTAIN",
        (ABSENCE,),
    ),
    Mutant(
        "two refusals must be half an hour apart",
        "simonsync/sync/absence.py",
        "APART = timedelta(minutes=30)",
        "APART = timedelta(minutes=5)",
        (ABSENCE,),
    ),
    Mutant(
        "what its table lists was not deleted",
        "simonsync/sync/absence.py",
        "    if run.simon.is_listed(table, record_id):",
        "    if False:",
        (ABSENCE,),
    ),
    Mutant(
        "the list of archived work orders reaches back",
        "simonsync/sync/archived.py",
        "OVERLAP = timedelta(minutes=10)",
        "OVERLAP = timedelta(0)",
        (CURSOR,),
    ),
    Mutant(
        "the cursor never passes Simon's clock",
        "simonsync/sync/archived.py",
        "reached = min(moment, limit)",
        "reached = moment",
        (CURSOR,),
    ),
    Mutant(
        "a PDF that is not found is no proof that there is none",
        "simonsync/sync/documents.py",
        "if run.simon.has_pdfs and not has_lasted(PDFS, action.work_order_id, APART, run):",
        "if False:",
        (FETCH,),
    ),
    Mutant(
        "an attachment is looked at before it is sent",
        "simonsync/sync/documents.py",
        "            if flaw:\n",
        "            if flaw and not content:\n",
        (FETCH,),
    ),
    Mutant(
        "an optional table that was there is not empty when it is not found",
        "simonsync/simon/reliable.py",
        "if not ENTITIES[table].optional or table in self._there:",
        "if not ENTITIES[table].optional:",
        (FETCH, "tests/account/test_wipe.py"),
    ),
    Mutant(
        "a work order is as it was saved when it is deleted",
        "simonsync/sync/wipe.py",
        'if table == "work_orders" and not simon.is_as_saved(table, record.fields):',
        "if False:",
        ("tests/account/test_wipe.py",),
    ),
    Mutant(
        "what a work order needs stays with it",
        "simonsync/sync/wipe.py",
        'if table == "work_orders" and _keep_the_rest(simon, result):',
        'if _keep_the_rest(simon, result) and table == "item_groups":',
        ("tests/account/test_wipe.py",),
    ),
    Mutant(
        "a backup has as many records as were counted",
        "simonsync/account/activation.py",
        "    require_whole(archive, counts)\n",
        "",
        ("tests/account/test_wipe.py",),
    ),
    Mutant(
        "an Id that is used again is another work order",
        "simonsync/sync/identity.py",
        "return simon.marker(corp_id, replace(head, number=known.number)) != known.marker",
        "return False",
        (REUSED,),
    ),
    Mutant(
        "files of the one never go to the customer of the other",
        "simonsync/sync/documents.py",
        "if actions and _is_another_now(entry, run):",
        "if False:",
        (REUSED,),
    ),
    Mutant(
        "the census of a day",
        "simonsync/sync/cycle.py",
        "    census(run, register(run))\n",
        "    register(run)\n",
        (CENSUS,),
    ),
    Mutant(
        "the census opens again what seemed to be gone",
        "simonsync/store/ledger.py",
        "WHERE id IN ({marks(work_order_ids)}) AND status <> 'gone'",
        "WHERE id IN ({marks(work_order_ids)})",
        (CENSUS, RECONCILE),
    ),
    Mutant(
        "the reason of a settled work order is looked at again",
        "simonsync/account/reconcile.py",
        "    return content_hash(order) == entry.content or is_filtered(order, run.settings)\n",
        "    return True\n",
        (RECONCILE,),
    ),
    Mutant(
        "a cursor in the future counts for nothing",
        "simonsync/sync/archived.py",
        "return None if known is None or known > begun else known",
        "return known",
        (CURSOR,),
    ),
    # --- exactly one draft ------------------------------------------------------------------------
    Mutant(
        "the intent before the call",
        "simonsync/sync/drafts.py",
        "intended = is_waiting and attempts.intend(",
        "intended = is_waiting or attempts.intend(",
        (ONCE, CRASH),
    ),
    Mutant(
        "the commit of the intent before the call",
        "simonsync/sync/drafts.py",
        "def create_draft(action: CreateDraft, run: Run) -> None:\n",
        "def create_draft(action: CreateDraft, run: Run) -> None:\n"
        "    with run.state.commit():\n"
        "        _create_draft(action, run)\n\n\n"
        "def _create_draft(action: CreateDraft, run: Run) -> None:\n",
        (CRASH,),
    ),
    Mutant(
        "the comparison of the intent with what was decided",
        "simonsync/sync/drafts.py",
        "number = action.attempt\n",
        "number = len(attempts.of(subject)) + 1\n",
        (PROTOCOL,),
    ),
    Mutant(
        "only what still waits is sent",
        "simonsync/sync/drafts.py",
        "is_waiting = entry is not None and entry.status is Status.WAITING",
        "is_waiting = entry is not None",
        (PROTOCOL,),
    ),
    Mutant(
        "an intent that the machine slept over is not acted on",
        "simonsync/sync/drafts.py",
        "if run.clocks.elapsed() - intended > INTENT_LIFE:",
        "if run.clocks.elapsed() - intended > INTENT_LIFE * 1000:",
        (PROTOCOL,),
    ),
    Mutant(
        "the binding after a create",
        "simonsync/sync/drafts.py",
        "    _bind(action, document_id, run)\n",
        "",
        (ONCE, "tests/sync/test_push.py"),
    ),
    Mutant(
        "the look-up before a create",
        "simonsync/sync/lookup.py",
        "    shown = _shown(unknown, watched, run)\n",
        "    shown = _shown(unknown, watched, run)\n    shown.documents.clear()\n",
        (ONCE,),
    ),
    Mutant(
        "a document may be as old as its work order",
        "simonsync/store/ledger.py",
        "to_text(head.created_at or head.archived_at or head.mutated_at)",
        "to_text(head.archived_at or head.mutated_at)",
        (LOST,),
    ),
    Mutant(
        "what has several documents is looked for from its creation each time",
        "simonsync/sync/lookup.py",
        "looked_up(but=found.cases)",
        "looked_up(but=())",
        (LOST,),
    ),
    Mutant(
        "one of two documents that were told is not taken",
        "simonsync/sync/lookup.py",
        "else _told_before(entry, group, run)",
        "else []",
        (LOST,),
    ),
    Mutant(
        "what a human has ruled out stays so after a loss",
        "simonsync/sync/rebuild.py",
        " if not disowned(document, head.id)]",
        "]",
        (LOST,),
    ),
    Mutant(
        "the look-up by customer, without the tag",
        "simonsync/sync/shown.py",
        "                    if marker_in(document.subject):\n",
        "                    if marker_in(document.subject) and document.subject.isupper():\n",
        (PROTOCOL,),
    ),
    Mutant(
        "a list has its frame",
        "simonsync/sellsy/v1/listing.py",
        "if not is_list or not (framed or method in _MAY_LACK_FRAME):\n",
        "if not is_list and not (framed or method in _MAY_LACK_FRAME):\n",
        (WHOLE, "tests/sellsy/test_listing.py"),
    ),
    Mutant(
        "a list holds what we know to be there",
        "simonsync/sync/shown.py",
        '                shown.gap = "@cause-documents-missing"\n',
        "                pass\n",
        (WHOLE,),
    ),
    Mutant(
        "a look-up counts only where documents are visible at all",
        "simonsync/sync/lookup.py",
        "        if are_visible(shown, run, asked=bool(unknown or watched)):\n",
        "        if are_visible(shown, run, asked=bool(unknown or watched)) is not None:\n",
        (WHOLE,),
    ),
    Mutant(
        "a list that is not whole holds everything up for a while",
        "simonsync/sync/gaps.py",
        "    if not has_lasted(run, _GAP):\n",
        "    if not run:\n",
        (WHOLE,),
    ),
    Mutant(
        "two sightings before a draft counts as deleted",
        "simonsync/sync/shown.py",
        "        and now.has_passed(APART, before.missing_since)\n",
        "",
        (WATCH,),
    ),
    Mutant(
        "a list that shows nothing of ours proves nothing",
        "simonsync/sync/shown.py",
        "        return newest is None and self._shows_any(run)\n",
        "        return True\n",
        (WATCH,),
    ),
    Mutant(
        "a draft that shows again is its work order's",
        "simonsync/sync/lookup.py",
        "    note_shown_again(shown, run)\n",
        "",
        (WATCH,),
    ),
    Mutant(
        "a document that was replaced is remembered",
        "simonsync/store/ledger.py",
        "            self._replace_document(work_order_id, document_id, watched_until)\n",
        "",
        (WATCH,),
    ),
    Mutant(
        "a watch for drafts nobody wants any more",
        "simonsync/sync/drafts.py",
        "        run.state.ledger.watch(work_order_id, since=since, until=run.sellsy_now() + WATCH)\n",
        "",
        (WATCH,),
    ),
    Mutant(
        "several documents stay a case though they are out of sight",
        "simonsync/sync/lookup.py",
        "    if several:\n",
        "    if not run:\n",
        (WATCH,),
    ),
    Mutant(
        "a document that nobody knows stays a case though it is out of sight",
        "simonsync/sync/lookup.py",
        "    strangers += sorted(\n",
        "    _ = sorted(\n",
        (WATCH,),
    ),
    Mutant(
        "nothing is made beside a document that is there, whatever people say",
        "simonsync/account/resolve.py",
        "    if found.own:\n        raise",
        "    if not run:\n        raise",
        (WATCH,),
    ),
    Mutant(
        "the customers of earlier attempts",
        "simonsync/sync/lookup.py",
        "dict.fromkeys([customer, *(attempt.customer for attempt in attempts)])",
        "dict.fromkeys([customer])",
        (PROTOCOL,),
    ),
    Mutant(
        "the waiting time after an unknown outcome",
        "simonsync/sync/waits.py",
        "return since is not None and at.has_passed(run.timing.unknown_wait, since)",
        "return since is not None",
        (ONCE,),
    ),
    Mutant(
        "the wait must be over when the look-up begins",
        "simonsync/sync/lookup.py",
        "    run.looked_up_at = run.sellsy_reading()\n",
        "",
        (PROTOCOL,),
    ),
    Mutant(
        "three empty look-ups",
        "simonsync/sync/waits.py",
        "EMPTY_LOOKUPS = 3",
        "EMPTY_LOOKUPS = 1",
        (ONCE,),
    ),
    Mutant(
        "a human's word after a second unknown outcome",
        "simonsync/sync/waits.py",
        "return (len(attempts) == 1 or force) and all(",
        "return all(",
        (ONCE,),
    ),
    Mutant(
        "a word counts for one attempt",
        "simonsync/sync/drafts.py",
        "                run.state.ledger.take_word_back(draft.work_order_id)\n",
        "                pass\n",
        (PROTOCOL,),
    ),
    Mutant(
        "a document that nobody knows stops its customer's drafts",
        "simonsync/sync/lookup.py",
        "    if strangers:\n        return _foreign(entry, strangers)\n    return still",
        "    return still",
        (ONCE,),
    ),
    Mutant(
        "a second writer stops the run's drafts",
        "simonsync/sync/lookup.py",
        "        found.second_writer = True\n",
        "",
        (ONCE,),
    ),
    Mutant(
        "the wait of a state file that may be an old copy",
        "simonsync/sync/waits.py",
        "            run.wait = state.waits.begin(reason, now, knows=run.id - 1)\n",
        "            pass\n",
        (WAITS,),
    ),
    Mutant(
        "the witness is written before the draft is sent",
        "simonsync/sync/drafts.py",
        "        run.state.witness.write()\n",
        "",
        (WAITS,),
    ),
    Mutant(
        "the same evidence is not new",
        "simonsync/sync/waits.py",
        "            state.witness.step()\n",
        "            pass\n",
        (WAITS,),
    ),
    Mutant(
        "the wait after a death begins with the next run's first answer",
        "simonsync/sync/waits.py",
        "run.state.attempts.wait_from(attempt.subject, attempt.number, now)",
        "run.state.attempts.wait_from("
        "attempt.subject, attempt.number, Reading(attempt.t0) if attempt.outcome is None else now)",
        (WAITS,),
    ),
    Mutant(
        "the wait begins after the outcome was noted",
        "simonsync/sync/waits.py",
        "begins = attempt.run != run.id or run.sellsy.answers > run.unknown_at",
        "begins = True",
        (WAITS,),
    ),
    Mutant(
        "a wait that began in the future begins anew",
        "simonsync/sync/waits.py",
        "not now.has_passed(run.timing.unknown_wait, since) and not now.follows(since)",
        "not now.is_comparable(since)",
        (WAITS,),
    ),
    Mutant(
        "what writes is never repeated",
        "simonsync/sellsy/v1/client.py",
        "repeatable=not writes,",
        "repeatable=True,",
        ("tests/sellsy/test_client.py",),
    ),
    Mutant(
        "only the methods that are listed are called",
        "simonsync/sellsy/v1/client.py",
        "if not writes and method not in READS:",
        "if not method:",
        ("tests/sellsy/test_client.py",),
    ),
    Mutant(
        "the read-back",
        "simonsync/sync/drafts.py",
        "            for message in _findings(understood(from_record, entry.expected), document, params):\n",
        "            for message in ():\n",
        (READ_BACK,),
    ),
    Mutant(
        "the read-back of what could not be read at once",
        "simonsync/sync/drafts.py",
        "        read_back(entry, run)\n",
        "        pass\n",
        (READ_BACK, ONCE),
    ),
    Mutant(
        "an upload is looked for before it is made again",
        "simonsync/sync/documents.py",
        "    listed = _listed(action, run)\n",
        "    listed = None\n",
        ("tests/sync/test_document_uploads.py",),
    ),
    # --- one run at a time ----------------------------------------------------------------------
    Mutant(
        "the lock",
        "simonsync/store/lock.py",
        "fcntl.LOCK_EX | fcntl.LOCK_NB",
        "fcntl.LOCK_SH | fcntl.LOCK_NB",
        ("tests/store/test_lock.py",),
    ),
    # --- the cleanup ------------------------------------------------------------------------------
    Mutant(
        "the brake on many deletions",
        "simonsync/rules/cleanup.py",
        "    if sum(by_table.values()) > limits.max_deletions:\n",
        "    if sum(by_table.values()) > limits.max_deletions * 1000:\n",
        ("tests/rules/test_cleanup.py", BRAKE),
    ),
    Mutant(
        "the brake on a large share of a table",
        "simonsync/rules/cleanup.py",
        "        if count > FEW and count * 100 > limits.max_percent * rows.get(table, 0):\n",
        "        if count < 0:\n",
        ("tests/rules/test_cleanup.py", BRAKE),
    ),
    Mutant(
        "the brake on a list that became empty",
        "simonsync/rules/cleanup.py",
        "    if list_became_empty:\n",
        "    if list_became_empty and not by_table:\n",
        ("tests/rules/test_cleanup.py", BRAKE),
    ),
    Mutant(
        "what the brake stops is not deleted",
        "simonsync/account/cleanup.py",
        "    if done.reason is None:\n        return findings.doomed\n    plan = StoredPlan",
        "    if done.reason is None or limits:\n        return findings.doomed\n    plan = StoredPlan",
        (BRAKE,),
    ),
    Mutant(
        "a record must be gone twice, half an hour apart",
        "simonsync/rules/cleanup.py",
        "return missing_since is not None and refused_at.has_passed(BETWEEN_SIGHTINGS, missing_since)",
        "return missing_since is not None or refused_at is not None",
        ("tests/rules/test_cleanup.py", CLEANUP),
    ),
    Mutant(
        "the backup before a deletion",
        "simonsync/account/cleanup.py",
        "            _save(going, account, run)\n",
        "",
        (CLEANUP,),
    ),
    Mutant(
        "a deletion is noted before it is made",
        "simonsync/sync/deletions.py",
        "    run.state.deletions.begin(deletion, run.now())\n",
        "",
        (CLEANUP,),
    ),
    # --- lists ----------------------------------------------------------------------------------
    Mutant(
        "Sellsy's lists are counted",
        "simonsync/sellsy/v1/listing.py",
        '            return "" if len(seen) == total else shifted\n',
        '            return ""\n',
        ("tests/sellsy/test_listing.py",),
    ),
    Mutant(
        "Simon's lists are counted",
        "simonsync/simon/odata.py",
        "        return begin == len(found) == end\n",
        "        return end is None or begin is not None\n",
        ("tests/simon/test_listing.py",),
    ),
    # --- what comes from outside, and what must not get there ---------------------------------------
    Mutant(
        "the escaping of notes and comments",
        "simonsync/sellsy/v1/values.py",
        "html.escape(line, quote=False)",
        "str(line)",
        ("tests/sellsy/test_draft.py", "tests/sync/test_push.py"),
    ),
    Mutant(
        "a 401's body is never told",
        "simonsync/sellsy/v1/client.py",
        '    problem = found[1].decode("ascii")\n',
        '    problem = answer.body.decode("latin-1")\n',
        ("tests/sellsy/test_client.py",),
    ),
    Mutant(
        "a step counts as done only when the disk has it",
        "simonsync/store/sqlite/file.py",
        "PRAGMA synchronous = FULL",
        "PRAGMA synchronous = OFF",
        ("tests/store/test_database.py",),
    ),
    Mutant(
        "an archive is on the disk before what it holds is deleted",
        "simonsync/store/archive.py",
        "                    tar.addfile(_entry(name, path.stat().st_size, at), content)\n"
        "        file.flush()\n"
        "        os.fsync(file.fileno())\n",
        "                    tar.addfile(_entry(name, path.stat().st_size, at), content)\n",
        ("tests/store/test_archive.py",),
    ),
    Mutant(
        "the name of an archive is on the disk too",
        "simonsync/store/archive.py",
        "        sync_folder(folder)\n",
        "",
        ("tests/store/test_archive.py",),
    ),
    Mutant(
        "a state that is put back is on the disk before it replaces the present one",
        "simonsync/store/archive.py",
        "                file.write(block)\n            file.flush()\n            os.fsync(file.fileno())\n",
        "                file.write(block)\n",
        ("tests/store/test_archive.py",),
    ),
    Mutant(
        "a small file is on the disk before it replaces the old one",
        "simonsync/files.py",
        "            os.fsync(file.fileno())\n",
        "",
        ("tests/test_files.py",),
    ),
    Mutant(
        "no file of ours is written through a link",
        "simonsync/files.py",
        "    if stat.S_ISLNK(found.st_mode):\n",
        "    if stat.S_ISLNK(found.st_mode) and False:\n",
        ("tests/test_files.py",),
    ),
    Mutant(
        "what was sent at a login is not recorded",
        "simonsync/http/har.py",
        "    if call.body is not None and not call.login:\n",
        "    if call.body is not None:\n",
        (REPLAY,),
    ),
    Mutant(
        "the tokens of a login's answer are not recorded",
        "simonsync/http/har.py",
        '            return value if _MOMENT.match(value) else "removed"\n',
        "            return value\n",
        (REPLAY,),
    ),
    Mutant(
        "a replay reaches no network",
        "simonsync/account/replay.py",
        "        outcome = outcome_of(entry) if entry is not None else self._unknown(asked, call)\n",
        "        outcome = outcome_of(entry) if entry is not None else carry()\n",
        (REPLAY,),
    ),
    Mutant(
        "whatever may be a name is replaced in a bundle",
        "simonsync/host/support.py",
        "    message = names.message(entry.message)\n",
        "    message = entry.message\n",
        ("tests/cli/test_support_bundle.py",),
    ),
    Mutant(
        "a status that nobody knows is damage",
        "simonsync/store/opening.py",
        "        require_nothing_hidden(database)\n",
        "",
        ("tests/cli/test_damaged_state.py",),
    ),
    Mutant(
        "the wait after an unknown outcome has a least length",
        "simonsync/config/schema.py",
        "        least=15,\n",
        "        least=1,\n",
        ("tests/config/test_limits.py",),
    ),
    Mutant(
        "a state file that others may read is refused",
        "simonsync/store/sqlite/file.py",
        "    if mode & 0o077:\n",
        "    if mode & 0o100000:\n",
        ("tests/store/test_database.py",),
    ),
    # --- prices, quotes, what Sellsy leads ----------------------------------------------------------
    Mutant(
        "a price of nothing, or in another currency, is no price of a price category",
        "simonsync/rules/prices.py",
        'price.category == category and price.price and price.currency in {"", currency}',
        "price.category == category",
        ("tests/rules/test_invoice.py",),
    ),
    Mutant(
        "quotes that were there when the choice changed become no work orders",
        "simonsync/sync/quotes.py",
        """        if head.step != "accepted" or seen.startswith("accepted "):
            return None
""",
        "",
        ("tests/sync/test_quotes.py",),
    ),
    Mutant(
        "a strange 404 makes no record a second time",
        "simonsync/sync/write_records.py",
        """            if simon.find(record.key) == target_id:
                raise
""",
        "            pass\n",
        ("tests/sync/test_pull.py",),
    ),
    Mutant(
        "contacts that people made in Simon stay",
        "simonsync/rules/cleanup.py",
        '{"work_addresses", "contacts"}',
        '{"work_addresses"}',
        ("tests/sync/test_contacts.py",),
    ),
    Mutant(
        "one look at what a turn no longer showed deletes nothing",
        "simonsync/rules/cleanup.py",
        "BETWEEN_SIGHTINGS = timedelta(minutes=30)",
        "BETWEEN_SIGHTINGS = timedelta(0)",
        ("tests/sync/test_contacts.py", CLEANUP),
    ),
    # --- whose a record is ------------------------------------------------------------------------
    Mutant(
        "a record of Sellsy is the one that was asked for",
        "simonsync/sellsy/v1/api.py",
        "    if asked != found:\n",
        "    if asked != found and False:\n",
        (OTHERS,),
    ),
    Mutant(
        "a record of Simon is the one that was asked for",
        "simonsync/simon/records.py",
        "    if found.casefold() != asked.casefold():\n",
        "    if not found:\n",
        (OTHERS,),
    ),
    Mutant(
        "the document of another work order is not bound, whatever a create answers",
        "simonsync/sync/drafts.py",
        "        _require_unbound(document_id, draft, run)\n",
        "",
        (OTHERS,),
    ),
    Mutant(
        "a record of Simon that another one has become is not overwritten",
        "simonsync/sync/write_records.py",
        "            simon.require_still(record.key, target_id)\n",
        "",
        (REUSED,),
    ),
    Mutant(
        "a work order made after its namesake was archived is another one",
        "simonsync/sync/identity.py",
        "    if head.number == known.number and head.created_at <= known.archived_at:\n",
        "    if head.number == known.number:\n",
        (REUSED,),
    ),
    Mutant(
        "what hangs on work orders is not empty because nobody may see it any more",
        "simonsync/simon/reliable.py",
        "        elif table in self._there - self._shown:\n",
        "        elif False:\n",
        (WHOLE,),
    ),
    Mutant(
        "a draft that names another customer is told",
        "simonsync/sync/drafts.py",
        "    if head.customer != draft.customer:\n",
        "    if False:\n",
        (READ_BACK,),
    ),
)
