"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# No test measures time: a busy machine must not turn one red.
settings.register_profile("simonsync", deadline=None)
settings.load_profile("simonsync")
