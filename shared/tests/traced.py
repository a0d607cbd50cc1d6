"""The toy service, traced, with a route that asks its database and one that asks another service."""

from pathlib import Path

from flask.testing import FlaskClient
from pydantic import SecretStr

from quartet import peers
from quartet.app import create_service
from quartet.database import Database
from quartet.guard import public
from quartet.testing import INTERNAL_SECRET, AuthServer
from quartet.testing.collector import Collector, Span
from shared.tests.toy import ToySettings, blueprint

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SENT = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
SERVER, CLIENT = 2, 3


def traced(auth: AuthServer, folder: Path, endpoint: str, share: float = 1.0) -> FlaskClient:
    settings = ToySettings(
        environment="testing",
        auth_url=auth.url,
        internal_secret=SecretStr(INTERNAL_SECRET),
        state_dir=folder,
        otel_exporter_otlp_endpoint=endpoint,
        otel_traces_sampler_arg=share,
    )
    app = create_service("toy", settings, title="Toy")
    app.register_blueprint(blueprint)
    database = Database(f"sqlite:///{folder}/toy.db")

    @app.get("/stored")
    @public
    def stored() -> dict[str, int]:
        """Ask the database."""
        with database.writing() as session:
            session.connection().exec_driver_sql("CREATE TABLE IF NOT EXISTS words (word TEXT)")
            session.connection().exec_driver_sql("INSERT INTO words VALUES (?)", ("hunter2",))
            session.commit()
        with database.reading() as session:
            session.connection().exec_driver_sql("SELECT nothing FROM words")
        return {}

    @app.get("/asking")
    @public
    def asking() -> dict[str, int]:
        """Ask another service."""
        return {"status": peers.get(f"{auth.url}/.well-known/jwks.json", timeout=(1, 1)).status_code}

    return app.test_client()


def request_of(collector: Collector, trace: str = TRACE) -> Span:
    """The one request of that trace."""
    found = collector.trace(trace, whole=lambda spans: any(span.kind == SERVER for span in spans))
    (span,) = (span for span in found if span.kind == SERVER)
    return span
