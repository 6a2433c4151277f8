"""List what is installed along with simonsync, each with its version and its licence as an SPDX expression.

`python -m tools.release.licences` prints the list and exits 1 where a licence is unknown;
`--pinned` prints `name==version` lines for a vulnerability check.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

EXTRAS = ("", "sandbox")

# Words of older packages, which name their licence in prose.
SPDX_OF_TEXT = {
    "apache 2.0": "Apache-2.0",
    "apache-2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "dual license": "Apache-2.0 OR BSD-3-Clause",
    "isc": "ISC",
    "isc license (iscl)": "ISC",
    "mit": "MIT",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "mpl-2.0": "MPL-2.0",
    "psf-2.0": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}

READ_BY_HAND = {
    # It says LGPL; its files say 2.1 or any later version. It is used as it comes, as a library that can be
    # exchanged, which leaves the licence of this program as it is.
    "python-stdnum": "LGPL-2.1-or-later",
    # It calls itself public domain; the licence file that it brings is the BSD one.
    "click-default-group": "BSD-3-Clause",
}


def runtime() -> tuple[Distribution, ...]:
    """Return every distribution that the program and its sandbox need, itself not among them."""
    found: dict[str, Distribution] = {}
    _collect("simonsync", EXTRAS, found)
    found.pop("simonsync", None)
    return tuple(found[name] for name in sorted(found))


def _collect(name: str, extras: Sequence[str], found: dict[str, Distribution]) -> None:
    here = distribution(name)
    found[canonicalize_name(name)] = here
    for text in here.requires or ():
        requirement = Requirement(text)
        if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
            continue
        if canonicalize_name(requirement.name) in found:
            continue
        try:
            _collect(requirement.name, ("", *requirement.extras), found)
        except PackageNotFoundError:
            # Only for other systems than this one.
            continue


def licence_of(package: Distribution) -> str | None:
    """Return a package's licence as an SPDX expression; None where it cannot be told."""
    return next(filter(None, _candidates(package)), None)


def _candidates(package: Distribution) -> Iterator[str | None]:
    yield READ_BY_HAND.get(canonicalize_name(package.name))
    yield from package.metadata.get_all("License-Expression") or ()
    classifiers = package.metadata.get_all("Classifier") or []
    named = [text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License :: ")]
    for text in (*named, *(package.metadata.get_all("License") or ())):
        yield SPDX_OF_TEXT.get(re.sub(r"\s+", " ", text).strip().lower())


def main(arguments: Sequence[str]) -> int:
    """Print the list; return 1 where a licence is unknown."""
    packages = runtime()
    if "--pinned" in arguments:
        sys.stdout.writelines(f"{package.name}=={package.version}\n" for package in packages)
        return 0
    unknown = False
    for package in packages:
        licence = licence_of(package)
        unknown = unknown or licence is None
        sys.stdout.write(f"{package.name:28} {package.version:14} {licence or 'UNKNOWN'}\n")
    return int(unknown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
