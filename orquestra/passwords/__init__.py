"""Passwords: new ones by argon2id, and each format that an old .NET base may bring.

Old hashes are wrapped on their way in (`prepare`, `wrap`): the base holds argon2id of what the old
format made of the password, never that itself. Every check is bounded in work and constant in its
comparison, and one for a name that nobody has costs as much as a real one (`refuse`).
"""

from orquestra.passwords.formats import (
    ARGON2ID,
    ASPNET_IDENTITY_V2,
    ASPNET_IDENTITY_V3,
    ASPNET_MEMBERSHIP_HMACSHA256,
    ASPNET_MEMBERSHIP_SHA1,
    FORMATS,
    FORMS_MD5,
    FORMS_SHA1,
)
from orquestra.passwords.home_made import Adapter, Adapters, read_adapters
from orquestra.passwords.legacy import Legacy
from orquestra.passwords.profiles import CHEAP, OWASP_MINIMUM, Profile
from orquestra.passwords.stored import (
    MAXIMUM_LENGTH,
    MINIMUM_LENGTH,
    StoredPassword,
    hash_new,
    refuse,
    verify,
)
from orquestra.passwords.wrapping import prepare, seen, seen_key, wrap

__all__ = [
    "ARGON2ID",
    "ASPNET_IDENTITY_V2",
    "ASPNET_IDENTITY_V3",
    "ASPNET_MEMBERSHIP_HMACSHA256",
    "ASPNET_MEMBERSHIP_SHA1",
    "CHEAP",
    "FORMATS",
    "FORMS_MD5",
    "FORMS_SHA1",
    "MAXIMUM_LENGTH",
    "MINIMUM_LENGTH",
    "OWASP_MINIMUM",
    "Adapter",
    "Adapters",
    "Legacy",
    "Profile",
    "StoredPassword",
    "hash_new",
    "prepare",
    "read_adapters",
    "refuse",
    "seen",
    "seen_key",
    "verify",
    "wrap",
]
