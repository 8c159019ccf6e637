"""Plain HTTP, without proxies and without exceptions for refusals."""

import urllib.error
import urllib.request

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(request):
    """Sends a plain HTTP request; gives its status, headers and text, errors included."""
    try:
        with DIRECT.open(request, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()
