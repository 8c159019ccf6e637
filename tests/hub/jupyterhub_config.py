"""A hub for tests, on loopback and without containers: everybody's server is a process of who runs the tests.

What makes a class of Cahier is read from `.binder/`, as Kubernetes gets it: the command, the variables, the seeds.
"""

import json
import os
from pathlib import Path

import yaml

given = json.loads(os.environ["CAHIER_TEST_HUB"])
folder, binder = Path(given["folder"]), Path(given["binder"])
values = yaml.safe_load((binder / "jupyterhub.yaml").read_text(encoding="utf-8"))

c = get_config()  # noqa: F821
c.JupyterHub.bind_url = f"http://127.0.0.1:{given['ports'][0]}"
c.JupyterHub.hub_ip = "127.0.0.1"
c.JupyterHub.hub_port = given["ports"][1]
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{given['ports'][2]}"
c.ConfigurableHTTPProxy.pid_file = str(folder / "proxy.pid")
c.JupyterHub.db_url = f"sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = str(folder / "cookie")
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.services = [{"name": "maitre", "api_token": given["token"]}]
c.JupyterHub.load_roles = [
    {"name": "maitre", "services": ["maitre"], "scopes": ["admin:users", "admin:servers", "tokens"]}
]
c.JupyterHub.concurrent_spawn_limit = values["hub"]["concurrentSpawnLimit"]
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(folder / "maisons" / "{username}")
c.Spawner.cmd = values["singleuser"]["cmd"]
c.Spawner.args = ["--allow-root"] if os.geteuid() == 0 else []
c.Spawner.default_url = values["singleuser"]["defaultUrl"]
c.Spawner.http_timeout = c.Spawner.start_timeout = 180
c.Spawner.environment = values["singleuser"]["extraEnv"] | given["environment"]

# As the chart reads it.
seeds = binder / "graines.py"
exec(compile(seeds.read_text(encoding="utf-8"), seeds.name, "exec"))
