"""Wat een e-factuur zou missen, en wat eraan te doen is."""

from typing import Final

EINVOICING: Final[dict[str, tuple[str, str]]] = {
    "einvoicing-address-incomplete": (
        "Het factuuradres van de klant {name} is onvolledig",
        "Vul straat, postcode en plaats van het hoofdadres van de klant in Sellsy aan.",
    ),
    "einvoicing-category-unclear": (
        "De regel {line} is een vrije regel: het is niet duidelijk of het een goed of een dienst is",
        "Vervang die in Sellsy door een product of dienst uit de catalogus.",
    ),
    "einvoicing-country-unknown": (
        "Het factuuradres van de klant {name} heeft geen geldig land ({country})",
        "Kies het land van het hoofdadres van de klant in Sellsy.",
    ),
    "einvoicing-currency": (
        "De factuur is in {currency}: het btw-bedrag moet ook in euro worden vermeld",
        "Controleer in Sellsy of de btw in euro op de factuur staat.",
    ),
    "einvoicing-delivery-incomplete": (
        "Het leveradres {place} is onvolledig",
        "Vul straat, postcode en plaats van dit adres van de klant in Sellsy aan.",
    ),
    "einvoicing-delivery-missing": (
        "Er zijn goederen geleverd op een ander adres dan dat van de klant ({place}), en het concept heeft geen leveradres",
        "Kies het leveradres op het concept in Sellsy. Om adressen van de klant daar vanzelf te laten zetten: simonsync configure --set delivery_address=yes",
    ),
    "einvoicing-delivery-without-country": (
        "Het leveradres {place} heeft geen geldig land",
        "Kies het land van dit adres van de klant in Sellsy.",
    ),
    "einvoicing-e-reporting": (
        "De klant {name} is een particulier of is niet in Frankrijk gevestigd: geen e-factuur, maar e-reporting",
        "Geen actie nodig",
    ),
    "einvoicing-exemption-missing": (
        "{line} is zonder btw, en de reden van de vrijstelling ontbreekt",
        "Kies in Sellsy een tarief van 0 % met de reden van vrijstelling (VATEX).",
    ),
    "einvoicing-exemption-unsure": (
        "{line} is zonder btw; de reden van de vrijstelling is hier niet te zien",
        "Controleer in de instellingen van Sellsy of dit tarief een reden van vrijstelling heeft (VATEX).",
    ),
    "einvoicing-line-unclear": (
        "De regel {line} zegt niet wat er is verkocht",
        "Geef het product in Sellsy een handelsnaam, of de regel een tekst.",
    ),
    "einvoicing-line-without-name": (
        "De regel {line} heeft geen omschrijving",
        "Geef dit product een referentie in Sellsy, of de regel een tekst.",
    ),
    "einvoicing-no-priced-line": (
        "Het concept heeft geen enkele gefactureerde regel",
        "Voeg in Sellsy een regel toe, of verwijder het concept.",
    ),
    "einvoicing-price-decimals": (
        "De prijs exclusief btw van {line} heeft meer dan zes decimalen ({price:money})",
        "Rond de prijs van het product af in Sellsy.",
    ),
    "einvoicing-price-negative": (
        "De prijs van {line} is negatief ({price:money})",
        "Gebruik een positieve prijs met een negatief aantal, of een korting.",
    ),
    "einvoicing-quantity-decimals": (
        "Het aantal van {line} heeft meer dan vier decimalen ({quantity:number})",
        "Rond het aantal af in Simon, of op het concept in Sellsy.",
    ),
    "einvoicing-rate-unknown": (
        "De btw van {rate:number} % op {line} is geen Frans tarief",
        "Kies in Sellsy een geldend btw-tarief.",
    ),
    "einvoicing-reference-long": (
        "De referentie van de klant heeft meer dan 100 tekens",
        "Kort die in Simon in, of op het concept in Sellsy.",
    ),
    "einvoicing-reverse-charge": (
        "De btw is verlegd, maar de klant {name} heeft geen SIREN en geen btw-nummer",
        "Vul een van beide in op de fiche van de klant in Sellsy.",
    ),
    "einvoicing-service-date-missing": (
        "Het concept zegt niet wanneer er is gewerkt; de factuurdatum geldt daarvoor",
        "Om de werkdagen te vermelden: simonsync configure --set service_dates=yes",
    ),
    "einvoicing-service-dates-reversed": (
        "De laatste dag van de prestatie ligt vóór de eerste",
        "Verbeter de prestatiedata op het concept in Sellsy.",
    ),
    "einvoicing-siren-invalid": (
        "Het SIREN {siren} van de klant {name} is niet geldig",
        "Verbeter het SIREN (negen cijfers) op de fiche van de klant in Sellsy.",
    ),
    "einvoicing-siren-missing": (
        "De klant {name} heeft geen SIREN en geen SIRET",
        "Vul het SIREN in op de fiche van de klant in Sellsy.",
    ),
    "einvoicing-siret-invalid": (
        "Het SIRET {siret} van de klant {name} is niet geldig of hoort niet bij het SIREN",
        "Verbeter het SIRET (veertien cijfers, te beginnen met het SIREN) op de fiche van de klant in Sellsy.",
    ),
    "einvoicing-tax-refused": (
        "Sellsy aanvaardt de btw van {rate:number} % op {line} niet op een e-factuur",
        "Kies in Sellsy een btw-tarief dat actief en conform is.",
    ),
    "einvoicing-time-unit": (
        "{line} is tijd, maar de eenheid is {unit} en niet het uur",
        "Geef deze dienst in Sellsy het uur als eenheid.",
    ),
    "einvoicing-unit-refused": (
        "De eenheid {unit} van {line} heeft geen erkende code (UN/ECE)",
        "Geef in Sellsy een eenheid met een erkende code, bijvoorbeeld stuk of uur.",
    ),
    "einvoicing-unit-unsure": (
        "De code van de eenheid {unit} van {line} is ongebruikelijk of hier niet bekend",
        "Controleer in de instellingen van Sellsy of deze eenheid een erkende code heeft (UN/ECE).",
    ),
    "einvoicing-vat-missing": (
        "De klant {name} heeft geen btw-nummer",
        "Vul het btw-nummer in op de fiche van de klant in Sellsy, als er een is.",
    ),
    "einvoicing-vat-wrong": (
        "Het btw-nummer {vat} van de klant {name} past niet bij het SIREN; verwacht: {expected}",
        "Vergelijk de twee nummers op de fiche van de klant in Sellsy en verbeter het foute.",
    ),
}
