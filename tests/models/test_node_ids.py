"""Node ids: each object has exactly one."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.node_ids import NodeType, node_id, parse_id, parse_node_id

ID = UUID("01a20617-e44f-746b-9f46-1b1879ad9f20")


def test_a_node_id_names_its_type() -> None:
    assert node_id(NodeType.ORDER, ID) == "order_01a20617-e44f-746b-9f46-1b1879ad9f20"


@pytest.mark.parametrize("type_", NodeType)
def test_a_node_id_is_read_as_it_is_written(type_: NodeType) -> None:
    assert parse_node_id(node_id(type_, ID)) == (type_, ID)


def test_the_id_of_another_type_is_none() -> None:
    order = node_id(NodeType.ORDER, ID)

    assert parse_id(NodeType.ORDER, order) == ID
    assert parse_id(NodeType.SHIPMENT, order) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "order",
        "order_",
        f"{ID}",
        f"ORDER_{ID}",
        f"parcel_{ID}",
        f"order_{ID.hex}",
        f"order_{{{ID}}}",
        f"order_urn:uuid:{ID}",
        f"order_{ID.hex}----",
        f"order_{str(ID).upper()}",
        f"order_{ID} ",
        f"order_{ID}0",
        "order_" + "z" * 36,
        "order_" + "٣" * 36,
        "order_\x00",
    ],
)
def test_a_text_that_is_not_a_node_id_is_not_read(text: str) -> None:
    assert parse_node_id(text) is None


@given(st.sampled_from(list(NodeType)), st.text("0123456789abcdefABCDEF-{}_ ", max_size=40))
def test_an_object_has_only_one_id(type_: NodeType, digits: str) -> None:
    text = f"{type_}_{digits}"
    parsed = parse_node_id(text)

    assert parsed is None or node_id(*parsed) == text
