"""A running kernel of Cahier, and what it answers."""

from queue import Empty

from jupyter_client.manager import KernelManager

# A machine that compiles a cell for the first time, with others at work.
PATIENCE = 120


class Said:
    """The answer to a request, and what was published because of it."""

    def __init__(self, reply, published):
        self.reply = reply
        self.content = reply["content"]
        self.published = published

    def of(self, kind):
        return [message["content"] for message in self.published if message["msg_type"] == kind]

    def text(self, name="stdout"):
        return "".join(content["text"] for content in self.of("stream") if content["name"] == name)

    @property
    def value(self):
        (result,) = self.of("execute_result")
        return result["data"]["text/plain"]

    @property
    def error(self):
        (error,) = self.of("error")
        return error


class Running:
    """A kernel of this kernelspec, and a client of it."""

    def __init__(self, environment, name="cahier"):
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(env=environment)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def published(self, request):
        """What is published because of a request, up to the word that the kernel is idle again."""
        messages = []
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") != request:
                continue
            messages.append(message)
            if message["content"].get("execution_state") == "idle":
                return messages

    def answer(self, request, channel="shell"):
        while True:
            message = getattr(self.client, f"get_{channel}_msg")(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == request:
                return message

    def said(self, request, channel="shell"):
        return Said(self.answer(request, channel), self.published(request))

    def run(self, code, **options):
        return self.said(self.client.execute(code, allow_stdin=False, **options))

    def ask(self, kind, content, channel="shell", metadata=None):
        """A request of any kind; what is published comes along."""
        message = self.client.session.msg(kind, content, metadata=metadata)
        getattr(self.client, f"{channel}_channel").send(message)
        return message["header"]["msg_id"]

    def until(self, request, wanted):
        """Waits for an output of a request that is under way."""
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            if message["parent_header"].get("msg_id") == request and wanted(message):
                return message

    def silence(self):
        """Nothing more is there to hear."""
        for channel in (self.client.shell_channel, self.client.iopub_channel):
            try:
                while True:
                    channel.get_msg(timeout=0)
            except Empty:
                pass
