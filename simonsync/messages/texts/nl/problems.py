"""Wat er mis is, waar, en hoe u het verhelpt: één zin per code."""

from typing import Final

PROBLEMS: Final[dict[str, str]] = {
    "config-unknown-key": "{path} is geen bekende instelling; bekend zijn: {allowed}.",
    "config-unknown-key-near": "{path} is geen bekende instelling; bedoelde u {nearest}?",
    "setting-not-allowed": "{key}: „{value}” is niet toegestaan; kies uit: {allowed}.",
    "setting-product-form": "{key}: „{value}” is geen product; schrijf service:REFERENTIE of item:REFERENTIE met de referentie uit Sellsy.",
    "setting-product-unknown": "{setting}: product {product} bestaat niet in Sellsy; controleer de referentie (hoofdletters tellen), of voeg het product toe in Sellsy.",
    "setting-quote-it": '{key}: YAML leest deze waarde als ja of nee, terwijl er tekst moet staan; zet ze tussen aanhalingstekens, bijvoorbeeld "{value}".',
    "setting-two-names": "{key} staat er ook onder de oude naam {old_name}, met een andere waarde; verwijder {old_name}.",
    "stopped": "Gestopt op een veilig punt; de volgende keer gaat het hier verder.",
}
