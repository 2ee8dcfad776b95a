"""Words that mark a kind, and the names that only look like them."""

import pytest

from orquestra.kinds import words


@pytest.mark.parametrize(
    "name",
    [
        "Barzi Motors LTDA",
        "METALURGICA SAO JOSE",
        "Metalúrgica São José",
        "Indústria e Comércio de Capacetes",
        "COMÉRCIO DE BRINQUEDOS ALFA",
        "Petróleo Brasileiro S/A",
        "Petróleo Brasileiro S / A",
        "Vale S.A.",
        "Vale S. A.",
        "Alfa S.A. - em recuperação judicial",
        "Padaria do Zé ME",
        "Padaria do Zé - ME",
        "Padaria do Zé ME - EPP",
        "Laboratório de Ensaios Delta",
        "Beta EIRELI",
        "Gama epp",
        "Importadora Ômega",
        "Acme GmbH",
    ],
)
def test_a_firms_name_is_known_by_its_form_or_trade(name: str) -> None:
    assert words.company_like(name)


@pytest.mark.parametrize(
    "name",
    [
        "Maria de Sá",
        "MARIA DE SA",
        "João S. A. Pereira",
        "J.S.A. Lima",
        "Ana Mestre",
        "Paulo Comerciário",
        "Industriano Melo",
        "Me",
        "Li Mei",
        "Diga-me Souza",
        "Salomé",
        "Patrícia Ciarlini",
        "Lucas Incerti",
        "Fabrício Lojacono",
        "",
    ],
)
def test_a_persons_name_is_no_firms(name: str) -> None:
    assert not words.company_like(name)


@pytest.mark.parametrize(
    "email",
    [
        "compras@barzi.com.br",
        "COMPRAS@barzi.com.br",
        "compras2@barzi.com.br",
        "contato.sul@barzi.com.br",
        "nfe@barzi.com.br",
        "Qualidade-SP@barzi.com.br",
        "sac@barzi.com.br",
        "licitação@barzi.com.br",
    ],
)
def test_an_offices_mailbox_is_known_by_its_first_word(email: str) -> None:
    assert words.role_address(email)


@pytest.mark.parametrize(
    "email",
    [
        "maria.compras@barzi.com.br",
        "comprasco@barzi.com.br",
        "joao@compras.com.br",
        "sacha@barzi.com.br",
        "compras",
        "@compras",
        "",
    ],
)
def test_somebodys_mailbox_is_no_offices(email: str) -> None:
    assert not words.role_address(email)


@pytest.mark.parametrize(
    ("login", "name"),
    [
        ("teste", "Fulano"),
        ("teste01", "Fulano"),
        ("usuarioTeste", "Fulano"),
        ("joao", "Usuário TESTE"),
        ("joao", "Produto no ambiente homologação"),
        ("teste@barzi.com.br", ""),
        ("homolog_p070", ""),
    ],
)
def test_a_test_account_says_so_in_a_word_of_its_own(login: str, name: str) -> None:
    assert words.test_account(login, name)


@pytest.mark.parametrize(
    ("login", "name"),
    [
        ("testa", "Marina Testa"),
        ("mtestoni", "Testoni, Marco"),
        ("contestes", "Celeste Testemunha"),
        ("joao@teste.com.br", "João"),
        ("celeste", "Celeste"),
        ("protestei", "Atestes"),
    ],
)
def test_a_surname_is_no_test_account(login: str, name: str) -> None:
    assert not words.test_account(login, name)


@pytest.mark.parametrize(
    ("login", "name"),
    [
        ("svc_siscomex", "Carga"),
        ("robo-li", ""),
        ("x", "Robô de licenças"),
        ("x", "Integração Siscomex"),
        ("Admin", ""),
    ],
)
def test_a_programs_account_is_known_by_login_or_first_word(login: str, name: str) -> None:
    assert words.service_account(login, name)


@pytest.mark.parametrize(
    ("login", "name"),
    [
        ("roboaldo", "Roboaldo Lima"),
        ("pedro", "Pedro Robo"),
        ("adminaldo", "Administradora"),
        ("ana@sistema.com.br", "Ana"),
        ("sistematica", "Sistemática"),
    ],
)
def test_a_surname_or_longer_word_is_no_programs(login: str, name: str) -> None:
    assert not words.service_account(login, name)


def test_the_bodys_mailboxes_are_its_domains_and_those_below() -> None:
    assert words.staff_address("ana@inmetro.gov.br")
    assert words.staff_address("ANA@Surrs.INMETRO.gov.br")
    assert not words.staff_address("ana@inmetro.gov.br.exemplo.com")
    assert not words.staff_address("ana@naoinmetro.gov.br")
    assert not words.staff_address("inmetro@barzi.com.br")


def test_a_group_of_customers_is_no_unit_of_the_body() -> None:
    assert words.staff_groups(["Solicitantes", "Cgcre - Dicor"])
    assert words.staff_groups(["Servidores"])
    assert not words.staff_groups(["Clientes do Inmetro", "Usuários externos"])
    assert not words.staff_groups(["Diretoria", "Analista de Qualidade", "Setor de compras"])
    assert not words.staff_groups([])


def test_a_directory_is_known_by_its_name() -> None:
    assert all(map(words.directory, ("AD", "ldap", "Active Directory", "SSO/SAML", "Windows")))
    assert not any(map(words.directory, ("local", "Orquestra", "formulário", "", "cad")))
