"""Counts what a trap base holds while it is made, from what each login is made to be."""

from collections import Counter
from typing import Any

from orquestra.sample.shapes import Process
from orquestra.sample.traps.legacy_hashes import StoredPassword
from orquestra.sample.traps.processes import Expiry
from orquestra.sample.traps.shapes import TrapLogin, Work


class Tally:
    """The expected numbers, of the logins that the base can take.

    Logins whose password is refused count as such and nowhere else, with the lines of their
    processes, which then name a login that nobody knows.
    """

    def __init__(self) -> None:
        self.logins = 0
        self.processes = 0
        self.lines = 0
        self.tasks = 0
        self._counts: dict[str, Counter[str]] = {}
        self._cpfs: Counter[str] = Counter()
        self._cnpjs: Counter[str] = Counter()
        self._emails: Counter[str] = Counter()
        self._looks: Counter[str] = Counter()

    def add(self, owner: TrapLogin, password: StoredPassword) -> None:
        """Count a login."""
        self.logins += 1
        self._count("casos", owner.case)
        if owner.refused:
            self._count("logins_recusados", owner.password)
            return
        self._count("tipos", owner.kind)
        for signal in owner.signals:
            self._count("sinais", signal)
        self._count("documentos", owner.document_style)
        self._document(owner)
        self._count("formatos", password.make or "sem_senha")
        self._state(owner)
        self._emails.update([owner.email] if owner.email else [])
        self._looks["".join(owner.login.lower().split())] += 1
        if owner.login.isdigit():
            self._count("nomes", "so_algarismos")

    def work(self, owner: TrapLogin, drawn: list[tuple[Process, Expiry | None]]) -> None:
        """Count a login's processes and tasks."""
        self.lines += sum(max(len(process.tasks), 1) for process, _ in drawn)
        if owner.refused:
            unknown = sum(max(len(process.tasks), 1) for process, _ in drawn)
            self._count("linhas_recusadas", "requisitante_desconhecido", unknown)
            return
        running = sum(process.closed_at is None for process, _ in drawn)
        self.processes += len(drawn)
        self.tasks += sum(len(process.tasks) for process, _ in drawn)
        self._count("processos", "em_andamento", running)
        self._count("processos", "concluido", len(drawn) - running)
        self._count("trabalho", _workload(running, len(drawn)))
        if running and not owner.active:
            self._count("parados", "inativo_com_processos")
        if running and owner.locked:
            self._count("parados", "bloqueado_com_processos")
        for _, expiry in drawn:
            if expiry is not None:
                self._count("tarefas", expiry)

    def orphan(self, process: Process) -> None:
        """Count a process whose requester is not in the base."""
        lines = max(len(process.tasks), 1)
        self.lines += lines
        self._count("linhas_recusadas", "requisitante_desconhecido", lines)
        self._count("casos", "processo_sem_requisitante")

    def expected(self) -> dict[str, Any]:
        """Give all numbers."""
        return {
            "logins": self.logins - sum(self._counts["logins_recusados"].values()),
            "processos_total": self.processes,
            "linhas_de_processos": self.lines,
            "tarefas_total": self.tasks,
            "grupos": {
                "cpf": _groups(self._cpfs),
                "cnpj": _groups(self._cnpjs),
                "email": _groups(self._emails),
                "parecidos": _groups(self._looks),
            },
            **{name: dict(sorted(counts.items())) for name, counts in self._counts.items()},
        }

    def _document(self, owner: TrapLogin) -> None:
        """Count whose document it is; a login with both counts in both."""
        if owner.cpf:
            self._cpfs[owner.cpf] += 1
            self._count("documentos", "cpf")
        if owner.cnpj:
            self._cnpjs[owner.cnpj] += 1
            self._count("documentos", "cnpj")
            if not owner.cnpj.isdigit():
                self._count("documentos", "cnpj_alfanumerico")
        if owner.cpf and owner.cnpj:
            self._count("documentos", "cpf_e_cnpj")

    def _state(self, owner: TrapLogin) -> None:
        """Count what the old portal says of the login."""
        if not owner.active:
            self._count("situacao", "inativo")
        if owner.locked:
            self._count("situacao", "bloqueado")
        if owner.auth != "local":
            self._count("situacao", "outro_diretorio")
        if not owner.email:
            self._count("situacao", "sem_email")

    def _count(self, section: str, code: str, number: int = 1) -> None:
        self._counts.setdefault(section, Counter())[str(code)] += number


def _workload(running: int, every: int) -> str:
    """Name how much work a login has."""
    if not every:
        return Work.NONE
    return "em_andamento" if running else Work.FINISHED


def _groups(found: Counter[str]) -> dict[str, int]:
    """Count the values that several logins have, and those logins."""
    shared = [number for number in found.values() if number > 1]
    return {"grupos": len(shared), "logins": sum(shared), "maior": max(shared, default=0)}
