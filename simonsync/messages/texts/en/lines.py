"""Why a line of a draft invoice is there, as `preview` and `explain` show it."""

from typing import Final

LINES: Final[dict[str, str]] = {
    "line-default-product": "Default product: 1 × {product} at {price:money}{tariff:tariff}",
    "line-description": "Description of the work, as the first line",
    "line-free": "Used item: {quantity:number} × “{text}”, a free text without an article of Sellsy; put the price in Sellsy",
    "line-travel-time": "Travel time: {sheets}{rounding:time_rounded} = {minutes:number} min ÷ 60 = {quantity:number} × {product} at {price:money}{tariff:tariff}",
    "line-used-item": "Used item: {quantity:number} × {product} at {price:money}{tariff:tariff}",
    "line-used-item-from-quote": "Used item: {quantity:number} × {product} at {price:money}, as in quote {quote}",
    "line-work-time": "Work time: {sheets}{rounding:time_rounded} = {minutes:number} min ÷ 60 = {quantity:number} × {product} at {price:money}{tariff:tariff}",
}
