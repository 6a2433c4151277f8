"""Guards that are taken out one after the other: a guard whose absence no test notices is none."""
