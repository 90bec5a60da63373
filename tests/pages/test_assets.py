"""Assets: whole, compressed, kept for a year at their address, and nowhere else."""

import gzip
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from web.pages.assets import FOLDER, Asset, Assets, DoubleAsset

YEAR = "public, max-age=31536000, immutable"


def client_of(assets: Assets) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(Starlette(routes=[*assets.routes()]))
    return httpx2.AsyncClient(transport=transport, base_url="http://test")


async def test_an_asset_is_kept_for_a_year_at_the_address_of_its_content() -> None:
    assets = Assets(generated={"brand.css": b":root { --accent: red }"})
    async with client_of(assets) as client:
        answer = await client.get(assets.address("brand.css"))

    assert answer.status_code == 200
    assert answer.text == ":root { --accent: red }"
    assert dict(answer.headers) == {
        "content-type": "text/css; charset=utf-8",
        "cache-control": YEAR,
        "vary": "Accept-Encoding",
        "access-control-allow-origin": "*",
        "content-encoding": "gzip",
        "content-length": answer.headers["content-length"],
    }


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("live.js", "text/javascript; charset=utf-8"),
        ("base.css", "text/css; charset=utf-8"),
        ("parcel.svg", "image/svg+xml"),
        ("logo.png", "image/png"),
    ],
)
async def test_an_asset_has_the_type_of_its_name(name: str, media_type: str) -> None:
    assets = Assets(generated={"logo.png": b"\x89PNG"})
    async with client_of(assets) as client:
        answer = await client.get(assets.address(name))

    assert answer.headers["content-type"] == media_type


@pytest.mark.parametrize(
    ("accepted", "is_compressed"),
    [
        ("gzip, deflate, br", True),
        ("gzip;q=0.5", True),
        ("br, GZIP ; q=1", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("", False),
    ],
)
async def test_an_asset_is_compressed_for_clients_that_read_it(
    accepted: str, is_compressed: bool
) -> None:
    assets = Assets()
    async with client_of(assets) as client:
        address, headers = assets.address("live.js"), {"Accept-Encoding": accepted}
        async with client.stream("GET", address, headers=headers) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])

    assert (answer.headers.get("content-encoding") == "gzip") is is_compressed
    content = gzip.decompress(raw) if is_compressed else raw
    assert content == (FOLDER / "live.js").read_bytes()


async def test_an_asset_is_asked_for_by_head() -> None:
    assets = Assets()
    async with client_of(assets) as client:
        answer = await client.head(assets.address("base.css"))

    assert (answer.status_code, answer.headers["cache-control"]) == (200, YEAR)


async def test_a_page_of_another_release_gets_the_asset_but_keeps_it_not() -> None:
    assets = Assets()
    async with client_of(assets) as client:
        answer = await client.get("/assets/0123456789abcdef/base.css")

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.content == (FOLDER / "base.css").read_bytes()


@pytest.mark.parametrize("name", ["none.css", "..%2ftemplates.py", ".css"])
async def test_there_is_nothing_else(name: str) -> None:
    assets = Assets()
    async with client_of(assets) as client:
        answer = await client.get(f"/assets/{assets.digest}/{name}")

    assert answer.status_code == 404


def test_another_content_has_another_address(tmp_path: Path) -> None:
    digests = {
        Assets(generated=generated).digest
        for generated in ({}, {"a.css": b""}, {"a.css": b"1"}, {"b.css": b"1"})
    }

    assert len(digests) == 4
    assert Assets().digest == Assets().digest


def test_two_assets_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "base.css").write_text("")

    with pytest.raises(DoubleAsset) as refusal:
        Assets([tmp_path])
    assert str(refusal.value) == "Two assets have the name base.css."


async def test_joined_assets_are_served_as_one_file_in_their_order() -> None:
    generated = {"brand.css": b"b {}", "shop.css": b"a {}"}
    assets = Assets(generated=generated, joined={"all.css": ("shop.css", "brand.css")})
    async with client_of(assets) as client:
        answer = await client.get(assets.address("all.css"))
        parts = [await client.get(f"/assets/{assets.digest}/{name}") for name in generated]

    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == YEAR
    assert answer.text == "a {}\nb {}"
    assert [part.status_code for part in parts] == [404, 404]


def test_the_digest_depends_on_the_parts_of_a_joined_asset() -> None:
    digests = {
        Assets(generated=generated, joined={"all.css": ("a.css", "b.css")}).digest
        for generated in ({"a.css": b"", "b.css": b""}, {"a.css": b"", "b.css": b"1"})
    }

    assert len(digests) == 2


def test_an_asset_that_is_joined_of_nothing_known_is_refused() -> None:
    with pytest.raises(KeyError):
        Assets(joined={"all.css": ("none.css",)})


def test_an_asset_of_no_known_type_is_refused() -> None:
    with pytest.raises(KeyError):
        Asset("page.html", b"")


def test_the_address_of_an_asset_that_is_not_there_is_refused() -> None:
    with pytest.raises(KeyError):
        Assets().address("none.css")
