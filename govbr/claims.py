"""Who gov.br says came: its claims, in every shape that its manual and its servers use.

The manual and its samples contradict themselves (string and boolean truths, text and list
scopes, a CPF with a hyphen), so reading is tolerant: an unknown value is kept, a missing one is
None. Refused are only a subject that is no CPF, and one who acts for another person.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from govbr.errors import ActsForAnother, BadAnswer
from govbr.registry_numbers import normalised_cnpj, normalised_cpf

_LONGEST_TEXT = 300  # characters; a longer name or address is not one
_LONGEST_LIST = 100  # entries of amr or reliabilities


@dataclass(frozen=True, repr=False)
class IdentityClaims:
    """What gov.br vouches for about one person.

    Attributes:
        sub: The CPF, eleven digits.
        name: The name; None when gov.br gives none.
        social_name: The social name, where one is registered.
        email: The e-mail address; None unless gov.br says it is verified.
        phone: The phone number; None unless gov.br says it is verified.
        amr: How the person came in (`passwd`, `x509`, `bank` …), as gov.br says it.
        level: The account's level in gov.br's English word (`gold`, `silver`, `bronze`).
        reliabilities: The ids of the account's seals.
        cnpj: The company's number, when a company certificate was used.
        cnpj_certificate_name: The name in that certificate.
    """

    sub: str
    name: str | None = None
    social_name: str | None = None
    email: str | None = None
    phone: str | None = None
    amr: tuple[str, ...] = ()
    level: str | None = None
    reliabilities: tuple[str, ...] = ()
    cnpj: str | None = None
    cnpj_certificate_name: str | None = None

    def __repr__(self) -> str:
        """Say nothing of the person: this may stand in a trace."""
        return f"IdentityClaims(amr={self.amr!r}, level={self.level!r})"

    @property
    def called(self) -> str | None:
        """The name to address the person by: the social one where there is one."""
        return self.social_name or self.name

    def completed_by(self, other: "IdentityClaims") -> "IdentityClaims":
        """Fill what is missing here from another answer about the same person.

        Args:
            other: The ID token's claims, where this is userinfo's: only the former tell how the
                person came in.

        Returns:
            The claims with the gaps filled.

        Raises:
            BadAnswer: When the other is about somebody else.
        """
        if other.sub != self.sub:
            raise BadAnswer("two answers of gov.br name different persons; nobody was identified")
        gaps = {
            name: getattr(other, name)
            for name in self.__dataclass_fields__
            if getattr(self, name) in (None, ())
        }
        return replace(self, **gaps)


def acts_for_another(claims: Mapping[str, Any]) -> bool:
    """Tell whether claims are about somebody who came in by a procuração.

    Args:
        claims: Of any token, or of userinfo (manual, "Procuração Eletrônica").

    Returns:
        Whether either of the two claims says so.
    """
    return _is_true(claims.get("agent")) or claims.get("grantor_account") is not None


def read_identity(claims: Mapping[str, Any]) -> IdentityClaims:
    """Read the claims of an ID token or of userinfo.

    Args:
        claims: The JSON object (manual, passos 6 and 9).

    Returns:
        The person's facts.

    Raises:
        ActsForAnother: When the person acts for another one by a procuração: what is linked for
            good must be asked for by its owner.
        BadAnswer: When `sub` is no CPF with valid check digits.
    """
    if acts_for_another(claims):
        raise ActsForAnother
    sub = normalised_cpf(claims.get("sub"))
    if sub is None:
        raise BadAnswer("gov.br named a person by something that is no valid CPF; ask its support")
    reliability = claims.get("reliability_info")
    info = reliability if isinstance(reliability, Mapping) else {}
    return IdentityClaims(
        sub=sub,
        name=_text(claims.get("name")),
        social_name=_text(claims.get("social_name")),
        email=_verified(claims, "email", "email_verified"),
        phone=_verified(claims, "phone_number", "phone_number_verified"),
        amr=_words(claims.get("amr")),
        level=_level(info.get("level")),
        reliabilities=_seal_ids(info.get("reliabilities")),
        cnpj=normalised_cnpj(claims.get("cnpj")),
        cnpj_certificate_name=_text(claims.get("cnpj_certificate_name")),
    )


def read_scopes(value: object) -> str:
    """Bring granted scopes, a list or a text, to a text separated by one space.

    Args:
        value: The `scope` of the token answer (a text) or of a token (a list).

    Returns:
        The scopes, each once, in their order; empty when there are none.
    """
    return " ".join(dict.fromkeys(_words(value)))


def identity_to_mapping(identity: IdentityClaims) -> dict[str, Any]:
    """Turn claims into what JSON can hold, for sealing.

    Args:
        identity: The claims.

    Returns:
        A mapping that `identity_from_mapping` reads.
    """
    return {name: getattr(identity, name) for name in identity.__dataclass_fields__}


def identity_from_mapping(mapping: Mapping[str, Any]) -> IdentityClaims:
    """Turn an unsealed mapping back into claims.

    Args:
        mapping: What `identity_to_mapping` gave.

    Returns:
        The same claims.
    """
    lists = {name: tuple(mapping[name]) for name in ("amr", "reliabilities")}
    return IdentityClaims(**{**mapping, **lists})


def _text(value: object) -> str | None:
    """Keep a printable text of bearable length; a name must not be able to break a header."""
    if not isinstance(value, str):
        return None
    shown = "".join(" " if unicodedata.category(mark)[0] in "CZ" else mark for mark in value)
    return " ".join(shown.split())[:_LONGEST_TEXT] or None


def _is_true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def _verified(claims: Mapping[str, Any], name: str, proof: str) -> str | None:
    return _text(claims.get(name)) if _is_true(claims.get(proof)) else None


def _words(value: object) -> tuple[str, ...]:
    """Read a list of words, or the one text that it was until 2020."""
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    if not isinstance(value, list):
        return ()
    words = (_text(word) for word in value[:_LONGEST_LIST])
    return tuple(word for word in words if word)


def _level(value: object) -> str | None:
    word = _text(value)
    return word.lower() if word else None


def _seal_ids(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    ids = (_text(str(seal["id"])) for seal in value[:_LONGEST_LIST] if _has_id(seal))
    return tuple(number for number in ids if number)


def _has_id(seal: object) -> bool:
    return isinstance(seal, Mapping) and isinstance(seal.get("id"), str | int)
