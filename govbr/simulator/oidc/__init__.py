"""The OpenID provider: the protocol's endpoints, on Authlib's authorization server."""
