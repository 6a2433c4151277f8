"""Whoever installs simonsync knows under which licences the rest comes along."""

from __future__ import annotations

from tools.release.licences import licence_of, runtime


def test_every_licence_of_what_is_installed_along_is_known_and_allows_free_use() -> None:
    licences = {package.name: licence_of(package) for package in runtime()}
    assert {"requests", "typer", "cheroot"} <= licences.keys()
    assert "pytest" not in licences
    binding = ("GPL", "AGPL")  # the LGPL leaves free who only uses the library as it is
    assert {
        name for name, licence in licences.items() if licence is None or licence.startswith(binding)
    } == set()
