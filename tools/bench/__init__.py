"""Speed, measured as ratios within one run; never part of a test."""
