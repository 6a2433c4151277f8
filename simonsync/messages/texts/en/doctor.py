"""What the doctor finds, and what puts it right: text and remedy of each finding."""

from typing import Final

CHECKS: Final[dict[str, tuple[str, str]]] = {
    "age-ok": ("Stored {count} {count:day/days} ago.", ""),
    "age-old": (
        "Stored {count} {count:day/days} ago, more than a year.",
        "Renew them at Sellsy and Simple-Simon, then run simonsync connect.",
    ),
    "age-today": ("Stored today.", ""),
    "age-unknown": ("They come from the environment; their age is unknown.", ""),
    "alerts-address": ("No address of Apprise: {path}", "Correct it in the configuration, or take it out."),
    "alerts-extra": ("alerts.notify needs an extra that is not installed.", "{command}"),
    "alerts-no-folder": (
        "alerts.metrics_file: there is no folder {path}.",
        "Make it, or correct alerts.metrics_file in the configuration.",
    ),
    "alerts-none": ("Nobody is told (ping_url, metrics_file, notify).", ""),
    "alerts-ok": ("Alerts are ready.", ""),
    "backups-none": (
        "There is none yet; the first sync makes it.",
        "",
    ),
    "backups-ok": (
        "The newest is of {at:moment}.",
        "",
    ),
    "backups-old": (
        "{path} has no recent backup of the state.",
        "simonsync backup says what stops it.",
    ),
    "calendar-ok": ("Planned: {schedule}", ""),
    "check-failed": (
        "This check itself failed ({kind}).",
        "Please report it, with the output of simonsync --verbose doctor.",
    ),
    "clock-ahead": (
        "This machine's clock is {seconds} s ahead.",
        "Set it right: sudo timedatectl set-ntp true",
    ),
    "clock-behind": (
        "This machine's clock is {seconds} s behind.",
        "Set it right: sudo timedatectl set-ntp true",
    ),
    "clock-ok": ("The clocks agree within {seconds} s.", ""),
    "clock-unknown": ("The service did not tell its time.", ""),
    "configuration-ok": ("{path} is in order.", ""),
    "credentials-missing": ("Missing: {variables}", "simonsync connect"),
    "credentials-ok": ("All {count} credentials are there.", ""),
    "disk-low": ("Only {free:number} MB are left on the disk of {path}.", "Make room, 500 MB at least."),
    "disk-ok": ("{free:number} MB free.", ""),
    "errors-none": ("No open errors.", ""),
    "errors-open": ("Open errors: {count}", "simonsync log --errors"),
    "folder-missing": ("The state folder {path} is not there yet.", "simonsync activate makes it."),
    "folder-ok": ("{path} is open to its owner alone.", ""),
    "machine-ok": ("The state was written by this machine.", ""),
    "machine-other": (
        "The state was written by another machine; it may be an old copy.",
        "Stop simonsync on the other machine. simonsync sync learns everything anew from both services; then run simonsync activate.",
    ),
    "machine-unknown": ("The state knows no machine yet.", ""),
    "machine-without-id": (
        "This machine has no id, as in a container that is made afresh for each run; the witness beside the state file is looked at instead.",
        "",
    ),
    "modes-ok": ("{count} {count:file, for its/files, for their} owner alone.", ""),
    "modes-wide": ("Other users may read: {paths}", "chmod go= {paths}"),
    "owner-foreign": ("Another user left files behind: {paths}", "sudo chown {owner} {paths}"),
    "pair-ok": ("This state belongs to {company}.", ""),
    "pair-unknown": ("The state belongs to nobody yet.", ""),
    "phase-active": ("The integration is active.", ""),
    "phase-connected": (
        "The connection is established, but the integration is not active.",
        "Go on with simonsync activate",
    ),
    "phase-inactive": (
        "The integration is inactive: nothing is synchronised.",
        "To start it again: simonsync activate",
    ),
    "phase-never-activated": ("The integration was never activated.", "simonsync activate"),
    "phase-wiped": (
        "Simon's data is erased, but the activation is not finished.",
        "Go on with simonsync activate",
    ),
    "profile-ok": ("The names of the profile are Simon's.", ""),
    "refused": ("{problems}", "Put that right, then run simonsync doctor again."),
    "sellsy-no-date": (
        "Sellsy's answers do not say when they were made (the header Date is missing).",
        "Something between this machine and Sellsy takes it away, such as a proxy: let it pass. Drafts are made all the same; what has to wait is measured by this machine's own clock.",
    ),
    "sellsy-ok": ("The service answers and accepts the credentials of {company}.", ""),
    "settings-ok": ("All settings exist in Sellsy.", ""),
    "simon-ok": ("The service answers and accepts the credentials.", ""),
    "skipped": ("First needs: {checks}", ""),
    "state-damaged": ("{path} is damaged: {cause}", "Restore a backup: simonsync restore FILE"),
    "state-missing": ("{path} is not there yet.", "simonsync activate makes it."),
    "state-ok": ("{path} is sound.", ""),
    "sync-late": (
        "The last one that succeeded was on {at:moment}, more than 15 minutes ago.",
        "Look at the timers below, then run simonsync sync to see what stops it.",
    ),
    "sync-never": (
        "No sync has succeeded since the activation.",
        "Look at the timers below, then run simonsync sync to see what stops it.",
    ),
    "sync-not-due": ("Nothing to synchronise while the integration is not active.", ""),
    "sync-ok": ("The last one succeeded on {at:moment}.", ""),
    "sync-soon": ("The first sync is due soon.", ""),
    "timers-idle": (
        "{found} is in place, but it does not run.",
        "{command}. Where no systemd runs: simonsync schedule remove, then simonsync schedule install --cron",
    ),
    "timers-none": ("Nothing starts the sync on this machine.", "simonsync schedule install"),
    "timers-ok": ("The sync is started by {found}.", ""),
    "timers-several": (
        "The sync is started several times: {found}",
        "Keep one of them: simonsync schedule remove --cron, or simonsync schedule remove --systemd",
    ),
    "timers-stale": (
        "{path} does not let the sync write to every folder that it needs.",
        "simonsync schedule install writes it anew.",
    ),
    "witness-ahead": (
        "The state file is older than the witness beside it: it may be an old copy.",
        "The next sync makes no draft until Sellsy has had time to show those that were made. To go back to an earlier state, use simonsync restore.",
    ),
    "witness-gone": (
        "The witness beside the state file is gone: the file may be an old copy.",
        "The next sync makes no draft until Sellsy has had time to show those that were made. Leave {path} where it is.",
    ),
    "witness-new": ("The state has no witness yet; the next run makes it.", ""),
    "witness-ok": ("The state file and its witness agree.", ""),
    "write-ok": ("The state folder can be written.", ""),
}
