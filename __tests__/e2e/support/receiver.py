"""Takes alerts as a webhook (port 9099) and as a mail server (port 9025), and keeps them: a line of JSON each in the file that is named."""

import email
import email.policy
import http.server
import json
import socketserver
import sys
import threading

KEPT = sys.argv[1]


def keep(channel: str, value) -> None:
    with open(KEPT, "a", encoding="utf-8") as file:
        file.write(json.dumps({"channel": channel, **value}) + "\n")


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        keep("webhook", {"path": self.path, **json.loads(self.rfile.read(int(self.headers["Content-Length"])))})
        self.send_response(204)
        self.end_headers()


class Mail(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 receiver")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "DATA":
                self.say("354 go on")
                self.take()
            self.say("221 bye" if verb == "QUIT" else "250 fine")
            if verb == "QUIT":
                return

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        keep("email", {"subject": mail["Subject"], "to": mail["To"], "body": mail.get_content()})

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


socketserver.ThreadingTCPServer.allow_reuse_address = True
threading.Thread(target=socketserver.ThreadingTCPServer(("127.0.0.1", 9025), Mail).serve_forever, daemon=True).start()
http.server.ThreadingHTTPServer(("127.0.0.1", 9099), Hook).serve_forever()
