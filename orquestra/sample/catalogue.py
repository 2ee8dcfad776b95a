"""The kinds of process that the sample has; the seed's names, versions and areas where it says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of process.

    Args:
        code: Its code; one kind has none.
        name: Its name.
        version: The model's version.
        area: The area that answers for it.
        description: How a process of it describes itself; `{ncm}` and `{company}` are filled in.
        weight: How often it is drawn.
        task: What a customer has to do in it.
    """

    code: str
    name: str
    version: str
    area: str
    description: str
    weight: int
    task: str


P070 = Kind(
    "P070",
    "Análise de Licença de Importação para Anuência",
    "4",
    "DCONF",
    "{company} - NCM {ncm}",
    10,
    "Corrigir licença de importação",
)
FOREIGN_CUSTOMER = Kind(
    "",
    "Processo de cadastro de cliente estrangeiro",
    "1",
    "DCONF",
    "",
    1,
    "Enviar documentos do cliente estrangeiro",
)
P131 = Kind(
    "P131",
    "Análise da completeza",
    "2",
    "DICOR",
    "Tipo de Atividade: Acreditação/reconhecimento inicial, Organização: {company}",
    3,
    "Completar a documentação",
)
P110 = Kind("P110", "Manutenção de Sistemas", "1", "CTINF", "", 1, "Descrever a ocorrência")

KINDS = (
    P070,
    FOREIGN_CUSTOMER,
    P131,
    P110,
    Kind(
        "P001",
        "Acreditação Inicial de Organismos",
        "3",
        "DICOR",
        "Processo de Acreditação Inicial de Organismos",
        3,
        "Responder às não conformidades",
    ),
    Kind(
        "P004",
        "Extensão/Redução de Escopo/Cancelamento/Suspensão da Acreditação",
        "3",
        "DICOR",
        "Extensão de escopo: {company}",
        2,
        "Confirmar o novo escopo",
    ),
    Kind(
        "P013",
        "Edital para Credenciamento",
        "1",
        "DICAP",
        "Edital para Credenciamento",
        1,
        "Enviar a proposta",
    ),
    Kind("P015", "Acreditação Inicial", "2", "DIOIS", "{company}", 2, "Agendar a avaliação"),
    Kind(
        "P061",
        "Cadastro de Empresa",
        "2",
        "DCONF",
        "{company}",
        3,
        "Anexar contrato social e cartão CNPJ",
    ),
)
