"""Every way in which gov.br can be made to fail: what it is called, where, and what it does.

A transport fault acts before a request is looked at. A content fault acts where the answer is made,
knows whose it is, and can be one person's alone. The control page and the control API list these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Stage = Literal["transport", "content"]

#: Where requests come in. `picture` and `participante` are parts of userinfo and of the companies.
ENDPOINTS: Final = (
    "discovery",
    "authorize",
    "token",
    "jwk",
    "userinfo",
    "picture",
    "empresas",
    "participante",
    "confiabilidades",
    "x509",
    "catalogo",
    "logout",
)


@dataclass(frozen=True, kw_only=True)
class FaultKind:
    """One way to fail.

    Attributes:
        name: As the control API calls it.
        stage: Whether it acts on the connection or on the answer.
        endpoints: Where it can be ordered.
        told: What it does, for the control page.
        options: What may be said with it: `seconds`, `status`, `retry_after`, `retry_after_date`.
        seconds: How long it lasts where nobody says: longer than any client waits for nothing.
    """

    name: str
    stage: Stage
    endpoints: tuple[str, ...]
    told: str
    options: tuple[str, ...] = ()
    seconds: float = 60.0


def _everywhere(name: str, told: str, *options: str, seconds: float = 60.0) -> FaultKind:
    return FaultKind(
        name=name,
        stage="transport",
        endpoints=ENDPOINTS,
        told=told,
        options=options,
        seconds=seconds,
    )


def _at(endpoint: str, name: str, told: str) -> FaultKind:
    return FaultKind(name=name, stage="content", endpoints=(endpoint,), told=told)


DELAY: Final = "delay"

KINDS: Final = (
    _everywhere(DELAY, "Responde só depois de alguns segundos", "seconds", seconds=1.0),
    _everywhere(
        "status",
        "Responde com um erro HTTP (500, 503, 429 …)",
        "status",
        "retry_after",
        "retry_after_date",
    ),
    _everywhere("reset", "A conexão é derrubada (RST)"),
    _everywhere("closed", "A conexão se fecha sem resposta"),
    _everywhere("silence", "Nunca responde; desiste depois dos segundos", "seconds"),
    _everywhere("trickle", "Responde um byte por vez, sem acabar", "seconds"),
    _everywhere("endless", "A resposta não acaba nunca", "seconds"),
    _everywhere("huge", "A resposta tem 4 MB"),
    _everywhere("html", "Responde uma página HTML no lugar do esperado"),
    _everywhere("malformed", "Responde um JSON quebrado"),
    _at("authorize", "denied", "A pessoa não autoriza (Negar), sem que se pergunte"),
    _at("authorize", "window_closed", "A pessoa fecha a janela: o serviço nunca recebe a volta"),
    _at(
        "authorize",
        "lost_flow_after_sign_up",
        "Depois de criar a conta ou recuperar a senha, cai na página inicial do serviço",
    ),
    _at("authorize", "lost_flow", "Depois de entrar, cai na página inicial do serviço, sem código"),
    _at("authorize", "state_lost", "Volta com o código e sem o state"),
    _at("authorize", "state_changed", "Volta com o código e um state que não é o do serviço"),
    _at("authorize", "foreign_iss", "Volta com o código e o iss de outro emissor (RFC 9207)"),
    _at("authorize", "code_missing", "Volta com o state e sem código"),
    _at("authorize", "code_used", "O código que volta já foi trocado por alguém"),
    _at("authorize", "code_expired", "O código que volta já venceu"),
    _at("authorize", "consent_withdrawn", "A pessoa retirou a permissão: o serviço pede de novo"),
    _at("authorize", "server_error", "Volta com error=server_error"),
    _at("authorize", "invalid_scope", "Volta com error=invalid_scope"),
    _at("token", "invalid_grant", "Recusa o código: 400 invalid_grant"),
    _at("token", "bad_credentials", "Não reconhece o serviço: 401 Bad credentials"),
    _at("token", "empty_401", "Não reconhece o serviço: 401 de corpo vazio"),
    _at("token", "access_token_missing", "A resposta não tem access_token"),
    _at("token", "scope_missing", "A pessoa não liberou os dados de empresas (govbr_empresa)"),
    _at("token", "id_token_missing", "A resposta não tem id_token"),
    _at("token", "id_token_no_nonce", "O id_token não tem nonce"),
    _at("token", "id_token_wrong_nonce", "O id_token tem o nonce de outra ida"),
    _at("token", "id_token_wrong_iss", "O id_token é de outro emissor"),
    _at("token", "id_token_iss_without_slash", "O iss do id_token perdeu a barra final"),
    _at("token", "id_token_wrong_aud", "O id_token é para outro serviço"),
    _at("token", "id_token_extra_aud", "O id_token é para o serviço e para mais um"),
    _at("token", "id_token_wrong_azp", "O azp do id_token é de outro serviço"),
    _at("token", "id_token_expired", "O id_token venceu há uma hora"),
    _at("token", "id_token_future_iat", "O id_token foi emitido daqui a uma hora"),
    _at("token", "id_token_bad_sub", "O sub do id_token não é um CPF"),
    _at("token", "id_token_bad_signature", "A assinatura do id_token não confere"),
    _at("token", "id_token_alg_none", "O id_token não é assinado (alg none)"),
    _at("token", "id_token_hs256_secret", "O id_token é assinado com o segredo do serviço (HS256)"),
    _at(
        "token",
        "id_token_hs256_public_key",
        "O id_token é assinado com a chave pública como segredo (HS256)",
    ),
    _at("token", "id_token_other_key", "O id_token é assinado com a chave de outro ambiente"),
    _at("token", "shape_sub_with_hyphen", "O sub vem como 123456789-00"),
    _at("token", "shape_sub_pairwise", "O sub não é o CPF, e sim um para cada serviço (pairwise)"),
    _at("token", "shape_amr_text", "O amr é um texto, como em 2020"),
    _at("token", "shape_amr_unknown", "O amr tem uma palavra que ninguém documentou"),
    _at("token", "shape_no_email", "O id_token não tem e-mail"),
    _at("token", "shape_unverified_phone", "O telefone não foi verificado"),
    _at("token", "shape_booleans", "email_verified e phone_number_verified são booleanos"),
    _at("token", "shape_long_life", "O id_token vale 600 segundos, e não 60"),
    _at("token", "agent_in_id_token", "Procuração: o id_token a diz"),
    _at("token", "agent_in_access_token", "Procuração: só o access_token a diz"),
    _at("token", "rotated_key", "A chave muda, com o mesmo kid, antes de assinar"),
    _at("userinfo", "other_sub", "Responde os dados de outra pessoa"),
    _at("userinfo", "no_sub", "A resposta não tem sub"),
    _at("userinfo", "invalid_token", "Não reconhece mais o token: 401"),
    _at("userinfo", "agent", "Procuração: só o userinfo a diz"),
    _at("empresas", "empty", "A pessoa não tem empresas"),
    _at("empresas", "invalid_token", "Não reconhece mais o token: 401"),
    _at("confiabilidades", "invalid_token", "Não reconhece mais o token: 401"),
    _at("confiabilidades", "empty", "A conta não tem níveis nem selos"),
    _at("x509", "not_found", "A pessoa não entrou com certificado: 404"),
    _at("catalogo", "fixed_address", "Volta à página inicial do serviço, e não ao endereço pedido"),
    _at("picture", "base64", "A foto vem como texto em base64"),
    _at("picture", "not_found", "A conta não tem foto: 404"),
    _at("discovery", "complete", "O documento traz também o que o gov.br omite"),
    _at("participante", "not_found", "A empresa não conhece a pessoa: 404"),
    _at("participante", "unknown_role", "A atuação é uma que ninguém documentou"),
)

BY_NAME: Final[Mapping[str, FaultKind]] = {
    **{f"{kind.endpoints[0]}:{kind.name}": kind for kind in KINDS if kind.stage == "content"},
    **{kind.name: kind for kind in KINDS if kind.stage == "transport"},
}
#: Transport faults that are acted out in place of the answer.
BREAKS: Final = tuple(
    kind.name for kind in KINDS if kind.stage == "transport" and kind.name != DELAY
)


def kinds_at(endpoint: str) -> tuple[FaultKind, ...]:
    """Give the faults that an endpoint can have."""
    return tuple(kind for kind in KINDS if endpoint in kind.endpoints)


def find(endpoint: str, name: str) -> FaultKind | None:
    """Give the fault of a name at an endpoint, if it has one."""
    return next((kind for kind in kinds_at(endpoint) if kind.name == name), None)
