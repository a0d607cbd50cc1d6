"""The HTTP face of the vectors service, one module for each subject."""

from flask import Flask

from vectors.routes import embeddings, models, similarity, vectors

BLUEPRINTS = (vectors.blueprint, models.blueprint, similarity.blueprint, embeddings.blueprint)


def init_app(app: Flask) -> None:
    app.url_map.converters["model"] = embeddings.ModelName
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
