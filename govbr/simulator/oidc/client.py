"""A registered service, in the form that Authlib asks for."""

import hmac

from authlib.oauth2.rfc6749 import ClientMixin

from govbr.simulator.clients import Client


class RegisteredClient(ClientMixin):  # type: ignore[misc] # Authlib publishes no types
    """A service; its redirect URIs are compared character by character."""

    def __init__(self, client: Client) -> None:
        self.registered = client
        self.client_id = client.client_id

    def get_client_id(self) -> str:
        """Name the client."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """Have none: the request must carry one."""

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Accept its own scopes, `openid` among them; None makes Authlib answer invalid_scope."""
        asked = (scope or "").split()
        known = all(each in self.registered.scopes for each in asked)
        return " ".join(dict.fromkeys(asked)) if known and "openid" in asked else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Compare with the registered ones."""
        return redirect_uri in self.registered.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(client_secret.encode(), self.registered.client_secret.encode())

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Accept the two methods that gov.br's discovery lists."""
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type: str) -> bool:
        """Know the code flow only."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Know the code flow, and the one that gov.br lists and then refuses."""
        return grant_type in ("authorization_code", "client_credentials")
