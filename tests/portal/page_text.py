"""The words of a page, as somebody without a browser reads them."""

from html.parser import HTMLParser

UNSEEN = frozenset({"script", "style", "svg", "head"})
VOID = frozenset({"br", "img", "input", "link", "meta", "source"})
INLINE = frozenset({"a", "b", "bdi", "span", "strong", "time"})


class PageText(HTMLParser):
    """Collects the texts of a page by the ids of the elements that they stand in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.attributes: dict[str, dict[str, str | None]] = {}
        """Those of elements with an id, by it, and those of html and main by their names."""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        """All elements with their attributes."""
        self._open: list[tuple[str, str | None]] = []
        self._texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append((tag, named))
        if tag in ("html", "main"):
            self.attributes[tag] = named
        if "id" in named:
            self.attributes[named["id"] or ""] = named
        if tag not in INLINE:
            self._texts.append(((), "\n"))
        if tag not in VOID:
            self._open.append((tag, named.get("id")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Shapes of pictures, which have no text."""

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()
        if tag not in INLINE:
            self._texts.append(((), "\n"))

    def handle_data(self, data: str) -> None:
        if not UNSEEN.intersection(tag for tag, _ in self._open):
            ids = tuple(id_ for _, id_ in self._open if id_ is not None)
            self._texts.append((ids, data))

    def lines(self, id_: str = "main") -> list[str]:
        """The lines inside of the element with an id."""
        text = "".join(text for ids, text in self._texts if text == "\n" or id_ in ids)
        lines = (" ".join(line.split()) for line in text.split("\n"))
        return [line for line in lines if line]
