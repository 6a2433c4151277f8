"""L'aide de la ligne de commande : une ligne par commande, option et argument."""

from typing import Final

SUMMARIES: Final[dict[str, str]] = {
    "": "Fait tourner l'intégration entre Simple-Simon et Sellsy : un brouillon de facture par bon de travail archivé.",
    "activate": "Démarrer l'intégration : effacer les données de Simon, connecter, paramétrer, dans cet ordre.",
    "cleanup": "Supprimer dans Simon ce qui n'existe plus dans Sellsy, dans les limites du frein.",
    "configure": "Répondre aux questions de l'intégration, une à une ou par options.",
    "connect": "Obtenir les identifiants des deux services et les vérifier par un appel réel.",
    "deactivate": "Arrêter tout de suite les deux sens.",
    "demo": "Montrer toute l'histoire sur le bac à sable, de l'activation au brouillon de facture.",
    "log": "Lire le journal : ce qui s'est passé, et ce qu'il faut faire.",
    "preview": "Montrer le brouillon de facture que donnerait un bon de travail, sans rien écrire.",
    "pull": "Amener produits, services, clients et devis de Sellsy vers Simon.",
    "push": "Transformer les bons de travail archivés de Simon en brouillons de facture dans Sellsy.",
    "sandbox": "Faire tourner des doublures des deux services sur cette machine, pour essayer.",
    "status": "Montrer où en est l'intégration, ce qui attend et ce qui demande quelqu'un.",
    "sync": "Amener, puis transformer : ce que le minuteur lance toutes les cinq minutes.",
    "wipe": "Effacer les données de Simon après une sauvegarde ; obligatoire avant la première activation.",
}

OPTIONS: Final[dict[str, str]] = {
    "--account": "Nom de la paire Simon–Sellsy, à la place de celui du fichier de configuration.",
    "--config": "Fichier de configuration ; sinon SIMONSYNC_CONFIG, ./config.yaml, le dossier de l'utilisateur.",
    "--help": "Montrer cette aide et terminer.",
    "--install-completion": "Installer la complétion des commandes et options pour le shell actuel.",
    "--json": "Écrire un document JSON sur stdout ; les textes pour les personnes vont sur stderr.",
    "--lang": "Langue des textes, à la place de celle de la configuration.",
    "--quiet": "N'écrire que les résultats et les erreurs.",
    "--show-completion": "Montrer le script de complétion pour le shell actuel.",
    "--verbose": "Montrer aussi les lignes techniques, pour un rapport.",
    "--version": "Montrer la version et terminer.",
    "configure --show": "Montrer les paramètres et terminer.",
    "sandbox --config-out": "Écrire un fichier de configuration prêt à l'emploi, et les identifiants à côté.",
    "sandbox --customers": "Nombre de clients ; six d'entre eux sont ceux de la société de démonstration.",
    "sandbox --faults": "Fichier YAML des pannes que les services doivent montrer.",
    "sandbox --port-sellsy": "Port de Sellsy ; sinon un port libre.",
    "sandbox --port-simon": "Port de Simon ; sinon un port libre.",
    "sandbox --seed": "Graine des données inventées ; la même graine donne les mêmes données.",
}

HEADINGS: Final[dict[str, str]] = {
    "Usage:": "Utilisation :",
    "Arguments:": "Arguments :",
    "Options:": "Options :",
    "Commands:": "Commandes :",
    "Examples:": "Exemples :",
}
"""Les titres anglais de l'analyseur, et les nôtres."""
