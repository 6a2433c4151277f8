"""The crash walk: killed or spoilt at every request and every commit, the program must come right."""
