"""An alert, by webhook or mail. Used by watch_tell.py."""

import email.message
import email.utils
import json
import smtplib
import ssl
import urllib.error
import urllib.request

SECONDS = 20
TLS_PORT = 465

# What has happened, what to do, in English and in French.
WORDS = {
    "old": ("no new backup off the servers", "pas de nouvelle sauvegarde hors des serveurs", "./site backup"),
    "missing": ("a backup is gone from the bucket", "une sauvegarde a disparu du bucket", "./site backups"),
    "small": ("a backup is much smaller than before", "une sauvegarde est bien plus petite qu'avant", "./site backups"),
    "backup": ("the last backup failed", "la dernière sauvegarde a échoué", "./site backup"),
    "drill": ("a backup could not be brought back in a drill", "l'essai de restauration a échoué", "./site drill"),
    "timer": ("backups or drills are not run any more", "les sauvegardes ou les essais ne sont plus lancés", "./site status"),
    "silent": ("a server is not heard of", "un serveur ne donne plus de nouvelles", "./site status"),
    "disk": ("a disk is filling", "un disque se remplit", "./site status"),
    "certificate": ("the certificate is running out", "le certificat arrive à expiration", "./site status"),
}
WHERE_FR = {"database server": "serveur de base de données", "application server": "serveur d'application", "web server": "serveur web"}


def send(channel: str, settings: dict, alert: dict) -> None:
    {"webhook": send_webhook, "email": send_mail}[channel](settings, alert)


def send_webhook(settings: dict, alert: dict) -> None:
    """`text` is what Slack, Mattermost and their like show; the rest is for programs."""
    what, _, _ = WORDS[alert["kind"]]
    state = "NOT WELL" if alert["state"] == "unwell" else "well again"
    body = {
        "text": f"{settings['name']}: {state}: {what} ({alert['where']}). {alert['text']}",
        **{"site": settings["site"], "stack": settings["stack"]},
        **{name: alert[name] for name in ("state", "kind", "where", "since")},
        "details": alert["text"],
    }
    request = urllib.request.Request(
        settings["webhook"], json.dumps(body).encode(), {"Content-Type": "application/json", "User-Agent": "trinode"}
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        answer.read()


def send_mail(settings: dict, alert: dict) -> None:
    mail = settings["email"]
    host, _, port = mail["server"].rpartition(":")
    context = ssl.create_default_context()
    secure = mail["security"]
    implicit = secure != "none" and int(port) == TLS_PORT
    client = smtplib.SMTP_SSL(host, int(port), timeout=SECONDS, context=context) if implicit else smtplib.SMTP(host, int(port), timeout=SECONDS)
    with client:
        if secure != "none" and not implicit:
            client.starttls(context=context)
        if mail.get("user"):
            client.login(mail["user"], mail["password"])
        client.send_message(message(settings, alert))


def message(settings: dict, alert: dict) -> email.message.EmailMessage:
    what, quoi, command = WORDS[alert["kind"]]
    where, ou = alert["where"], WHERE_FR[alert["where"]]
    well = alert["state"] == "well"
    mail = email.message.EmailMessage()
    mail["Subject"] = f"[{settings['name']}] {'well again / rétabli' if well else 'NOT WELL / ALERTE'}: {what} / {quoi}"
    mail["From"], mail["To"] = settings["email"]["from"], ", ".join(settings["email"]["to"])
    mail["Date"], mail["Message-ID"] = email.utils.localtime(), email.utils.make_msgid(domain=settings["domain"])
    english = f"Well again since {alert['until']}: {what} ({where})." if well else f"Since {alert['since']}: {what} ({where})."
    french = f"Rétabli depuis {alert['until']} : {quoi} ({ou})." if well else f"Depuis {alert['since']} : {quoi} ({ou})."
    todo = [] if well else [f"What to do: {command}"]
    faire = [] if well else [f"À faire : {command}"]
    lines = [english, *todo, "", french, *faire, "", f"Details / Détails: {alert['text']}", "", f"{settings['name']}, https://{settings['domain']}/"]
    mail.set_content("\n".join(lines) + "\n")
    return mail


def reason(error: Exception) -> str:
    """One line, without what was sent: a webhook's address is a secret."""
    if isinstance(error, urllib.error.HTTPError):
        return f"it answers {error.code}"
    if isinstance(error, urllib.error.URLError):
        return str(error.reason)
    if isinstance(error, TimeoutError):
        return f"no answer within {SECONDS} s"
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]
