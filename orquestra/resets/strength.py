"""Which new passwords are refused: short ones, and those that are tried first.

NIST SP 800-63B, 5.1.1.2: a length, a list of common ones, words of the account itself; no rule
about capitals and signs, which makes passwords harder to remember and no harder to guess.
"""

from typing import Literal

from orquestra.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH
from orquestra.text import fold

Weakness = Literal["curta", "longa", "do_login", "comum"]

_COMMON = frozenset(
    """
    12345678 123456789 1234567890 87654321 987654321 0987654321 11223344 12341234 123123123
    1q2w3e4r 1q2w3e4r5t q1w2e3r4 qwertyui qwertyuiop qwerty123 qwerty12 asdfghjk asdfghjkl
    zxcvbnm1 abcd1234 abc12345 abc123456 abcdefgh 1234abcd password password1 password123
    senha123 senha1234 senha12345 senha123456 minhasenha mudar123 mudar1234 mudar12345 trocar123
    teste123 teste1234 brasil123 brasil2024 brasil2025 brasil2026 inmetro1 inmetro123 orquestra
    orquestra1 orquestra123 flamengo corinthians palmeiras saopaulo vasco123 gremio123 cruzeiro
    familia123 felicidade jesuscristo deusefiel iloveyou princesa estrela123 admin123 admin1234
    administrador welcome1 welcome123 bemvindo bemvindo1 letmein1 acesso123 usuario123
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_SHORTEST_NAME = 4  # a shorter login says nothing about a password that holds it


def weakness(password: str, *, login: str) -> Weakness | None:
    """Say why a new password is refused.

    Args:
        password: The password, as typed.
        login: The name of the login that it would open.

    Returns:
        Why, None when it is good.
    """
    if len(password) < MINIMUM_LENGTH:
        return "curta"
    if len(password) > MAXIMUM_LENGTH:
        return "longa"
    plain, name = fold(password), fold(login)
    if len(set(plain)) == 1 or plain in _COMMON:
        return "comum"
    if plain in (name, name[::-1]) or (
        len(name) >= _SHORTEST_NAME and _without(plain, name) < _SHORTEST_NAME
    ):
        return "do_login"
    return None


def _without(password: str, name: str) -> int:
    """Count the characters that a password has beside a name that it holds."""
    return len(password) - len(name) if name in password else len(password)
