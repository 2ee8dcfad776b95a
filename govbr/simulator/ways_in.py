"""The other ways to come in than by password: what each is called, and what it says in `amr`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

BANKS: Final[Mapping[str, str]] = {
    "bank001": "Banco do Brasil",
    "bank121": "Agibank",
    "bank070": "BRB",
    "bank041": "Banrisul",
    "bank237": "Bradesco",
    "bank104": "Caixa",
    "bank341": "Itaú",
    "bank389": "Mercantil",
    "bank033": "Santander",
    "bank756": "Sicoob",
    "bank748": "Sicredi",
}
CLOUDS: Final[Mapping[str, str]] = {
    "x509_neoid": "NeoID",
    "x509_safeid": "SafeID",
    "x509_birdid": "BirdID",
    "x509_serasa": "Serasa",
    "x509_vidaas": "VIDaaS",
    "x509_remoteid": "RemoteID",
}


@dataclass(frozen=True, kw_only=True)
class WayIn:
    """One other way in.

    Attributes:
        code: In the page's address.
        name: On the login page.
        amr: The words that it always says.
        choices: The words of which one is added, with their names.
        chooses: What is chosen among them.
        company: Whether a company's certificate may be used.
        level: The level that the account has at least afterwards.
    """

    code: str
    name: str
    amr: tuple[str, ...]
    choices: Mapping[str, str]
    chooses: str = ""
    company: bool = False
    level: str | None = None


WAYS: Final[Mapping[str, WayIn]] = {
    way.code: way
    for way in (
        WayIn(
            code="banco",
            name="Login com seu banco",
            amr=("bank",),
            choices=BANKS,
            chooses="Banco",
            level="silver",
        ),
        WayIn(code="qrcode", name="Login com QR code", amr=("app", "app_qrcode"), choices={}),
        WayIn(
            code="certificado",
            name="Seu certificado digital",
            amr=("x509", "x509_token"),
            choices={},
            company=True,
            level="gold",
        ),
        WayIn(
            code="nuvem",
            name="Seu certificado digital em nuvem",
            amr=("x509",),
            choices=CLOUDS,
            chooses="Provedor",
            level="gold",
        ),
    )
}
