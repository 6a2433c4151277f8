"""What the doctor finds, and what puts it right: text and remedy of each finding."""

from typing import Final

CHECKS: Final[dict[str, tuple[str, str]]] = {
    "age-ok": ("{count} {count:dag/dagen} geleden opgeslagen.", ""),
    "age-old": (
        "{count} {count:dag/dagen} geleden opgeslagen, meer dan een jaar.",
        "Vernieuw ze bij Sellsy en Simple-Simon en voer simonsync connect uit.",
    ),
    "age-today": ("Vandaag opgeslagen.", ""),
    "age-unknown": ("Ze komen uit de omgeving; hun leeftijd is onbekend.", ""),
    "alerts-address": ("Geen adres van Apprise: {path}", "Verbeter het in de configuratie, of haal het weg."),
    "alerts-extra": ("alerts.notify heeft een uitbreiding nodig die niet geïnstalleerd is.", "{command}"),
    "alerts-no-folder": (
        "alerts.metrics_file: er is geen map {path}.",
        "Maak die aan, of verbeter alerts.metrics_file in de configuratie.",
    ),
    "alerts-none": ("Niemand krijgt bericht (ping_url, metrics_file, notify).", ""),
    "alerts-ok": ("Meldingen staan klaar.", ""),
    "backups-none": (
        "Er is er nog geen; de eerste synchronisatie maakt hem.",
        "",
    ),
    "backups-ok": (
        "De nieuwste is van {at:moment}.",
        "",
    ),
    "backups-old": (
        "{path} heeft geen recente back-up van de staat.",
        "simonsync backup zegt wat het tegenhoudt.",
    ),
    "calendar-ok": ("Gepland: {schedule}", ""),
    "check-failed": (
        "Deze controle is zelf mislukt ({kind}).",
        "Meld dit alstublieft, met de uitvoer van simonsync --verbose doctor.",
    ),
    "clock-ahead": (
        "De klok van deze machine loopt {seconds} s voor.",
        "Zet hem gelijk: sudo timedatectl set-ntp true",
    ),
    "clock-behind": (
        "De klok van deze machine loopt {seconds} s achter.",
        "Zet hem gelijk: sudo timedatectl set-ntp true",
    ),
    "clock-ok": ("De klokken komen overeen op {seconds} s na.", ""),
    "clock-unknown": ("De dienst gaf de tijd niet.", ""),
    "configuration-ok": ("{path} is in orde.", ""),
    "credentials-missing": ("Er ontbreekt: {variables}", "simonsync connect"),
    "credentials-ok": ("Alle {count} inloggegevens zijn er.", ""),
    "disk-low": (
        "Er is nog maar {free:number} MB vrij op de schijf van {path}.",
        "Maak ruimte vrij, minstens 500 MB.",
    ),
    "disk-ok": ("{free:number} MB vrij.", ""),
    "errors-none": ("Geen open fouten.", ""),
    "errors-open": ("Open fouten: {count}", "simonsync log --errors"),
    "folder-missing": ("De statusmap {path} bestaat nog niet.", "simonsync activate maakt die aan."),
    "folder-ok": ("{path} is alleen open voor de eigenaar.", ""),
    "machine-ok": ("De status is door deze machine geschreven.", ""),
    "machine-other": (
        "De status is door een andere machine geschreven; het kan een oude kopie zijn.",
        "Stop simonsync op de andere machine. simonsync sync leert alles opnieuw uit beide diensten; voer daarna simonsync activate uit.",
    ),
    "machine-unknown": ("De status kent nog geen machine.", ""),
    "machine-without-id": (
        "Deze machine heeft geen id, zoals een container die voor elke uitvoering nieuw is; in plaats daarvan telt de getuige naast het statusbestand.",
        "",
    ),
    "modes-ok": ("{count} {count:bestand/bestanden}, alleen leesbaar voor {count:de/hun} eigenaar.", ""),
    "modes-wide": ("Andere gebruikers kunnen lezen: {paths}", "chmod go= {paths}"),
    "owner-foreign": ("Een andere gebruiker liet bestanden achter: {paths}", "sudo chown {owner} {paths}"),
    "pair-ok": ("Deze status hoort bij {company}.", ""),
    "pair-unknown": ("De status hoort nog bij niemand.", ""),
    "phase-active": ("De integratie is actief.", ""),
    "phase-connected": (
        "De verbinding is gelegd, maar de integratie is niet actief.",
        "Ga verder met simonsync activate",
    ),
    "phase-inactive": (
        "De integratie is inactief: er wordt niets gesynchroniseerd.",
        "Om weer te starten: simonsync activate",
    ),
    "phase-never-activated": ("De integratie is nooit geactiveerd.", "simonsync activate"),
    "phase-wiped": (
        "De gegevens van Simon zijn gewist, maar de activering is niet voltooid.",
        "Ga verder met simonsync activate",
    ),
    "profile-ok": ("De namen van het profiel zijn die van Simon.", ""),
    "refused": ("{problems}", "Los dat op en voer simonsync doctor opnieuw uit."),
    "sellsy-no-date": (
        "De antwoorden van Sellsy zeggen niet hoe laat het is (de header Date ontbreekt).",
        "Iets tussen deze machine en Sellsy haalt hem weg, bijvoorbeeld een proxy: laat hem door. Conceptfacturen worden toch gemaakt; wat moet wachten, wordt met de klok van deze machine gemeten.",
    ),
    "sellsy-ok": ("De dienst antwoordt en accepteert de inloggegevens ({company}).", ""),
    "settings-ok": ("Alle instellingen bestaan in Sellsy.", ""),
    "simon-ok": ("De dienst antwoordt en accepteert de inloggegevens.", ""),
    "skipped": ("Vraagt eerst: {checks}", ""),
    "state-damaged": ("{path} is beschadigd: {cause}", "Zet een back-up terug: simonsync restore BESTAND"),
    "state-missing": ("{path} bestaat nog niet.", "simonsync activate maakt het aan."),
    "state-ok": ("{path} is gaaf.", ""),
    "sync-late": (
        "De laatste die slaagde was op {at:moment}, meer dan 15 minuten geleden.",
        "Bekijk de timers hieronder en voer simonsync sync uit om te zien wat die tegenhoudt.",
    ),
    "sync-never": (
        "Sinds de activering is nog geen synchronisatie geslaagd.",
        "Bekijk de timers hieronder en voer simonsync sync uit om te zien wat die tegenhoudt.",
    ),
    "sync-not-due": ("Niets te synchroniseren zolang de integratie niet actief is.", ""),
    "sync-ok": ("De laatste slaagde op {at:moment}.", ""),
    "sync-soon": ("De eerste synchronisatie wordt verwacht.", ""),
    "timers-idle": (
        "{found} staat klaar, maar loopt niet.",
        "{command}. Waar geen systemd draait: simonsync schedule remove en daarna simonsync schedule install --cron",
    ),
    "timers-none": ("Niets start de synchronisatie op deze machine.", "simonsync schedule install"),
    "timers-ok": ("De synchronisatie wordt gestart door {found}.", ""),
    "timers-several": (
        "De synchronisatie wordt meerdere keren gestart: {found}",
        "Houd er één over: simonsync schedule remove --cron, of simonsync schedule remove --systemd",
    ),
    "timers-stale": (
        "{path} laat de synchronisatie niet in alle mappen schrijven die ze nodig heeft.",
        "simonsync schedule install schrijft het opnieuw.",
    ),
    "witness-ahead": (
        "Het statusbestand is ouder dan de getuige ernaast: het is misschien een oude kopie.",
        "De volgende synchronisatie maakt geen conceptfactuur tot Sellsy tijd heeft gehad om te tonen wat er is. Gebruik simonsync restore om naar een eerdere status terug te gaan.",
    ),
    "witness-gone": (
        "De getuige naast het statusbestand is weg: dat bestand is misschien een oude kopie.",
        "De volgende synchronisatie maakt geen conceptfactuur tot Sellsy tijd heeft gehad om te tonen wat er is. Laat {path} staan.",
    ),
    "witness-new": ("De status heeft nog geen getuige; de volgende uitvoering maakt hem.", ""),
    "witness-ok": ("Het statusbestand en zijn getuige komen overeen.", ""),
    "write-ok": ("In de statusmap kan geschreven worden.", ""),
}
