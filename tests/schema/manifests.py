"""Manifests of trusted documents, as the tools of Relay and of Apollo write them."""

import json
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

POSITION = "query Position {\n  position\n}\n"
VIEWER = "query Viewer {\n  viewer {\n    name\n  }\n}"
FOLLOW = """subscription Follow($after: Position) {
  changes(after: $after) {
    position
  }
}
"""
CREATE = """mutation Create($name: String!) {
  orderCreate(
    input: {customer: {name: $name}, items: [{sku: "MUG", name: "Mug", quantity: 1}], \
shippingAddress: {line1: "Sample Street 1", city: "Berlin", country: "DE"}}
  ) {
    userErrors {
      code
    }
  }
}
"""
ALL = (POSITION, VIEWER, FOLLOW, CREATE)


def md5_of(text: str) -> str:
    """The name that Relay's compiler gives a document."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def sha256_of(text: str) -> str:
    """The name that Apollo's tool gives a document."""
    return sha256(text.encode()).hexdigest()


def build_relay_manifest(*texts: str) -> dict[str, str]:
    return {md5_of(text): text for text in texts}


def build_apollo_manifest(*texts: str) -> dict[str, Any]:
    operations = [_operation(text) for text in texts]
    return {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": operations,
    }


def _operation(text: str) -> dict[str, str]:
    kind, name = text.replace("(", " ").split()[:2]
    return {"id": sha256_of(text), "name": name, "type": kind, "body": text}


def write_manifest(folder: Path, manifest: object) -> Path:
    file = folder / "documents.json"
    file.write_text(json.dumps(manifest))
    return file
