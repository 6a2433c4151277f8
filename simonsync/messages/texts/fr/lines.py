"""Pourquoi une ligne figure sur la facture brouillon, pour `preview` et `explain`."""

from typing import Final

LINES: Final[dict[str, str]] = {
    "line-default-product": "Article par défaut : 1 × {product} à {price:money}{tariff:tariff}",
    "line-description": "Description du travail, en première ligne",
    "line-free": "Article utilisé : {quantity:number} × « {text} », texte libre sans article de Sellsy ; indiquez le prix dans Sellsy",
    "line-travel-time": "Temps de déplacement : {sheets}{rounding:time_rounded} = {minutes:number} min ÷ 60 = {quantity:number} × {product} à {price:money}{tariff:tariff}",
    "line-used-item": "Article utilisé : {quantity:number} × {product} à {price:money}{tariff:tariff}",
    "line-used-item-from-quote": "Article utilisé : {quantity:number} × {product} à {price:money}, selon le devis {quote}",
    "line-work-time": "Temps de travail : {sheets}{rounding:time_rounded} = {minutes:number} min ÷ 60 = {quantity:number} × {product} à {price:money}{tariff:tariff}",
}
