"""Every statement that auth and catalog send to MySQL, and what a sharded engine would make of it."""
