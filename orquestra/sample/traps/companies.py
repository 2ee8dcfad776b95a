"""Traps whose login is a company's: whoever knows the password could carry everything away."""

from dataclasses import replace

from orquestra.sample.registry_numbers import cnpj
from orquestra.sample.traps import documents
from orquestra.sample.traps.drawing import Drawer, punctuated
from orquestra.sample.traps.people import Group
from orquestra.sample.traps.shapes import Document

REPRESENTATIVE, PARTNER, COLLABORATOR = "REPRESENTANTE_LEGAL", "SOCIO", "COLABORADOR"


def represented(draw: Drawer) -> Group:
    """A company whose legal representative is at gov.br."""
    return (draw.company("empresa_representante", role=REPRESENTATIVE),)


def with_letters(draw: Drawer) -> Group:
    """A company with an alphanumeric CNPJ, and its partner."""
    number = cnpj(draw.number, letters=True)
    return (draw.company("cnpj_alfanumerico", number=number, role=PARTNER),)


def with_points(draw: Drawer) -> Group:
    """A CNPJ written with points, slash and dash."""
    return (punctuated(draw.company("cnpj_pontuado", role=REPRESENTATIVE)),)


def lost_zeros(draw: Drawer) -> Group:
    """A CNPJ that went through a spreadsheet."""
    number = documents.cnpj_with_zeros(draw.number)
    found = draw.company("cnpj_zeros_perdidos", number=number, role=PARTNER)
    written = number.lstrip("0")
    return (replace(found, document=written, document_style=Document.LOST_ZEROS),)


def collaborator(draw: Drawer) -> Group:
    """A company of which only a collaborator is at gov.br: that tie does not count."""
    return (draw.company("empresa_colaborador", role=COLLABORATOR),)


def accountant(draw: Drawer) -> Group:
    """A company whose accountant comes: that tie does not count either."""
    return (draw.company("empresa_contador", role="CONTADOR"),)


def nobody(draw: Drawer) -> Group:
    """A company of which nobody is at gov.br; a dispatcher knows the password."""
    return (draw.company("empresa_despachante"),)


def several_logins(draw: Drawer) -> Group:
    """One company with three logins, one of them its CNPJ, all with one role address."""
    number = cnpj(draw.number, letters=False)
    email = f"contato@empresa{draw.number}.example.com"
    signals = ("cnpj", "email_de_funcao", "nome_de_empresa")
    first, second, third = (
        draw.company(
            "empresa_tres_logins",
            place,
            number=number,
            role=(REPRESENTATIVE, COLLABORATOR, "")[place],
            email=email,
            signals=signals,
        )
        for place in range(3)
    )
    return first, second, replace(third, login=number)


def owner_named(draw: Drawer) -> Group:
    """A company's login that also has its owner's CPF, who represents it."""
    found = draw.company("empresa_com_cpf", role=REPRESENTATIVE)
    return (replace(found, cpf=found.entitled),)


def owner_left(draw: Drawer) -> Group:
    """A company's login that also has the CPF of somebody who has no tie with it any more."""
    found, person = draw.company("empresa_cpf_sem_vinculo"), draw.person("", 1)
    return (replace(found, cpf=person.cpf, stranger=person.cpf, people=person.people),)


def wrong_number(draw: Drawer) -> Group:
    """A CNPJ with wrong check digits under a company's name."""
    found = draw.company("cnpj_invalido", signals=("nome_de_empresa",))
    written = documents.wrong_cnpj(found.cnpj)
    return (replace(found, cnpj="", document=written, document_style=Document.INVALID),)


def no_number(draw: Drawer) -> Group:
    """A company by its name and address only."""
    found = draw.company(
        "empresa_sem_documento",
        email=f"sac@empresa{draw.number}.example.com",
        signals=("email_de_funcao", "nome_de_empresa"),
    )
    return (replace(found, cnpj="", document="", document_style=Document.ABSENT),)
