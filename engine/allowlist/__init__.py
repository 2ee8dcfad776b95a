"""What a diagram may hold: all else is refused at deploy, with its place."""

from engine.allowlist.checking import findings

__all__ = ["findings"]
