"""The guide that ships with the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from posexport.cli.options import console, example, with_lang

if TYPE_CHECKING:
    from collections.abc import Iterator

    from posexport.texts.language import Lang


@click.command(
    short_help="The guide: what to do when.",
    epilog=example("posexport guide", "posexport guide days", "posexport guide missing-account --lang en"),
)
@click.argument("topic", required=False)
@with_lang
def guide(topic: str | None, lang: Lang) -> None:
    """Show a page of the guide, or the part of it about a finding; without a TOPIC, list the pages.

    TOPIC is a page's name, or the code of a finding.
    """
    from rich.markdown import Markdown

    from posexport.errors import UsageError
    from posexport.render.guide import find_part, read_texts

    pages = read_texts(lang)
    if topic is None:
        for line in _list_pages(lang):
            click.echo(line)
        return
    wanted = topic.lower()
    found = [page.text for page in pages if wanted in page.names]
    found = found or [find_part(page, page.codes[wanted]) for page in pages if wanted in page.codes]
    if not found:
        topics = ", ".join(page.topic for page in pages)
        raise UsageError(f"The guide has no page {topic!r}. Name one of {topics}, or the code of a finding.")
    console().print(Markdown("\n\n".join(found)))


def _list_pages(lang: Lang) -> Iterator[str]:
    """The pages by who reads them, each as it is asked for; those that are in another language say so."""
    from posexport.render.guide import BOOKKEEPER, read_texts

    yield {"nb": "For regnskapet:", "en": "For the bookkeeper:"}[lang]
    is_first = True
    for page in read_texts(lang):
        if is_first and page.topic not in BOOKKEEPER:
            is_first = False
            yield ""
            yield {"nb": "For drift og programmer:", "en": "For whoever runs it, or writes programs:"}[lang]
        yield f"  {page.topic:<14} {page.title}{'' if page.lang == lang else ' (engelsk)'}"
    yield ""
    yield {"nb": "Vis en side: posexport guide words", "en": "To show a page: posexport guide words"}[lang]
