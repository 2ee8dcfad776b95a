"""Whose login it is: what it was registered with against the person who came back.

Pure rules on plain evidence, in one order; the first that answers decides. Knowing a password is
never enough where anything speaks against it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from orquestra.documents import Cnpj, Cpf
from orquestra.people import CompanyTie

Rule = Literal["cpf_confere", "representante", "sem_documento"]
Doubt = Literal[
    "cpf_divergente",
    "empresa_sem_vinculo",
    "vinculos_desconhecidos",
    "login_compartilhado",
    "documento_invalido",
    "estrangeiro",
    "fora_da_campanha",
    "tipo_alterado",
]

#: Kinds that are no customer's: a password that several programs or colleagues know proves nothing.
_NOBODYS: Final = frozenset({"servico", "equipe"})
#: The sign that the documents tell already; the others are read from name, mailbox and networks.
COMPANY_DOCUMENT: Final = "cnpj"
#: So many of the other signs outweigh a CPF that is right.
_SIGNS_AGAINST_A_CPF: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a login and of the person who wants it.

    Args:
        login_cpf: The CPF that the login was registered with.
        login_cnpj: The CNPJ that it was registered with.
        kind: Whom the login is for.
        kind_by_staff: Whether staff chose that, and no rule.
        signals: The signs that several people use it.
        document_unreadable: Whether what stood in the document's place is none.
        person_cpf: The CPF at gov.br.
        ties_known: Whether gov.br told the person's companies at this entry.
        ties: The companies, as last told.
    """

    login_cpf: Cpf | None
    login_cnpj: Cnpj | None
    kind: str = "desconhecido"
    kind_by_staff: bool = False
    signals: frozenset[str] = frozenset()
    document_unreadable: bool = False
    person_cpf: Cpf = field(repr=False)
    ties_known: bool = False
    ties: Sequence[CompanyTie] = ()

    @property
    def other_signals(self) -> frozenset[str]:
        """The signs that are no document."""
        return self.signals - {COMPANY_DOCUMENT}

    @property
    def tie(self) -> CompanyTie | None:
        """The person's tie to the login's company, if gov.br ever told one."""
        if self.login_cnpj is None:
            return None
        return next((tie for tie in self.ties if tie.cnpj == self.login_cnpj), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Whether a login may be linked to a person without anybody's decision.

    Args:
        allowed: Whether it may.
        rule: The rule that allows it; empty when in doubt.
        doubt: Why it is in doubt; None when allowed.
    """

    allowed: bool
    rule: Rule | Literal[""]
    doubt: Doubt | None


def judge(evidence: Evidence, now: datetime) -> Ownership:
    """Apply the rules in their order.

    Args:
        evidence: What is known.
        now: The instant, for ties that expire.

    Returns:
        The answer of the first rule that applies.
    """
    if evidence.login_cpf is not None and evidence.login_cpf != evidence.person_cpf:
        return _in_doubt("cpf_divergente")
    if evidence.login_cnpj is not None:
        return _of_company(evidence, now)
    if evidence.login_cpf is not None:
        shared = len(evidence.other_signals) >= _SIGNS_AGAINST_A_CPF
        return _in_doubt("login_compartilhado") if shared else _allowed("cpf_confere")
    return _without_document(evidence)


def _of_company(evidence: Evidence, now: datetime) -> Ownership:
    """Decide about a company's login: it goes to its legal representative or partner.

    What gov.br told at an earlier entry is no proof when it does not answer now.
    """
    if not evidence.ties_known:
        return _in_doubt("vinculos_desconhecidos")
    tie = evidence.tie
    if tie is not None and tie.acts(now):
        return _allowed("representante")
    return _in_doubt("empresa_sem_vinculo")


def _without_document(evidence: Evidence) -> Ownership:
    """Decide about a login that nothing but its password ties to anybody.

    A kind that one member of staff chose opens no way round the decision, which may take two.
    """
    if evidence.kind == "estrangeiro":
        return _in_doubt("estrangeiro")
    if evidence.kind in _NOBODYS:
        return _in_doubt("fora_da_campanha")
    if evidence.document_unreadable:
        return _in_doubt("documento_invalido")
    if evidence.signals:
        return _in_doubt("login_compartilhado")
    if evidence.kind_by_staff:
        return _in_doubt("tipo_alterado")
    return _allowed("sem_documento")


def _allowed(rule: Rule) -> Ownership:
    """Answer yes, by a rule."""
    return Ownership(allowed=True, rule=rule, doubt=None)


def _in_doubt(doubt: Doubt) -> Ownership:
    """Answer that somebody has to decide."""
    return Ownership(allowed=False, rule="", doubt=doubt)
