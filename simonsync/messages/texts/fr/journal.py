"""Ce qui s'est passé, et l'action à entreprendre [8.1]."""

from typing import Final

_RIEN: Final = "Aucune action nécessaire"
_VERIFIER: Final = "Vérifiez la facture brouillon dans Sellsy, confirmez-la et envoyez-la à votre client."

JOURNAL: Final[dict[str, tuple[str, str]]] = {
    "activated": (
        "L'intégration est active : Sellsy et Simon sont désormais synchronisés",
        _RIEN,
    ),
    "archived-while-inactive": (
        "Le bon de travail {number} a été archivé alors que l'intégration n'était pas active ; il n'a pas été envoyé à Sellsy",
        "Pour le facturer : simonsync push --work-order {number}. S'il ne faut pas de facture : simonsync resolve {number} --never",
    ),
    "attachments-unavailable": (
        "Les pièces jointes doivent être envoyées à Sellsy, mais ce Simon ne les propose pas",
        "Si elles ne sont pas nécessaires : simonsync configure --set attachments=no. Sinon, indiquez dans le fichier de profil où Simon les garde.",
    ),
    "backup-failed": (
        "La sauvegarde quotidienne n'a pas pu être écrite dans {path} : {cause}",
        "Libérez de la place à cet endroit ou corrigez les droits ; la prochaine exécution fera la sauvegarde. Sous un minuteur : simonsync schedule install",
    ),
    "brake": (
        "Le nettoyage n'a rien supprimé : {count} {count:fiche disparaîtrait/fiches disparaîtraient} de Simon ({reason})",
        "Consultez-les : simonsync cleanup --dry-run. Si elles peuvent disparaître : simonsync cleanup --approve {plan}",
    ),
    "case-resolved": (
        "Le cas du bon de travail {number} est réglé : {choice}",
        _RIEN,
    ),
    "census-incomplete": (
        "Les bons de travail archivés dans Simon n'ont pas tous pu être comparés avec ce qui a été envoyé : leur liste n'arrive pas complète",
        "La comparaison sera refaite demain. Si cela persiste : simonsync reconcile, et demandez à Simple-Simon pourquoi le compte de la liste des bons de travail ne tombe pas juste.",
    ),
    "connected": (
        "Connexion établie avec Simon et avec Sellsy ({company})",
        _RIEN,
    ),
    "contact-created": ("Nouveau contact {name} créé dans Simon", _RIEN),
    "contact-deleted": ("Contact {name} supprimé de Simon : {reason}", _RIEN),
    "contact-updated": ("Contact {name} mis à jour dans Simon", _RIEN),
    "creates-wait": (
        "La facture brouillon du bon de travail {number} n'est pas encore créée : {reason}, et l'intégration s'assure d'abord que Sellsy n'en a pas",
        "Veuillez patienter : elle sera créée par la première synchronisation après le {until:moment}, ou trouvée avant dans Sellsy.",
    ),
    "creates-wait-again": (
        "Le bon de travail {number} a déjà attendu trois fois, pour s'assurer que Sellsy n'en a pas de facture brouillon : {reason}",
        "Regardez dans Sellsy. S'il n'y en a pas : simonsync resolve {number} --create. S'il y en a une : simonsync resolve {number} --adopt DOCID. Cherchez aussi ce qui ramène le dossier d'état ou cette machine en arrière : simonsync doctor",
    ),
    "currency-differs": (
        "Le bon de travail {number} ne peut pas être envoyé : le client {name} est facturé en {currency}, le compte Sellsy est en {account_currency}",
        "Créez vous-même cette facture dans Sellsy, puis : simonsync resolve {number} --adopt DOCID. S'il ne faut pas de facture : simonsync resolve {number} --never",
    ),
    "customer-archived": (
        "La facture brouillon du bon de travail {number} a été créée, mais le client {name} est archivé dans Sellsy",
        "Vérifiez la facture brouillon dans Sellsy ; si le client doit encore servir, désarchivez-le dans Sellsy.",
    ),
    "customer-created": (
        "Nouveau client : {name}",
        _RIEN,
    ),
    "customer-deleted": (
        "Client {name} supprimé de Simon : {reason}",
        _RIEN,
    ),
    "customer-kept-open-work-orders": (
        "{name} n'a pas été supprimé de Simon : {numbers:le bon//les bons} de travail {numbers} {numbers:l'utilise//l'utilisent} encore",
        "Terminez et archivez ces bons de travail, ou sélectionnez-y un client et des articles venant de Sellsy ; le prochain nettoyage réessaiera.",
    ),
    "customer-updated": (
        "Client {name} mis à jour dans Simon",
        _RIEN,
    ),
    "deactivated": (
        "L'intégration est désactivée : plus rien n'est échangé",
        "Aucune action nécessaire. Pour la réactiver : simonsync activate",
    ),
    "desk-action": (
        "{who} a fait ceci à la page du bureau : {command}",
        _RIEN,
    ),
    "document-unavailable": (
        "Simon ne fournit pas le fichier {file} du bon de travail {number} : {cause}",
        "Les prochaines synchronisations réessaieront, après une semaine une fois par heure. Si cela persiste : ouvrez le bon de travail dans Simon et cherchez-y le fichier ; s'il est nécessaire, ajoutez-le vous-même aux documents du client dans Sellsy. Puis : simonsync resolve {number} --seen",
    ),
    "document-upload-failed": (
        "Le fichier {file} du bon de travail {number} n'a pas pu être ajouté aux documents du client dans Sellsy : {cause}",
        "Les prochaines synchronisations réessaieront, après une semaine une fois par heure. Si cela persiste, ajoutez vous-même le fichier aux documents du client dans Sellsy. Puis : simonsync resolve {number} --seen",
    ),
    "document-uploaded": (
        "Le fichier {file} du bon de travail {number} a été ajouté aux documents du client dans Sellsy",
        _RIEN,
    ),
    "draft-adopted": (
        "Le document {document} dans Sellsy a été reconnu comme la facture du bon de travail {number}",
        _VERIFIER,
    ),
    "draft-created": (
        "Facture brouillon du bon de travail {number} créée dans Sellsy : document {document}, {total:money} HT",
        _VERIFIER,
    ),
    "draft-created-again": (
        "Facture brouillon du bon de travail {number} créée à nouveau dans Sellsy : document {document}, {total:money} HT",
        "Si vous aviez supprimé une facture brouillon du bon de travail {number}, supprimez aussi celle-ci. Sinon, vérifiez-la, confirmez-la et envoyez-la.",
    ),
    "draft-deleted-in-sellsy": (
        "La facture brouillon du bon de travail {number} (document {document}) n'est plus dans Sellsy",
        "S'il ne faut pas de facture : simonsync resolve {number} --never. Pour la créer à nouveau : simonsync resolve {number} --create",
    ),
    "draft-lines-differ": (
        "La facture brouillon {document} du bon de travail {number} diffère de ce qui a été envoyé : {difference}",
        "Comparez-la avec simonsync preview {number} et corrigez-la dans Sellsy, puis : simonsync resolve {number} --seen",
    ),
    "draft-refused": (
        "Sellsy a refusé la facture brouillon du bon de travail {number} : {cause}",
        "Corrigez ce que Sellsy indique (simonsync explain {number} montre ce qui est envoyé) ; la prochaine synchronisation réessaiera.",
    ),
    "draft-replaces-deleted": (
        "La facture brouillon {document} du bon de travail {number} remplace le document {former}, qui n'était plus dans Sellsy",
        "Assurez-vous que {former} est supprimé dans Sellsy, ou supprimez l'un des deux, avant de l'envoyer. Ensuite : simonsync resolve {number} --seen",
    ),
    "draft-request-arrived": (
        "Sellsy a reçu la demande de création de la facture brouillon du bon de travail {number}, mais ne montre pas ce brouillon",
        "Rien n'est recréé automatiquement. Cherchez-la dans Sellsy, aussi parmi les documents supprimés : simonsync resolve {number} --adopt DOCID si elle y est, --create s'il n'y en a pas, --never s'il n'en faut pas.",
    ),
    "draft-shown-again": (
        "La facture brouillon du bon de travail {number} (document {document}) est de nouveau dans Sellsy",
        _RIEN,
    ),
    "draft-total-differs": (
        "Facture brouillon {document} du bon de travail {number} : le total est de {found:money} au lieu de {expected:money}",
        "Comparez-la avec simonsync preview {number} et corrigez-la dans Sellsy avant de l'envoyer.",
    ),
    "draft-total-rounded": (
        "Facture brouillon du bon de travail {number} : Sellsy arrondit le total à {found:money} au lieu de {expected:money}",
        _RIEN,
    ),
    "draft-without-lines": (
        "La facture brouillon du bon de travail {number} n'a aucune ligne : rien à facturer n'a été enregistré",
        "Complétez la facture brouillon dans Sellsy, ou supprimez-la.",
    ),
    "einvoice-not-ready": (
        "Le brouillon du bon de travail {number} n'est pas prêt pour la facture électronique : {count} {count:point/points} à corriger ({rules})",
        "Voyez lesquels par simonsync preview {number}, et corrigez-les dans Sellsy avant d'envoyer la facture.",
    ),
    "einvoice-would-be-refused": (
        "Le bon de travail {number} n'a pas été envoyé : sa facture électronique serait refusée. {cause}",
        "Corrigez ces points dans Sellsy ; le brouillon suivra automatiquement. Pour envoyer quand même : simonsync configure --set einvoicing=inform",
    ),
    "foreign-marker": (
        "Le document {document} dans Sellsy pourrait appartenir au bon de travail {number}, mais il ne porte pas sa marque",
        "Consultez-le dans Sellsy. Si c'est la facture de ce bon de travail : simonsync resolve {number} --adopt DOCID. Sinon : simonsync resolve {number} --create, ou --never s'il ne faut pas de facture.",
    ),
    "free-line-price-missing": (
        "Facture brouillon du bon de travail {number} : « {text} » n'est pas un article de Sellsy et n'a pas de prix",
        "Indiquez le prix de cette ligne de la facture brouillon dans Sellsy avant de l'envoyer.",
    ),
    "gone-in-sellsy": (
        "« {name} » n'existe plus dans Sellsy",
        "Le prochain nettoyage le supprime dans Simon, si Sellsy ne l'a toujours pas à ce moment-là. Pour ne pas attendre, dans une demi-heure au plus tôt : simonsync cleanup.",
    ),
    "item-created": (
        "Nouvel article : {name}",
        _RIEN,
    ),
    "item-deleted": (
        "Article {name} supprimé de Simon : {reason}",
        _RIEN,
    ),
    "item-updated": (
        "Article {name} mis à jour dans Simon",
        _RIEN,
    ),
    "list-incomplete": (
        "La liste des factures de Sellsy est incomplète depuis une heure : {cause} (documents : {documents})",
        "Vérifiez dans Sellsy que l'accès peut voir toutes les factures. Les nouveaux bons de travail sont facturés entre-temps. Pour ceux dont le résultat est inconnu ({numbers}), regardez dans Sellsy : simonsync resolve NUMÉRO --adopt DOCID si la facture y est ; sinon elle est créée dès que la liste est complète, ou créez-la vous-même et adoptez-la.",
    ),
    "outcome-unknown": (
        "Sellsy n'a pas dit si la facture brouillon du bon de travail {number} a été créée",
        "Veuillez patienter : l'intégration la cherche, et la créera au plus tôt après le {until:moment}. Si ce message est encore là une heure plus tard, regardez dans Sellsy : simonsync resolve {number} --adopt DOCID si elle existe, --create sinon.",
    ),
    "price-category-ignored": (
        "Facture brouillon du bon de travail {number} : le client {name} a une catégorie tarifaire dans laquelle Sellsy n'a pas de prix pour {products} ; le prix de référence a été utilisé",
        "Vérifiez les prix de la facture brouillon dans Sellsy avant de l'envoyer.",
    ),
    "price-rounded": (
        "Sur le brouillon du bon de travail {number}, le prix HT de {product} a six décimales, et le total de la ligne s'écarte de plus d'un demi-centime",
        "Comparez la ligne avec le prix TTC, et corrigez-la dans Sellsy si nécessaire.",
    ),
    "product-archived": (
        "La facture brouillon du bon de travail {number} contient le produit {product}, qui est archivé dans Sellsy",
        "Vérifiez la facture brouillon dans Sellsy avant de l'envoyer.",
    ),
    "quote-already-invoiced": (
        "Le bon de travail {number} vient du devis {quote}, déjà facturé dans Sellsy ({step:quote_statuses})",
        "S'il faut tout de même le facturer : simonsync push --work-order {number}. Sinon : simonsync resolve {number} --never",
    ),
    "quote-changed-after-work-order": (
        "Le devis {quote} a été modifié dans Sellsy après la création du bon de travail {number}",
        "Si nécessaire, faites vous-même la même modification sur le bon de travail dans Simon.",
    ),
    "quote-charges-not-billed": (
        "Le devis du bon de travail {number} demande {amount:money} HT de frais de port ou d'emballage ; le brouillon ne les facture pas",
        "S'ils sont dus, ajoutez-les au brouillon dans Sellsy. Puis : simonsync resolve {number} --seen",
    ),
    "quote-customer-missing": (
        "Aucun bon de travail n'a été créé pour le devis {quote} : son client, ou une adresse de ce client, n'est pas dans Simon",
        "Assurez-vous que dans Sellsy ce client est un client (pas un prospect), n'est pas archivé et a une adresse ; le bon de travail suivra automatiquement.",
    ),
    "quote-gone": (
        "Facture brouillon du bon de travail {number} : Sellsy n'a plus son devis, les lignes ont donc les prix actuels du catalogue",
        "Vérifiez les prix de la facture brouillon dans Sellsy avant de l'envoyer.",
    ),
    "quote-unreadable": (
        "Aucun bon de travail n'a été créé pour le devis {quote} : Sellsy le liste mais ne le montre pas",
        "Ouvrez le devis dans Sellsy. La prochaine synchronisation réessaiera.",
    ),
    "record-in-use": (
        "{name} n'a pas pu être supprimé de Simon : d'autres fiches l'utilisent",
        "Retirez-le des fiches qui l'utilisent dans Simon ; le prochain nettoyage réessaiera.",
    ),
    "record-not-deleted": (
        "{name} n'a pas pu être supprimé de Simon : {cause}",
        "Supprimez-le vous-même dans Simon, ou demandez-en la raison à Simple-Simon ; le prochain nettoyage réessaiera.",
    ),
    "record-refused": (
        "Simon a refusé {name} : {cause}",
        "Corrigez-le dans Sellsy ; la prochaine synchronisation réessaiera.",
    ),
    "record-unconfirmed": (
        "Simon n'a pas confirmé l'enregistrement de {name} : {cause}",
        "La prochaine synchronisation réessaiera. Si cela dure, demandez-en la raison à Simple-Simon.",
    ),
    "records-restored": (
        "{count} {count:fiche/fiches} de {backup} {count:a été remise/ont été remises} dans Simon",
        "Aucune action nécessaire. Le prochain nettoyage supprime à nouveau celles qui ne sont pas dans Sellsy.",
    ),
    "second-writer": (
        "La facture brouillon {document} du bon de travail {number} a été créée par une autre installation de simonsync",
        "Trouvez l'autre installation et arrêtez-la (simonsync schedule remove) : une seule peut fonctionner par compte. Vérifiez ensuite que rien n'a été facturé deux fois (simonsync reconcile), puis fermez ce cas : simonsync resolve {number} --seen",
    ),
    "sellsy-credentials-refused": (
        "Sellsy a refusé les identifiants : {cause}",
        "Saisissez des tokens valides : simonsync connect. Ils se trouvent dans Sellsy, sous les réglages, Portail développeur.",
    ),
    "service-unavailable": (
        "{service} ne répond pas comme il le devrait : {cause}",
        "La prochaine synchronisation reprendra où celle-ci s'est arrêtée. Si cela persiste : simonsync doctor",
    ),
    "setting-product-unknown": (
        "Le produit {product} du paramètre {setting} n'existe pas dans Sellsy{number:work_order}",
        "Choisissez-en un autre : simonsync configure --set {setting}=service:REFERENCE. Ou ajoutez ce produit dans Sellsy.",
    ),
    "settings-changed": (
        "Paramètres modifiés : {settings}",
        "Aucune action nécessaire. Ils s'appliquent dès maintenant, sans effet rétroactif.",
    ),
    "several-drafts-found": (
        "Sellsy a plusieurs factures pour le bon de travail {number} : documents {documents}",
        "Gardez-en une et supprimez les autres dans Sellsy, puis : simonsync resolve {number} --adopt DOCID",
    ),
    "simon-credentials-refused": (
        "Simon a refusé les identifiants : {cause}",
        "Saisissez des identifiants valides : simonsync connect",
    ),
    "simon-licence-lapsed": (
        "La licence Simon a expiré",
        "Renouvelez-la auprès de Simple-Simon ; la prochaine synchronisation reprendra automatiquement.",
    ),
    "state-lost": (
        "Ce que l'intégration sait de ce compte est absent ou dépassé : {reason}",
        "Rien n'est envoyé pour l'instant. Vérifiez, puis redémarrez : simonsync activate (tout est retrouvé dans Sellsy et Simon, rien n'est effacé)",
    ),
    "sync-resumed": (
        "{service} répond à nouveau : la synchronisation reprend",
        _RIEN,
    ),
    "tax-disabled": (
        "Le bon de travail {number} n'a pas été envoyé : la TVA de {rate:number} % de {product} est désactivée dans Sellsy",
        "Donnez au produit un autre taux de TVA dans Sellsy, ou réactivez celui-ci : une ligne de devis garde le taux qui a été signé. Le brouillon suit de lui-même.",
    ),
    "time-differs": (
        "Le brouillon du bon de travail {number} facture {minutes:number} min de {person} le {day:day} ; du début à la fin, il y a {span:number} min",
        "Comparez la feuille de temps dans Simon, et corrigez le brouillon dans Sellsy s'il est faux.",
    ),
    "time-on-quote-too": (
        "Le brouillon du bon de travail {number} facture le temps enregistré avec {product}, qui figure aussi sur son devis",
        "Retirez l'un des deux du brouillon dans Sellsy. Pour ne facturer que la ligne du devis : simonsync configure --set quoted_time=quote_only",
    ),
    "time-unfinished": (
        "Une feuille de temps de {person} le {day:day} a été commencée et jamais arrêtée : le bon de travail {number} ne facture rien pour elle",
        "Complétez-la dans Simon, et ajoutez le temps au brouillon dans Sellsy.",
    ),
    "two-schedulers": (
        "La synchronisation est lancée deux fois sur cette machine : par systemd et par cron",
        "Retirez l'un des deux : simonsync schedule remove --cron, ou simonsync schedule remove --systemd",
    ),
    "used-item-created": (
        "Nouvel article utilisé : {name}, devis {number}",
        _RIEN,
    ),
    "wiped": (
        "Les données de Simon ont été effacées : {count} {count:fiche/fiches}",
        "Aucune action nécessaire. Elles sont conservées dans {backup}",
    ),
    "work-address-created": (
        "Nouvelle adresse de travail : {name}",
        _RIEN,
    ),
    "work-address-deleted": (
        "Adresse de travail {name} supprimée de Simon : {reason}",
        _RIEN,
    ),
    "work-address-updated": (
        "Adresse de travail {name} mise à jour dans Simon",
        _RIEN,
    ),
    "work-order-changed-after-draft": (
        "Le bon de travail {number} a été modifié dans Simon après la création de la facture brouillon {document} : {difference}",
        "Si nécessaire, faites vous-même la même modification sur la facture brouillon dans Sellsy ; l'intégration n'y touche pas. Ensuite : simonsync resolve {number} --seen",
    ),
    "work-order-created": (
        "Nouveau bon de travail {number}, du devis {quote}",
        _RIEN,
    ),
    "work-order-customer-not-client": (
        "Le bon de travail {number} ne peut pas être envoyé : le client {name} est encore un prospect dans Sellsy",
        "Convertissez le prospect en client dans Sellsy ; la prochaine synchronisation enverra le bon de travail.",
    ),
    "work-order-customer-unknown": (
        "Le bon de travail {number} ne peut pas être envoyé : le client {name} ne vient pas de Sellsy",
        "Ouvrez le bon de travail dans Simon et sélectionnez un client venant de Sellsy ; un nouveau client s'ajoute d'abord dans Sellsy.",
    ),
    "work-order-deleted": (
        "Le bon de travail {number} a été supprimé dans Simon avant d'être envoyé : il n'est pas facturé",
        "S'il a été supprimé par erreur, refaites-le dans Simon, ou établissez vous-même la facture dans Sellsy. S'il se retrouve dans Simon malgré tout, il sera envoyé de lui-même.",
    ),
    "work-order-doubtful": (
        "Le bon de travail {number} porte dans Simon l'identifiant qu'avait le bon de travail {other}, et n'est pas plus récent : il n'est pas envoyé de lui-même",
        "S'il s'agit d'un autre bon de travail : simonsync push --work-order {number}. S'il ne faut pas de facture : simonsync resolve {number} --never",
    ),
    "work-order-filtered": (
        "Le bon de travail {number} n'a pas été envoyé à Sellsy : il contient le mot filtre « {word} »",
        "Aucune action nécessaire. Pour le facturer quand même, retirez ce mot de sa description.",
    ),
    "work-order-found": (
        "Le bon de travail {number} a été trouvé dans Simon, alors qu'aucune liste de modifications ne l'avait mentionné ou qu'il semblait supprimé",
        _RIEN,
    ),
    "work-order-id-reused": (
        "Simon a donné l'identifiant du bon de travail {other} au bon de travail {number} : ils sont tenus séparés",
        "Demandez à Simple-Simon si sa base de données a été restaurée : des bons de travail créés depuis peuvent manquer dans Simon. Ce qui a été envoyé pour {other} reste tel quel.",
    ),
    "work-order-item-unknown": (
        "Le bon de travail {number} ne peut pas être envoyé : Sellsy ne connaît pas cet article : {item}",
        "Remplacez-le sur le bon de travail dans Simon par un article venant de Sellsy ; un nouvel article s'ajoute d'abord dans Sellsy.",
    ),
    "work-order-not-found": (
        "Le bon de travail {number} n'a pas été envoyé : Simon ne l'a pas trouvé quand il lui a été demandé",
        "Patientez : les prochaines synchronisations le redemandent, pendant une demi-heure au moins. Si vous l'avez supprimé dans Simon, il n'y a rien à faire.",
    ),
    "work-order-settled": (
        "Le bon de travail {number} n'est pas facturé : {reason}",
        _RIEN,
    ),
    "work-order-unreadable": (
        "Le bon de travail {number} n'a pas été envoyé : il n'a pas pu être lu. {cause}",
        "Corrigez cela dans Simon ou dans Sellsy ; le brouillon suivra automatiquement.",
    ),
    "work-order-without-customer": (
        "Le bon de travail {number} ne peut pas être envoyé : il n'a pas de client",
        "Ouvrez le bon de travail dans Simon et sélectionnez son client (client de l'adresse de travail : {address_customer}) ; la prochaine synchronisation l'enverra.",
    ),
}
