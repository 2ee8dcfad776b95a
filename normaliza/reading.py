"""Take single values out of the environment, collecting what is wrong instead of stopping."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

Choice = TypeVar("Choice", bound=str)

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749, appendix A.4


@dataclass(frozen=True)
class Reader:
    """Reads values of an environment and gathers the problems; a wrong value gives the default.

    Args:
        environment: The variables.
    """

    environment: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def refuse(self, problem: str) -> None:
        """Note what is wrong.

        Args:
            problem: The variable, its value unless secret, and what to do.
        """
        self.problems.append(problem)

    def text(self, name: str, default: str) -> str:
        """Read a plain text; an empty variable counts as absent.

        Args:
            name: The variable.
            default: What its absence means.

        Returns:
            The value.
        """
        return self.environment.get(name) or default

    def choice(self, name: str, allowed: tuple[Choice, ...]) -> Choice:
        """Read one of a few words.

        Args:
            name: The variable.
            allowed: The words; the first is the default.

        Returns:
            The word.
        """
        value = self.text(name, allowed[0])
        for word in allowed:
            if value == word:
                return word
        self.refuse(f"{name} is {value!r}: set it to one of {', '.join(sorted(allowed))}.")
        return allowed[0]

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Read a whole number.

        Args:
            name: The variable.
            default: What its absence means.
            least: The smallest good value.
            most: The largest good value.

        Returns:
            The number.
        """
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and least <= int(value) <= most:
            return int(value)
        self.refuse(f"{name} is {value!r}: set it to a whole number from {least} to {most}.")
        return default

    def ip_address(self, name: str, default: str) -> str:
        """Read an address to listen on.

        Args:
            name: The variable.
            default: What its absence means.

        Returns:
            The address.
        """
        value = self.text(name, default)
        try:
            ipaddress.ip_address(value)
        except ValueError:
            self.refuse(f"{name} is {value!r}: set it to an IP address, such as 0.0.0.0.")
        return value

    def secret(self, name: str, default: str | None) -> str:
        """Read a credential, which must come without a blank or newline copied along.

        Args:
            name: The variable.
            default: What its absence means; None when it must be set.

        Returns:
            The value.
        """
        value = self.environment.get(name) or default
        if value is None:
            self.refuse(f"{name} is not set: set it to what gov.br issued to this service.")
            return ""
        if not value.isascii() or not value.isprintable() or value != value.strip():
            self.refuse(
                f"{name} (not shown) has a blank, a new line or an unprintable character at its "
                "ends or inside: copy it again, without them."
            )
        return value

    def server_url(self, name: str, schemes: tuple[str, ...], *, required: bool) -> str | None:
        """Read the address of a database or broker, which may hold a password.

        Args:
            name: The variable.
            schemes: The kinds of address that are understood.
            required: Whether its absence is a problem.

        Returns:
            The address; None when it is not set.
        """
        value = self.environment.get(name)
        if not value:
            if required:
                self.refuse(f"{name} is not set: production has no private servers; set it.")
            return None
        scheme, separator, _rest = value.partition("://")
        if not separator or scheme not in schemes:
            self.refuse(
                f"{name} (not shown, it may hold a password) does not begin with "
                f"{' or '.join(f'{known}://' for known in schemes)}: write it so."
            )
        return value

    def web_url(self, name: str, default: str | None) -> str:
        """Read an address that people's data goes over: https, plain http on loopback only.

        Args:
            name: The variable.
            default: What its absence means; None when it must be set.

        Returns:
            The address.
        """
        value = self.environment.get(name) or default
        if value is None:
            self.refuse(f"{name} is not set: set it to an https address.")
            return ""
        if problem := _problem_of_web_url(value):
            self.refuse(f"{name} is {value!r}: {problem}.")
        return value

    def scopes(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Read OAuth scopes, separated by single spaces or `+`.

        Args:
            name: The variable.
            default: What its absence means.

        Returns:
            The scopes, `openid` among them.
        """
        value = self.text(name, " ".join(default))
        scopes = tuple(value.replace("+", " ").split())
        if "openid" not in scopes or not all(map(_SCOPE.fullmatch, scopes)):
            self.refuse(f"{name} is {value!r}: list scopes with spaces between, openid among them.")
        return scopes


def _problem_of_web_url(value: str) -> str | None:
    """What is wrong with a web address, as an instruction; None when it is good."""
    if not value.isascii() or not value.isprintable() or " " in value:
        return "take out blanks, new lines and letters outside ASCII"
    try:
        parts = urlsplit(value)
        hostname, _port = parts.hostname, parts.port
    except ValueError:
        return "write it as https://host or https://host:port"
    if parts.scheme not in {"http", "https"} or not hostname:
        return "write it as https://host"
    if parts.username is not None or parts.query or parts.fragment:
        return "take out user, query and fragment"
    if parts.scheme == "http" and hostname not in _LOOPBACK:
        return "use https (plain http is for this machine's own addresses only)"
    return None
