"""Ce qui manquerait à une facture électronique, et ce qu'il faut faire."""

from typing import Final

EINVOICING: Final[dict[str, tuple[str, str]]] = {
    "einvoicing-address-incomplete": (
        "L'adresse de facturation du client {name} est incomplète",
        "Complétez la rue, le code postal et la ville de l'adresse principale du client dans Sellsy.",
    ),
    "einvoicing-category-unclear": (
        "La ligne {line} est libre : on ne sait pas s'il s'agit d'un bien ou d'un service",
        "Remplacez-la dans Sellsy par un produit ou un service du catalogue.",
    ),
    "einvoicing-country-unknown": (
        "L'adresse de facturation du client {name} n'a pas de pays valide ({country})",
        "Choisissez le pays de l'adresse principale du client dans Sellsy.",
    ),
    "einvoicing-currency": (
        "La facture est en {currency} : le montant de la TVA doit aussi être indiqué en euros",
        "Vérifiez dans Sellsy que la TVA figure en euros sur la facture.",
    ),
    "einvoicing-delivery-incomplete": (
        "L'adresse de livraison {place} est incomplète",
        "Complétez la rue, le code postal et la ville de cette adresse du client dans Sellsy.",
    ),
    "einvoicing-delivery-missing": (
        "Des produits ont été livrés à une autre adresse que celle du client ({place}), et le brouillon n'a pas d'adresse de livraison",
        "Choisissez l'adresse de livraison sur le brouillon dans Sellsy. Pour que les adresses du client y soient mises automatiquement : simonsync configure --set delivery_address=yes",
    ),
    "einvoicing-delivery-without-country": (
        "L'adresse de livraison {place} n'a pas de pays valide",
        "Choisissez le pays de cette adresse du client dans Sellsy.",
    ),
    "einvoicing-e-reporting": (
        "Le client {name} est un particulier ou se trouve hors de France : pas de facture électronique, mais une déclaration (e-reporting)",
        "Aucune action nécessaire",
    ),
    "einvoicing-exemption-missing": (
        "{line} est sans TVA, et le motif d'exonération manque",
        "Choisissez dans Sellsy un taux de 0 % avec son motif d'exonération (VATEX).",
    ),
    "einvoicing-exemption-unsure": (
        "{line} est sans TVA ; le motif d'exonération n'est pas visible ici",
        "Vérifiez dans les réglages de Sellsy que ce taux a un motif d'exonération (VATEX).",
    ),
    "einvoicing-line-unclear": (
        "La ligne {line} ne dit pas ce qui a été vendu",
        "Donnez dans Sellsy un nom commercial au produit, ou un texte à la ligne.",
    ),
    "einvoicing-line-without-name": (
        "La ligne {line} n'a pas de désignation",
        "Donnez une référence à ce produit dans Sellsy, ou un texte à la ligne.",
    ),
    "einvoicing-no-priced-line": (
        "Le brouillon n'a aucune ligne facturée",
        "Ajoutez une ligne dans Sellsy, ou supprimez le brouillon.",
    ),
    "einvoicing-price-decimals": (
        "Le prix HT de {line} a plus de six décimales ({price:money})",
        "Arrondissez le prix du produit dans Sellsy.",
    ),
    "einvoicing-price-negative": (
        "Le prix de {line} est négatif ({price:money})",
        "Mettez un prix positif et une quantité négative, ou une remise.",
    ),
    "einvoicing-quantity-decimals": (
        "La quantité de {line} a plus de quatre décimales ({quantity:number})",
        "Arrondissez la quantité dans Simon, ou sur le brouillon dans Sellsy.",
    ),
    "einvoicing-rate-unknown": (
        "La TVA de {rate:number} % de {line} n'est pas un taux français",
        "Choisissez dans Sellsy un taux de TVA en vigueur.",
    ),
    "einvoicing-reference-long": (
        "La référence du client a plus de 100 caractères",
        "Raccourcissez-la dans Simon, ou sur le brouillon dans Sellsy.",
    ),
    "einvoicing-reverse-charge": (
        "La TVA est autoliquidée, mais le client {name} n'a ni SIREN ni numéro de TVA",
        "Saisissez l'un des deux dans la fiche du client dans Sellsy.",
    ),
    "einvoicing-service-date-missing": (
        "Le brouillon ne dit pas quand le travail a été fait ; la date de la facture en tient lieu",
        "Pour indiquer les jours de travail : simonsync configure --set service_dates=yes",
    ),
    "einvoicing-service-dates-reversed": (
        "Le dernier jour de la prestation est avant le premier",
        "Corrigez les dates de prestation sur le brouillon dans Sellsy.",
    ),
    "einvoicing-siren-invalid": (
        "Le SIREN {siren} du client {name} n'est pas valide",
        "Corrigez le SIREN (neuf chiffres) dans la fiche du client dans Sellsy.",
    ),
    "einvoicing-siren-missing": (
        "Le client {name} n'a ni SIREN ni SIRET",
        "Saisissez le SIREN dans la fiche du client dans Sellsy.",
    ),
    "einvoicing-siret-invalid": (
        "Le SIRET {siret} du client {name} n'est pas valide ou n'appartient pas à son SIREN",
        "Corrigez le SIRET (quatorze chiffres, qui commencent par le SIREN) dans la fiche du client dans Sellsy.",
    ),
    "einvoicing-tax-refused": (
        "Sellsy n'accepte pas la TVA de {rate:number} % de {line} sur une facture électronique",
        "Choisissez dans Sellsy un taux de TVA actif et conforme.",
    ),
    "einvoicing-time-unit": (
        "{line} est du temps, mais son unité est {unit} et non l'heure",
        "Donnez à ce service l'unité heure dans Sellsy.",
    ),
    "einvoicing-unit-refused": (
        "L'unité {unit} de {line} n'a pas de code reconnu (UN/ECE)",
        "Donnez dans Sellsy une unité avec un code reconnu, par exemple unité ou heure.",
    ),
    "einvoicing-unit-unsure": (
        "Le code de l'unité {unit} de {line} est inhabituel ou inconnu ici",
        "Vérifiez dans les réglages de Sellsy que cette unité a un code reconnu (UN/ECE).",
    ),
    "einvoicing-vat-missing": (
        "Le client {name} n'a pas de numéro de TVA",
        "Saisissez le numéro de TVA intracommunautaire dans la fiche du client dans Sellsy, s'il en a un.",
    ),
    "einvoicing-vat-wrong": (
        "Le numéro de TVA {vat} du client {name} ne correspond pas à son SIREN ; attendu : {expected}",
        "Comparez les deux numéros dans la fiche du client dans Sellsy, et corrigez celui qui est faux.",
    ),
}
