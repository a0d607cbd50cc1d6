"""The only place with Redis commands, one module for each subject. Every function is one round trip."""
