"""Traps whose login is a person's, or says so."""

from dataclasses import replace

from orquestra.sample.traps import documents
from orquestra.sample.traps.drawing import Drawer, punctuated
from orquestra.sample.traps.shapes import Document, TrapLogin

Group = tuple[TrapLogin, ...]


def plain(draw: Drawer) -> Group:
    """The login of one person, as it should be."""
    return (draw.person("pessoa"),)


def with_points(draw: Drawer) -> Group:
    """A CPF written with points and dash."""
    return (punctuated(draw.person("cpf_pontuado")),)


def lost_zeros(draw: Drawer) -> Group:
    """A CPF that went through a spreadsheet."""
    digits = documents.cpf_with_zeros(draw.number)
    found = draw.person("cpf_zeros_perdidos")
    return (
        replace(
            found,
            cpf=digits,
            document=digits.lstrip("0"),
            document_style=Document.LOST_ZEROS,
            entitled=digits,
            people=(draw.citizen(found.name, digits),),
        ),
    )


def two_logins(draw: Drawer) -> Group:
    """Two logins of one person, with one mailbox."""
    first = draw.person("dois_logins")
    login = draw.nickname(first.name, 1)
    return first, replace(first, login=login, created_on=draw.created_on(), people=())


def three_logins(draw: Drawer) -> Group:
    """Three logins of one person, each with a mailbox of its own."""
    first = draw.person("tres_logins")
    names = [draw.nickname(first.name, place) for place in (1, 2)]
    others = (replace(first, login=n, email=f"{n}@example.com", people=()) for n in names)
    return first, *others


def wrong_number(draw: Drawer) -> Group:
    """A CPF with wrong check digits: whose it is, nobody knows."""
    found = draw.person("cpf_invalido")
    return (_undocumented(found, documents.wrong_cpf(found.cpf), Document.INVALID),)


def no_number(draw: Drawer) -> Group:
    """Anything but a number in the document's place."""
    found = draw.person("documento_texto")
    return (_undocumented(found, documents.no_document(draw.number), Document.INVALID),)


def nothing(draw: Drawer) -> Group:
    """No document at all."""
    return (_undocumented(draw.person("sem_documento"), "", Document.ABSENT),)


def digits_of_cpf(draw: Drawer) -> Group:
    """A login that is its holder's CPF."""
    found = draw.person("login_cpf")
    return (replace(found, login=found.cpf),)


def digits_of_number(draw: Drawer) -> Group:
    """A login that is some number: it reads like another login's key."""
    return (draw.person("login_numero", login=f"{20_000_000 + draw.number}"),)


def case_twins(draw: Drawer) -> Group:
    """Two people whose logins differ only in capitals."""
    first, second = draw.person("gemeos_maiusculas"), draw.person("gemeos_maiusculas", 1)
    return first, replace(second, login=first.login.title())


def blank_twins(draw: Drawer) -> Group:
    """Two people whose logins differ only in a blank."""
    first, second = draw.person("gemeos_espacos"), draw.person("gemeos_espacos", 1)
    return first, replace(second, login=first.login.replace(".", " . "))


def former_employee(draw: Drawer) -> Group:
    """A login with the CPF of somebody who left; another person knows its password."""
    return (draw.person("ex_empregado", entitled="", people=()),)


def role_address(draw: Drawer) -> Group:
    """One sign of several users: a mailbox of a department."""
    email = f"qualidade@empresa{draw.number}.example.com"
    return (draw.person("email_de_funcao", email=email, signals=("email_de_funcao",)),)


def company_name(draw: Drawer) -> Group:
    """One sign of several users: a company's name beside a person's CPF."""
    name = draw.company_name()
    return (
        draw.person("nome_de_empresa", name=name, kind="empresa", signals=("nome_de_empresa",)),
    )


def looks_shared(draw: Drawer) -> Group:
    """Two signs of several users, beside a person's CPF."""
    return (
        draw.person(
            "parece_compartilhado",
            kind="empresa",
            name=draw.company_name(),
            email=f"compras@empresa{draw.number}.example.com",
            signals=("email_de_funcao", "nome_de_empresa"),
        ),
    )


def one_mailbox(draw: Drawer) -> Group:
    """Four people who share one mailbox."""
    shared = f"familia{draw.number}@example.com"
    return tuple(draw.person("caixa_comum", place, email=shared) for place in range(4))


def _undocumented(found: TrapLogin, written: str, style: Document) -> TrapLogin:
    """Take a login's CPF away; its person is still there, and still knows the password."""
    return replace(found, cpf="", document=written, document_style=style, kind="desconhecido")
