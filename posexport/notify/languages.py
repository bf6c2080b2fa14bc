"""In which language people are told."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from posexport.app.workspace import Workspace
from posexport.core.company import Company
from posexport.store.office_users import read_languages
from posexport.texts.language import Lang, choose_lang


def find_languages(workspace: Workspace, company: Company, recipients: Collection[str]) -> Mapping[str, Lang]:
    """The language of each recipient: what a user of the office has chosen, otherwise the company's."""
    with workspace.database.reading() as connection:
        chosen = read_languages(connection, recipients)
    return {recipient: choose_lang(chosen.get(recipient.lower()) or company.language) for recipient in recipients}
