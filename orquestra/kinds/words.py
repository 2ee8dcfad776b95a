"""What a name, a login, an address or a group says, word by word; never by a part of a word."""

import re
from collections.abc import Iterable

from orquestra.kinds import vocabulary
from orquestra.text import fold

_WORD = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
# "S/A" anywhere, "S.A." only where the name ends or a new part begins: before a surname they are
# somebody's initials. "SA" alone is the surname Sá in capitals.
_JOINT_STOCK = re.compile(r"(?:^|\s)(?:s\s?/\s?a\b|s\.\s?a\b\.?(?=\s*(?:$|[-,(/])))")
# "ME" ends a firm's name, if need be before another form; "Diga-me" and a lone "Me" do not.
_MICRO = re.compile(r"\S\s+(?:-\s*)?me\b\.?(?=\s*(?:$|[-,(]|epp\b))")


def words_of(text: str) -> list[str]:
    """Split a text into its words: folded, without digits and signs.

    Args:
        text: Any text.

    Returns:
        The words in their order.
    """
    return _WORD.findall(fold(text))


def company_like(name: str) -> bool:
    """Tell whether a name is a firm's or another body's, which marks a login that many may use.

    Args:
        name: The login's display name.

    Returns:
        True for a legal form or a trade as a whole word.
    """
    if not vocabulary.COMPANY_WORDS.isdisjoint(words_of(name)):
        return True
    folded = fold(name)
    return bool(_JOINT_STOCK.search(folded) or _MICRO.search(folded))


def role_address(email: str) -> bool:
    """Tell whether a mailbox is an office's rather than somebody's.

    Args:
        email: The address.

    Returns:
        True where it begins with an office's word: compras2@, contato.sul@, not maria.compras@.
    """
    local, _, domain = email.partition("@")
    first = words_of(local)[:1]
    return bool(domain) and not vocabulary.ROLE_MAILBOX_WORDS.isdisjoint(first)


def staff_address(email: str) -> bool:
    """Tell whether a mailbox is one of the body's own.

    Args:
        email: The address.

    Returns:
        True for the body's domain and those below it.
    """
    labels = fold(email.rpartition("@")[2]).split(".")
    return any(".".join(labels[at:]) in vocabulary.STAFF_MAIL_DOMAINS for at in range(len(labels)))


def staff_groups(groups: Iterable[str]) -> bool:
    """Tell whether a group, team or position is one of the body's units.

    Args:
        groups: Their names.

    Returns:
        True if one names a unit and no customers: "Clientes do Inmetro" are not its staff.
    """
    return any(
        not vocabulary.STAFF_GROUP_WORDS.isdisjoint(words)
        and vocabulary.CUSTOMER_GROUP_WORDS.isdisjoint(words)
        for words in map(words_of, groups)
    )


def foreign_groups(groups: Iterable[str]) -> bool:
    """Tell whether a group is of foreign customers.

    Args:
        groups: Their names.

    Returns:
        True if one says so.
    """
    return any(not vocabulary.FOREIGN_GROUP_WORDS.isdisjoint(words_of(each)) for each in groups)


def directory(auth_kind: str) -> bool:
    """Tell whether a directory keeps the password.

    Args:
        auth_kind: As the old portal names the way in.

    Returns:
        True for a known directory; "local" and what nobody knows are none.
    """
    words = words_of(auth_kind)
    return not vocabulary.DIRECTORIES.isdisjoint([*words, "".join(words)])


def test_account(login: str, name: str) -> bool:
    """Tell whether login or name say that an account is for tests.

    Args:
        login: The login; of an e-mail only what stands before the @.
        name: The display name.

    Returns:
        True for a whole word: neither Testa nor Testoni is one.
    """
    words = [*_words_of_login(login), *words_of(name)]
    return not vocabulary.TEST_WORDS.isdisjoint(words)


def service_account(login: str, name: str) -> bool:
    """Tell whether login or name are a program's.

    Args:
        login: The login; of an e-mail only what stands before the @.
        name: The display name, of which only the first word counts: what follows may be a surname.

    Returns:
        True for a whole word.
    """
    words = [*_words_of_login(login), *words_of(name)[:1]]
    return not vocabulary.SERVICE_WORDS.isdisjoint(words)


def _words_of_login(login: str) -> list[str]:
    """Split a login, of which an e-mail's domain is no part: `usuarioTeste01` has two words."""
    return words_of(_CAMEL.sub(" ", login.partition("@")[0]))
