"""Asks our own web process how it is, under the name and the scheme that it expects; exit code 0 when all is well."""

import http.client
import os
import sys
from urllib.parse import urlsplit


def status(port: int = 8000) -> int:
    """Return the status of /gezond/, 0 when nobody answers."""
    site = urlsplit(os.environ["SITE_URL"])
    headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme}
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
        connection.request("GET", "/gezond/", headers=headers)
        return connection.getresponse().status
    except OSError:
        return 0


if __name__ == "__main__":
    sys.exit(0 if status() == 200 else 1)
