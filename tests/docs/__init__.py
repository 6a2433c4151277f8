"""The parts of the documents that are written by the program itself, and the proof that they are current."""
