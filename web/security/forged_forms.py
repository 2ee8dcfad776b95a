"""Protection against forged forms: Flask-WTF's token, kept in the session on the server."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect


def register(app: Flask) -> None:
    """Let every request that changes something prove that one of our pages sent it.

    The token lives as long as the session: the session's own limits are the tighter ones.

    Args:
        app: The application.
    """
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=True)
    CSRFProtect(app)
