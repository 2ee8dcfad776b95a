"""The logins that every sample begins with: one for each case worth trying, bassdrill first."""

from dataclasses import dataclass
from datetime import date

from orquestra.sample.registry_numbers import cnpj, cpf
from orquestra.sample.shapes import Account, Citizen, Tie

#: People and companies of stories have running numbers below this; drawn ones begin here.
FIRST_DRAWN = 100

_BARBARA, _CAETANO, _DEBORA, _FORMER, _FABIO, _GILDA, _HEITOR, _IRIS, _JONAS, _LEDA = range(10)
_BARZI, _NORTE_SUL, _AURORA, _TECIDOS, _DELTA, _SERRA = range(6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One case.

    Args:
        account: The login; None for a person who has none.
        processes: How many processes it has.
        cpf: The gov.br account that comes for it, "" for none.
        told: What it shows, in Portuguese.
    """

    account: Account | None
    processes: int
    cpf: str
    told: str


def cast() -> tuple[Citizen, ...]:
    """Name the people of the stories, as the gov.br simulator shall know them."""
    return (
        _citizen(_BARBARA, "Bárbara Drumond Sales", _tie(_BARZI, "REPRESENTANTE_LEGAL")),
        _citizen(
            _CAETANO,
            "Caetano Furlan Lopes",
            _tie(_NORTE_SUL, "SOCIO"),
            _tie(_SERRA, "REPRESENTANTE_LEGAL"),
        ),
        _citizen(_DEBORA, "Débora Paiva Rangel", _tie(_AURORA, "COLABORADOR")),
        _citizen(_FABIO, "Fábio Queiroz Antunes", _tie(_DELTA, "REPRESENTANTE_LEGAL")),
        _citizen(_GILDA, "Gilda Moraes Tavares"),
        _citizen(_HEITOR, "Heitor Lacerda Pires"),
        _citizen(_IRIS, "Íris Valença Couto"),
        _citizen(_JONAS, "Jonas Peixoto Amaral"),
        _citizen(_LEDA, "Leda Nunes Bittencourt"),
    )


def stories() -> tuple[Story, ...]:
    """Tell the cases; those with a login stand first in accounts.csv, in this order."""
    return (*_bassdrill(), *_companies(), *_doubts(), *_rare())


def _bassdrill() -> tuple[Story, ...]:
    barbara = cpf(_BARBARA)
    return (
        _story(
            _account("bass2016", "bassdrill", 2014, cpf=barbara),
            7,
            barbara,
            "a conta do guia: CPF confere, 3 processos em andamento e 4 concluídos",
        ),
        _story(
            _account("bass.drill", "bassdrill (segundo login)", 2017, cpf=barbara),
            4,
            barbara,
            "segundo login da mesma pessoa: vai para a mesma conta gov.br",
        ),
        _story(
            _account("barzi.motors", "Barzi Motors Ltda", 2013, cnpj=_company(_BARZI)[0]),
            9,
            barbara,
            "login de empresa (só CNPJ) cuja representante legal é a mesma pessoa",
        ),
    )


def _companies() -> tuple[Story, ...]:
    serra, _ = _company(_SERRA)
    return (
        _story(
            _account("norte.sul", "Norte Sul Ensaios Ltda", 2018, cnpj=_company(_NORTE_SUL)[0]),
            6,
            cpf(_CAETANO),
            "empresa com CNPJ alfanumérico; quem entra é sócio",
        ),
        _story(
            _account("aurora.metal", "Metalúrgica Aurora Ltda", 2015, cnpj=_company(_AURORA)[0]),
            8,
            cpf(_DEBORA),
            "quem entra é só colaboradora da empresa: a equipe decide",
        ),
        _story(
            _account("tecidos.parana", "Tecidos Paraná Ltda", 2016, cnpj=_company(_TECIDOS)[0]),
            3,
            cpf(_HEITOR),
            "empresa sem nenhum representante no gov.br: a equipe decide",
        ),
        _story(
            _account(serra, "Serra Verde Calibrações Ltda", 2017, cnpj=serra),
            3,
            cpf(_CAETANO),
            "login só de algarismos: o CNPJ da empresa",
        ),
    )


def _doubts() -> tuple[Story, ...]:
    return (
        _story(
            _account("compras.delta", "Compras Delta", 2012, cpf=cpf(_FORMER)),
            5,
            cpf(_FABIO),
            "login com o CPF de um ex-empregado; vem outra pessoa: a equipe decide",
        ),
        _story(
            _account(cpf(_GILDA), "Gilda Moraes Tavares", 2016, cpf=cpf(_GILDA)),
            4,
            cpf(_GILDA),
            "login só de algarismos: o próprio CPF",
        ),
        _story(
            _account("iris.valenca", "Íris Valença", 2015),
            3,
            cpf(_IRIS),
            "login sem CPF e sem CNPJ: vale a senha de quem o conhece",
        ),
    )


def _rare() -> tuple[Story, ...]:
    return (
        _story(
            _account("jonas.peixoto", "Jonas Peixoto", 2019, cpf=cpf(_JONAS)),
            0,
            cpf(_JONAS),
            "login sem nenhum processo",
        ),
        _story(
            _account("leda.antiga", "Leda Nunes", 2011, cpf=cpf(_LEDA), active=False),
            2,
            cpf(_LEDA),
            "login inativo: o portal antigo não o deixa entrar",
        ),
        _story(
            _account("j.carter", "John Carter Trading", 2018, language="en"),
            1,
            "",
            "cliente estrangeiro, sem CPF: não tem conta gov.br",
        ),
        _story(
            None,
            0,
            cpf(_HEITOR),
            "ninguém vinculado: entra direto pelo gov.br e vincula um login antigo",
        ),
    )


def _story(account: Account | None, processes: int, coming: str, told: str) -> Story:
    return Story(account=account, processes=processes, cpf=coming, told=told)


def _account(
    login: str,
    name: str,
    year: int,
    *,
    cpf: str = "",
    cnpj: str = "",
    language: str = "pt-BR",
    active: bool = True,
) -> Account:
    return Account(
        login=login,
        name=name,
        email=f"{login}@example.com",
        cpf=cpf,
        cnpj=cnpj,
        language=language,
        active=active,
        created_on=date(year, 3, 14),
    )


def _company(number: int) -> tuple[str, str]:
    """Give a company's CNPJ and name."""
    names = (
        "Barzi Motors Ltda",
        "Norte Sul Ensaios Ltda",
        "Metalúrgica Aurora Ltda",
        "Tecidos Paraná Ltda",
        "Delta Comercial Ltda",
        "Serra Verde Calibrações Ltda",
    )
    return cnpj(number, letters=number in {_NORTE_SUL, _AURORA}), names[number]


def _tie(company: int, role: str) -> Tie:
    number, name = _company(company)
    return Tie(cnpj=number, name=name, role=role)


def _citizen(number: int, name: str, *ties: Tie) -> Citizen:
    return Citizen(
        cpf=cpf(number),
        name=name,
        email=f"pessoa{number}@example.org",
        phone=f"6199{number:07}",
        ties=ties,
    )
