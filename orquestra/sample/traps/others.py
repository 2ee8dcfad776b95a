"""Traps beside the documents: foreigners, machines, staff, states, passwords."""

from dataclasses import replace

from orquestra.sample.traps.drawing import Drawer
from orquestra.sample.traps.people import Group
from orquestra.sample.traps.shapes import Document, Password, Work


def foreigner(draw: Drawer) -> Group:
    """A customer abroad: no CPF, a passport, another language."""
    return (
        draw.person(
            "estrangeiro",
            name=f"John {draw.source.choice(('Carter', 'Miller', 'Novak', 'Tanaka'))}",
            language="en",
            cpf="",
            document="",
            document_style=Document.ABSENT,
            identification=f"PA{draw.number:07}",
            kind="estrangeiro",
            entitled="",
            people=(),
        ),
    )


def service(draw: Drawer) -> Group:
    """An account that a machine or a tester uses."""
    word = draw.source.choice(("teste", "servico", "homologacao", "integracao"))
    return (
        draw.person(
            "servico",
            login=f"{word}{draw.number}",
            name=f"Usuário {word} no ambiente homologacao",
            email="",
            cpf="",
            document="",
            document_style=Document.ABSENT,
            kind="servico",
            entitled="",
            people=(),
        ),
    )


def staff(draw: Drawer) -> Group:
    """Somebody of the body itself."""
    found = draw.person("equipe", kind="equipe", groups=("DICOR", "Analistas"), auth="ad")
    email = f"{found.login}@inmetro.gov.br"
    return (replace(found, email=email, identification=f"{draw.number}"),)


def inactive_busy(draw: Drawer) -> Group:
    """A login that the old portal has switched off, with processes that run."""
    return (draw.person("inativo_com_processos", active=False),)


def inactive_idle(draw: Drawer) -> Group:
    """A login that the old portal has switched off, with nothing that runs."""
    return (draw.person("inativo_sem_processos", active=False, work=Work.NONE),)


def locked_busy(draw: Drawer) -> Group:
    """A login that is locked, not switched off, with processes that run."""
    return (draw.person("bloqueado_com_processos", locked=True),)


def idle(draw: Drawer) -> Group:
    """A login without any process."""
    return (draw.person("sem_processos", work=Work.NONE),)


def finished(draw: Drawer) -> Group:
    """A login whose processes are all concluded."""
    return (draw.person("so_concluidos", work=Work.FINISHED),)


def no_password(draw: Drawer) -> Group:
    """A login that came without a hash."""
    return (draw.person("sem_senha", password=Password.ABSENT),)


def directory(draw: Drawer) -> Group:
    """Somebody whose password a directory holds: one of the body's, whatever else stands there."""
    return (draw.person("diretorio", kind="equipe", auth="ad", password=Password.ABSENT),)


def clear(draw: Drawer) -> Group:
    """A password in the clear."""
    return (draw.person("senha_em_claro", password=Password.CLEAR),)


def encrypted(draw: Drawer) -> Group:
    """A password that somebody with the machine's key can read."""
    return (draw.person("senha_cifrada", password=Password.ENCRYPTED),)


def unnamed(draw: Drawer) -> Group:
    """A hash that could be of several makes, and nobody says which."""
    return (draw.person("senha_sem_formato", password=Password.UNNAMED),)


def unknown(draw: Drawer) -> Group:
    """A hash of a make that nobody has described."""
    return (draw.person("senha_desconhecida", password=Password.UNKNOWN),)


def forged(draw: Drawer) -> Group:
    """A blob that asks for four thousand million rounds."""
    return (draw.person("senha_forjada", password=Password.FORGED),)
