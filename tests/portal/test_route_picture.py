"""The picture of a route: every stop lies in it, over the land where it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.facts import PlaceFacts
from portal.coast import OUTLINES, land_path
from portal.map_view import MapView, unrolled
from portal.route_picture import HEIGHT, WIDTH, RoutePicture, draw_route

POINT = re.compile(r"-?\d+")


def place(latitude: float, longitude: float) -> PlaceFacts:
    return PlaceFacts(city="A", latitude=latitude, longitude=longitude)


def picture(*stops: tuple[float, float], labels: tuple[str, ...] = ()) -> RoutePicture:
    passages = ["origin", *["passed"] * (len(stops) - 3), *["current", "ahead"][-len(stops) + 1 :]]
    drawn = draw_route(
        [
            (place(*stop), labels[number] if labels else f"City {number}", passage)
            for number, (stop, passage) in enumerate(zip(stops, passages, strict=True))
        ]
    )
    assert drawn is not None
    return drawn


def covers(path: str, x: float, y: float) -> bool:
    """Whether a point is inside of a path of closed outlines, by the rule evenodd."""
    is_inside = False
    for outline in path.split("M")[1:]:
        numbers = [int(number) for number in POINT.findall(outline)]
        corners = [(numbers[0], numbers[1])]
        for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
            corners.append((corners[-1][0] + dx, corners[-1][1] + dy))
        for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
                is_inside = not is_inside
    return is_inside


@given(
    st.lists(
        st.tuples(st.floats(-60, 75), st.floats(-180, 180)), min_size=2, max_size=8, unique=True
    )
)
def test_every_stop_lies_in_the_picture(stops: list[tuple[float, float]]) -> None:
    drawn = picture(*stops)

    assert len(drawn.marks) == len(stops)
    assert all(0 <= mark.x <= WIDTH and 0 <= mark.y <= HEIGHT for mark in drawn.marks)
    assert all(0 <= label.x <= WIDTH and 0 < label.y < HEIGHT for label in drawn.labels)


@pytest.mark.parametrize(
    ("latitude", "longitude", "is_land"),
    [
        (52.5, 13.4, True),
        (-8.3, -36.5, True),
        (23.5, 113.5, True),
        (50.0, -30.0, False),
        (42.0, 51.0, False),
        (0.0, 75.0, False),
        (66.0, 175.0, True),
        (66.0, -172.0, True),
    ],
)
def test_land_is_where_it_is(latitude: float, longitude: float, is_land: bool) -> None:
    view = MapView(round(longitude), round(latitude), 24, WIDTH, HEIGHT)

    assert covers(land_path(view), *view.place(longitude, latitude)) is is_land


def test_a_way_over_the_date_line_is_the_short_one() -> None:
    assert unrolled([(139, 35), (-122, 37), (-118, 34)]) == [(139, 35), (238, 37), (242, 34)]

    tokyo, oakland = picture((35, 139), (37, -122)).marks

    assert tokyo.x < oakland.x


def test_stops_that_are_not_known_are_left_out() -> None:
    stops = [
        (place(52, 13), "Berlin", "origin"),
        (PlaceFacts(city="Nowhere"), "Nowhere", "current"),
        (place(48, 11), "Munich", "ahead"),
    ]

    drawn = draw_route(stops)

    assert drawn is not None
    assert [mark.passage for mark in drawn.marks] == ["origin", "ahead"]
    assert drawn.travelled == ""
    assert drawn.ahead.startswith("M")
    assert draw_route(stops[:2]) is None


def test_names_that_would_cover_each_other_are_left_out() -> None:
    drawn = picture((52.5, 13.4), (52.51, 13.41), (52.52, 13.42), labels=("Berlin",) * 3)

    ends = [(label.x, label.y) for label in drawn.labels]

    assert len(ends) == 2
    assert abs(ends[0][1] - ends[1][1]) >= 16


def test_a_name_stands_on_the_side_from_which_no_way_comes() -> None:
    drawn = picture((52, 13), (40, 13), labels=("North", "South"))
    (north, south), labels = drawn.marks, {label.text: label.y for label in drawn.labels}

    assert labels["North"] < north.y
    assert labels["South"] > south.y


def test_a_long_name_is_cut() -> None:
    drawn = picture((52, 13), (48, 11), labels=("Llanfairpwllgwyngyllgogerychwyrndrobwll", "B"))

    assert {label.text for label in drawn.labels} == {"Llanfairpwllgwyngyllgog…", "B"}


def test_the_land_of_the_whole_world_is_small() -> None:
    """The picture is sent with the page, whose whole first view is 20 KB."""
    assert len(OUTLINES) == 118
    assert len(land_path(MapView(10, 20, 360, WIDTH, HEIGHT))) < 12_000
