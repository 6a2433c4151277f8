"""De vragen van de handleiding [5], de namen van hun keuzes, en een regel uitleg per instelling."""

from typing import Final

QUESTIONS: Final[dict[str, str]] = {
    "travel_time_product": "Op welk artikel in uw boekhoudpakket wilt u de reistijd van Simon registreren?",
    "work_time_product": "Op welk artikel in uw boekhoudpakket wilt u de werktijd van Simon registreren?",
    "default_product": "Automatisch een standaardartikel toevoegen?",
    "description_as_first_line": "Wilt u de werkomschrijving van Simon als eerste regel naar uw boekhoudpakket sturen?",
    "skip_work_orders_containing": "Vul een optioneel filterwoord in voor de werkbonnen van Simon die u NIET naar uw boekhoudpakket wilt sturen.",
    "invoice_note": "Wat wilt u in het veld memo/notitie van uw boekhoudpakket zetten?",
    "invoice_reference": "Wat wilt u als klantreferentie in uw boekhoudpakket?",
    "quotes_to_work_orders": "Een werkbon in Simon maken van de offertes in uw boekhoudpakket?",
    "quotes_containing": "Vul een optioneel filterwoord in:",
    "quote_lines_as_used_items": "De offerteregels overnemen als gebruikte artikelen op de werkbon in Simon?",
    "work_order_description": "Wat wilt u als werkomschrijving van de werkbon in Simon?",
    "quote_terms": "De voorwaarden van de offerte toevoegen aan de werkbon in Simon?",
    "documents": "Welke documenten van Simon wilt u in uw boekhoudpakket?",
    "attachments": "Alle bijlagen die in Simon zijn toegevoegd naar uw boekhoudsysteem sturen?",
    "time_rounding_minutes": "Op welke stap wilt u het totaal van elke soort tijd naar boven afronden?",
    "quote_statuses": "Offertes in welke stappen worden een werkbon?",
    "product_type": "Kies het producttype",
    "product_reference": "Artikelnummer in uw boekhoudpakket",
}

CHOICES: Final[dict[str, dict[str, str]]] = {
    "product_type": {
        "service": "Diensten",
        "item": "Producten",
    },
    "yes_no": {
        "yes": "Ja",
        "no": "Nee",
    },
    "invoice_note": {
        "work_address": "Werkadres van Simon",
        "work_address_and_description": "Werkadres van Simon EN werkomschrijving van Simon",
        "description": "Werkomschrijving van Simon",
        "none": "Niets",
    },
    "invoice_reference": {
        "work_order_number": "Werkbonnummer van Simon",
        "customer_reference": "Klantreferentie van Simon",
        "work_order_number_and_customer_reference": "Werkbonnummer van Simon EN klantreferentie van Simon",
        "none": "Niets",
    },
    "work_order_description": {
        "first_line": "Omschrijving van de eerste offerteregel",
        "note": "Memo/notitie",
        "first_line_and_note": "Eerste regel van de offerte en memo/notitie",
    },
    "documents": {
        "work_order": "Alleen PDF van de werkbon",
        "work_order_and_forms": "PDF van de werkbon EN eigen formulieren (PDF)",
        "forms": "Alleen eigen formulieren (PDF)",
        "none": "Niets",
    },
    "time_rounding_minutes": {
        "0": "Exact, zonder afronding",
        "5": "5 minuten",
        "6": "6 minuten",
        "10": "10 minuten",
        "15": "15 minuten",
        "30": "30 minuten",
        "60": "60 minuten",
    },
    "time_rounded": {
        "0": "",
        "5": ", afgerond op 5 min",
        "6": ", afgerond op 6 min",
        "10": ", afgerond op 10 min",
        "15": ", afgerond op 15 min",
        "30": ", afgerond op 30 min",
        "60": ", afgerond op 60 min",
    },
    "quote_statuses": {
        "draft": "concept",
        "sent": "verzonden",
        "read": "gelezen",
        "accepted": "geaccepteerd",
        "refused": "geweigerd",
        "expired": "verlopen",
        "advanced": "voorschot gefactureerd",
        "partialinvoiced": "gedeeltelijk gefactureerd",
        "invoiced": "gefactureerd",
        "cancelled": "geannuleerd",
    },
}

HELP: Final[dict[str, str]] = {
    "travel_time_product": "Product voor de regel met reistijd (15 minuten is 0,25); leeg: reistijd wordt niet verstuurd.",
    "work_time_product": "Product voor de regel met werktijd (15 minuten is 0,25); leeg: werktijd wordt niet verstuurd.",
    "default_product": "Product dat op elke conceptfactuur komt, aantal 1; leeg: geen.",
    "description_as_first_line": "De werkomschrijving op de eerste regel van de conceptfactuur zetten.",
    "skip_work_orders_containing": "Werkbonnen met dit woord in de omschrijving worden niet verstuurd; leeg: alle worden verstuurd.",
    "invoice_note": "Wat er in de notitie van de conceptfactuur komt.",
    "invoice_reference": "Wat er in de klantreferentie van de conceptfactuur komt.",
    "quotes_to_work_orders": "Van elke offerte in Sellsy een werkbon in Simon maken.",
    "quotes_containing": "Alleen offertes met dit woord worden werkbonnen; leeg: alle.",
    "quote_lines_as_used_items": "De producten en diensten van de offerte als gebruikte artikelen op de werkbon zetten.",
    "work_order_description": "De werkomschrijving van een werkbon die van een offerte is gemaakt.",
    "quote_terms": "De voorwaarden van de offerte aan de omschrijving van de werkbon toevoegen, als Sellsy ze geeft.",
    "documents": "PDF's die bij de documenten van de klant in Sellsy komen.",
    "attachments": "Ook de bestanden die aan de werkbon zijn toegevoegd bij de documenten van de klant in Sellsy zetten.",
    "time_rounding_minutes": "De som van elke soort tijd naar boven afronden op deze stap, in minuten; 0: exact.",
    "quote_statuses": "Stappen van een offerte in Sellsy waarin ze een werkbon wordt.",
}
