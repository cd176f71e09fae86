"""A small site that embeds what is pasted into it, as WordPress does: `python -m … PORT`.

`/?url=ADDRESS` answers an article with that address in it. The consumer asks the page, finds the
oEmbed link in it, asks that, and sets what it gets into the article: with `trusted=1` as it is, as
for a provider that the administrator added; else cut down to what WordPress lets through from a
stranger, and in a sandbox. It knows nothing of the product but what its pages say.
"""

from __future__ import annotations

import json
import sys
from html import escape
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

WIDTH = 600
_KEPT = ("src", "width", "height", "title")
_ARTICLE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>站点文章</title><style>body {{ font: 18px/1.7 sans-serif; margin: 16px }}</style>
<h1>冬天去哪里热饭</h1><p>相山区的这些驿站可以热饭、接热水，推门就进。</p>
<figure style="margin:0">{embed}</figure><p data-title="{title}">有什么不对，跟我们说。</p></html>"""


class _Links(HTMLParser):
    """Attributes of the elements of one kind."""

    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag = tag
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == self.tag:
            self.found.append({name: value or "" for name, value in attrs})


def _elements(tag: str, html: str) -> list[dict[str, str]]:
    parser = _Links(tag)
    parser.feed(html)
    return parser.found


def _get(url: str) -> str:
    with urlopen(url, timeout=30) as answer:  # noqa: S310 - of the test's own server
        return str(answer.read().decode())


def ask(url: str) -> dict[str, str]:
    """What the provider of an address says of it, found by its page alone."""
    [link] = [
        one
        for one in _elements("link", _get(url))
        if one.get("rel") == "alternate" and one.get("type") == "application/json+oembed"
    ]
    told: dict[str, str] = json.loads(_get(f"{link['href']}&maxwidth={WIDTH}&maxheight=900&dnt=1"))
    return told


def strangers(html: str) -> str:
    """What is let through from a provider that nobody vouched for."""
    [frame] = _elements("iframe", html)
    kept = " ".join(f'{name}="{escape(frame[name])}"' for name in _KEPT if name in frame)
    return f'<iframe sandbox="allow-scripts" {kept} style="max-width:100%"></iframe>'


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        if "url" not in asked:
            self.send_error(404)
            return
        told = ask(asked["url"][0])
        html = told["html"] if "trusted" in asked else strangers(told["html"])
        body = _ARTICLE.format(embed=html, title=escape(told["title"])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


def main(port: int) -> None:
    with ThreadingHTTPServer(("127.0.0.1", port), _Site) as server:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
