"""Ce qui ne va pas, où, et comment y remédier : une phrase par code."""

from typing import Final

PROBLEMS: Final[dict[str, str]] = {
    "config-unknown-key": "{path} n'est pas un paramètre connu ; sont connus : {allowed}.",
    "config-unknown-key-near": "{path} n'est pas un paramètre connu ; vouliez-vous dire {nearest} ?",
    "setting-not-allowed": "{key} : « {value} » n'est pas permis ; choisissez parmi : {allowed}.",
    "setting-product-form": "{key} : « {value} » ne désigne pas un produit ; écrivez service:REFERENCE ou item:REFERENCE avec la référence de Sellsy.",
    "setting-product-unknown": "{setting} : le produit {product} n'existe pas dans Sellsy ; vérifiez la référence (majuscules et minuscules comptent), ou ajoutez le produit dans Sellsy.",
    "setting-quote-it": '{key} : YAML lit cette valeur comme oui ou non, alors qu\'un texte est attendu ; mettez-la entre guillemets, par exemple "{value}".',
    "setting-two-names": "{key} est aussi donné sous son ancien nom {old_name}, avec une autre valeur ; supprimez {old_name}.",
    "stopped": "Arrêté à un point sûr ; la prochaine exécution reprendra ici.",
}
