"""What is wrong, where, and how to put it right: one sentence per problem code."""

from typing import Final

PROBLEMS: Final[dict[str, str]] = {
    "config-unknown-key": "{path} is not a known setting; known are: {allowed}.",
    "config-unknown-key-near": "{path} is not a known setting; did you mean {nearest}?",
    "setting-not-allowed": "{key}: “{value}” is not allowed; choose one of: {allowed}.",
    "setting-product-form": "{key}: “{value}” does not name a product; write service:REFERENCE or item:REFERENCE with the reference from Sellsy.",
    "setting-product-unknown": "{setting}: the product {product} does not exist in Sellsy; check the reference (upper and lower case count), or add the product in Sellsy.",
    "setting-quote-it": '{key}: YAML reads this value as yes or no where a text is due; put it in quotes, for example "{value}".',
    "setting-two-names": "{key} is also given under its old name {old_name}, with another value; remove {old_name}.",
    "stopped": "Stopped at a safe point; the next run goes on from here.",
}
