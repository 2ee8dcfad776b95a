"""What the body decides about an import of accounts, beside the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orquestra.passwords import Adapter, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How passwords come in.

    Args:
        profile: How much work a check of a wrapped password shall be.
        key: Names passwords that were seen before, `passwords.seen_key`.
        adapters: The home-made formats that the body described, by name.
    """

    profile: Profile
    key: bytes = field(repr=False)
    adapters: Mapping[str, Adapter] = field(default_factory=dict)
