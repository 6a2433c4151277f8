"""The credentials of Simon: checked before anything is sent, shown nowhere."""

from __future__ import annotations

import dataclasses

import pytest

from simonsync.errors import UsageError
from simonsync.simon.credentials import SimonCredentials

KEY = "1234567890123456"


@pytest.mark.parametrize("key", [KEY, "1234 5678 9012 3456", " 1234-5678-9012-3456\n"])
def test_the_licence_code_is_sixteen_digits_however_they_are_spaced(key: str) -> None:
    assert SimonCredentials(key, "anne", "secret").key == KEY


@pytest.mark.parametrize("key", ["", "123456789012345", KEY + "7", "12345678901234ab", "١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦"])
def test_4_3_a_licence_code_of_another_form_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(UsageError) as caught:
        SimonCredentials(key, "anne", "secret")
    assert caught.value.code == "simon-key-form"
    assert not caught.value.problems[0].params


def test_nothing_of_them_shows() -> None:
    credentials = SimonCredentials(KEY, "user-shown", "word-shown", "api-shown")
    for text in (repr(credentials), str(credentials), f"{[credentials]}"):
        assert KEY not in text
        assert "shown" not in text


def test_they_cannot_be_changed() -> None:
    credentials = SimonCredentials(KEY, "anne", "secret")
    with pytest.raises(dataclasses.FrozenInstanceError):
        credentials.user = "somebody"  # type: ignore[misc]
