"""What is wrong with a proxy or a certificate is said in Norwegian wherever a person meets it, also on a day that
waits."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import posexport
from posexport.errors import NotConnected
from posexport.texts.command_errors import describe_error, describe_sentence
from posexport.texts.failures import describe_failure, is_known
from posexport.texts.network_failures import NETWORK
from tests.support.each import each
from tests.support.said_texts import list_arguments, name_of

HTTP = Path(posexport.__file__).parent / "http"
FACTS = {
    "add": "put its certificate in PEM form, with those of the others, into a file and set SSL_CERT_FILE to it",
    "trusted": "/etc/own.pem, which SSL_CERT_FILE names",
    "setting": "base_url in the setup, where it is set",
    "variable": "HTTPS_PROXY",
    "status": "407",
    "strerror": "it is a folder",
}


def fill(node: ast.expr) -> list[str]:
    if "_NO_MORE_AFTER" in ast.unparse(node):
        return ["has expired", "is not valid yet"]
    if ast.unparse(node).startswith("setting or"):
        return [FACTS["setting"], "the address"]
    if ast.unparse(node).startswith("'it' if"):
        return ["it", "HTTPS_PROXY"]
    return [FACTS.get(name_of(node), "HTTPS_PROXY" if "_begin" in ast.unparse(node) else "goapi.example")]


def list_told() -> set[str]:
    """Both arguments of every trouble that is made, as it may come out."""
    whole: set[str] = set()
    for path in (HTTP / "network.py", HTTP / "transport.py"):
        source = path.read_text(encoding="utf-8")
        whole |= set(list_arguments(path, ("NetworkTrouble",), fill))
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and name_of(node.func) == "NetworkTrouble":
                whole |= set(write_last(node, path))
    return whole


def write_last(node: ast.Call, path: Path) -> list[str]:
    from tests.support.said_texts import list_assigned, write_out

    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
    (inside,) = (one for one in functions if one.lineno <= node.lineno <= (one.end_lineno or 0))
    return write_out(node.args[1], list_assigned(list(ast.walk(inside))), fill)


TOLD = sorted(list_told())


def test_the_walk_finds_what_may_be_wrong_and_what_to_do() -> None:
    assert len(TOLD) > 25
    assert "The certificate of goapi.example has expired." in TOLD
    assert "Take the variable away." in TOLD


@each("text", TOLD)
def test_whatever_is_wrong_with_the_network_is_said_in_norwegian(text: str) -> None:
    assert is_known(text), text
    told = describe_failure(text, "nb").text
    assert not re.search(r"\b(the|this|is|are|was|not|its|with|and|which|names)\b", told), told


def test_a_day_that_waits_for_the_network_says_so_in_norwegian() -> None:
    error = NotConnected(
        "The proxy that the system's own proxy settings names wants a user and a password, or refuses those it was "
        "given.",
        "Write them into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT.",
    )
    assert describe_error(error, "nb") == (
        "PowerOffice Go er utenfor rekkevidde: Proxyen som systemets egne proxyinnstillinger nevner, vil ha bruker og "
        "passord, eller avviser dem den fikk. Skriv dem inn i HTTPS_PROXY: http://BRUKER:PASSORD@HOST:PORT. Ingenting "
        "er sendt."
    )
    assert describe_error(error, "en") == str(error)


def test_a_mail_server_behind_a_certificate_that_does_not_fit_is_told_in_norwegian() -> None:
    what = "The certificate of smtp.example is made out to another name."
    fix = "Check server and security under [company.mail], and whether a proxy stands in front of it."
    told = describe_sentence(f"The mail server smtp.example:587 is out of reach: {what} {fix}", "nb")
    assert told == (
        "E-posttjeneren smtp.example:587 er utenfor rekkevidde: Sertifikatet til smtp.example er utstedt til et annet "
        "navn. Sjekk server og security under [company.mail], og om det står en proxy foran."
    )


@each("english", sorted(NETWORK))
def test_both_languages_have_the_same_facts(english: str) -> None:
    assert set(re.findall(r"{(\w+)}", english)) == set(re.findall(r"{(\w+)}", NETWORK[english]))
