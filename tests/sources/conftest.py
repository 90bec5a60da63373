"""Fixtures of order sources: a box for secrets, and a source of each kind."""

from collections.abc import Awaitable, Callable

import pytest
from pydantic import SecretStr

from access.secrets import SecretBox, new_secret_key
from models.enums.sources import SourceKind
from models.sources import OrderSource
from sources.order_sources import create_source
from tests.sources.shops import SECRET

MakeSource = Callable[..., Awaitable[OrderSource]]


@pytest.fixture
def box() -> SecretBox:
    return SecretBox([new_secret_key()])


@pytest.fixture
def make_source(box: SecretBox) -> MakeSource:
    async def make(
        kind: SourceKind = SourceKind.SHOPIFY, name: str = "shop", secret: str = SECRET
    ) -> OrderSource:
        return await create_source(box, name, kind, SecretStr(secret))

    return make
