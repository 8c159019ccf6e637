"""A run against a foreign implementation of AWS that is spoilt on its way: whatever happens, after the cleaning nothing is
left there."""

import json
import os
import signal
import subprocess

import pytest
from accounts import CAHIER, LIMIT, SECRET
from proxy import Cut, Hold, Proxy, Refuse

LESSON = """---
id: pannes
titre: Des pannes
resume: Pour les tests.
jupyter:
  kernelspec: {display_name: Rust, language: rust, name: rust}
---

## Tout

```rust cellule="pannes-avant"
use prelude::*;
let atelier: Atelier = commencer("pannes").await;
let bucket: String = atelier.compartiment("pannes").await;
atelier.s3.put_object().bucket(&bucket).key("a.txt").body(b"a".to_vec().into()).send().await.unwrap();
atelier.table_neuve("cahier-pannes", &["id"], 1, 1).await;
atelier.iam.create_user().user_name("cahier-pannes").send().await.unwrap();
```

```rust cellule="pannes-apres"
atelier.iam.create_access_key().user_name("cahier-pannes").send().await.unwrap();
```
"""


class Spoilt:
    """A learner's machine, from which a proxy leads to the account."""

    def __init__(self, account, proxy):
        self.account, self.proxy = account, proxy
        lessons = account.folder / "lecons"
        lessons.mkdir()
        (lessons / "01-pannes.md").write_text(LESSON)
        self.options = {
            "env": account.environment() | {"AWS_ENDPOINT_URL": proxy.endpoint},
            "cwd": account.folder,
            "text": True,
        }
        self.run = [CAHIER, "executer", "pannes", "--aws", "--oui", "--lecons", str(lessons)]

    def say(self, words):
        """Runs a command; what it said, without any secret."""
        said = subprocess.run(words, capture_output=True, timeout=LIMIT, check=False, **self.options)
        assert SECRET not in said.stdout + said.stderr
        return said

    def kinds(self):
        """The kinds of what is there."""
        return sorted(self.account.holds())

    def ends_empty(self):
        """Cleans up, once nothing is in the way: everything goes, and a second time there is nothing to do."""
        self.proxy.spoilt = None
        for expected in (1, 0):
            said = self.say([CAHIER, "aws", "nettoyer", "--oui", "--json"])
            assert (said.returncode, len(json.loads(said.stdout)["runs"])) == (0, expected), said.stdout + said.stderr
            assert self.account.holds() == {}


@pytest.fixture
def spoilt(account):
    with Proxy(account.port) as proxy:
        yield Spoilt(account, proxy)


@pytest.mark.parametrize("account", ["moto"], indirect=True)
def test_a_network_that_is_cut_in_the_middle_leaves_nothing_that_is_not_known(spoilt):
    spoilt.proxy.spoilt = Cut("CreateTable")
    said = spoilt.say(spoilt.run)
    assert said.returncode == 1 and "le réseau a coupé" in said.stderr, said.stderr
    assert spoilt.kinds() == ["bucket", "table"], "the table was made, and nobody heard of it"
    spoilt.ends_empty()


@pytest.mark.parametrize("account", ["ministack"], indirect=True)
def test_throttling_is_told_and_leaves_nothing(spoilt):
    spoilt.proxy.spoilt = Refuse("CreateUser", 400, "Throttling")
    said = spoilt.say(spoilt.run)
    assert said.returncode == 1 and "AWS reçoit trop d’appels" in said.stderr, said.stderr
    assert spoilt.kinds() == ["bucket", "table"]
    spoilt.ends_empty()


@pytest.mark.parametrize("account", ["moto"], indirect=True)
def test_credentials_that_expire_half_way_leave_nothing_once_they_are_renewed(spoilt):
    spoilt.proxy.spoilt = Refuse("CreateAccessKey", 403, "ExpiredToken")
    said = spoilt.say(spoilt.run)
    assert said.returncode == 1 and "tes identifiants ont expiré" in said.stderr, said.stderr
    assert spoilt.kinds() == ["bucket", "table", "user"]
    spoilt.proxy.spoilt = Refuse("DeleteTable", 400, "ExpiredTokenException")
    said = spoilt.say([CAHIER, "aws", "nettoyer", "--oui", "--json"])
    assert said.returncode == 1 and spoilt.kinds() == ["table"], said.stdout
    spoilt.ends_empty()


@pytest.mark.parametrize("account", ["ministack"], indirect=True)
def test_a_right_that_is_missing_half_way_is_told_and_leaves_nothing(spoilt):
    spoilt.proxy.spoilt = Refuse("CreateTable", 400, "AccessDeniedException")
    said = spoilt.say(spoilt.run)
    assert said.returncode == 1 and "il te manque un droit" in said.stderr, said.stderr
    assert spoilt.kinds() == ["bucket"]
    spoilt.ends_empty()


@pytest.mark.parametrize(("account", "forwarded"), [("moto", False), ("ministack", True)], indirect=["account"])
def test_a_process_that_is_killed_between_the_ledger_and_the_call_leaves_nothing(spoilt, forwarded):
    held = Hold("CreateTable", forwarded)
    spoilt.proxy.spoilt = held
    with subprocess.Popen(
        spoilt.run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, **spoilt.options
    ) as run:
        assert held.reached.wait(LIMIT), "the table was never asked for"
        os.killpg(run.pid, signal.SIGKILL)
    assert ("table" in spoilt.kinds()) == forwarded
    spoilt.ends_empty()
