"""Every problem that the program can raise has its sentence, and no sentence is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import simonsync
from simonsync import errors
from simonsync.messages.texts.en.journal import JOURNAL
from simonsync.messages.texts.en.problems import PROBLEMS
from simonsync.messages.texts.en.words import WORDS

PACKAGE = Path(simonsync.__file__).parent
# The sandbox has errors of its own: they are the services' texts, not ours.
SOURCES = tuple(
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.relative_to(PACKAGE).parts[0] != "sandbox" and "texts" not in path.parts
)
RAISED = {
    name for name, thing in vars(errors).items() if isinstance(thing, type) and issubclass(thing, Exception)
} | {"of"}
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
WORD = re.compile(r"@[a-z][a-z0-9_-]*[a-z0-9]")


@dataclass(frozen=True)
class Module:
    path: Path
    tree: ast.Module

    def function(self, name: str) -> ast.AST | None:
        return next(
            (node for node in self.tree.body if isinstance(node, ast.FunctionDef) and node.name == name), None
        )


MODULES = tuple(Module(path, ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES)


def called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def strings(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def beginnings(tree: ast.AST) -> Iterator[str]:
    """What codes that are put together, as in `f"phase-{phase}"`, begin with."""
    for part in ast.walk(tree):
        match part:
            case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]) if re.fullmatch("[a-z-]+-", text):
                yield text


def codes_of(argument: ast.expr, module: Module) -> Iterator[str]:
    """A literal, or whatever literals the expression or a function of its module may give."""
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
        return
    functions = (module.function(called(part)) for part in ast.walk(argument) if isinstance(part, ast.Call))
    for source in (argument, *functions):
        yield from (text for text in strings(source) if CODE.fullmatch(text)) if source else ()


def raised_codes() -> Iterator[tuple[str, str]]:
    for module in MODULES:
        for node in ast.walk(module.tree):
            for argument in code_arguments(node):
                for code in codes_of(argument, module):
                    yield code, f"{module.path.relative_to(PACKAGE)}:{argument.lineno}"


def code_arguments(node: ast.AST) -> Iterator[ast.expr]:
    """Where codes stand: the first argument of an error, `code="…"`, and variables of that name."""
    match node:
        case ast.Call(args=[first, *_]) if called(node) in RAISED:
            yield first
        case ast.keyword(arg="code", value=ast.Constant(value=str()) as value):
            yield value
        case ast.Assign(
            targets=[ast.Name(id="code")], value=(ast.Constant(value=str()) | ast.IfExp()) as value
        ):
            yield value


def test_every_problem_has_a_sentence() -> None:
    found = list(raised_codes())
    assert found
    assert (
        sorted({f"{code} ({place})" for code, place in found if code not in PROBLEMS.keys() | JOURNAL.keys()})
        == []
    )


def test_no_sentence_is_left_over() -> None:
    written = {text for module in MODULES for text in strings(module.tree)}
    begun = tuple(text for module in MODULES for text in beginnings(module.tree))
    assert sorted(code for code in PROBLEMS.keys() - written if not code.startswith(begun)) == []


def test_a_problem_gives_its_sentence_what_it_names() -> None:
    """A literal call with keywords must give every parameter that the sentence shows."""
    missing = []
    for module in MODULES:
        for node in ast.walk(module.tree):
            if not (isinstance(node, ast.Call) and called(node) in RAISED - {"of"} and node.args):
                continue
            code, given = node.args[0], {keyword.arg for keyword in node.keywords}
            if not isinstance(code, ast.Constant) or None in given:
                continue
            shown = set(re.findall(r"{(\w+)", PROBLEMS.get(str(code.value), "")))
            missing += [f"{code.value!s} lacks {name}" for name in sorted(shown - given)]
    assert missing == []


def test_every_word_that_the_program_uses_is_in_the_catalogue() -> None:
    marked = {text for module in MODULES for text in strings(module.tree) if WORD.fullmatch(text)}
    asked = {
        code
        for module in MODULES
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and called(node) == "word" and node.args
        for code in codes_of(node.args[0], module)
    }
    assert sorted(({text.removeprefix("@") for text in marked} | asked) - WORDS.keys()) == []
