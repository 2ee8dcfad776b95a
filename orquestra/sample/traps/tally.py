"""Counts what a trap base holds while it is made, from what each login is made to be."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from orquestra.sample.shapes import Process
from orquestra.sample.traps.legacy_hashes import StoredPassword
from orquestra.sample.traps.processes import Expiry
from orquestra.sample.traps.shapes import Document, TrapLogin

_YEAR = timedelta(days=365)
_SIGNS_OF_SEVERAL = 2
#: What several logins may share.
SHARED = ("cpf", "cnpj", "email", "parecidos")


class Tally:
    """The expected numbers, of the logins that the base can take.

    Logins whose password is refused count as such and nowhere else, with the lines of their
    processes, which then name a login that nobody knows.

    Args:
        today: The base's day.
    """

    def __init__(self, today: date) -> None:
        self.counts: dict[str, Counter[str]] = {}
        self._today = today
        self._shared: dict[str, Counter[str]] = {name: Counter() for name in SHARED}
        self._holders: set[str] = set()

    def add(self, owner: TrapLogin, password: StoredPassword) -> None:
        """Count a login."""
        self._count("casos", owner.case)
        if owner.refused:
            self._count("logins_recusados", owner.password)
            return
        self._count("tipos", owner.kind)
        self._count("formatos", password.make or "sem_senha")
        self._documents(owner)
        self._signals(owner)
        self._state(owner)
        shared = {
            "cpf": owner.cpf,
            "cnpj": owner.cnpj,
            "email": owner.email,
            "parecidos": "".join(owner.login.lower().split()),
        }
        for name, value in shared.items():
            self._shared[name].update([value] if value else [])

    def work(self, owner: TrapLogin, drawn: list[tuple[Process, Expiry | None]]) -> None:
        """Count a login's processes and tasks."""
        if owner.refused:
            self._refused_work(owner, [process for process, _ in drawn])
            return
        running = sum(process.closed_at is None for process, _ in drawn)
        self._count("linhas", "aceitas", sum(_lines(process) for process, _ in drawn))
        self._count("processos", "em_andamento", running)
        self._count("processos", "concluido", len(drawn) - running)
        self._workload(owner, running, len(drawn) - running)
        for process, expiry in drawn:
            self._count("tarefas", "todas", len(process.tasks))
            self._holders.update(task.holder for task in process.tasks if task.holder)
            if expiry is not None:
                self._count("tarefas", expiry)

    def refused_line(self, reason: str) -> None:
        """Count a process of one line that the base cannot take."""
        self._count("linhas", "recusadas")
        self._count("linhas", reason)

    def number(self, section: str, code: str) -> int:
        """Give one number; 0 where nothing was counted."""
        return self.counts.get(section, Counter())[code]

    def total(self, section: str) -> int:
        """Give the sum of a section whose codes exclude one another."""
        return self.counts.get(section, Counter()).total()

    def shared(self, name: str) -> tuple[int, int]:
        """Give how many values several logins share, and how many logins those are."""
        found = [number for number in self._shared[name].values() if number > 1]
        return len(found), sum(found)

    def expected(self) -> dict[str, Any]:
        """Give all numbers, by section and code."""
        self.counts["tarefas"]["logins"] = len(self._holders)
        return {name: dict(sorted(counts.items())) for name, counts in self.counts.items()}

    def _refused_work(self, owner: TrapLogin, drawn: list[Process]) -> None:
        """Count lines that name a login whose own line is refused, as requester and as holder."""
        lines = sum(_lines(process) for process in drawn)
        self._count("linhas", "recusadas", lines)
        self._count("linhas", "requisitante", lines)
        held = sum(task.holder == owner.login for process in drawn for task in process.tasks)
        self._count("linhas", "responsavel", held)

    def _documents(self, owner: TrapLogin) -> None:
        """Count whose document it is, and how it is written; one with both counts in both."""
        self._count("documentos", owner.document_style)
        if owner.document_style in (Document.INVALID, Document.LOST_ZEROS):
            self._count("avisos", "documento")
        if owner.cpf:
            self._count("documentos", "cpf")
        if owner.cnpj:
            self._count("documentos", "cnpj")
            self._count("documentos", "cnpj_alfanumerico", 0 if owner.cnpj.isdigit() else 1)
            self._count("documentos", "cpf_e_cnpj", 1 if owner.cpf else 0)

    def _signals(self, owner: TrapLogin) -> None:
        """Count the signs that several people use it."""
        for signal in owner.signals:
            self._count("sinais", signal)
        if "cnpj" in owner.signals or len(owner.signals) >= _SIGNS_OF_SEVERAL:
            self._count("sinais", "compartilhado")

    def _state(self, owner: TrapLogin) -> None:
        """Count what the old portal says of the login."""
        long_ago = owner.last_entry_on and owner.last_entry_on < self._today - _YEAR
        states = {
            "so_algarismos": owner.login.isdigit(),
            "sem_email": not owner.email,
            "inativo": not owner.active,
            "bloqueado": owner.locked,
            "sem_entrada_ha_um_ano": long_ago,
        }
        self.counts.setdefault("situacao", Counter()).update(
            code for code, holds in states.items() if holds
        )

    def _workload(self, owner: TrapLogin, running: int, finished: int) -> None:
        """Count what a login's work says of it."""
        states = {
            "em_andamento": running,
            "concluidos": finished,
            "so_concluidos": finished and not running,
            "sem_processos": not running and not finished,
            "inativo_com_processos": running and not owner.active,
            "bloqueado_com_processos": running and owner.locked,
            "parado": running and (owner.locked or not owner.active),
        }
        self.counts.setdefault("trabalho", Counter()).update(
            code for code, holds in states.items() if holds
        )

    def _count(self, section: str, code: str, number: int = 1) -> None:
        self.counts.setdefault(section, Counter())[str(code)] += number


def _lines(process: Process) -> int:
    """Count the lines that a process takes."""
    return max(len(process.tasks), 1)
