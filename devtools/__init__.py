"""What only a developer's machine runs: the process launcher and a local SES with a mailbox page."""
