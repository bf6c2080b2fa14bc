"""The sentences in a module's source, with what may stand in their holes: for tests that every one is said in both
languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import product
from pathlib import Path

Fill = Callable[[ast.expr], list[str]]
"""What may stand in a hole whose text is not in the module itself."""

Known = Mapping[str, list[ast.expr]]


def list_texts(path: Path, fill: Fill) -> Iterator[str]:
    """Every text of a module that is a sentence, docstrings apart, with whatever may stand in its holes: what the
    module itself puts there, else what `fill` says."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    of_module = list_assigned(tree.body)
    nodes = list(ast.walk(tree))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    seen: set[int] = set()
    for scope in (*reversed(functions), tree):  # the innermost first
        inside = nodes if scope is tree else list(ast.walk(scope))
        known = {**of_module, **(list_assigned(inside) if scope is not tree else {})}
        for node in inside:
            if id(node) in seen or id(node) in docstrings or not is_text(node):
                continue
            seen |= {id(part) for part in ast.walk(node)}
            assert isinstance(node, ast.expr)
            yield from (
                text for text in write_out(node, known, fill) if re.search(r"[a-zæøå].*[.?]\Z", text, re.DOTALL)
            )


def list_arguments(path: Path, functions: Collection[str], fill: Fill) -> Iterator[str]:
    """What the first argument of every call of these functions may be, within a module."""
    source = path.read_text(encoding="utf-8")
    if not any(name in source for name in functions):
        return
    tree = ast.parse(source)
    of_module, nodes = list_assigned(tree.body), list(ast.walk(tree))
    seen: set[int] = set()
    for scope in (*reversed([node for node in nodes if isinstance(node, ast.FunctionDef)]), tree):
        inside = nodes if scope is tree else list(ast.walk(scope))
        known = {**of_module, **(list_assigned(inside) if scope is not tree else {})}
        for node in inside:
            if isinstance(node, ast.Call) and name_of(node.func) in functions and node.args and id(node) not in seen:
                seen.add(id(node))
                yield from write_out(node.args[0], known, fill)


def is_text(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and (is_text(node.left) or is_text(node.right))
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def list_assigned(nodes: list[ast.stmt] | list[ast.AST]) -> dict[str, list[ast.expr]]:
    """The values that names are given, texts and tables of texts."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value
            if is_text(value) or isinstance(value, (ast.Dict, ast.IfExp)):
                found.setdefault(node.targets[0].id, []).append(value)
    return found


def write_out(node: ast.expr, known: Known, fill: Fill, depth: int = 4) -> list[str]:
    """What a text may come to."""
    inner = depth - 1
    if depth == 0:
        return fill(node)
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else fill(node)
    if isinstance(node, ast.JoinedStr):
        return ["".join(parts) for parts in product(*(write_out(part, known, fill, depth) for part in node.values))]
    if isinstance(node, ast.FormattedValue) and node.format_spec is not None and "%H" in ast.unparse(node.format_spec):
        return ["2026-11-20 05:00"]
    if isinstance(node, ast.FormattedValue):
        texts = write_out(node.value, known, fill, inner)
        return [repr(text) for text in texts] if node.conversion == ord("r") else texts
    if isinstance(node, ast.IfExp):
        return [*write_out(node.body, known, fill, depth), *write_out(node.orelse, known, fill, depth)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        both = write_out(node.left, known, fill, depth), write_out(node.right, known, fill, depth)
        return ["".join(parts) for parts in product(*both)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        facts = {one.arg: write_out(one.value, known, fill, 1)[0] for one in node.keywords}
        forms = write_out(node.func.value, known, fill, inner)
        return [re.sub(r"{(\w+)}", lambda hole: facts.get(hole[1], "7"), form) for form in forms]
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        tables = [table for table in known.get(node.value.id, ()) if isinstance(table, ast.Dict)]
        values = [value for table in tables for value in table.values]
        return [text for value in values for text in write_out(value, known, fill, inner)] or fill(node)
    named = known.get(name_of(node), ())
    return [text for value in named for text in write_out(value, known, fill, inner)] or fill(node)


def name_of(node: ast.expr) -> str:
    """The name of a variable or an attribute; empty for anything else."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
