"""The people that every simulator starts with: made up, with valid check digits, one for each case.

Data only. A demo base whose accounts must match some of them reads the CPFs and CNPJs here.
"""

from dataclasses import dataclass

#: Everyone's password, shown on the page /simulador.
PASSWORD = "Senha#2026"  # noqa: S105 - of made-up people, and public

CPF_REPRESENTANTE_LEGAL = "28461935764"
CPF_SOCIA = "73190526443"
CPF_COLABORADOR = "40618752307"
CPF_COLABORADORA_VENCIDA = "91527304680"
CPF_NAO_ATUANTE = "15386079484"
CPF_CONTADOR = "62049183704"
CPF_SEM_EMPRESA = "57831469273"
CPF_SEM_EMAIL_VERIFICADO = "34702815644"
CPF_NOME_SOCIAL = "86920543133"
CPF_VARIOS_LOGINS = "29074518397"
CPF_DUAS_ETAPAS = "94580730224"
CPFS_CIDADAOS = (
    "71263890512",
    "53409287647",
    "48156723007",
    "96301475801",
    "20578634929",
    "81745062335",
)
#: Valid, made up and without an account: for trying the sign-up.
CPFS_SEM_CONTA = ("65923170434", "37089651240", "14250386708")

CNPJ_LABORATORIO = "47205138000190"
CNPJ_BRINQUEDOS = "63819427000136"
CNPJ_BRINQUEDOS_FILIAL = "63819427000217"
CNPJ_IMPORTADORA = "91502648000111"
CNPJ_ALFANUMERICO = "7K9MN2P4000165"
CNPJ_METALURGICA = "20573819000155"

REPRESENTANTE_LEGAL = "REPRESENTANTE_LEGAL"
SOCIO = "SOCIO"
CONTADOR = "CONTADOR"
NAO_ATUANTE = "NAO_ATUANTE"
#: Not a value of gov.br's: a collaborator's `atuacao` is absent there.
COLABORADOR = "COLABORADOR"
ROLES = (REPRESENTANTE_LEGAL, SOCIO, CONTADOR, NAO_ATUANTE, COLABORADOR)


@dataclass(frozen=True)
class PersonaTie:
    """A persona's tie with a company; dates are ISO 8601 days."""

    cnpj: str
    name: str
    role: str
    expires_on: str = "2035-12-31"
    registrar_cpf: str | None = None


@dataclass(frozen=True, kw_only=True)
class Persona:
    """A made-up person and why they exist."""

    cpf: str
    name: str
    email: str
    phone: str
    note: str
    social_name: str | None = None
    email_verified: bool = True
    phone_verified: bool = True
    #: bronze, silver or gold, as the ID token names them.
    level: str = "silver"
    has_picture: bool = True
    second_factor: bool = False
    ties: tuple[PersonaTie, ...] = ()


_LABORATORIO = (CNPJ_LABORATORIO, "Laboratório Serra Azul de Ensaios Ltda")

_CASES = (
    Persona(
        cpf=CPF_REPRESENTANTE_LEGAL,
        name="Beatriz Nogueira Prado",
        email="beatriz.prado@exemplo.com.br",
        phone="61991000101",
        note="Representante legal de uma empresa",
        level="gold",
        ties=(PersonaTie(*_LABORATORIO, REPRESENTANTE_LEGAL),),
    ),
    Persona(
        cpf=CPF_SOCIA,
        name="Helena Duarte Camargo",
        email="helena.camargo@exemplo.com.br",
        phone="11991000102",
        note="Sócia de várias empresas, uma delas com CNPJ alfanumérico",
        level="gold",
        ties=(
            PersonaTie(CNPJ_BRINQUEDOS, "Brinquedos Pipa Mágica S.A.", SOCIO),
            PersonaTie(CNPJ_BRINQUEDOS_FILIAL, "Brinquedos Pipa Mágica S.A. (filial)", SOCIO),
            PersonaTie(CNPJ_ALFANUMERICO, "Norte Metrologia Digital Ltda", SOCIO),
        ),
    ),
    Persona(
        cpf=CPF_COLABORADOR,
        name="Rafael Teles Moura",
        email="rafael.moura@exemplo.com.br",
        phone="61991000103",
        note="Colaborador de uma empresa (não basta para abrir processos)",
        ties=(PersonaTie(*_LABORATORIO, COLABORADOR, registrar_cpf=CPF_REPRESENTANTE_LEGAL),),
    ),
    Persona(
        cpf=CPF_COLABORADORA_VENCIDA,
        name="Lívia Sampaio Rocha",
        email="livia.rocha@exemplo.com.br",
        phone="61991000104",
        note="Colaboradora com vínculo vencido",
        ties=(
            PersonaTie(
                *_LABORATORIO,
                COLABORADOR,
                expires_on="2024-12-31",
                registrar_cpf=CPF_REPRESENTANTE_LEGAL,
            ),
        ),
    ),
    Persona(
        cpf=CPF_NAO_ATUANTE,
        name="Otávio Brandão Reis",
        email="otavio.reis@exemplo.com.br",
        phone="21991000105",
        note="Tem o certificado da empresa, mas não atua nela (NAO_ATUANTE)",
        ties=(PersonaTie(CNPJ_IMPORTADORA, "Importadora Maré Alta Ltda", NAO_ATUANTE),),
    ),
    Persona(
        cpf=CPF_CONTADOR,
        name="Marcelo Viana Couto",
        email="marcelo.couto@exemplo.com.br",
        phone="31991000106",
        note="Contador de uma empresa",
        ties=(PersonaTie(CNPJ_METALURGICA, "Metalúrgica Pedra Forte Ltda", CONTADOR),),
    ),
    Persona(
        cpf=CPF_SEM_EMPRESA,
        name="Cecília Antunes Farias",
        email="cecilia.farias@exemplo.com.br",
        phone="41991000107",
        note="Sem empresa",
        level="bronze",
    ),
    Persona(
        cpf=CPF_SEM_EMAIL_VERIFICADO,
        name="Davi Monteiro Lins",
        email="davi.lins@exemplo.com.br",
        phone="81991000108",
        note="E-mail não verificado: a informação não chega ao serviço",
        email_verified=False,
        level="bronze",
        has_picture=False,
    ),
    Persona(
        cpf=CPF_NOME_SOCIAL,
        name="Carlos Eduardo Pires",
        social_name="Clara Pires",
        email="clara.pires@exemplo.com.br",
        phone="51991000109",
        note="Com nome social",
    ),
    Persona(
        cpf=CPF_VARIOS_LOGINS,
        name="Gustavo Barzi Leal",
        email="gustavo.leal@exemplo.com.br",
        phone="27991000110",
        note="Pessoa com vários logins antigos no Orquestra",
        level="gold",
        ties=(PersonaTie(CNPJ_IMPORTADORA, "Importadora Maré Alta Ltda", SOCIO),),
    ),
    Persona(
        cpf=CPF_DUAS_ETAPAS,
        name="Odete Furtado Lins",
        email="odete.lins@exemplo.com.br",
        phone="31991000111",
        note="Verificação em duas etapas: o código chega à caixa de entrada",
        level="gold",
        second_factor=True,
    ),
)

_CITIZEN_NAMES = (
    "Ana Clara Bittencourt",
    "Bruno Siqueira Matos",
    "Daniela Freitas Rangel",
    "Eduardo Paiva Lacerda",
    "Fernanda Queiroz Alves",
    "Ícaro Menezes Tavares",
)
_CITIZEN_ADDRESSES = ("ana", "bruno", "daniela", "eduardo", "fernanda", "icaro")

_CITIZENS = tuple(
    Persona(
        cpf=cpf,
        name=name,
        email=f"{address}.cidadania@exemplo.com.br",
        phone=f"619920002{number:02}",
        note="Cidadão comum",
        level="bronze",
        has_picture=False,
    )
    for number, (cpf, name, address) in enumerate(
        zip(CPFS_CIDADAOS, _CITIZEN_NAMES, _CITIZEN_ADDRESSES, strict=True), start=1
    )
)

PERSONAS: tuple[Persona, ...] = (*_CASES, *_CITIZENS)
