"""What computes holds no prose: sentences for readers stand with the pages, in report_templates."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import neighbourhood_equity

ROOT = Path(neighbourhood_equity.__file__).parent
ROOMS = ("analysis", "models")
MOST_WORDS = 6
MESSAGE = re.compile("fault|reason|refus|require|why|check|sentence|rule|exception", re.IGNORECASE)
"""In the name of a function, a class or a variable: it holds the words of errors or of a rule."""
SHOWN = ("heading", "notes", "in_words", "_shown")
"""How a record shows itself in a notebook."""


def words_of(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        parts = (one.value if isinstance(one, ast.Constant) else "x" for one in node.values)
        return "".join(map(str, parts))
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None


def holds_messages(node: ast.AST) -> bool:
    match node:
        case ast.Raise() | ast.Assert():
            return True
        case ast.FunctionDef(name=name):
            return name.endswith(SHOWN) or bool(MESSAGE.search(name))
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name)) | ast.Name(id=name)):
            return bool(MESSAGE.search(name))
        case ast.keyword(arg=str(name)):
            return bool(MESSAGE.search(name))
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AugAssign(target=ast.Name(id=name)):
            return bool(MESSAGE.search(name))
    return False


def prose(node: ast.AST) -> Iterator[str]:
    """Long strings that are no docstrings, no words of errors or rules, and no queries."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if holds_messages(node):
        return
    words = words_of(node)
    if words is None:
        for child in ast.iter_child_nodes(node):
            yield from prose(child)
    elif len(words.split()) > MOST_WORDS and "==" not in words:
        yield words


def files() -> list[str]:
    every = (path.relative_to(ROOT) for room in ROOMS for path in ROOT.joinpath(room).rglob("*.py"))
    return sorted(path.as_posix() for path in every)


@pytest.mark.parametrize("name", files())
def test_what_computes_holds_no_prose(name: str) -> None:
    assert list(prose(ast.parse(ROOT.joinpath(name).read_text(encoding="utf-8")))) == []


def test_a_sentence_is_seen_and_an_errors_is_not() -> None:
    seen = "f'Homes in {place} are worth more than they were'"
    code = f"title = {seen}\ndef f():\n    '''Say what homes in this place are now worth.'''\n"
    code += f"    raise ValueError({seen})\nfaults.append({seen})\n"
    assert list(prose(ast.parse(code))) == ["Homes in x are worth more than they were"]
