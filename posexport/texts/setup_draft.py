"""The comments of a first setup file that are not a key's own purpose, in Norwegian and English."""

from __future__ import annotations

from collections.abc import Mapping

from posexport.texts.language import Lang

OPENING: Mapping[Lang, str] = {
    "nb": """\
# Et første oppsett, laget av det kassen skrev. Slik blir det ferdig:
#   1. regnskapsføreren fyller inn hver konto som er "" (en som trengs og er tom, holder et bilag tilbake);
#   2. den som kjører posexport, setter miljøvariablene som env:... nevner: ingen nøkkel står her;
#   3. posexport setup apply DENNE-FILEN, og så posexport preview.""",
    "en": """\
# A first setup file, made from what the register wrote. To finish it:
#   1. the bookkeeper fills in every account that is "" (one that is needed and empty holds a voucher back);
#   2. whoever runs posexport sets the environment variables that env:... names: no key ever stands here;
#   3. posexport setup apply THIS-FILE, then posexport preview.""",
}

REMARKS: Mapping[str, Mapping[Lang, str]] = {
    "fill_in": {"nb": "fylles inn", "en": "to fill in"},
    "not_said": {"nb": "fylles inn: kilden sier det ikke", "en": "to fill in: the source does not say"},
    "check": {
        "nb": "sjekkes: kilden har bare kassens egen kode",
        "en": "to check: the source gives the register's code only",
    },
    "registers_of_location": {"nb": "bare disse på stedet", "en": "only these of the location"},
    "registers_apart": {
        "nb": "en som hører til en annen avdeling, får et eget utsalgssted",
        "en": "one of another department goes to a venue of its own",
    },
    "registers_missing": {
        "nb": "fylles inn: kassene til utsalgsstedet",
        "en": "to fill in: the registers that are this venue's",
    },
    "too_many_venues": {
        "nb": "PowerOffice Go tar ti avdelinger per integrasjon; disse er utover det.",
        "en": "PowerOffice Go takes ten departments per integration; these are beyond them.",
    },
    "not_sold": {"nb": "Ikke solgt i det som ble lest:", "en": "Not sold in what was read:"},
    "not_used": {"nb": "Ikke brukt i det som ble lest:", "en": "Not used in what was read:"},
}
"""By what they are about."""
