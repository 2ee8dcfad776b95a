"""The headers of every answer: a Content-Security-Policy with a nonce, and no copy kept anywhere.

The pages load nothing from other hosts. The one foreign target is gov.br, where two of our forms
lead by a redirect: browsers hold redirects after a form against `form-action` (CSP Level 3, 6.4.1).
"""

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, g, request

from web.services import current_services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from govbr.settings import RelyingPartySettings

_NONCE_BYTES = 16
_YEAR = "max-age=31536000; includeSubDomains"
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
_OF_GOVBR = ".acesso.gov.br"


def register(app: Flask) -> None:
    """Give an application's answers their headers, and its templates `csp_nonce()`.

    Args:
        app: The application.
    """
    app.after_request(_with_headers)
    app.jinja_env.globals["csp_nonce"] = nonce


def nonce() -> str:
    """Give this answer's nonce for inline scripts and styles.

    Returns:
        A fresh random text, the same for the whole request.
    """
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(_NONCE_BYTES)
    text: str = g.csp_nonce
    return text


def form_targets(relying_party: "RelyingPartySettings") -> str:
    """List where our forms may lead: gov.br's own origins.

    Args:
        relying_party: Says where gov.br stands.

    Returns:
        Origins for `form-action`. In production gov.br moves between several hosts of its own
        domain before it shows its screen, so that all of them are named.
    """
    addresses = (
        relying_party.issuer,
        relying_party.authorization_endpoint,
        relying_party.end_session_endpoint,
    )
    origins = {_origin(address) for address in addresses if address}
    if (urlsplit(relying_party.issuer).hostname or "").endswith(_OF_GOVBR):
        origins.add(f"https://*{_OF_GOVBR}")
    return " ".join(sorted(origins))


def _origin(address: str) -> str:
    """Give the origin of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _policy() -> str:
    """Write the Content-Security-Policy of this answer."""
    own = f"'self' 'nonce-{nonce()}'"
    targets = form_targets(current_services().relying_party)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {own}",
            f"style-src {own}",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            f"form-action 'self' {targets}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _with_headers(response: "Response") -> "Response":
    """Set what an answer has not set itself."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", _PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if current_services().settings.secure:
        headers.setdefault("Strict-Transport-Security", _YEAR)
    if request.endpoint == "static":
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        headers["Cache-Control"] = "no-store"
    return response
