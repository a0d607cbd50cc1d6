"""The arithmetic behind docs/scaling.md: simulations, computed tables, and the statements that the services send."""
