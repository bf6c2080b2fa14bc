"""Which companies send mail as one: those whose mail goes from the same account of the same server, with a password of
their own that is the same one. What a person is told of them can then go in one letter: nothing is sent of a company
that it could not have sent itself, no company uses the password of another, whoever reads one company's mailbox or
server learns nothing of a company that is not there anyway, and no company waits for the server of another."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.core.company import Company
from posexport.errors import MissingSecret
from posexport.setup.secrets import resolve_secret


def group_by_account(companies: Mapping[int, Company], secrets: Mapping[str, str]) -> list[dict[int, Company]]:
    """The companies (by their numbers) in groups that send as one. A company without a mail server, or whose password
    cannot be found, is a group by itself."""
    groups: dict[object, dict[int, Company]] = {}
    for number, company in companies.items():
        groups.setdefault(_account_of(number, company, secrets), {})[number] = company
    return list(groups.values())


def _account_of(number: int, company: Company, secrets: Mapping[str, str]) -> object:
    mail = company.mail
    if mail is None:
        return number
    try:
        password = resolve_secret(mail.password, secrets) if mail.password else None
    except MissingSecret:
        return number
    return mail.server.lower(), mail.security, mail.user, mail.sender.lower(), password
