"""How the staff's pages call what the base keeps in codes."""

from typing import Final

RULES: Final = {
    "nenhuma": "nenhuma regra se aplica",
    "cnpj": "tem CNPJ",
    "cpf": "tem CPF",
    "nome_de_empresa": "o nome é de empresa",
    "grupo_de_estrangeiros": "está num grupo de clientes estrangeiros",
    "idioma": "sem documento, e o idioma não é o português do Brasil",
    "identificacao": "sem documento, com identificação (passaporte ou matrícula)",
    "diretorio": "entra por um diretório do órgão",
    "email_do_orgao": "o e-mail é do órgão",
    "grupo_do_orgao": "está num grupo do órgão",
    "palavra_de_teste": "o login ou o nome dizem que é de teste",
    "palavra_de_servico": "o login ou o nome são de um programa",
    "equipe": "escolhido pela equipe",
}
SIGNALS: Final = {
    "cnpj": "tem CNPJ",
    "nome_de_empresa": "nome de empresa",
    "email_de_funcao": "e-mail de setor",
    "varias_redes": "três redes ou mais num só dia",
}
STATES: Final = {
    "legacy": "acesso antigo",
    "linking": "vinculação em andamento",
    "linked": "vinculado ao gov.br",
}
SHARED: Final = {"cpf": "mesmo CPF", "cnpj": "mesmo CNPJ", "email": "mesmo e-mail"}
KIND_HINTS: Final = {
    "pessoa": "Participa da campanha.",
    "empresa": "Participa da campanha; a vinculação confere os vínculos com o CNPJ.",
    "estrangeiro": "Sem CPF: fica fora da campanha e mantém o acesso antigo até a data abaixo.",
    "servico": "Fica fora da campanha.",
    "equipe": "Fica fora da campanha.",
    "desconhecido": "Participa da campanha até que se saiba mais.",
}
