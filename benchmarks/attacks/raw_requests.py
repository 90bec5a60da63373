"""The attacks by raw requests, by name."""

import gzip
from collections.abc import Mapping

import orjson

from benchmarks.attacks.attack import repeat
from benchmarks.attacks.raw_request import KEY, RawRequest, operation, post, request
from web.request_body import MAXIMUM_BODY

WITH_KEY = {"Authorization": f"Bearer {KEY.decode()}"}
POSITION = orjson.dumps({"query": "{ position }"})
MUTATION = 'mutation { orderConfirm(trackingId: "WA-1") { userErrors { code } } }'
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
    "Sec-WebSocket-Protocol": "graphql-transport-ws",
}


def _documents() -> dict[str, RawRequest]:
    customers = "customer { orders(first: 100) { nodes { "
    bomb = "{ orders(first: 100) { nodes { " + customers * 3 + "id" + " } } } " * 3 + "} } }"
    circle = "{ __schema { types { " + "fields { type { " * 8 + "name" + " } }" * 8 + " } } }"
    directives = "{ position " + "@include(if: true) " * 900 + "}"
    unknown = "{ position " + repeat("@a#", 900) + " }"
    nested = "{ " + "order { " * 2_000 + "id" + " }" * 2_000 + " }"
    cycle = "{ ...A } fragment A on Query { ...B } fragment B on Query { position ...A }"
    return {
        "aliases, 1,000": RawRequest(
            operation("{" + repeat("a#: position", 1_000) + "}"), "200 GRAPHQL_PARSE_FAILED"
        ),
        "one directive 900 times": RawRequest(operation(directives), "200 LIMIT_EXCEEDED"),
        "900 unknown directives": RawRequest(operation(unknown), "200 GRAPHQL_PARSE_FAILED"),
        "one field 3,000 times": RawRequest(
            operation("{" + " position" * 3_000 + "}"), "200 LIMIT_EXCEEDED"
        ),
        "circular introspection": RawRequest(operation(circle), "200 LIMIT_EXCEEDED"),
        "2,000 levels": RawRequest(operation(nested), "200 LIMIT_EXCEEDED"),
        "pages of pages of pages": RawRequest(operation(bomb, WITH_KEY), "200 LIMIT_EXCEEDED"),
        "a cycle of fragments": RawRequest(operation(cycle), "200 GRAPHQL_VALIDATION_FAILED"),
        "a misspelt field": RawRequest(
            operation("{ ordes { id } }"), "200 GRAPHQL_VALIDATION_FAILED"
        ),
        "tracing by a header": RawRequest(
            operation("{ position }", {"Apollo-Federation-Include-Trace": "ftv1"}), "200"
        ),
        "a batch of 100 operations": RawRequest(
            post(b"[" + b",".join([POSITION] * 100) + b"]"), "400 INVALID"
        ),
    }


def _bodies() -> dict[str, RawRequest]:
    deep = (
        b'{"query": "{ position }", "variables": {"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}}"
    )
    members = b'{"query": "{ position }", "variables": {' + b'"a": 1, ' * 100_000 + b'"a": 1}}'
    form = b"query=%7B%20position%20%7D"
    part = (
        b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n'
        + POSITION
        + b"\r\n--x--"
    )
    zipped = gzip.compress(b'{"query": "' + b" " * 50_000_000 + b'{ position }"}')
    return {
        "deep JSON": RawRequest(post(deep), "400 INVALID"),
        "100,000 members of one name": RawRequest(post(members), "200"),
        "a number of 100,000 digits": RawRequest(
            post(b'{"query": "{ position }", "variables": {"a": ' + b"9" * 100_000 + b"}}"),
            "400 INVALID",
        ),
        "a body that is too long": RawRequest(
            post(b" " * (MAXIMUM_BODY + 1)), "413 LIMIT_EXCEEDED"
        ),
        "a packed body of 50 MB": RawRequest(
            post(zipped, {"Content-Encoding": "gzip"}), "415 INVALID"
        ),
        "a form": RawRequest(
            post(form, {"Content-Type": "application/x-www-form-urlencoded"}), "415 INVALID"
        ),
        "a form with parts": RawRequest(
            post(part, {"Content-Type": "multipart/form-data; boundary=x"}), "415 INVALID"
        ),
        "JSON as plain text": RawRequest(
            post(POSITION, {"Content-Type": "text/plain"}), "415 INVALID"
        ),
        "JSON without a type": RawRequest(post(POSITION, {"Content-Type": ""}), "415 INVALID"),
        "bytes that are not UTF-8": RawRequest(post(b'{"query": "\xff"}'), "400 INVALID"),
    }


def _methods() -> dict[str, RawRequest]:
    mutation = MUTATION.replace(" ", "%20").replace('"', "%22")
    return {
        "a mutation by GET": RawRequest(request(f"GET /graphql?query={mutation}"), "405 INVALID"),
        "a mutation by GET for events": RawRequest(
            request(f"GET /graphql?query={mutation}", {"Accept": "text/event-stream"}),
            "405 INVALID",
        ),
        "TRACE": RawRequest(request("TRACE /graphql"), "405 INVALID"),
        "DELETE": RawRequest(request("DELETE /graphql"), "405 INVALID"),
        "CONNECT": RawRequest(request("CONNECT evil.example:443"), "400"),
        "an unknown method": RawRequest(request("EVIL /graphql"), "400"),
        "another method by a header": RawRequest(
            request("GET /graphql?query={position}", {"X-HTTP-Method-Override": "DELETE"}), "200"
        ),
    }


def _heads() -> dict[str, RawRequest]:
    evil = {"Origin": "https://evil.example"}
    both = {"Transfer-Encoding": "chunked", "Content-Length": "5"}
    smuggled = b"0\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    twice = request("POST /graphql", {"Content-Length": "2\r\nContent-Length: 30"}, POSITION)
    name = "query%20a{position}&operationName=a%0d%0aSet-Cookie:%20evil=1"
    return {
        "a line end in a value": RawRequest(
            request("GET /livez", {"X-Request-Id": "a\nEvil: 1"}), "400"
        ),
        "a zero byte in a value": RawRequest(
            request("GET /livez", {"X-Request-Id": "a\0b"}), "400"
        ),
        "a line end in a name of an operation": RawRequest(
            request(f"GET /graphql?query={name}"), "200 INVALID"
        ),
        "a folded header": RawRequest(request("GET /livez", {"X-A": "b\r\n c"}), "400"),
        "a length and chunks": RawRequest(request("POST /graphql", both, smuggled), "400"),
        "two lengths": RawRequest(twice, "400"),
        "a negative length": RawRequest(
            request("POST /graphql", {"Content-Length": "-1"}, b"a"), "400"
        ),
        "a chunk of no size": RawRequest(
            request(
                "POST /graphql", {"Content-Length": "", "Transfer-Encoding": "chunked"}, b"zz\r\n"
            ),
            "400",
        ),
        "a header of 1 MB": RawRequest(request("GET /livez", {"X-A": "a" * 1_000_000}), "closed"),
        "10,000 headers": RawRequest(
            request("GET /livez", {f"X-{number}": "a" for number in range(10_000)}), "400"
        ),
        "a key of 60,000 characters": RawRequest(
            operation("{ position }", {"Authorization": "Bearer " + "a" * 60_000}),
            "401 UNAUTHENTICATED",
        ),
        "an unknown key": RawRequest(
            operation("{ position }", {"Authorization": "Bearer wa_live_a"}), "401 UNAUTHENTICATED"
        ),
        "the host of a stranger": RawRequest(
            request("GET /graphql/", {"Host": "evil.example"}), "400 INVALID"
        ),
        "a websocket of a foreign page": RawRequest(request("GET /graphql", UPGRADE | evil), "403"),
        "a websocket of a page without an origin": RawRequest(
            request("GET /graphql", UPGRADE | {"Origin": "null"}), "403"
        ),
        "a preflight of a foreign page": RawRequest(
            request("OPTIONS /graphql", evil | {"Access-Control-Request-Method": "POST"}),
            "403 FORBIDDEN",
        ),
    }


def _paths() -> dict[str, RawRequest]:
    paths = {
        "/../../../../etc/passwd": "404",
        "/graphql/../livez": "404",
        "/graphql/%2e%2e/%2e%2e/etc/passwd": "404",
        "/graphql%2flivez": "404",
        "/graphql;a=b": "404",
        "/graphql%00": "404",
        "/GraphQL": "404",
        "/graphiql/assets/../../../config.py": "404",
        "/graphiql/%2e%2e%2fpage.html": "404",
        "//evil.example/%2e%2e": "404",
        "http://evil.example/graphql": "400 INVALID",
        "/" + "a" * 60_000: "404",
        "/caf\xe9": "400",
        "/.env": "404",
        "/server.py": "404",
    }
    return {
        f"the path {path[:40]}": RawRequest(request(f"GET {path}"), answer)
        for path, answer in paths.items()
    }


def all_raw_requests() -> Mapping[str, RawRequest]:
    """Return every attack by its name."""
    return _documents() | _bodies() | _methods() | _heads() | _paths()
