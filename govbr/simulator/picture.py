"""The photo of a made-up person: a drawn silhouette, so that no real face is used."""

import struct
import zlib

_SIDE = 96
_COLOURS = ((19, 81, 180), (22, 136, 33), (124, 58, 237), (180, 83, 9), (15, 118, 110))
_SKIN = (255, 255, 255)


def draw(cpf: str) -> bytes:
    """Draw head and shoulders on a colour that depends on the person.

    Args:
        cpf: Eleven digits; only picks the colour.

    Returns:
        A PNG file (ISO/IEC 15948).
    """
    ground = _COLOURS[int(cpf) % len(_COLOURS)]
    rows = b"".join(b"\0" + bytes(_row(y, ground)) for y in range(_SIDE))
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def _row(y: int, ground: tuple[int, int, int]) -> list[int]:
    colours = (_SKIN if _inside(x, y) else ground for x in range(_SIDE))
    return [value for colour in colours for value in colour]


def _inside(x: int, y: int) -> bool:
    head = (x - 48) ** 2 + (y - 36) ** 2 < 17**2
    shoulders = ((x - 48) / 34) ** 2 + ((y - 92) / 32) ** 2 < 1
    return head or shoulders


def _chunk(kind: bytes, content: bytes) -> bytes:
    length, check = len(content), zlib.crc32(kind + content)
    return struct.pack(">I", length) + kind + content + struct.pack(">I", check)
