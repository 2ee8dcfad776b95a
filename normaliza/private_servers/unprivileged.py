"""Whom a private server runs as: PostgreSQL refuses to be started by root."""

import hashlib
import os
import pwd
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from normaliza.errors import ServerNotFound

#: Accounts to run as when we are root, the first that exists.
_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, kw_only=True)
class Account:
    """The user a server runs as; `switches` is false when that is simply who we are."""

    uid: int
    gid: int
    switches: bool

    def popen_arguments(self) -> dict[str, Any]:
        """Arguments of `subprocess` that run a program as this account, from a folder it may enter.

        Returns:
            Keyword arguments for `subprocess.run` or `Popen`.
        """
        if not self.switches:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self.uid, "group": self.gid, "extra_groups": []}

    def may_execute(self, path: Path) -> bool:
        """Whether the account can run a program or enter a folder, parents included.

        Args:
            path: A program or a folder, absolute.

        Returns:
            What the kernel says when the account itself asks.
        """
        if not self.switches:
            return os.access(path, os.X_OK)
        asked = subprocess.run(  # noqa: S603 — asks about a path of our own
            ["/usr/bin/env", "test", "-x", str(path)], check=False, **self.popen_arguments()
        )
        return asked.returncode == 0

    def take(self, folder: Path) -> Path:
        """Make a folder that only this account can read.

        Args:
            folder: Made when missing; its parents must be there.

        Returns:
            The same folder.
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.switches:
            os.chown(folder, self.uid, self.gid)
        return folder


def server_account() -> Account:
    """Choose who runs the servers: ourselves, or an unprivileged account when we are root.

    Returns:
        The account.

    Raises:
        ServerNotFound: We are root and the machine has neither `postgres` nor `nobody`.
    """
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), switches=False)
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid, switches=True)
    raise ServerNotFound(
        f"PostgreSQL refuses to be started by root, and none of the accounts "
        f"{', '.join(_CANDIDATES)} exists: make one, or start the program as another user."
    )


def reachable_folder(home: Path, name: str, account: Account) -> Path:
    """The folder for a server's files: under home, or elsewhere when the account cannot enter home.

    Root's own folders (mode 0700) are closed to every other account. The files then lie in a
    folder of the machine's temporary folder that outlives a restart, and `<name>.location` in
    home says where, so that the next run finds them.

    Args:
        home: The program's home, absolute, existing.
        name: The folder's name under home.
        account: Who must be able to enter it.

    Returns:
        The folder, existing and owned by the account.
    """
    pointer = home / f"{name}.location"
    if pointer.exists():
        return account.take(Path(pointer.read_text(encoding="utf-8").strip()))
    if (home / name).exists() or account.may_execute(home):
        return account.take(home / name)
    mark = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    elsewhere = account.take(_lasting_folder() / f"normaliza-{mark}-{name}")
    pointer.write_text(f"{elsewhere}\n", encoding="utf-8")
    return elsewhere


def _lasting_folder() -> Path:
    """`/var/tmp` is kept across restarts (FHS 3.0, 5.15); else the usual temporary folder."""
    lasting = Path("/var/tmp")  # noqa: S108 — the folder made in it is the account's, mode 0700
    return lasting if lasting.is_dir() else Path(tempfile.gettempdir())
