"""Waarom een regel op de conceptfactuur staat, voor `preview` en `explain`."""

from typing import Final

LINES: Final[dict[str, str]] = {
    "line-default-product": "Standaardartikel: 1 × {product} voor {price:money}{tariff:tariff}",
    "line-description": "Werkomschrijving, als eerste regel",
    "line-free": "Gebruikt artikel: {quantity:number} × „{text}”, vrije tekst zonder artikel van Sellsy; vul de prijs in Sellsy in",
    "line-travel-time": "Reistijd: {sheets}{rounding:time_rounded} = {minutes:number} min ÷ 60 = {quantity:number} × {product} voor {price:money}{tariff:tariff}",
    "line-used-item": "Gebruikt artikel: {quantity:number} × {product} voor {price:money}{tariff:tariff}",
    "line-used-item-from-quote": "Gebruikt artikel: {quantity:number} × {product} voor {price:money}, zoals in offerte {quote}",
    "line-work-time": "Werktijd: {sheets}{rounding:time_rounded} = {minutes:number} min ÷ 60 = {quantity:number} × {product} voor {price:money}{tariff:tariff}",
}
