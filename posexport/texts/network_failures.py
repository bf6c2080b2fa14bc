"""What is wrong with a proxy, a certificate or a setting of the network, and what to do: each sentence as made
in `http.network` and `http.transport`, and in Norwegian."""

from __future__ import annotations

from collections.abc import Mapping

NETWORK: Mapping[str, str] = {
    # what is wrong
    "SSL_CERT_DIR names {path}, which is no folder.": "SSL_CERT_DIR nevner {path}, som ikke er en mappe.",
    "SSLKEYLOGFILE names a file that cannot be written ({why}).": "SSLKEYLOGFILE nevner en fil som ikke kan skrives "
    "({why}).",
    "The list of trusted authorities cannot be read ({why}).": "Listen over utstedere som maskinen stoler på, kan ikke "
    "leses ({why}).",
    "SSL_CERT_FILE names {path}, which is not there.": "SSL_CERT_FILE nevner {path}, som ikke finnes.",
    "SSL_CERT_FILE names {path}, which holds no certificate in PEM form.": "SSL_CERT_FILE nevner {path}, som ikke har "
    "noe sertifikat i PEM-form.",
    "SSL_CERT_FILE names {path}, which cannot be read: {why}.": "SSL_CERT_FILE nevner {path}, som ikke kan leses: "
    "{why}.",
    "it is a folder": "det er en mappe",
    "its name is none": "navnet kan ikke brukes",
    "no reason is given": "det er ikke oppgitt hvorfor",
    "{server} answers without TLS.": "{server} svarer uten TLS.",
    "The certificate of {server} has expired.": "Sertifikatet til {server} er utløpt.",
    "The certificate of {server} is not valid yet.": "Sertifikatet til {server} er ikke gyldig ennå.",
    "The certificate of {server} is made out to another name.": "Sertifikatet til {server} er utstedt til et annet "
    "navn.",
    "The certificate of {server} is signed by itself, and is none that this machine trusts.": "Sertifikatet til "
    "{server} er signert av seg selv, og er ikke et som maskinen stoler på.",
    "The certificate of {server} is signed by an authority that this machine does not trust.": "Sertifikatet til "
    "{server} er signert av en utsteder som maskinen ikke stoler på.",
    "The certificate of {server} is not good: {why}.": "Sertifikatet til {server} duger ikke: {why}.",
    "{named} names a SOCKS proxy, and posexport goes through HTTP proxies only.": "{named} nevner en "
    "SOCKS-proxy, og posexport går bare gjennom HTTP-proxyer.",
    "{named} names a proxy by what is no address of one.": "{named} nevner en proxy med noe som ikke er adressen "
    "til en.",
    "the system's own proxy settings": "systemets egne proxyinnstillinger",
    "The system's own proxy settings": "Systemets egne proxyinnstillinger",
    "a variable": "en variabel",
    "base_url in the setup, where it is set": "base_url i oppsettet, om den er satt",
    "{named}, and base_url in the setup, where it is set": "{named}, og base_url i oppsettet, om den er satt",
    "{host}, or of the proxy that {named} names,": "{host}, eller til proxyen som {named} nevner,",
    "server and security under [company.mail]": "server og security under [company.mail]",
    # what to do
    "Correct the variable, or take it away to trust the usual authorities.": "Rett variabelen, eller fjern den, så "
    "gjelder de vanlige utstederne.",
    "Correct the variable (on many systems the file is /etc/ssl/certs/ca-certificates.crt), or take it away to trust "
    "the usual authorities.": "Rett variabelen (på mange systemer er filen /etc/ssl/certs/ca-certificates.crt), eller "
    "fjern den, så gjelder de vanlige utstederne.",
    "Take the variable away.": "Fjern variabelen.",
    "Install it anew, or name another in SSL_CERT_FILE.": "Installer den på nytt, eller nevn en annen i SSL_CERT_FILE.",
    "Check the address.": "Sjekk adressen.",
    "Check {setting}.": "Sjekk {setting}.",
    "Check the address, and whether a proxy stands in front of it.": "Sjekk adressen, og om det står en proxy foran.",
    "Check {setting}, and whether a proxy stands in front of it.": "Sjekk {setting}, og om det står en proxy foran.",
    "Check the date and the time of this machine; where they are right, whoever runs the server, or the proxy in front "
    "of it, must renew it.": "Sjekk dato og klokke på maskinen; er de riktige, må den som driver tjeneren, eller "
    "proxyen foran den, fornye det.",
    "Where the server, or a proxy in front of it, is your own, {add}. Otherwise somebody else answers.": "Er tjeneren, "
    "eller en proxy foran den, deres egen, så {add}. Ellers er det noen andre som svarer.",
    "A firewall, a proxy or a virus scanner that looks into TLS (TLS inspection) signs so: ask who runs it for its "
    "authority, and {add}.": "En brannmur, en proxy eller et virusprogram som ser inn i TLS (TLS-inspeksjon), signerer "
    "slik: be den som driver den om utstedersertifikatet, og {add}.",
    "have its certificate in PEM form added to {path}, which {variable} names": "få sertifikatet lagt til i PEM-form i "
    "{path}, som {variable} nevner",
    "put its certificate in PEM form, with those of the others, into a file and set SSL_CERT_FILE to it": "legg "
    "sertifikatet i PEM-form, sammen med de andres, i en fil, og la SSL_CERT_FILE nevne den",
    "Set it to the address of an HTTP proxy, such as http://proxy.example.com:3128, or name {host} in NO_PROXY to do "
    "without one.": "Sett den til adressen til en HTTP-proxy, som http://proxy.example.com:3128, eller nevn {host} i "
    "NO_PROXY for å gå utenom.",
    "Set {variable} to the address of an HTTP proxy, such as http://proxy.example.com:3128, or name {host} in NO_PROXY "
    "to do without one.": "Sett {variable} til adressen til en HTTP-proxy, som http://proxy.example.com:3128, eller "
    "nevn {host} i NO_PROXY for å gå utenom.",
    "Correct {named}, or take it away.": "Rett {named}, eller fjern den.",
    "The proxy that {named} names wants a user and a password, or refuses those it was given.": "Proxyen som "
    "{named} nevner, vil ha bruker og passord, eller avviser dem den fikk.",
    "Write them into {named}: http://USER:PASSWORD@HOST:PORT.": "Skriv dem inn i {named}: "
    "http://BRUKER:PASSORD@HOST:PORT.",
    "The proxy that {named} names does not let posexport through to {host} (HTTP {number}).": "Proxyen som "
    "{named} nevner, slipper ikke posexport gjennom til {host} (HTTP {number}).",
    "Ask who runs it to let it through, or name {host} in NO_PROXY to do without it.": "Be den som driver den om å "
    "slippe det gjennom, eller nevn {host} i NO_PROXY for å gå utenom.",
}
