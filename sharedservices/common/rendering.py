"""How the API's answers are written. Apart from the rest of it, since Django REST framework reads it while it loads."""

from typing import Any

from rest_framework.renderers import JSONRenderer

PROBLEM = "application/problem+json"


class JsonRenderer(JSONRenderer):
    """JSON, and problems under their own media type."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        response = (renderer_context or {}).get("response")
        if response is not None and response.exception:
            response.content_type = PROBLEM
        return super().render(data, accepted_media_type, renderer_context)
