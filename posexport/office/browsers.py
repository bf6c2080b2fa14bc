"""Browsers, by what they say they are."""

from __future__ import annotations

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
"""In this order: most say that they are several."""

_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def name_browser(told: str) -> str:
    """A browser as people know it; "" where it says nothing that we know.

    >>> name_browser("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), name_browser("curl/8")
    ('Firefox, Linux', '')
    """
    found = [next((name for sign, name in signs if sign in told), "") for signs in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name)
