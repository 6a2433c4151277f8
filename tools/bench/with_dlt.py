"""Load the stand-in's customers and addresses with dlt into SQLite: what our full turn is compared to.

Run by an interpreter in which `dlt[sqlalchemy]` is installed: `python with_dlt.py URL CUSTOMERS FOLDER`. The
second run in the same folder merges the same rows again. It knows nothing of simonsync.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import dlt  # type: ignore[import-not-found]
from dlt.sources.helpers import requests  # type: ignore[import-not-found]


def pages(url: str, method: str, customers: int) -> Iterator[list[dict[str, Any]]]:
    """Read a list page by page."""
    for page in range(1, -(-customers // 100) + 1):
        params = {"search": {"actif": "Y"}, "pagination": {"nbperpage": 100, "pagenum": page}}
        form = {"request": 1, "io_mode": "json", "do_in": json.dumps({"method": method, "params": params})}
        found = requests.post(url, data=form).json()["response"]["result"]
        yield list(found.values())


def main() -> None:
    """Load both lists, merged by id."""
    url, customers, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    tables = {"customers": "Client.getList", "addresses": "Addresses.getList"}
    pipeline = dlt.pipeline(
        "bench",
        pipelines_dir=folder,
        destination=dlt.destinations.sqlalchemy(f"sqlite:///{folder}/dlt.db"),
        dataset_name="main",
    )
    pipeline.run(
        [
            dlt.resource(
                pages(url, method, customers), name=name, primary_key="id", write_disposition="merge"
            )
            for name, method in tables.items()
        ]
    )


if __name__ == "__main__":
    main()
