"""A learner of the class, as their browser is to the hub: their server, its files, a kernel and its websocket."""

import json
import time
import uuid

import requests
import websocket

# Ten learners on two cores.
PATIENCE = 200


class Hub:
    """The hub, to who runs the class."""

    def __init__(self, address, token):
        self.address = address
        self.headers = {"Authorization": f"token {token}"}

    def ask(self, method, path, **options):
        reply = requests.request(method, f"{self.address}/hub/api/{path}", headers=self.headers, timeout=PATIENCE, **options)
        reply.raise_for_status()
        return reply.json() if reply.content else None


class Learner:
    def __init__(self, hub, name):
        self.hub, self.name = hub, name
        self.base = f"{hub.address}/user/{name}"

    def enter(self):
        """A server of their own, and a token that is theirs alone."""
        self.hub.ask("POST", f"users/{self.name}")
        self.start()
        token = self.hub.ask("POST", f"users/{self.name}/tokens", json={"note": "essai"})["token"]
        self.headers = {"Authorization": f"token {token}"}

    def start(self):
        self.hub.ask("POST", f"users/{self.name}/server")
        end = time.monotonic() + PATIENCE
        while not self.hub.ask("GET", f"users/{self.name}")["servers"].get("", {}).get("ready"):
            assert time.monotonic() < end, f"{self.name}'s server does not start"
            time.sleep(0.2)

    def stop(self):
        self.hub.ask("DELETE", f"users/{self.name}/server")
        end = time.monotonic() + PATIENCE
        while self.hub.ask("GET", f"users/{self.name}")["servers"]:
            assert time.monotonic() < end, f"{self.name}'s server does not end"
            time.sleep(0.2)

    def ask(self, method, path, **options):
        return requests.request(method, f"{self.base}/api/{path}", headers=self.headers, timeout=PATIENCE, **options)

    def notebook(self, name):
        reply = self.ask("GET", f"contents/notebooks/{name}")
        reply.raise_for_status()
        return reply.json()["content"]

    def open_kernel(self):
        reply = self.ask("POST", "kernels", json={"name": "cahier"})
        reply.raise_for_status()
        self.channels = f"{self.base}/api/kernels/{reply.json()['id']}/channels".replace("http", "ws", 1)

    def run(self, code):
        """The reply to a cell, and all that it shows as text."""
        # Not left open in between: a server hangs up on who does not answer its pings.
        headers = [f"{name}: {value}" for name, value in self.headers.items()]
        socket = websocket.create_connection(self.channels, header=headers, timeout=PATIENCE)
        try:
            return self.exchange(socket, code)
        finally:
            socket.close()

    def exchange(self, socket, code):
        request = uuid.uuid4().hex
        header = {"msg_id": request, "msg_type": "execute_request", "session": "essai", "username": self.name, "version": "5.3", "date": ""}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        socket.send(json.dumps(
            {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
        ))
        reply, text, idle = None, "", False
        while reply is None or not idle:
            message = json.loads(socket.recv())
            if message["parent_header"].get("msg_id") != request:
                continue
            content = message["content"]
            match message["header"]["msg_type"]:
                case "execute_reply":
                    reply = content
                case "stream":
                    text += content["text"]
                case "execute_result" | "display_data":
                    text += content["data"].get("text/plain", "")
                case "clear_output":
                    text = ""
                case "error":
                    text += "\n".join(content["traceback"])
                case "status":
                    idle = content["execution_state"] == "idle"
        return reply, text
