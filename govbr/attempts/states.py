"""The form in which the state of an attempt is kept."""

import hashlib


def hash_of_state(state: str) -> str:
    """Give the form in which a state is stored, so that the table alone completes no handshake.

    Args:
        state: What the browser carries.

    Returns:
        SHA-256 in hexadecimal. The state is 256 random bits, so no salt is needed.
    """
    return hashlib.sha256(state.encode()).hexdigest()
