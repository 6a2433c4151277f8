"""Les questions du manuel [5], le nom de leurs choix, et une ligne d'aide par paramètre."""

from typing import Final

QUESTIONS: Final[dict[str, str]] = {
    "travel_time_product": "Sur quel article de votre logiciel de comptabilité voulez-vous enregistrer le temps de déplacement de Simon ?",
    "work_time_product": "Sur quel article de votre logiciel de comptabilité voulez-vous enregistrer le temps de travail de Simon ?",
    "default_product": "Ajouter automatiquement un article par défaut ?",
    "description_as_first_line": "Voulez-vous envoyer la description du travail Simon comme première ligne à votre logiciel de comptabilité ?",
    "skip_work_orders_containing": "Entrez un mot filtre optionnel pour les bons de travail de Simon que vous ne voulez PAS envoyer à votre logiciel de comptabilité.",
    "invoice_note": "Que voulez-vous mettre dans le champ mémo/note dans votre logiciel de comptabilité ?",
    "invoice_reference": "Que voulez-vous comme référence client dans votre logiciel de comptabilité ?",
    "quotes_to_work_orders": "Créer un bon de travail Simon à partir des devis dans votre logiciel de comptabilité ?",
    "quotes_containing": "Entrez un mot filtre optionnel :",
    "quote_lines_as_used_items": "Prendre les lignes de devis comme articles utilisés sur le bon de travail Simon ?",
    "work_order_description": "Que voulez-vous comme description du travail pour le bon de travail Simon ?",
    "quote_terms": "Ajouter les termes et conditions du devis au bon de travail Simon ?",
    "documents": "Quels documents de Simon voulez-vous dans votre logiciel de comptabilité ?",
    "attachments": "Envoyer toutes les pièces jointes ajoutées dans Simon à votre système comptable?",
    "time_rounding_minutes": "À quel pas voulez-vous arrondir le total de chaque type de temps, vers le haut ?",
    "quote_statuses": "Les devis de quelles étapes deviennent un bon de travail ?",
    "product_type": "Sélectionnez le type de produit",
    "product_reference": "Numéro d'article dans votre logiciel de comptabilité",
}

CHOICES: Final[dict[str, dict[str, str]]] = {
    "product_type": {
        "service": "Prestations de service",
        "item": "Produits",
    },
    "yes_no": {
        "yes": "Oui",
        "no": "Non",
    },
    "invoice_note": {
        "work_address": "Adresse de travail Simon",
        "work_address_and_description": "Adresse de travail Simon ET description du travail Simon",
        "description": "Description du travail Simon",
        "none": "Rien",
    },
    "invoice_reference": {
        "work_order_number": "Numéro de bon de travail Simon",
        "customer_reference": "Référence client Simon",
        "work_order_number_and_customer_reference": "Numéro de bon de travail Simon ET référence client Simon",
        "none": "Rien",
    },
    "work_order_description": {
        "first_line": "Description première ligne de devis",
        "note": "Mémo/note",
        "first_line_and_note": "Première ligne du devis et mémo/note",
    },
    "documents": {
        "work_order": "Uniquement PDF de bon de travail",
        "work_order_and_forms": "PDF de bon de travail ET formulaires personnalisés (PDF)",
        "forms": "Uniquement formulaires personnalisés (PDF)",
        "none": "Rien",
    },
    "time_rounding_minutes": {
        "0": "Exact, sans arrondi",
        "5": "5 minutes",
        "6": "6 minutes",
        "10": "10 minutes",
        "15": "15 minutes",
        "30": "30 minutes",
        "60": "60 minutes",
    },
    "time_rounded": {
        "0": "",
        "5": ", arrondi à 5 min",
        "6": ", arrondi à 6 min",
        "10": ", arrondi à 10 min",
        "15": ", arrondi à 15 min",
        "30": ", arrondi à 30 min",
        "60": ", arrondi à 60 min",
    },
    "quote_statuses": {
        "draft": "brouillon",
        "sent": "envoyé",
        "read": "lu",
        "accepted": "accepté",
        "refused": "refusé",
        "expired": "expiré",
        "advanced": "acompte facturé",
        "partialinvoiced": "facturé partiellement",
        "invoiced": "facturé",
        "cancelled": "annulé",
    },
}

HELP: Final[dict[str, str]] = {
    "travel_time_product": "Produit de la ligne du temps de déplacement (15 minutes font 0,25) ; vide : le temps de déplacement n'est pas envoyé.",
    "work_time_product": "Produit de la ligne du temps de travail (15 minutes font 0,25) ; vide : le temps de travail n'est pas envoyé.",
    "default_product": "Produit placé sur chaque facture brouillon, quantité 1 ; vide : aucun.",
    "description_as_first_line": "Placer la description du travail sur la première ligne de la facture brouillon.",
    "skip_work_orders_containing": "Les bons de travail dont la description contient ce mot ne sont pas envoyés ; vide : tous le sont.",
    "invoice_note": "Ce qui figure dans les notes de la facture brouillon.",
    "invoice_reference": "Ce qui figure dans la référence client de la facture brouillon.",
    "quotes_to_work_orders": "Créer un bon de travail dans Simon pour chaque devis de Sellsy.",
    "quotes_containing": "Seuls les devis qui contiennent ce mot deviennent des bons de travail ; vide : tous.",
    "quote_lines_as_used_items": "Placer les produits et services du devis sur le bon de travail comme articles utilisés.",
    "work_order_description": "La description du travail d'un bon de travail créé à partir d'un devis.",
    "quote_terms": "Ajouter les termes et conditions du devis à la description du bon de travail, si Sellsy les fournit.",
    "documents": "Les PDF placés parmi les documents du client dans Sellsy.",
    "attachments": "Placer aussi les fichiers ajoutés au bon de travail parmi les documents du client dans Sellsy.",
    "time_rounding_minutes": "Arrondir la somme de chaque type de temps à ce pas, vers le haut, en minutes ; 0 : exact.",
    "quote_statuses": "Les étapes d'un devis dans Sellsy où il devient un bon de travail.",
}
