"""The words by which kinds are told, all in one place, as docs/login-kinds.md explains them.

Every word is folded: lower case, no accents. A body that differs from Inmetro changes this file
and nothing else.
"""

from typing import Final


def _set(words: str) -> frozenset[str]:
    """Split a text into a set, so that the lists below read as lists."""
    return frozenset(words.split())


#: Mailboxes of the body's own people; subdomains count too.
STAFF_MAIL_DOMAINS: Final = frozenset({"inmetro.gov.br"})

#: `auth_kind` of people whose password a directory keeps: the body's own, never a customer's.
DIRECTORIES: Final = _set(
    "ad activedirectory adfs azure azuread entra kerberos ldap ntlm saml sso windows"
)

#: Units of the body, and what it calls its people, as they stand in names of groups and teams.
#: Words that a firm's own departments bear too (diretoria, setor, analista) say nothing.
STAFF_GROUP_WORDS: Final = _set(
    "cgcre dconf dicla dicor dimci dimel diraf dplan dqual inmetro profe servidor servidores"
)

#: A group with one of these is a group of customers, whatever else its name says.
CUSTOMER_GROUP_WORDS: Final = _set(
    "cliente clientes empresa empresas estrangeira estrangeiras estrangeiro estrangeiros externa "
    "externas externo externos foreign importador importadores requisitante requisitantes "
    "solicitante solicitantes"
)

#: Groups of foreign customers.
FOREIGN_GROUP_WORDS: Final = _set(
    "estrangeira estrangeiras estrangeiro estrangeiros foreign foreigner foreigners"
)

#: Nobody is called this: it marks a test account in a name and in a login.
TEST_WORDS: Final = _set("hml homolog homologacao teste testes treinamento")

#: Names of programs and of accounts that nobody in particular uses. Some of them open the name of
#: a firm, so that they count only where neither a document nor the name says customer.
SERVICE_WORDS: Final = _set(
    "admin administrador administrator api batch bot daemon integracao integrador migracao noreply "
    "robo root scheduler service servico sistema svc sysadmin system test webservice"
)

#: What a firm's name says of its form or its trade.
COMPANY_WORDS: Final = _set(
    "academia administradora agropecuaria alimentos armazens associacao associados atacadista "
    "atacado autopecas brinquedos certificacao certificadora cia comercial comercializadora "
    "comercio companhia confeccoes consorcio construcoes construtora consultoria cooperativa "
    "corp corporation cosmeticos despachante despachos distribuicao distribuidora editora eireli "
    "eletrica eletronica eletronicos embalagens empreendimentos empresa engenharia ensaios epp "
    "equipamentos exportacao exportacoes exportadora fabrica farmaceutica ferramentas fundacao "
    "fundicao gmbh holding hospital importacao importacoes importadora inc incorporadora industria "
    "industrial industrias instituto laboratorio laboratorios llc locacao logistica lojas ltd ltda "
    "magazine manutencao maquinas materiais metalurgica metrologia mineracao moveis oficina papeis "
    "participacoes plasticos prefeitura produtos quimica representacoes retifica servicos "
    "siderurgica sindicato sociedade solucoes srl supermercado supermercados tecidos tecnologia "
    "texteis textil trading transportadora transportes universidade usina varejo"
)

#: What stands at the beginning of a mailbox that an office shares.
ROLE_MAILBOX_WORDS: Final = _set(
    "adm admin administracao administrativo atendimento cadastro certificacao certificacoes "
    "cobranca comercial comex compliance compras contabil contabilidade contact contas contato "
    "contatos departamento depto diretoria documentacao documentos empresa engenharia escritorio "
    "exportacao expedicao faleconosco faturamento financeiro fiscal geral gerencia hello "
    "homologacao importacao info inmetro juridico laboratorio legal licitacao licitacoes logistica "
    "manutencao marketing nf nfe nfse office ouvidoria pedidos postmaster presidencia processos "
    "producao projetos purchasing qualidade quality recepcao recursoshumanos registro registros "
    "regulatorio rh sac sales secretaria sgq suporte suprimentos tecnico ti tributario vendas "
    "webmaster"
)
