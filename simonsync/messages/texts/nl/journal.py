"""Wat er is gebeurd, en wat u kunt doen [8.1]."""

from typing import Final

_NIETS: Final = "Geen actie nodig"
_CONTROLEER: Final = "Controleer de conceptfactuur in Sellsy, bevestig hem en stuur hem naar uw klant."

JOURNAL: Final[dict[str, tuple[str, str]]] = {
    "activated": (
        "De integratie is actief: Sellsy en Simon worden vanaf nu gesynchroniseerd",
        _NIETS,
    ),
    "archived-while-inactive": (
        "Werkbon {number} is gearchiveerd terwijl de integratie niet actief was, en is niet naar Sellsy gestuurd",
        "Om hem te factureren: simonsync push --work-order {number}. Als er geen factuur moet komen: simonsync resolve {number} --never",
    ),
    "attachments-unavailable": (
        "Bijlagen moeten naar Sellsy gestuurd worden, maar deze Simon biedt ze niet aan",
        "Zijn ze niet nodig: simonsync configure --set attachments=no. Geef anders in het profielbestand aan waar Simon ze bewaart.",
    ),
    "backup-failed": (
        "De dagelijkse back-up kon niet naar {path} worden geschreven: {cause}",
        "Maak daar ruimte of verbeter de rechten; de volgende uitvoering maakt de back-up. Onder een timer: simonsync schedule install",
    ),
    "brake": (
        "De opschoning heeft niets verwijderd: {count} {count:record zou/records zouden} uit Simon verdwijnen ({reason})",
        "Bekijk ze: simonsync cleanup --dry-run. Als ze weg mogen: simonsync cleanup --approve {plan}",
    ),
    "case-resolved": (
        "Het open geval van werkbon {number} is afgehandeld: {choice}",
        _NIETS,
    ),
    "census-incomplete": (
        "De gearchiveerde werkbonnen in Simon konden niet allemaal vergeleken worden met wat verstuurd is: hun lijst komt niet volledig binnen",
        "De vergelijking wordt morgen opnieuw gemaakt. Blijft dit zo: simonsync reconcile, en vraag Simple-Simon waarom de lijst van werkbonnen niet klopt.",
    ),
    "connected": (
        "Verbonden met Simon en met Sellsy ({company})",
        _NIETS,
    ),
    "contact-created": ("Nieuwe contactpersoon {name} aangemaakt in Simon", _NIETS),
    "contact-deleted": ("Contactpersoon {name} verwijderd uit Simon: {reason}", _NIETS),
    "contact-updated": ("Contactpersoon {name} bijgewerkt in Simon", _NIETS),
    "creates-wait": (
        "De conceptfactuur van werkbon {number} wordt nog niet gemaakt: {reason}, en de integratie gaat eerst na of Sellsy er geen heeft",
        "Even geduld: hij wordt gemaakt door de eerste synchronisatie na {until:moment}, of eerder gevonden in Sellsy.",
    ),
    "creates-wait-again": (
        "Werkbon {number} heeft al drie keer gewacht, om na te gaan dat Sellsy er geen conceptfactuur van heeft: {reason}",
        "Kijk in Sellsy. Is er geen: simonsync resolve {number} --create. Is er een: simonsync resolve {number} --adopt DOCID. En zoek wat de statusmap of deze machine terugzet: simonsync doctor",
    ),
    "currency-differs": (
        "Werkbon {number} kan niet worden verstuurd: klant {name} wordt gefactureerd in {currency}, de Sellsy-account is in {account_currency}",
        "Maak deze factuur zelf in Sellsy en geef dan: simonsync resolve {number} --adopt DOCID. Als er geen factuur moet komen: simonsync resolve {number} --never",
    ),
    "customer-archived": (
        "De conceptfactuur van werkbon {number} is gemaakt, maar klant {name} is gearchiveerd in Sellsy",
        "Controleer de conceptfactuur in Sellsy; haal de klant daar uit het archief als die nog nodig is.",
    ),
    "customer-created": (
        "Nieuwe klant: {name}",
        _NIETS,
    ),
    "customer-deleted": (
        "Klant {name} verwijderd uit Simon: {reason}",
        _NIETS,
    ),
    "customer-kept-open-work-orders": (
        "{name} is niet uit Simon verwijderd: nog in gebruik op {numbers:werkbon//werkbonnen} {numbers}",
        "Rond deze werkbonnen af en archiveer ze, of kies er een klant en artikelen uit Sellsy op; de volgende opschoning probeert het opnieuw.",
    ),
    "customer-updated": (
        "Klant {name} bijgewerkt in Simon",
        _NIETS,
    ),
    "deactivated": (
        "De integratie is uitgeschakeld: er wordt niets meer uitgewisseld",
        "Geen actie nodig. Om weer te starten: simonsync activate",
    ),
    "desk-action": (
        "{who} heeft dit aan de balie gedaan: {command}",
        _NIETS,
    ),
    "document-unavailable": (
        "Simon geeft het bestand {file} van werkbon {number} niet: {cause}",
        "De volgende synchronisaties proberen het opnieuw, na een week eenmaal per uur. Blijft dit zo: open de werkbon in Simon en zoek het bestand; voeg het zo nodig zelf toe aan de documenten van de klant in Sellsy. Daarna: simonsync resolve {number} --seen",
    ),
    "document-upload-failed": (
        "Het bestand {file} van werkbon {number} kon niet bij de documenten van de klant in Sellsy worden gezet: {cause}",
        "De volgende synchronisaties proberen het opnieuw, na een week eenmaal per uur. Blijft dit zo, voeg het bestand dan zelf toe aan de documenten van de klant in Sellsy. Daarna: simonsync resolve {number} --seen",
    ),
    "document-uploaded": (
        "Het bestand {file} van werkbon {number} staat bij de documenten van de klant in Sellsy",
        _NIETS,
    ),
    "draft-adopted": (
        "Document {document} in Sellsy is herkend als de factuur van werkbon {number}",
        _CONTROLEER,
    ),
    "draft-created": (
        "Conceptfactuur van werkbon {number} gemaakt in Sellsy: document {document}, {total:money} excl. btw",
        _CONTROLEER,
    ),
    "draft-created-again": (
        "Conceptfactuur van werkbon {number} opnieuw gemaakt in Sellsy: document {document}, {total:money} excl. btw",
        "Als u een conceptfactuur van werkbon {number} had verwijderd, verwijder dan ook deze. Controleer hem anders, bevestig hem en verstuur hem.",
    ),
    "draft-deleted-in-sellsy": (
        "De conceptfactuur van werkbon {number} (document {document}) staat niet meer in Sellsy",
        "Moet er geen factuur komen: simonsync resolve {number} --never. Om hem opnieuw te laten maken: simonsync resolve {number} --create",
    ),
    "draft-lines-differ": (
        "Conceptfactuur {document} van werkbon {number} wijkt af van wat er is verstuurd: {difference}",
        "Vergelijk hem met simonsync preview {number} en verbeter hem in Sellsy, geef dan: simonsync resolve {number} --seen",
    ),
    "draft-refused": (
        "Sellsy heeft de conceptfactuur van werkbon {number} geweigerd: {cause}",
        "Verbeter wat Sellsy noemt (simonsync explain {number} toont wat er wordt verstuurd); de volgende synchronisatie probeert het opnieuw.",
    ),
    "draft-replaces-deleted": (
        "Conceptfactuur {document} van werkbon {number} komt in de plaats van document {former}, dat niet meer in Sellsy stond",
        "Zorg dat {former} in Sellsy verwijderd is, of verwijder een van de twee, voordat u hem verstuurt. Daarna: simonsync resolve {number} --seen",
    ),
    "draft-request-arrived": (
        "Sellsy heeft het verzoek om de conceptfactuur van werkbon {number} te maken ontvangen, maar toont geen concept",
        "Er wordt niets vanzelf opnieuw gemaakt. Zoek haar in Sellsy, ook onder de verwijderde documenten: simonsync resolve {number} --adopt DOCID als ze er is, --create als er geen is, --never als er geen moet komen.",
    ),
    "draft-shown-again": (
        "De conceptfactuur van werkbon {number} (document {document}) staat weer in Sellsy",
        _NIETS,
    ),
    "draft-total-differs": (
        "Conceptfactuur {document} van werkbon {number}: het totaal is {found:money} in plaats van {expected:money}",
        "Vergelijk hem met simonsync preview {number} en verbeter hem in Sellsy voordat u hem verstuurt.",
    ),
    "draft-total-rounded": (
        "Conceptfactuur van werkbon {number}: Sellsy rondt het totaal af op {found:money} in plaats van {expected:money}",
        _NIETS,
    ),
    "draft-without-lines": (
        "De conceptfactuur van werkbon {number} heeft geen regels: er is niets geregistreerd om te factureren",
        "Vul de conceptfactuur aan in Sellsy, of verwijder hem daar.",
    ),
    "einvoice-not-ready": (
        "Het concept van werkbon {number} is niet klaar voor de e-factuur: {count} {count:punt/punten} te verbeteren ({rules})",
        "Bekijk ze met simonsync preview {number} en verbeter ze in Sellsy voordat de factuur wordt verzonden.",
    ),
    "einvoice-would-be-refused": (
        "Werkbon {number} is niet verzonden: de e-factuur zou worden geweigerd. {cause}",
        "Verbeter deze punten in Sellsy; het concept volgt vanzelf. Toch verzenden: simonsync configure --set einvoicing=inform",
    ),
    "foreign-marker": (
        "Document {document} in Sellsy hoort misschien bij werkbon {number}, maar draagt het kenmerk ervan niet",
        "Bekijk het in Sellsy. Is het de factuur van deze werkbon: simonsync resolve {number} --adopt DOCID. Zo niet: simonsync resolve {number} --create, of --never als er geen factuur moet komen.",
    ),
    "free-line-price-missing": (
        "Conceptfactuur van werkbon {number}: „{text}” is geen artikel van Sellsy en heeft geen prijs",
        "Vul de prijs van deze regel in op de conceptfactuur in Sellsy voordat u hem verstuurt.",
    ),
    "gone-in-sellsy": (
        "“{name}” staat niet meer in Sellsy",
        "De volgende opruiming verwijdert het uit Simon, als Sellsy het dan nog steeds niet heeft. Niet wachten? Over een half uur of later: simonsync cleanup.",
    ),
    "item-created": (
        "Nieuw artikel: {name}",
        _NIETS,
    ),
    "item-deleted": (
        "Artikel {name} verwijderd uit Simon: {reason}",
        _NIETS,
    ),
    "item-updated": (
        "Artikel {name} bijgewerkt in Simon",
        _NIETS,
    ),
    "list-incomplete": (
        "De lijst met facturen van Sellsy is al een uur niet volledig: {cause} (documenten: {documents})",
        "Controleer in Sellsy of de toegang alle facturen mag zien. Nieuwe werkbonnen worden intussen gefactureerd. Kijk voor die met een onbekende uitkomst ({numbers}) in Sellsy: simonsync resolve NUMMER --adopt DOCID als de factuur er staat; zo niet, dan wordt ze gemaakt zodra de lijst volledig is, of maak ze zelf en adopteer ze.",
    ),
    "outcome-unknown": (
        "Sellsy heeft niet gezegd of de conceptfactuur van werkbon {number} is gemaakt",
        "Even geduld: de integratie zoekt hem, en maakt hem op zijn vroegst na {until:moment}. Staat dit er een uur later nog, kijk dan in Sellsy: simonsync resolve {number} --adopt DOCID als hij er is, --create als hij er niet is.",
    ),
    "price-category-ignored": (
        "Conceptfactuur van werkbon {number}: klant {name} heeft een prijscategorie waarin Sellsy geen prijs heeft voor {products}; de referentieprijs is gebruikt",
        "Controleer de prijzen van de conceptfactuur in Sellsy voordat u hem verstuurt.",
    ),
    "price-rounded": (
        "Op het concept van werkbon {number} heeft de prijs exclusief btw van {product} zes decimalen; het totaal van de regel wijkt meer dan een halve cent af",
        "Vergelijk de regel met de prijs inclusief btw en verbeter die zo nodig in Sellsy.",
    ),
    "product-archived": (
        "De conceptfactuur van werkbon {number} bevat product {product}, dat in Sellsy gearchiveerd is",
        "Controleer de conceptfactuur in Sellsy voordat u hem verstuurt.",
    ),
    "quote-already-invoiced": (
        "Werkbon {number} komt van offerte {quote}, die in Sellsy al gefactureerd is ({step:quote_statuses})",
        "Moet hij toch worden gefactureerd: simonsync push --work-order {number}. Zo niet: simonsync resolve {number} --never",
    ),
    "quote-changed-after-work-order": (
        "Offerte {quote} is in Sellsy gewijzigd nadat werkbon {number} ervan was gemaakt",
        "Breng zo nodig dezelfde wijziging zelf aan op de werkbon in Simon.",
    ),
    "quote-charges-not-billed": (
        "De offerte van werkbon {number} vraagt {amount:money} exclusief btw voor verzending of verpakking; het concept factureert dat niet",
        "Is het verschuldigd, voeg het dan toe aan het concept in Sellsy. Daarna: simonsync resolve {number} --seen",
    ),
    "quote-customer-missing": (
        "Van offerte {quote} is geen werkbon gemaakt: de klant, of een adres van de klant, staat niet in Simon",
        "Zorg dat de klant in Sellsy een klant is (geen prospect), niet gearchiveerd is en een adres heeft; de werkbon volgt vanzelf.",
    ),
    "quote-gone": (
        "Conceptfactuur van werkbon {number}: Sellsy heeft de offerte niet meer, de regels hebben daarom de huidige catalogusprijzen",
        "Controleer de prijzen van de conceptfactuur in Sellsy voordat u hem verstuurt.",
    ),
    "quote-unreadable": (
        "Van offerte {quote} is geen werkbon gemaakt: Sellsy noemt hem maar toont hem niet",
        "Open de offerte in Sellsy. De volgende synchronisatie probeert het opnieuw.",
    ),
    "record-in-use": (
        "{name} kon niet uit Simon worden verwijderd: andere records gebruiken dit",
        "Haal het van de records in Simon die het gebruiken; de volgende opschoning probeert het opnieuw.",
    ),
    "record-not-deleted": (
        "{name} kon niet uit Simon worden verwijderd: {cause}",
        "Verwijder dit zelf in Simon, of vraag Simple-Simon waarom; de volgende opschoning probeert het opnieuw.",
    ),
    "record-refused": (
        "Simon heeft {name} geweigerd: {cause}",
        "Verbeter dit in Sellsy; de volgende synchronisatie probeert het opnieuw.",
    ),
    "record-unconfirmed": (
        "Simon heeft niet bevestigd dat {name} is opgeslagen: {cause}",
        "De volgende synchronisatie probeert het opnieuw. Blijft dit openstaan, vraag Simple-Simon dan waarom.",
    ),
    "records-restored": (
        "{count} {count:record/records} uit {backup} {count:is/zijn} teruggezet in Simon",
        "Geen actie nodig. De volgende opschoning verwijdert opnieuw wat niet in Sellsy staat.",
    ),
    "second-writer": (
        "Conceptfactuur {document} van werkbon {number} is gemaakt door een andere installatie van simonsync",
        "Zoek de andere installatie en stop die (simonsync schedule remove): er mag er maar één per account draaien. Controleer daarna dat er niets dubbel is gefactureerd (simonsync reconcile), en sluit dit geval: simonsync resolve {number} --seen",
    ),
    "sellsy-credentials-refused": (
        "Sellsy heeft de inloggegevens geweigerd: {cause}",
        "Voer geldige tokens in: simonsync connect. Ze staan in Sellsy onder de instellingen, Ontwikkelaarsportaal (Portail développeur).",
    ),
    "service-unavailable": (
        "{service} antwoordt niet zoals het hoort: {cause}",
        "De volgende synchronisatie gaat verder waar deze is gestopt. Blijft dit zo: simonsync doctor",
    ),
    "setting-product-unknown": (
        "Product {product} van de instelling {setting} bestaat niet in Sellsy{number:work_order}",
        "Kies een ander: simonsync configure --set {setting}=service:REFERENCE. Of voeg dit product toe in Sellsy.",
    ),
    "settings-changed": (
        "Instellingen gewijzigd: {settings}",
        "Geen actie nodig. Ze gelden vanaf nu, niet met terugwerkende kracht.",
    ),
    "several-drafts-found": (
        "Sellsy heeft meerdere facturen voor werkbon {number}: documenten {documents}",
        "Houd er één en verwijder de andere in Sellsy, geef dan: simonsync resolve {number} --adopt DOCID",
    ),
    "simon-credentials-refused": (
        "Simon heeft de inloggegevens geweigerd: {cause}",
        "Voer geldige gegevens in: simonsync connect",
    ),
    "simon-licence-lapsed": (
        "De Simon-licentie is verlopen",
        "Verleng die bij Simple-Simon; de volgende synchronisatie gaat vanzelf verder.",
    ),
    "state-lost": (
        "Wat de integratie van deze account weet, ontbreekt of is verouderd: {reason}",
        "Er wordt voorlopig niets verstuurd. Controleer, en start opnieuw: simonsync activate (alles wordt teruggevonden in Sellsy en Simon, er wordt niets gewist)",
    ),
    "sync-resumed": (
        "{service} antwoordt weer: de synchronisatie gaat verder",
        _NIETS,
    ),
    "tax-disabled": (
        "Werkbon {number} is niet verzonden: het btw-tarief van {rate:number} % op {product} is in Sellsy uitgeschakeld",
        "Geef het product in Sellsy een ander btw-tarief, of schakel dit tarief weer in: een regel van een offerte houdt het ondertekende tarief. Het concept volgt vanzelf.",
    ),
    "time-differs": (
        "Het concept van werkbon {number} factureert {minutes:number} min van {person} op {day:day}; van begin tot eind is het {span:number} min",
        "Vergelijk de urenregistratie in Simon en verbeter het concept in Sellsy als het niet klopt.",
    ),
    "time-on-quote-too": (
        "Het concept van werkbon {number} factureert geregistreerde tijd met {product}, dat ook op de offerte staat",
        "Haal een van beide uit het concept in Sellsy. Om alleen de regel van de offerte te factureren: simonsync configure --set quoted_time=quote_only",
    ),
    "time-unfinished": (
        "Een urenregistratie van {person} op {day:day} is begonnen en nooit gestopt: werkbon {number} factureert er niets voor",
        "Vul die aan in Simon en voeg de tijd toe aan het concept in Sellsy.",
    ),
    "two-schedulers": (
        "De synchronisatie wordt op deze machine twee keer gestart: door systemd en door cron",
        "Verwijder een van de twee: simonsync schedule remove --cron, of simonsync schedule remove --systemd",
    ),
    "used-item-created": (
        "Nieuw gebruikt artikel: {name}, offerte {number}",
        _NIETS,
    ),
    "wiped": (
        "De gegevens van Simon zijn gewist: {count} {count:record/records}",
        "Geen actie nodig. Ze zijn bewaard in {backup}",
    ),
    "work-address-created": (
        "Nieuw werkadres: {name}",
        _NIETS,
    ),
    "work-address-deleted": (
        "Werkadres {name} verwijderd uit Simon: {reason}",
        _NIETS,
    ),
    "work-address-updated": (
        "Werkadres {name} bijgewerkt in Simon",
        _NIETS,
    ),
    "work-order-changed-after-draft": (
        "Werkbon {number} is in Simon gewijzigd nadat conceptfactuur {document} was gemaakt: {difference}",
        "Breng zo nodig dezelfde wijziging zelf aan op de conceptfactuur in Sellsy; de integratie laat hem zoals hij is. Daarna: simonsync resolve {number} --seen",
    ),
    "work-order-created": (
        "Nieuwe werkbon {number}, van offerte {quote}",
        _NIETS,
    ),
    "work-order-customer-not-client": (
        "Werkbon {number} kan niet worden verstuurd: klant {name} is in Sellsy nog een prospect",
        "Zet de prospect in Sellsy om in een klant; de volgende synchronisatie verstuurt de werkbon.",
    ),
    "work-order-customer-unknown": (
        "Werkbon {number} kan niet worden verstuurd: klant {name} komt niet uit Sellsy",
        "Open de werkbon in Simon en kies een klant die uit Sellsy komt; een nieuwe klant voegt u eerst in Sellsy toe.",
    ),
    "work-order-deleted": (
        "Werkbon {number} is in Simon verwijderd voordat hij verstuurd was: hij wordt niet gefactureerd",
        "Is hij per ongeluk verwijderd, maak hem dan opnieuw in Simon, of maak de factuur zelf in Sellsy. Blijkt hij toch in Simon te staan, dan wordt hij vanzelf verstuurd.",
    ),
    "work-order-doubtful": (
        "Werkbon {number} heeft in Simon het Id dat werkbon {other} had, en is niet jonger: hij wordt niet vanzelf verstuurd",
        "Is het een andere werkbon: simonsync push --work-order {number}. Is er geen factuur nodig: simonsync resolve {number} --never",
    ),
    "work-order-filtered": (
        "Werkbon {number} is niet naar Sellsy gestuurd: hij bevat het filterwoord „{word}”",
        "Geen actie nodig. Om hem toch te factureren, haalt u het woord uit de omschrijving.",
    ),
    "work-order-found": (
        "Werkbon {number} is in Simon gevonden, terwijl geen lijst van wijzigingen hem noemde of hij verwijderd leek",
        _NIETS,
    ),
    "work-order-id-reused": (
        "Simon heeft het Id van werkbon {other} aan werkbon {number} gegeven: ze worden uit elkaar gehouden",
        "Vraag Simple-Simon of de database is teruggezet: werkbonnen die sindsdien gemaakt zijn kunnen in Simon ontbreken. Wat voor {other} verstuurd is blijft zoals het is.",
    ),
    "work-order-item-unknown": (
        "Werkbon {number} kan niet worden verstuurd: Sellsy kent dit artikel niet: {item}",
        "Vervang het op de werkbon in Simon door een artikel dat uit Sellsy komt; een nieuw artikel voegt u eerst in Sellsy toe.",
    ),
    "work-order-not-found": (
        "Werkbon {number} is niet verstuurd: Simon vond hem niet toen hij werd opgevraagd",
        "Even geduld: de volgende synchronisaties vragen hem opnieuw op, minstens een half uur lang. Hebt u hem in Simon verwijderd, dan hoeft u niets te doen.",
    ),
    "work-order-settled": (
        "Werkbon {number} wordt niet gefactureerd: {reason}",
        _NIETS,
    ),
    "work-order-unreadable": (
        "Werkbon {number} is niet verzonden: hij kon niet worden gelezen. {cause}",
        "Herstel dat in Simon of in Sellsy; het concept volgt vanzelf.",
    ),
    "work-order-without-customer": (
        "Werkbon {number} kan niet worden verstuurd: hij heeft geen klant",
        "Open de werkbon in Simon en kies de klant (klant van het werkadres: {address_customer}); de volgende synchronisatie verstuurt hem.",
    ),
}
