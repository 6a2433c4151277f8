"""What the doctor finds, and what puts it right: text and remedy of each finding."""

from typing import Final

CHECKS: Final[dict[str, tuple[str, str]]] = {
    "age-ok": ("Enregistrés il y a {count} j.", ""),
    "age-old": (
        "Enregistrés il y a {count} j, plus d'un an.",
        "Renouvelez-les chez Sellsy et Simple-Simon, puis lancez simonsync connect.",
    ),
    "age-today": ("Enregistrés aujourd'hui.", ""),
    "age-unknown": ("Ils viennent de l'environnement ; leur âge est inconnu.", ""),
    "alerts-address": (
        "Pas une adresse d'Apprise : {path}",
        "Corrigez-la dans la configuration, ou retirez-la.",
    ),
    "alerts-extra": ("alerts.notify a besoin d'une extension qui n'est pas installée.", "{command}"),
    "alerts-no-folder": (
        "alerts.metrics_file : le dossier {path} n'existe pas.",
        "Créez-le, ou corrigez alerts.metrics_file dans la configuration.",
    ),
    "alerts-none": ("Personne n'est averti (ping_url, metrics_file, notify).", ""),
    "alerts-ok": ("Les alertes sont prêtes.", ""),
    "backups-none": (
        "Il n'y en a pas encore ; la première synchronisation en fera une.",
        "",
    ),
    "backups-ok": (
        "La plus récente date du {at:moment}.",
        "",
    ),
    "backups-old": (
        "{path} n'a pas de sauvegarde récente de l'état.",
        "simonsync backup dit ce qui l'empêche.",
    ),
    "calendar-ok": ("Prévu : {schedule}", ""),
    "check-failed": (
        "Cette vérification a échoué elle-même ({kind}).",
        "Signalez-le, s'il vous plaît, avec la sortie de simonsync --verbose doctor.",
    ),
    "clock-ahead": (
        "L'horloge de cette machine avance de {seconds} s.",
        "Mettez-la à l'heure : sudo timedatectl set-ntp true",
    ),
    "clock-behind": (
        "L'horloge de cette machine retarde de {seconds} s.",
        "Mettez-la à l'heure : sudo timedatectl set-ntp true",
    ),
    "clock-ok": ("Les horloges concordent à {seconds} s près.", ""),
    "clock-unknown": ("Le service n'a pas donné son heure.", ""),
    "configuration-ok": ("{path} est en ordre.", ""),
    "credentials-missing": ("Il manque : {variables}", "simonsync connect"),
    "credentials-ok": ("Les {count} identifiants sont là.", ""),
    "disk-low": (
        "Il ne reste que {free:number} Mo sur le disque de {path}.",
        "Libérez de la place, au moins 500 Mo.",
    ),
    "disk-ok": ("{free:number} Mo libres.", ""),
    "errors-none": ("Aucune erreur ouverte.", ""),
    "errors-open": ("Erreurs ouvertes : {count}", "simonsync log --errors"),
    "folder-missing": (
        "Le dossier d'état {path} n'existe pas encore.",
        "Il est créé par simonsync activate.",
    ),
    "folder-ok": ("{path} n'est ouvert qu'à son propriétaire.", ""),
    "machine-ok": ("L'état a été écrit par cette machine.", ""),
    "machine-other": (
        "L'état a été écrit par une autre machine ; c'est peut-être une vieille copie.",
        "Arrêtez simonsync sur l'autre machine. simonsync sync réapprend tout des deux services, puis lancez simonsync activate.",
    ),
    "machine-unknown": ("L'état ne connaît encore aucune machine.", ""),
    "machine-without-id": (
        "Cette machine n'a pas d'identifiant, comme un conteneur recréé à chaque exécution ; le témoin placé à côté du fichier d'état en tient lieu.",
        "",
    ),
    "modes-ok": (
        "{count} {count:fichier, lisible par son/fichiers, lisibles par leur} seul propriétaire.",
        "",
    ),
    "modes-wide": ("D'autres utilisateurs peuvent lire : {paths}", "chmod go= {paths}"),
    "owner-foreign": ("Un autre utilisateur a laissé des fichiers : {paths}", "sudo chown {owner} {paths}"),
    "pair-ok": ("Cet état appartient à {company}.", ""),
    "pair-unknown": ("L'état n'appartient encore à personne.", ""),
    "phase-active": ("L'intégration est active.", ""),
    "phase-connected": (
        "La connexion est établie, mais l'intégration n'est pas active.",
        "Continuez avec simonsync activate",
    ),
    "phase-inactive": (
        "L'intégration est inactive : rien n'est synchronisé.",
        "Pour la relancer : simonsync activate",
    ),
    "phase-never-activated": ("L'intégration n'a jamais été activée.", "simonsync activate"),
    "phase-wiped": (
        "Les données de Simon sont effacées, mais l'activation n'est pas terminée.",
        "Continuez avec simonsync activate",
    ),
    "profile-ok": ("Les noms du profil sont ceux de Simon.", ""),
    "refused": ("{problems}", "Corrigez cela, puis relancez simonsync doctor."),
    "sellsy-no-date": (
        "Les réponses de Sellsy ne disent pas l'heure (l'en-tête Date manque).",
        "Quelque chose entre cette machine et Sellsy l'enlève, un proxy par exemple : laissez-le passer. Les factures brouillon sont créées quand même ; ce qui doit attendre se mesure à l'horloge de cette machine.",
    ),
    "sellsy-ok": ("Le service répond et accepte les identifiants ({company}).", ""),
    "settings-ok": ("Tous les produits des paramètres existent dans Sellsy.", ""),
    "simon-ok": ("Le service répond et accepte les identifiants.", ""),
    "skipped": ("Demande d'abord : {checks}", ""),
    "state-damaged": (
        "{path} est endommagé : {cause}",
        "Restaurez une sauvegarde : simonsync restore FICHIER",
    ),
    "state-missing": ("{path} n'existe pas encore.", "Il est créé par simonsync activate."),
    "state-ok": ("{path} est intègre.", ""),
    "sync-late": (
        "La dernière qui a réussi date du {at:moment}, il y a plus de 15 minutes.",
        "Regardez les minuteurs ci-dessous, puis lancez simonsync sync pour voir ce qui l'arrête.",
    ),
    "sync-never": (
        "Aucune synchronisation n'a encore réussi depuis l'activation.",
        "Regardez les minuteurs ci-dessous, puis lancez simonsync sync pour voir ce qui l'arrête.",
    ),
    "sync-not-due": ("Rien à synchroniser tant que l'intégration n'est pas active.", ""),
    "sync-ok": ("La dernière a réussi le {at:moment}.", ""),
    "sync-soon": ("La première synchronisation est attendue.", ""),
    "timers-idle": (
        "{found} est en place, mais ne tourne pas.",
        "{command}. Là où systemd ne tourne pas : simonsync schedule remove, puis simonsync schedule install --cron",
    ),
    "timers-none": ("Rien ne lance la synchronisation sur cette machine.", "simonsync schedule install"),
    "timers-ok": ("La synchronisation est lancée par {found}.", ""),
    "timers-several": (
        "La synchronisation est lancée plusieurs fois : {found}",
        "N'en gardez qu'un : simonsync schedule remove --cron, ou simonsync schedule remove --systemd",
    ),
    "timers-stale": (
        "{path} ne laisse pas la synchronisation écrire dans tous les dossiers dont elle a besoin.",
        "simonsync schedule install le réécrit.",
    ),
    "witness-ahead": (
        "Le fichier d'état est plus ancien que le témoin placé à côté : c'est peut-être une vieille copie.",
        "La prochaine synchronisation ne crée aucune facture brouillon tant que Sellsy n'a pas eu le temps de montrer celles qui existent. Pour revenir à un état antérieur, utilisez simonsync restore.",
    ),
    "witness-gone": (
        "Le témoin placé à côté du fichier d'état a disparu : ce fichier est peut-être une vieille copie.",
        "La prochaine synchronisation ne crée aucune facture brouillon tant que Sellsy n'a pas eu le temps de montrer celles qui existent. Laissez {path} à sa place.",
    ),
    "witness-new": ("L'état n'a pas encore de témoin ; la prochaine exécution le crée.", ""),
    "witness-ok": ("Le fichier d'état et son témoin concordent.", ""),
    "write-ok": ("Le dossier d'état accepte l'écriture.", ""),
}
