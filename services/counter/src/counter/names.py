"""What names of counters are made of."""

LETTER = "[A-Za-z0-9_.-]"
LONGEST = 64
