"""What a platform is made of. Each place in Python that goes through the parts takes them from here; the test beside
compares the places that cannot."""

# Each part that runs a service's code, with the service and its command.
COMMANDS = {
    "auth": ("auth", "serve"),
    "auth-mailer": ("auth", "mailer"),
    "auth-upkeep": ("auth", "upkeep"),
    "catalog": ("catalog", "serve"),
    "catalog-follower": ("catalog", "follow"),
    "counter": ("counter", "serve"),
    "vectors": ("vectors", "serve"),
}
SERVICES = tuple(service for service, command in COMMANDS.values() if command == "serve")
IMAGES = (*SERVICES, "gateway", "ses")
PARTS = ("redis", "ses", *COMMANDS, "gateway")


def parts_of(service: str) -> tuple[str, ...]:
    """The service itself and its workers."""
    return tuple(part for part, (name, _) in COMMANDS.items() if name == service)
