"""The private names that files take from elsewhere, found in their syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path


def foreign_private_names(path: Path) -> set[str]:
    """Return the private attributes and modules that a file uses and does not define itself.

    A private module of the file's own folder is not foreign.
    """
    tree = ast.parse(path.read_text())
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names = {name for name in attributes - set(_defined_names(tree)) if _is_private(name)}
    modules = set(_private_modules(tree))
    return names | {name for name in modules if name.split(".")[0] != path.parent.name}


def _defined_names(tree: ast.Module) -> Iterator[str]:
    """Yield the functions, the variables and the attributes that a file assigns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def _private_modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        module = node.module if isinstance(node, ast.ImportFrom) else None
        if module is not None and any(map(_is_private, module.split("."))):
            yield module


def _is_private(name: str) -> bool:
    """`_replace` is a public method of named tuples."""
    return name.startswith("_") and not name.startswith("__") and name != "_replace"
