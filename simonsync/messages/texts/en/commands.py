"""The help of the command line: one line per command, option and argument."""

from typing import Final

SUMMARIES: Final[dict[str, str]] = {
    "": "Runs the integration between Simple-Simon and Sellsy: one draft invoice per archived work order.",
    "activate": "Start the integration: erase Simon's data, connect, settings, in this order.",
    "cleanup": "Delete in Simon what is gone in Sellsy, within the limits of the brake.",
    "configure": "Answer the questions of the integration, one by one or by options.",
    "connect": "Obtain the credentials of both services and verify them by a real call.",
    "deactivate": "Stop both directions at once.",
    "demo": "Show the whole story on the sandbox, from activation to the draft invoice.",
    "log": "Read the journal: what happened, and what to do about it.",
    "preview": "Show the draft invoice that a work order would become, without writing anything.",
    "pull": "Bring products, services, customers and quotes from Sellsy to Simon.",
    "push": "Turn archived work orders of Simon into draft invoices in Sellsy.",
    "sandbox": "Run stand-ins of both services on this machine, to try things out.",
    "status": "Show where the integration stands, what waits and what needs someone.",
    "sync": "Pull, then push: what the timer runs every five minutes.",
    "wipe": "Erase Simon's data after a backup; obligatory before the first activation.",
}

OPTIONS: Final[dict[str, str]] = {
    "--account": "Name of the Simon–Sellsy pair, instead of the one in the configuration file.",
    "--config": "Configuration file; else SIMONSYNC_CONFIG, ./config.yaml, the user's own folder.",
    "--help": "Show this help and exit.",
    "--install-completion": "Install completion of commands and options for the current shell.",
    "--json": "Print one JSON document on stdout; people's text goes to stderr.",
    "--lang": "Language of people's texts, instead of the configured one.",
    "--quiet": "Print results and errors only.",
    "--show-completion": "Show the completion script for the current shell.",
    "--verbose": "Also show technical lines, for a report.",
    "--version": "Show the version and exit.",
    "configure --show": "Show the settings and exit.",
    "sandbox --config-out": "Write a configuration file that is ready for use, and the credentials beside it.",
    "sandbox --customers": "Number of customers; six of them are the demo company's.",
    "sandbox --faults": "YAML file with faults that the services shall show.",
    "sandbox --port-sellsy": "Port of Sellsy; any free one where none is given.",
    "sandbox --port-simon": "Port of Simon; any free one where none is given.",
    "sandbox --seed": "Seed of the invented records; the same seed gives the same records.",
}

HEADINGS: Final[dict[str, str]] = {
    "Usage:": "Usage:",
    "Arguments:": "Arguments:",
    "Options:": "Options:",
    "Commands:": "Commands:",
    "Examples:": "Examples:",
}
"""The parser's English headings, and ours."""
