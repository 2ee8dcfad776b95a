"""The trap base's files, in the encoding and the shapes of the old base's export."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from orquestra.sample.shapes import OpenTask, Process
from orquestra.sample.traps.legacy_hashes import HOME_MADE, HOME_MADE_PREFIX, StoredPassword
from orquestra.sample.traps.shapes import TrapLogin

ACCOUNT_COLUMNS = (
    "login",
    "nome",
    "email",
    "documento",
    "cpf",
    "cnpj",
    "identificacao",
    "senha_hash",
    "senha_formato",
    "senha_sal",
    "tipo_autenticacao",
    "idioma",
    "ativo",
    "bloqueado",
    "criado_em",
    "ultimo_acesso_em",
    "grupos",
)
PROCESS_COLUMNS = (
    "numero",
    "codigo",
    "nome",
    "versao",
    "area",
    "descricao",
    "requisitante_login",
    "situacao",
    "aberto_em",
    "encerrado_em",
    "tarefa",
    "tarefa_responsavel_login",
    "tarefa_expira_em",
)
CASE_COLUMNS = ("login", "caso", "senha", "titular_cpf", "outro_cpf", "recusado")
_NO_TASK = OpenTask(name="")

Write = Callable[[Sequence[object]], object]


@dataclass(frozen=True, slots=True)
class Export:
    """How the old base writes its files.

    Args:
        encoding: "utf-8" or "windows-1252".
    """

    encoding: str

    @contextmanager
    def table(self, path: Path, columns: Sequence[str]) -> Iterator[Write]:
        """Begin a CSV file; an export in Windows-1252 has semicolons, as Excel writes them."""
        delimiter = "," if self.encoding == "utf-8" else ";"
        with path.open("w", encoding=self.encoding, newline="") as stream:
            writer = csv.writer(stream, delimiter=delimiter)
            writer.writerow(columns)
            yield writer.writerow

    def account(self, owner: TrapLogin, password: StoredPassword) -> Sequence[object]:
        """Write a login's line; two documents stand in columns of their own."""
        both = owner.cpf and owner.cnpj
        return (
            owner.login,
            owner.name,
            owner.email,
            "" if both else owner.document,
            owner.cpf if both else "",
            owner.cnpj if both else "",
            owner.identification,
            password.text,
            password.declared,
            password.salt,
            owner.auth,
            owner.language,
            "true" if owner.active else "false",
            "true" if owner.locked else "false",
            self._moment(owner.created_on),
            self._moment(owner.last_entry_on) if owner.last_entry_on else "",
            "|".join(owner.groups),
        )

    @staticmethod
    def case(owner: TrapLogin, password: str) -> Sequence[object]:
        """Write which trap a login is, and who may come for it."""
        refused = "true" if owner.refused else "false"
        return owner.login, owner.case, password, owner.entitled, owner.stranger, refused

    def process(self, drawn: Process) -> Iterator[Sequence[object]]:
        """Write a process's lines, one for each task."""
        closed_at = drawn.closed_at
        header = (
            drawn.number,
            drawn.code,
            drawn.name,
            drawn.version,
            drawn.area,
            drawn.description,
            drawn.requester,
            "concluido" if closed_at else "em_andamento",
            self._moment(drawn.opened_at),
            self._moment(closed_at) if closed_at else "",
        )
        for task in drawn.tasks or (_NO_TASK,):
            expires_on = self._moment(task.expires_on) if task.expires_on else ""
            yield (*header, task.name, task.holder, expires_on)

    def _moment(self, moment: date) -> str:
        """Write a day, with its time where there is one, in the export's own way."""
        if self.encoding == "utf-8":
            return moment.isoformat()
        timed = isinstance(moment, datetime)
        return moment.strftime("%d/%m/%Y %H:%M:%S" if timed else "%d/%m/%Y")


def write_json(path: Path, content: object) -> None:
    """Write a JSON file for people and programs."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_adapters(path: Path) -> None:
    """Describe the base's home-made password format, as the importer wants it."""
    path.write_text(
        f"[{HOME_MADE}]\n"
        'algorithm = "sha1"\n'
        'encoding = "base64"\n'
        'charset = "utf-8"\n'
        'salt_position = "prefix"\n'
        f'salt = "{HOME_MADE_PREFIX}"\n',
        encoding="utf-8",
    )
