"""Which version of a service this is."""

from importlib.metadata import PackageNotFoundError, version


def version_of(service: str) -> str:
    """Return the version of the service's package; that of this library where there is no such package."""
    try:
        return version(f"quartet-{service}")
    except PackageNotFoundError:
        return version("quartet-shared")
