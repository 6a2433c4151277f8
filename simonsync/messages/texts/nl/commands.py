"""De hulp van de opdrachtregel: één regel per opdracht, optie en argument."""

from typing import Final

SUMMARIES: Final[dict[str, str]] = {
    "": "Verzorgt de koppeling tussen Simple-Simon en Sellsy: één conceptfactuur per gearchiveerde werkbon.",
    "activate": "De koppeling starten: de gegevens van Simon wissen, verbinden, instellen, in deze volgorde.",
    "cleanup": "In Simon verwijderen wat in Sellsy niet meer bestaat, binnen de grenzen van de rem.",
    "configure": "De vragen van de koppeling beantwoorden, één voor één of met opties.",
    "connect": "De toegangsgegevens van beide diensten verkrijgen en met een echte aanroep controleren.",
    "deactivate": "Beide richtingen meteen stoppen.",
    "demo": "Het hele verhaal tonen in de zandbak, van activering tot conceptfactuur.",
    "log": "Het logboek lezen: wat er gebeurd is, en wat eraan te doen.",
    "preview": "De conceptfactuur tonen die een werkbon zou worden, zonder iets te schrijven.",
    "pull": "Producten, diensten, klanten en offertes van Sellsy naar Simon brengen.",
    "push": "Gearchiveerde werkbonnen van Simon omzetten in conceptfacturen in Sellsy.",
    "sandbox": "Vervangers van beide diensten op deze machine draaien, om uit te proberen.",
    "status": "Tonen hoe de koppeling ervoor staat, wat wacht en wat iemand nodig heeft.",
    "sync": "Eerst ophalen, dan omzetten: wat de timer elke vijf minuten start.",
    "wipe": "De gegevens van Simon wissen na een back-up; verplicht vóór de eerste activering.",
}

OPTIONS: Final[dict[str, str]] = {
    "--account": "Naam van het paar Simon–Sellsy, in plaats van die in het configuratiebestand.",
    "--config": "Configuratiebestand; anders SIMONSYNC_CONFIG, ./config.yaml, de map van de gebruiker.",
    "--help": "Deze hulp tonen en stoppen.",
    "--install-completion": "Aanvulling van opdrachten en opties installeren voor de huidige shell.",
    "--json": "Eén JSON-document op stdout schrijven; tekst voor mensen gaat naar stderr.",
    "--lang": "Taal van de teksten, in plaats van de ingestelde.",
    "--quiet": "Alleen resultaten en fouten tonen.",
    "--show-completion": "Het aanvulscript voor de huidige shell tonen.",
    "--verbose": "Ook technische regels tonen, voor een melding.",
    "--version": "De versie tonen en stoppen.",
    "configure --show": "De instellingen tonen en stoppen.",
    "sandbox --config-out": "Een kant-en-klaar configuratiebestand schrijven, met de toegangsgegevens ernaast.",
    "sandbox --customers": "Aantal klanten; zes ervan zijn van het demobedrijf.",
    "sandbox --faults": "YAML-bestand met storingen die de diensten moeten tonen.",
    "sandbox --port-sellsy": "Poort van Sellsy; anders een vrije poort.",
    "sandbox --port-simon": "Poort van Simon; anders een vrije poort.",
    "sandbox --seed": "Startwaarde van de verzonnen gegevens; dezelfde waarde geeft dezelfde gegevens.",
}

HEADINGS: Final[dict[str, str]] = {
    "Usage:": "Gebruik:",
    "Arguments:": "Argumenten:",
    "Options:": "Opties:",
    "Commands:": "Opdrachten:",
    "Examples:": "Voorbeelden:",
}
"""De Engelse koppen van de ontleder, en de onze."""
