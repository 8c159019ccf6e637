"""What a kernel costs: ours beside stock evcxr_jupyter and ipykernel, in one run, on an idle machine.

    CAHIER_BIN=target/release/cahier EVCXR_JUPYTER=…/evcxr_jupyter python benches/kernel.py

Needs jupyter_client, ipykernel and boto3, and what `cahier preparer` made. Each kernel is started STARTS times; what is
asked of it afterwards is asked ROUNDS times, in cells that differ, and the median told. An echo is a request that
evaluates nothing: `kernel_info_request`, and a cell without code. Memory is that of the kernel and of all processes that it
started, once they rest: PSS, which counts what several of them share once, and RSS, which counts it for each.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jupyter_client.manager import KernelManager

STARTS = 3
ROUNDS = 11
PATIENCE = 300

# The cells that use AWS's SDK once, and what ours is to stay below (seconds, megabytes).
RUST = 'use prelude::*;\nlet atelier = commencer("mesure").await;\natelier.s3.list_buckets().send().await?.buckets().len()'
PYTHON = "import boto3\nlen(boto3.client('s3').list_buckets()['Buckets'])"
TARGETS = {"start": 2.0, "kernel_info": 0.005, "memory": 500.0}


def below(process):
    """A process and all that it started, and what those started."""
    found = [process]
    try:
        for task in os.listdir(f"/proc/{process}/task"):
            for child in Path(f"/proc/{process}/task/{task}/children").read_text(encoding="ascii").split():
                found += below(int(child))
    except FileNotFoundError:
        pass
    return found


def memory(process):
    """PSS and RSS of a kernel's processes, in megabytes."""
    pss = rss = 0
    for one in below(process):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        told = dict(line.split(":", 1) for line in lines[1:])
        pss += int(told["Pss"].split()[0])
        rss += int(told["Rss"].split()[0])
    return pss / 1000 * 1.024, rss / 1000 * 1.024


def worked(process):
    """The processor's time that a kernel's processes have used, in ticks."""
    ticks = 0
    for one in below(process):
        try:
            fields = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks


def rest(process):
    """Waits until a kernel has done nothing to speak of for two seconds: it is warm."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        before = worked(process)
        time.sleep(2)
        if worked(process) - before < 10:
            return


class Kernel:
    def __init__(self, name, environment):
        self.begun = time.monotonic()
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(env=environment)
        self.client = self.manager.client()
        self.client.start_channels(stdin=False, hb=False)

    @property
    def process(self):
        return self.manager.provisioner.pid

    def answer(self, request):
        """The reply to a request; returns once the kernel is idle again."""
        reply = idle = None
        while reply is None or not idle:
            if reply is None and self.client.shell_channel.socket.poll(0):
                message = self.client.get_shell_msg(timeout=PATIENCE)
                reply = message["content"] if message["parent_header"].get("msg_id") == request else None
            while self.client.iopub_channel.socket.poll(0):
                message = self.client.get_iopub_msg(timeout=PATIENCE)
                mine = message["parent_header"].get("msg_id") == request
                idle = idle or (mine and message["content"].get("execution_state") == "idle")
            if time.monotonic() - self.begun > 4 * PATIENCE:
                raise TimeoutError("the kernel does not answer")
            time.sleep(0.0002)
        return reply

    def ready(self):
        """Seconds from the start to an answer, and to being idle: asks until what is published is heard too."""
        while True:
            request = self.client.kernel_info()
            self.client.get_shell_msg(timeout=PATIENCE)
            seconds = time.monotonic() - self.begun
            if self.client.iopub_channel.socket.poll(100):
                return seconds

    def timed(self, ask):
        begun = time.monotonic()
        reply = self.answer(ask())
        seconds = time.monotonic() - begun
        if reply.get("status") != "ok":
            sys.exit(f"a cell failed: {json.dumps(reply, ensure_ascii=False)[:2000]}")
        return seconds

    def run(self, code):
        return self.timed(lambda: self.client.execute(code, allow_stdin=False))

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def measure(name, environment, plain, sdk):
    """All figures of a kernel, in seconds and megabytes."""
    starts, firsts = [], []
    for _ in range(STARTS):
        kernel = Kernel(name, environment)
        starts.append(kernel.ready())
        kernel.run(plain(0))
        firsts.append(time.monotonic() - kernel.begun)
        if len(starts) < STARTS:
            kernel.close()
    kernel.client.iopub_channel.socket.poll(500)
    figures = {"start": statistics.median(starts), "first cell": statistics.median(firsts)}
    rest(kernel.process)

    def median(action):
        return statistics.median(action(number) for number in range(1, ROUNDS + 1))

    figures["kernel_info"] = median(lambda _: kernel.timed(kernel.client.kernel_info))
    figures["empty cell"] = median(lambda _: kernel.run(""))
    figures["plain cell"] = median(lambda number: kernel.run(plain(number)))
    figures["memory, no SDK"], figures["RSS, no SDK"] = memory(kernel.process)
    if sdk:
        figures["SDK, first cell"] = kernel.run(sdk)
        rest(kernel.process)
        figures["memory"], figures["RSS"] = memory(kernel.process)
        figures["processes"] = len(below(kernel.process))
    kernel.close()
    return figures


def described(folder, cahier):
    """A Jupyter that knows the kernels: its environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    done = subprocess.run([cahier, "preparer", "--json"], capture_output=True, text=True, check=True)
    environment["CAHIER_PREPARATION_DIR"] = str(Path(json.loads(done.stdout)["folder"]).parent)
    environment["CAHIER_DATA_DIR"] = str(folder / "donnees")
    for options in ([], ["--evcxr"]):
        subprocess.run([cahier, "jupyter", "installer", *options, "--prefixe", folder], env=environment, check=True)
    bare = folder / "share" / "jupyter" / "kernels" / "evcxr"
    bare.mkdir()
    spec = {"argv": [os.environ["EVCXR_JUPYTER"], "--control_file", "{connection_file}"], "display_name": "evcxr", "language": "rust"}
    # It rewrites a kernelspec of its own wherever Jupyter's path leads: nowhere.
    (bare / "kernel.json").write_text(json.dumps(spec | {"env": {"JUPYTER_PATH": str(folder / "nulle-part")}}), encoding="utf-8")
    environment["JUPYTER_PATH"] = os.environ["JUPYTER_PATH"] = str(folder / "share" / "jupyter")
    return environment


def simulator(cahier, environment):
    """A simulator for boto3, and the variables that lead there."""
    process = subprocess.Popen(
        [cahier, "simulateur", "--port", "0", "--json"], env=environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
    )
    told = json.loads(process.stdout.readline())
    return process, {
        "AWS_ENDPOINT_URL": told["endpoint"], "AWS_DEFAULT_REGION": told["region"],
        "AWS_ACCESS_KEY_ID": told["access_key_id"], "AWS_SECRET_ACCESS_KEY": told["secret_access_key"],
    }


def tell(columns):
    names = list(columns)
    print(f"\n{'median':<18}" + "".join(f"{name:>18}" for name in names) + f"{'target':>12}")
    rows = dict.fromkeys(row for figures in columns.values() for row in figures)
    for row in rows:
        line = f"{row:<18}"
        ours = columns[names[0]].get(row)
        for name in names:
            value = columns[name].get(row)
            if value is None:
                line += f"{'–':>18}"
                continue
            unit = "" if row == "processes" else " MB" if row.startswith(("memory", "RSS")) else " ms"
            shown = f"{value * 1000 if unit == ' ms' else value:.1f}{unit}"
            line += f"{shown + (f' ×{value / ours:.1f}' if name != names[0] and unit else ''):>18}"
        target = TARGETS.get(row)
        if target is not None:
            line += f"{'met' if ours <= target else 'MISSED':>8}, {target * (1000 if target < 10 else 1):.0f}"
        print(line)


def main():
    cahier = os.path.abspath(os.environ.get("CAHIER_BIN", "target/release/cahier"))
    if "EVCXR_JUPYTER" not in os.environ:
        sys.exit("EVCXR_JUPYTER is the program of the stock kernel: cargo install evcxr_jupyter --version 0.22.0 --locked")
    with tempfile.TemporaryDirectory() as folder:
        environment = described(Path(folder), cahier)
        process, variables = simulator(cahier, environment)
        rust, python = (lambda n: f"let n{n} = {n}; n{n} + 1"), (lambda n: f"n{n} = {n}; n{n} + 1")
        try:
            tell({
                "cahier": measure("cahier", environment, rust, RUST),
                "evcxr, prepared": measure("rust", environment, rust, RUST),
                "evcxr as it comes": measure("evcxr", environment, rust, None),
                "ipykernel": measure("python3", environment | variables, python, PYTHON),
            })
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
