"""The application: routes, media and errors, put together from its collaborators."""

from __future__ import annotations

import falcon
import falcon.media
import msgspec

from shopapi import problems
from shopapi.resources.health import HealthResource
from shopapi.resources.products import ProductsResource
from shopapi.settings import Settings
from shopapi.store import Store


def create_app(settings: Settings, store: Store) -> falcon.App[falcon.Request, falcon.Response]:
    """Return the WSGI application; the store must be prepared."""
    # Looked up here and not imported by name: telemetry.start() puts its own class there.
    app = falcon.App()
    app.resp_options.media_handlers[falcon.MEDIA_JSON] = falcon.media.JSONHandler(
        dumps=msgspec.json.encode
    )
    app.set_error_serializer(problems.serialize)
    app.add_route("/health", HealthResource(settings, store))
    app.add_route("/api/products", ProductsResource(store))
    return app
