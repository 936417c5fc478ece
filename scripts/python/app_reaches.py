"""Whether outside services can be reached from here: the name found, a connection made, TLS agreed on and verified.

usage: app_reaches.py FILE      FILE: a line for each, `host`, `host:port` or a URL; 443 and TLS unless said otherwise
Prints a line for each: STATE <tab> NAME <tab> TEXT <tab> REMEDY.
"""

import concurrent.futures
import pathlib
import socket
import ssl
import sys
import time
import urllib.parse

SECONDS = 8
PLAIN = {"http": 80}


def main(path: str) -> None:
    targets = [line.strip() for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, len(targets))) as pool:
        for line in pool.map(look, targets):
            print(*line, sep="\t", flush=True)


def look(target: str) -> tuple[str, str, str, str]:
    host, port, tls = parse(target)
    begun = time.monotonic()
    at = "its name is not found"
    remedy = f"Check trinode:app.reaches; from the application server, try: curl -v https://{host}:{port}/"
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        at = f"no connection to {addresses[0][4][0]} port {port}"
        with socket.create_connection((host, port), timeout=SECONDS) as connection:
            at = "TLS fails"
            if tls:
                with ssl.create_default_context().wrap_socket(connection, server_hostname=host) as wrapped:
                    tls = wrapped.version()
    except OSError as error:
        return "unwell", "reaches", f"{target}: {at}: {reason(error)}", remedy
    return "well", "reaches", f"{target}, {tls or 'no TLS'}, {round((time.monotonic() - begun) * 1000)} ms", ""


def parse(target: str) -> tuple[str, int, bool | str]:
    """A port other than those of the web is taken to speak something of its own."""
    url = urllib.parse.urlsplit(target if "://" in target else f"//{target}")
    port = url.port or PLAIN.get(url.scheme, 443)
    return url.hostname or "", port, url.scheme == "https" or (not url.scheme and port == 443)


def reason(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {SECONDS} s"
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    return " ".join(str(error.strerror or error).split())


if __name__ == "__main__":
    main(sys.argv[1])
