"""`vectors`: the commands of this service."""

from quartet.cli import service_commands
from vectors import create_app
from vectors.settings import VectorsSettings

main = service_commands("vectors", VectorsSettings, create_app)
