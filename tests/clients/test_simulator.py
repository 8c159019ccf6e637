"""The simulator itself: who the caller is, the control routes' lock, and requests that are not HTTP."""

import socket
import urllib.request
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from plain_http import send


def test_the_caller_is_the_administrator_and_not_root(simulator):
    identity = simulator.client("sts").get_caller_identity()
    assert identity["Account"] == "123456789012" == simulator.account
    assert identity["Arn"] == "arn:aws:iam::123456789012:user/administrateur"


def test_an_unknown_key_is_refused_with_the_words_of_sts(simulator):
    with pytest.raises(ClientError) as refused:
        simulator.client("sts", aws_access_key_id="AKIAIOSFODNN7EXAMPLE").get_caller_identity()
    assert refused.value.response["Error"]["Code"] == "InvalidClientTokenId"


@pytest.mark.parametrize("route", ["/_cahier/clock", "/_cahier/journal", "/_cahier/journal/1"])
@pytest.mark.parametrize("token", [None, "Bearer faux", "Basic YTpi", "Bearer "])
def test_a_control_route_cannot_be_read_without_the_token(simulator, route, token):
    request = urllib.request.Request(simulator.endpoint + route)
    if token is not None:
        request.add_header("Authorization", token)
    assert send(request)[0] in (401, 403)


@pytest.mark.parametrize("route", ["/_cahier/clock", "/_cahier/reset"])
def test_a_control_route_cannot_be_posted_to_without_the_token(simulator, route):
    before = simulator.control("/_cahier/clock")[1]["offset_seconds"]
    request = urllib.request.Request(simulator.endpoint + route, data=b'{"advance_seconds": 601}')
    request.add_header("Origin", "https://example.com")
    assert send(request)[0] in (401, 403)
    assert simulator.control("/_cahier/clock")[1]["offset_seconds"] == before


def test_the_clock_moves_forward_and_reset_brings_it_back(simulator):
    simulator.advance(601)
    assert simulator.control("/_cahier/clock")[1]["offset_seconds"] == 601
    assert simulator.control("/_cahier/clock", {"advance_seconds": -5})[0] == 400
    assert simulator.control("/_cahier/reset", {})[0] in (200, 204)
    assert simulator.control("/_cahier/clock")[1]["offset_seconds"] == 0


def test_the_journal_tells_each_call(simulator):
    simulator.client("sts").get_caller_identity()
    with pytest.raises(ClientError):
        simulator.client("s3").get_object(Bucket="absent", Key="x")
    status, calls = simulator.control("/_cahier/journal")
    assert status == 200
    told = [(call["service"], call["operation"], call["status"], call["error"]) for call in calls]
    assert told == [("sts", "GetCallerIdentity", 200, None), ("s3", "GetObject", 404, "NoSuchBucket")]
    assert calls[0]["principal"] == "arn:aws:iam::123456789012:user/administrateur"


MALFORMED = {
    "bytes that are no HTTP": b"\x16\x03\x01\x02\x00\x01\x00" + bytes(range(256)),
    "a request line without a version": b"GET /\r\n\r\n",
    "an unknown version": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nHost x\r\n\r\n",
    "headers that never end": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b",
    "a truncated body": b"PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nten bytes.",
    "a length that is no number": b"PUT /b/k HTTP/1.1\r\nHost: x\r\nContent-Length: dix\r\n\r\n",
    "a truncated chunk": b"PUT /b/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc",
    "a chunk size that is no number": b"PUT /b/k HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a header of a megabyte": b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "JSON that stops short": b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n"
    b"Content-Length: 5\r\n\r\n{\"a\":",
    "an authorization that is none": b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 rien\r\n\r\n",
    "a path that is no UTF-8": b"GET /%ff%fe/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_the_simulator_survives(simulator, name):
    address = urlsplit(simulator.endpoint)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.settimeout(10)
        try:
            connection.sendall(MALFORMED[name])
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(65_536)
        except TimeoutError:
            raise
        except OSError:  # it hung up while we were still writing
            answer = b""
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4") or answer.startswith(b"HTTP/1.1 5"), answer[:200]
    assert simulator.alive()
