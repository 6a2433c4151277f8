"""What an e-invoice would lack, and what to do about it."""

from typing import Final

EINVOICING: Final[dict[str, tuple[str, str]]] = {
    "einvoicing-address-incomplete": (
        "The invoice address of the customer {name} is incomplete",
        "Complete street, postcode and town of the customer's main address in Sellsy.",
    ),
    "einvoicing-category-unclear": (
        "The line {line} is a free one: nobody can tell whether it is goods or a service",
        "Replace it in Sellsy by a product or service of the catalogue.",
    ),
    "einvoicing-country-unknown": (
        "The invoice address of the customer {name} has no valid country ({country})",
        "Choose the country of the customer's main address in Sellsy.",
    ),
    "einvoicing-currency": (
        "The invoice is in {currency}: the amount of VAT has to be given in euros too",
        "See in Sellsy that the VAT is shown in euros on the invoice.",
    ),
    "einvoicing-delivery-incomplete": (
        "The delivery address {place} is incomplete",
        "Complete street, postcode and town of this address of the customer in Sellsy.",
    ),
    "einvoicing-delivery-missing": (
        "Goods were delivered to another address than the customer's ({place}), and the draft has no delivery address",
        "Choose the delivery address on the draft in Sellsy. To have addresses of the customer put there by themselves: simonsync configure --set delivery_address=yes",
    ),
    "einvoicing-delivery-without-country": (
        "The delivery address {place} has no valid country",
        "Choose the country of this address of the customer in Sellsy.",
    ),
    "einvoicing-e-reporting": (
        "The customer {name} is a private person or is not in France: no e-invoice, but e-reporting",
        "No Action Needed",
    ),
    "einvoicing-exemption-missing": (
        "{line} is without VAT, and the reason for the exemption is missing",
        "Choose a rate of 0 % with its reason for exemption (VATEX) in Sellsy.",
    ),
    "einvoicing-exemption-unsure": (
        "{line} is without VAT; the reason for the exemption cannot be seen here",
        "See in Sellsy's settings that this rate has a reason for exemption (VATEX).",
    ),
    "einvoicing-line-unclear": (
        "The line {line} does not say what was sold",
        "Give the product a commercial name in Sellsy, or the line a text.",
    ),
    "einvoicing-line-without-name": (
        "The line {line} has no name",
        "Give this product a reference in Sellsy, or the line a text.",
    ),
    "einvoicing-no-priced-line": (
        "The draft has no line that is billed",
        "Add a line in Sellsy, or delete the draft.",
    ),
    "einvoicing-price-decimals": (
        "The price before tax of {line} has more than six decimals ({price:money})",
        "Round the product's price in Sellsy.",
    ),
    "einvoicing-price-negative": (
        "The price of {line} is negative ({price:money})",
        "Use a positive price with a negative quantity, or a discount.",
    ),
    "einvoicing-quantity-decimals": (
        "The quantity of {line} has more than four decimals ({quantity:number})",
        "Round the quantity in Simon, or on the draft in Sellsy.",
    ),
    "einvoicing-rate-unknown": (
        "The VAT of {rate:number} % on {line} is no French rate",
        "Choose a VAT rate in force in Sellsy.",
    ),
    "einvoicing-reference-long": (
        "The customer's reference has more than 100 characters",
        "Shorten it in Simon, or on the draft in Sellsy.",
    ),
    "einvoicing-reverse-charge": (
        "The VAT is reverse-charged, but the customer {name} has neither SIREN nor VAT number",
        "Enter one of the two on the customer's record in Sellsy.",
    ),
    "einvoicing-service-date-missing": (
        "The draft does not say when the work was done; the date of the invoice stands for it",
        "To put the days of work on it: simonsync configure --set service_dates=yes",
    ),
    "einvoicing-service-dates-reversed": (
        "The last day of the service is before the first",
        "Correct the service dates on the draft in Sellsy.",
    ),
    "einvoicing-siren-invalid": (
        "The SIREN {siren} of the customer {name} is not valid",
        "Correct the SIREN (nine digits) on the customer's record in Sellsy.",
    ),
    "einvoicing-siren-missing": (
        "The customer {name} has neither SIREN nor SIRET",
        "Enter the SIREN on the customer's record in Sellsy.",
    ),
    "einvoicing-siret-invalid": (
        "The SIRET {siret} of the customer {name} is not valid, or does not belong to its SIREN",
        "Correct the SIRET (fourteen digits that begin with the SIREN) on the customer's record in Sellsy.",
    ),
    "einvoicing-tax-refused": (
        "Sellsy does not take the VAT of {rate:number} % on {line} for an e-invoice",
        "Choose a VAT rate in Sellsy that is active and compliant.",
    ),
    "einvoicing-time-unit": (
        "{line} is time, but its unit is {unit} and not the hour",
        "Give this service the hour as its unit in Sellsy.",
    ),
    "einvoicing-unit-refused": (
        "The unit {unit} of {line} has no recognised code (UN/ECE)",
        "Give it a unit with a recognised code in Sellsy, for example piece or hour.",
    ),
    "einvoicing-unit-unsure": (
        "The code of the unit {unit} of {line} is unusual or not known here",
        "See in Sellsy's settings that this unit has a recognised code (UN/ECE).",
    ),
    "einvoicing-vat-missing": (
        "The customer {name} has no VAT number",
        "Enter the VAT number on the customer's record in Sellsy, if it has one.",
    ),
    "einvoicing-vat-wrong": (
        "The VAT number {vat} of the customer {name} does not fit its SIREN; expected: {expected}",
        "Compare the two numbers on the customer's record in Sellsy, and correct the wrong one.",
    ),
}
