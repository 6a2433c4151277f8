"""CONTRIBUTING.md names files and targets that exist, and the hooks do what `make check` does."""

from __future__ import annotations

import re

import yaml

from tools.docs.reference import ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def test_every_path_exists() -> None:
    named = set(re.findall(r"`((?:simonsync|tests|tools|docs)(?:/[\w.]+)+|docs|\w+\.md)`", TEXT))
    named |= set(re.findall(r"\.venv/bin/python -m pytest (\S+)", TEXT))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_module_and_target_exists() -> None:
    modules = set(re.findall(r"python -m ((?:tests|tools)[\w.]+)", TEXT))
    files = {module: ROOT / module.replace(".", "/") for module in modules}
    assert [
        module
        for module, path in files.items()
        if not path.with_suffix(".py").exists() and not (path / "__main__.py").exists()
    ] == []
    used = {word for line in re.findall(r"^\$ make ([a-z -]+)", TEXT, re.MULTILINE) for word in line.split()}
    used |= {word for line in re.findall(r"`make ([a-z -]+)`", TEXT) for word in line.split()}
    assert sorted(word for word in used if f"\n{word}:" not in MAKEFILE) == []


def test_the_hooks_do_what_make_check_does() -> None:
    recipe = MAKEFILE.partition("\ncheck:")[2].partition("\n\n")[0]
    checks = [line.replace("$(BIN)", ".venv/bin") for line in re.findall(r"^\t(.+)$", recipe, re.MULTILINE)]
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    assert [hook["entry"] for hook in hooks] == checks
