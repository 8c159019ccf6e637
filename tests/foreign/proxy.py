"""A proxy between a lesson and a foreign account, which spoils the calls that a test names: cut, refused, or held."""

import http.client
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# How long a call may take at the account, in seconds.
PATIENCE = 60


class Spoilt:
    """What is done with a call of this operation, named as in its API: `CreateTable`."""

    def __init__(self, operation):
        self.operation = operation

    def meet(self, handler, answer):
        """Deals with the call; `answer` forwards it, and gives what the account says."""
        raise NotImplementedError


class Cut(Spoilt):
    """It is done, and the connection ends before the answer."""

    def meet(self, handler, answer):
        answer()


class Refuse(Spoilt):
    """It is refused with this code, in the protocol that it speaks."""

    def __init__(self, operation, status, code):
        super().__init__(operation)
        self.status, self.code = status, code

    def meet(self, handler, answer):
        if "X-Amz-Target" in handler.headers:
            kind, body = "application/x-amz-json-1.0", f'{{"__type": "{self.code}", "message": "refused"}}'
        elif handler.command == "POST" and handler.path == "/":
            error = f"<Error><Type>Sender</Type><Code>{self.code}</Code><Message>refused</Message></Error>"
            kind, body = "text/xml", f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"
        else:
            kind, body = "application/xml", f"<Error><Code>{self.code}</Code><Message>refused</Message></Error>"
        handler.reply(self.status, [("Content-Type", kind)], body.encode())


class Hold(Spoilt):
    """It is neither answered nor, unless told, forwarded, until the one who asked has gone."""

    def __init__(self, operation, forwarded):
        super().__init__(operation)
        self.forwarded = forwarded
        self.reached = threading.Event()

    def meet(self, handler, answer):
        if self.forwarded:
            answer()
        self.reached.set()
        handler.rfile.read(1)


class Handler(BaseHTTPRequestHandler):
    """One connection, which ends after one call."""

    def log_message(self, format, *arguments):
        """Says nothing."""

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    def serve(self):
        """Forwards a call, or spoils it."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        spoilt = self.server.spoilt
        if spoilt and spoilt.operation == self.operation(body):
            self.close_connection = True
            spoilt.meet(self, lambda: self.forward(body))
        else:
            self.reply(*self.forward(body))

    def operation(self, body):
        """What is asked for; `PUT /bucket` where only method and path say it."""
        if target := self.headers.get("X-Amz-Target"):
            return target.split(".")[-1]
        asked = urllib.parse.parse_qs(body.decode("utf-8", "replace")) if self.path == "/" else {}
        return asked.get("Action", [f"{self.command} {self.path.split('?')[0]}"])[0]

    def forward(self, body):
        """What the account answers."""
        account = http.client.HTTPConnection("127.0.0.1", self.server.account, timeout=PATIENCE)
        # As it came, its host included: that is signed.
        account.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            account.putheader(name, value)
        account.endheaders(body)
        answer = account.getresponse()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in ("connection", "transfer-encoding")]
        read = answer.read()
        account.close()
        return answer.status, kept, read

    def reply(self, status, headers, body):
        """Answers, and ends the connection."""
        self.close_connection = True
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() != "content-length" or self.command == "HEAD":
                self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


class Proxy(ThreadingHTTPServer):
    """A proxy before the account at this port of loopback. It serves while it is a context."""

    daemon_threads = True

    def __init__(self, account):
        super().__init__(("127.0.0.1", 0), Handler)
        self.account, self.spoilt = account, None
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def endpoint(self):
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_port}"

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
