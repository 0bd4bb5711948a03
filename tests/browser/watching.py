"""What a page does beside what it shows: messages in the console, errors in scripts, requests to other servers."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

# A browser notes in the console that it was given an error page. That is the one message a page may cause.
ERROR_PAGE = "Failed to load resource: the server responded with a status of"


class Watch:
    """Listens to all pages of a browser context."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.origin = origin
        self.heard: list[str] = []
        self.pages_asked: set[str] = set()
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.text.startswith(ERROR_PAGE) and where in self.pages_asked:
            return
        self.heard.append(f"console {message.type} at {where}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.heard.append(f"error in a script: {error.error}")

    def _request(self, request: Request) -> None:
        if request.is_navigation_request():
            self.pages_asked.add(request.url)
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self.heard.append(f"request to another server: {request.url}")

    def must_have_heard_nothing(self) -> None:
        """Fail, with all that was heard."""
        assert not self.heard, "The browser was not silent:\n" + "\n".join(self.heard)


def path_of(page: Page) -> str:
    """The page's address from the first slash on."""
    return "/" + page.url.split("/", 3)[3]
