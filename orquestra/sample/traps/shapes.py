"""What a login of the trap base is: its cells as the old base writes them, and its meaning."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from orquestra.sample.shapes import Citizen


class Work(StrEnum):
    """How much work a login has."""

    COMMON = "comum"
    NONE = "nenhum"
    FINISHED = "so_concluidos"


class Document(StrEnum):
    """How a login's document is written, and whether it is one."""

    ABSENT = "ausente"
    PLAIN = "puro"
    PUNCTUATED = "pontuado"
    LOST_ZEROS = "zeros_perdidos"
    INVALID = "invalido"


class Password(StrEnum):
    """What stands where the hash of the password should be."""

    HASHED = "hash"
    ABSENT = "ausente"
    CLEAR = "em_claro"
    ENCRYPTED = "cifrada"
    UNNAMED = "sem_formato"
    UNKNOWN = "formato_desconhecido"
    FORGED = "forjada"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapLogin:
    """One login.

    Args:
        case: Which trap it is.
        login: Its name, as written.
        name: Of the person or company.
        email: Its address, or "".
        cpf: Its CPF, eleven digits, when it has a valid one.
        cnpj: Its CNPJ, fourteen characters, when it has a valid one.
        document: What stands in the document's place.
        document_style: How it is written.
        identification: Matrícula or passport.
        auth: "local", or the directory that the old portal asks.
        language: Of its screens.
        active: Whether the old portal lets it in.
        locked: Whether the old portal has locked it.
        groups: Its groups and teams.
        kind: What the report shall take it for.
        signals: The signs of a shared login that it shows.
        work: How much work it has.
        password: What stands where the hash should be.
        created_on: When it was made.
        last_entry_on: When it was last used; None where nobody wrote it down.
        entitled: The CPF of the person whose it is; "" when nobody at gov.br is.
        stranger: The CPF of somebody else who knows its password; "" for nobody.
        people: Those whom it brings to gov.br.
    """

    case: str
    login: str
    name: str
    email: str = ""
    cpf: str = ""
    cnpj: str = ""
    document: str = ""
    document_style: Document = Document.ABSENT
    identification: str = ""
    auth: str = "local"
    language: str = "pt-BR"
    active: bool = True
    locked: bool = False
    groups: tuple[str, ...] = ()
    kind: str = "pessoa"
    signals: tuple[str, ...] = ()
    work: Work = Work.COMMON
    password: Password = Password.HASHED
    created_on: date
    last_entry_on: date | None = None
    entitled: str = ""
    stranger: str = ""
    people: tuple[Citizen, ...] = field(default=())

    @property
    def refused(self) -> bool:
        """Whether the base cannot take it: its password can be neither checked nor left out."""
        return self.password not in (Password.HASHED, Password.ABSENT)
