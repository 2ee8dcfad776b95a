"""Ask the program's own processes whether they are ready."""

import http.client

_OK = 200


def answers(port: int, path: str) -> bool:
    """Ask a web server on loopback.

    Args:
        port: Its port.
        path: What to ask for.

    Returns:
        Whether it answered 200.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == _OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
