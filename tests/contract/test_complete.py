"""Whatever the engine may ask of a service is asked in a contract test, and the sandbox can answer it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from simonsync.sandbox.sellsy.methods import METHODS
from simonsync.sellsy.v1 import client
from simonsync.sync import ports

HERE = Path(__file__).parent
SAID = "\n".join(path.read_text("utf-8") for path in HERE.glob("*.py"))
ADAPTER = "\n".join(
    path.read_text("utf-8")
    for path in Path(client.__file__).parent.glob("*.py")
    if path != Path(client.__file__)
)


def methods(port: type) -> list[str]:
    return [name for name in dir(port) if not name.startswith("_")]


@pytest.mark.parametrize("port", [ports.SellsyWriter, ports.SimonWriter], ids=lambda port: str(port.__name__))
def test_every_method_of_a_port_is_in_the_contract(port: type) -> None:
    used = {node.attr for node in ast.walk(ast.parse(SAID)) if isinstance(node, ast.Attribute)}
    assert [name for name in methods(port) if name not in used] == []


def test_what_the_adapter_lets_through_is_called_and_known_to_the_sandbox() -> None:
    allowed = client.READS | client.WRITES
    called = set(re.findall(r'"([A-Z]\w+\.[a-z]\w+)"', ADAPTER))
    assert allowed - called == set()
    assert called - allowed == set()
    assert allowed - METHODS.keys() == set()
