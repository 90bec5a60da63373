"""API keys are created, listed and revoked on the command line."""

import re

from access.key_format import KEY_PREFIX, is_well_formed
from access.scopes import Scope
from tests.commands.conftest import RunCommand

LISTED = re.compile(r"(?P<id>[0-9a-f-]{36})  (?P<name>\S+) +(?P<hint>\S+)  (?P<scopes>\S+)  ")


def test_the_secret_stands_alone_on_the_last_line(run: RunCommand) -> None:
    result = run("keys", "create", "--name", "shop", "--scope", "ORDERS_READ")

    assert result.exit_code == 0
    assert re.fullmatch(rf"{KEY_PREFIX}[0-9a-f]+\n", result.stdout)
    assert is_well_formed(result.stdout.strip())
    assert re.fullmatch(
        r"Key [0-9a-f-]{36} may ORDERS_READ\. Its secret, shown this once:\n", result.stderr
    )


def test_keys_are_listed_in_columns_and_revoked_by_id(run: RunCommand) -> None:
    run("keys", "create", "--name", "shop", "--scope", "orders_read", "--scope", "ADMIN")
    run(
        "keys",
        "create",
        "--name",
        "console",
        "--all-scopes",
        "--expires-at",
        "2090-01-01T00:00:00Z",
    )

    title, shop, console = run("keys", "list").stdout.splitlines()

    key = LISTED.match(shop)
    assert key is not None
    assert (key["name"], key["scopes"]) == ("shop", "ADMIN,ORDERS_READ")
    assert re.fullmatch("[0-9a-f]{4}", key["hint"])
    assert title.index("NAME") == shop.index("shop") == console.index("console")
    assert "2090-01-01T00:00:00Z  -          -" in console
    assert console.count(",") == len(Scope) - 1

    revoked = run("keys", "revoke", key["id"])
    again = run("keys", "revoke", key["id"])

    assert (revoked.exit_code, revoked.stdout) == (0, again.stdout)
    assert revoked.stdout.startswith(f"Key {key['id']} (shop) was revoked 20")
    assert run("keys", "list").stdout.splitlines()[1].endswith("Z")


def test_a_key_is_rotated_by_its_id(run: RunCommand) -> None:
    run("keys", "create", "--name", "shop", "--scope", "ADMIN")
    key = LISTED.match(run("keys", "list").stdout.splitlines()[1])
    assert key is not None

    rotated = run("keys", "rotate", key["id"], "--keep-previous", "1.5")

    assert rotated.exit_code == 0
    assert is_well_formed(rotated.stdout.strip())
    assert re.fullmatch(
        rf"The previous secret of key {key['id']} works until [0-9TZ:-]{{20}}\. The new one:\n",
        rotated.stderr,
    )
    listed = LISTED.match(run("keys", "list").stdout.splitlines()[1])
    assert listed is not None
    assert (listed["id"], listed["hint"]) == (key["id"], rotated.stdout.strip()[-4:])
    assert (
        "between 0 and 720 hours"
        in run("keys", "rotate", key["id"], "--keep-previous", "1e300").output
    )


def test_a_second_rotation_warns_that_an_earlier_secret_has_ended(run: RunCommand) -> None:
    run("keys", "create", "--name", "shop", "--scope", "ADMIN")
    first = run("keys", "rotate", "shop", "--keep-previous", "2").stderr
    second = run("keys", "rotate", "shop", "--keep-previous", "0").stderr
    third = run("keys", "rotate", "shop").stderr

    until = first.partition(" works until ")[2].partition(". ")[0]
    warning = (
        f"Warning: a secret from before the previous one would have worked until {until}, and has"
        " ended now.\n"
    )
    assert second.startswith(f"{warning}The previous secret of key ")
    assert [text.startswith("The previous secret of key ") for text in (first, third)] == [True] * 2


def test_a_key_that_is_not_there_cannot_be_revoked(run: RunCommand) -> None:
    result = run("keys", "revoke", "01a20625-b6ae-74e2-ae13-6b75262c2ac7")

    assert result.exit_code == 1
    assert result.output == "Error: id: No API key has this id.\n"


def created_id(run: RunCommand, name: str) -> str:
    """The id of a new key with this name."""
    created = run("keys", "create", "--name", name, "--all-scopes")
    return created.stderr.split()[1]


def test_a_key_is_revoked_by_its_name_if_only_one_in_use_has_it(run: RunCommand) -> None:
    first = created_id(run, "shop desk")
    assert run("keys", "revoke", "shop desk").stdout.startswith(f"Key {first} (shop desk) was")
    assert run("keys", "revoke", "shop desk").stdout.startswith(f"Key {first} (shop desk) was")

    second = created_id(run, "shop desk")
    revoked = run("keys", "revoke", "shop desk")

    assert revoked.stdout.startswith(f"Key {second} (shop desk) was revoked 20")


def test_a_name_that_several_keys_have_is_refused_with_their_ids(run: RunCommand) -> None:
    ids = [created_id(run, "shop") for _ in range(2)]

    several, unknown = run("keys", "revoke", "shop"), run("keys", "revoke", "Shop")

    assert (several.exit_code, several.output) == (
        1,
        f"Error: key: 2 API keys have this name: give one of their ids, {', '.join(ids)}.\n",
    )
    assert (unknown.exit_code, unknown.output) == (
        1,
        "Error: key: No API key has this id or name.\n",
    )
    assert run("keys", "list").stdout.count("          -") == 2


def test_scopes_are_shown_in_capitals_and_read_in_any_case(run: RunCommand) -> None:
    mixed = run("keys", "create", "--name", "shop", "--scope", "Orders_read", "--scope", "admin")
    wrong = run("keys", "create", "--name", "shop", "--scope", "ORDERS")

    assert " may ADMIN, ORDERS_READ. " in mixed.stderr
    assert (
        "'ORDERS' is not one of 'ORDERS_READ', 'ORDERS_WRITE', 'PERSONAL_READ', 'TRACKING_WRITE',"
        " 'EXCEPTIONS_WRITE', 'ANALYTICS_READ', 'ADMIN'." in wrong.stderr
    )
    assert "ORDERS_READ, ORDERS_WRITE" in run("keys", "create", "--help").output


def test_a_key_needs_scopes_a_name_and_a_future(run: RunCommand) -> None:
    create = ("keys", "create", "--name")

    assert "Give one --scope or several, or --all-scopes." in run(*create, "x").stderr
    assert (
        "lies in the past"
        in run(*create, "x", "--all-scopes", "--expires-at", "2020-01-01T00:00:00Z").stderr
    )
    assert (
        "with its zone"
        in run(*create, "x", "--all-scopes", "--expires-at", "2090-01-01T00:00:00").stderr
    )
    beyond = run(*create, "x", "--all-scopes", "--expires-at", "2100-01-01T00:00:00Z")
    assert beyond.output == (
        "Error: expiresAt: 2100-01-01T00:00:00+00:00 lies outside the times that are kept: give one"
        " from 2000-01-01 to 2099-12-31, in UTC.\n"
    )
    assert run(*create, " ", "--all-scopes").output == "Error: name: Must not be empty.\n"
    assert run("keys", "list").stdout.count("\n") == 1


def test_a_key_is_bounded_to_carriers(run: RunCommand) -> None:
    create = ("keys", "create", "--name", "depot", "--scope", "ORDERS_READ")
    bounded = run(*create, "--carrier", "UPS", "--carrier", "DHL Express")
    administrator = run("keys", "create", "--name", "a", "--scope", "ADMIN", "--carrier", "ups")

    assert "may ORDERS_READ for shipments of dhl_express, ups." in bounded.stderr
    assert administrator.exit_code == 1
    assert "carriers: A key with the scope ADMIN cannot be bounded" in administrator.output
    assert [line.split()[4] for line in run("keys", "list").stdout.splitlines()] == [
        "CARRIERS",
        "dhl_express,ups",
    ]
