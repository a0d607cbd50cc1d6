"""What a platform is made of; each place in Python that goes through its parts takes them from here."""

SERVICES = ("auth", "catalog", "counter", "vectors")
