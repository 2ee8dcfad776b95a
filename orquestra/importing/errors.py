"""What stops an import before its first line; everything later is a row of the rejects file."""

from orquestra.errors import OrquestraError


class UnreadableHeader(OrquestraError):
    """The first line does not name the columns that this kind of file has."""


class BadValue(OrquestraError):
    """One cell cannot be read; the text is the Portuguese reason for the rejects file."""
