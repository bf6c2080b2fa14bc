"""What the office's pages say, in Norwegian and English, and the signs that stand beside states."""

from __future__ import annotations

from posexport.core.report import State
from posexport.texts.language import Lang

SIGNS: dict[str, str] = {
    "ready": "○",
    "held": "x",
    "drafted": "v",
    "changed": "!",
    "uncertain": "~",
    "refused": "x",
    "unreachable": "~",
    "nothing": "-",
    "gap": "?",
    "open": "o",
}
"""By state: x waits for a person, ! look, ~ under way, v done, - nothing sold, ? no data, o not over, ○ can be
drafted."""

STATE_WORDS: dict[str, dict[Lang, str]] = {
    "ready": {"nb": "klar", "en": "ready"},
    "held": {"nb": "holdt", "en": "held"},
    "drafted": {"nb": "kladd", "en": "drafted"},
    "changed": {"nb": "kladd, se på den", "en": "drafted, look at it"},
    "uncertain": {"nb": "usikker", "en": "uncertain"},
    "refused": {"nb": "avvist", "en": "refused"},
    "unreachable": {"nb": "ikke nådd", "en": "not reached"},
    "nothing": {"nb": "ikke salg", "en": "no sales"},
    "gap": {"nb": "mangler data", "en": "no data"},
    "open": {"nb": "ikke over", "en": "not over"},
}

WORDS: dict[str, dict[Lang, str]] = {
    # common
    "today": {"nb": "I dag", "en": "Today"},
    "days": {"nb": "Dager", "en": "Days"},
    "runs": {"nb": "Kjøringer", "en": "Runs"},
    "log": {"nb": "Logg", "en": "Log"},
    "menu": {"nb": "Sider", "en": "Pages"},
    "skip": {"nb": "Rett til innholdet", "en": "Skip to content"},
    "sign_out": {"nb": "Logg ut", "en": "Sign out"},
    "back": {"nb": "Tilbake", "en": "Back"},
    "venue": {"nb": "Sted", "en": "Venue"},
    "day": {"nb": "Dag", "en": "Day"},
    "state": {"nb": "Tilstand", "en": "State"},
    "amount": {"nb": "Beløp", "en": "Amount"},
    "promise": {"nb": "Her lages kladder. Du bokfører.", "en": "Drafts are made here. You post."},
    # signing in
    "sign_in": {"nb": "Logg inn", "en": "Sign in"},
    "sign_in_with_link": {
        "nb": "Åpne lenken som ble vist da kontoret ble startet.",
        "en": "Open the link that was shown when the office was started.",
    },
    "link_good": {"nb": "Lenken er klar til bruk, én gang.", "en": "The link is good, once."},
    "link_used": {
        "nb": "Lenken er brukt eller for gammel. Be om en ny: start kontoret på nytt.",
        "en": "The link is used or too old. Ask for a new one: start the office again.",
    },
    # today
    "waits_for_you": {"nb": "Venter på deg", "en": "Waits for you"},
    "waits_for_others": {"nb": "Venter på andre", "en": "Waits for others"},
    "nothing_waits": {"nb": "Ingenting venter.", "en": "Nothing waits."},
    "last_day": {"nb": "Siste dag som er over", "en": "The last day that is over"},
    "next_turn": {"nb": "Neste kjøring", "en": "Next run"},
    "no_turn": {"nb": "ingen automatisk eksport", "en": "no automatic export"},
    "going_on": {"nb": "Pågår nå", "en": "Going on now"},
    "open_day": {"nb": "Se på dagen", "en": "Look at the day"},
    "nothing_set_up": {
        "nb": "Ingen steder er satt opp for deg ennå. Spør den som har oppsettet.",
        "en": "No venue is set up for you yet. Ask your administrator.",
    },
    # days
    "month_before": {"nb": "Måneden før", "en": "The month before"},
    "month_after": {"nb": "Måneden etter", "en": "The month after"},
    "only_waiting": {"nb": "Bare det som venter", "en": "Only what waits"},
    "everything": {"nb": "Alle dager", "en": "All days"},
    "page_of": {"nb": "Side {n} av {all}", "en": "Page {n} of {all}"},
    "page_before": {"nb": "Forrige side", "en": "The page before"},
    "page_after": {"nb": "Neste side", "en": "The next page"},
    "no_days": {
        "nb": "Ingen dager å vise i denne måneden. Les inn en salgsfil, eller velg en annen måned.",
        "en": "No days to show in this month. Import a sales file, or choose another month.",
    },
    # a day
    "hinders": {"nb": "Dette hindrer kladden", "en": "This keeps the draft back"},
    "also_found": {"nb": "Også funnet", "en": "Also found"},
    "voucher": {"nb": "Bilag", "en": "Voucher"},
    "draft": {"nb": "Lag kladd", "en": "Draft"},
    "accept": {"nb": "Godta", "en": "Accept"},
    "reason": {"nb": "Begrunnelse", "en": "Reason"},
    "responsibility": {
        "nb": "Du tar ansvar for dette. Navnet ditt og begrunnelsen blir stående.",
        "en": "You take responsibility for this. Your name and the reason are kept.",
    },
    "day_before": {"nb": "Dagen før", "en": "The day before"},
    "day_after": {"nb": "Dagen etter", "en": "The day after"},
    "not_over": {"nb": "Dagen er ikke over før {time}.", "en": "The day is not over until {time}."},
    "no_data": {
        "nb": "Ingen salgsdata er lest inn for denne dagen.",
        "en": "No sales data were imported for this day.",
    },
    "saved_account": {
        "nb": "Konto {account} er lagret. Dagen er gjort opp på nytt.",
        "en": "Account {account} is saved. The day was settled again.",
    },
    # an account
    "choose_account": {"nb": "Velg konto", "en": "Choose account"},
    "account_note": {
        "nb": "Gjelder fra den første dagen som venter på den. Dager som er levert, endres ikke.",
        "en": "Counts from the first day that waits for it. Drafted days do not change.",
    },
    "search": {"nb": "Søk", "en": "Search"},
    "search_account": {"nb": "Nummer eller navn", "en": "Number or name"},
    "accounts_read": {"nb": "Kontoer i PowerOffice Go, lest {time}", "en": "Accounts in PowerOffice Go, read {time}"},
    "closed_in_go": {"nb": "stengt i Go", "en": "closed in Go"},
    "vat_locked": {"nb": "låst til mva-kode {code}", "en": "locked to VAT code {code}"},
    "no_account_found": {"nb": "Ingen konto passer.", "en": "No account fits."},
    "more_accounts": {"nb": "{n} til. Søk for å finne dem.", "en": "{n} more. Search to find them."},
    "chart_never_read": {
        "nb": "Kontoplanen er ikke lest fra PowerOffice Go ennå, så nummeret blir ikke kontrollert nå.",
        "en": "The chart was not read from PowerOffice Go yet, so the number is not checked now.",
    },
    "account_number": {"nb": "Kontonummer", "en": "Account number"},
    "account_missing": {"nb": "Velg en konto.", "en": "Choose an account."},
    "account_unknown": {
        "nb": "PowerOffice Go har ingen konto {account}.",
        "en": "PowerOffice Go has no account {account}.",
    },
    "account_inactive": {
        "nb": "Konto {account} er stengt i PowerOffice Go.",
        "en": "Account {account} is closed in PowerOffice Go.",
    },
    "save": {"nb": "Lagre", "en": "Save"},
    # drafting
    "draft_question": {"nb": "Lage {count}?", "en": "Draft {count}?"},
    "one_voucher": {"nb": "1 kladd", "en": "1 voucher"},
    "n_vouchers": {"nb": "{n} kladder", "en": "{n} vouchers"},
    "draft_what": {
        "nb": "{count} på {amount} i alt går til {company} ({where}).",
        "en": "{count} of {amount} in all goes to {company} ({where}).",
    },
    "draft_not": {
        "nb": "Ingenting bokføres. Kladden kan slettes i PowerOffice Go.",
        "en": "Nothing is posted. The draft can be deleted in PowerOffice Go.",
    },
    "posts_directly": {
        "nb": "Dette firmaet bokfører direkte: bilaget er bokført når det er sendt.",
        "en": "This company posts directly: the voucher is posted once it is sent.",
    },
    "revise": {"nb": "Rett kladden", "en": "Revise"},
    "revise_question": {"nb": "Rette {count}?", "en": "Revise {count}?"},
    "revise_what": {
        "nb": "Kladden slettes i PowerOffice Go og erstattes. Er den bokført, lages et bilag med akkurat forskjellen.",
        "en": "The draft is deleted in PowerOffice Go and replaced. Once posted, exactly the difference is drafted.",
    },
    "revise_button": {"nb": "Rett {count}", "en": "Revise {count}"},
    "looked_for": {
        "nb": "Bilaget kan ha kommet frem før. Det blir lett etter først, og bare sendt hvis det ikke er der.",
        "en": "The voucher may have arrived before. It is looked for first, and sent only if it is not there.",
    },
    "draft_button": {"nb": "Lag {count}", "en": "Draft {count}"},
    "nothing_to_draft": {"nb": "Det er ingenting å lage kladd av.", "en": "There is nothing to draft."},
    "production": {"nb": "produksjon", "en": "production"},
    "demo": {"nb": "demo", "en": "demo"},
    # resolving
    "resolve": {"nb": "Si hvor bilaget er", "en": "Say where the voucher is"},
    "id_in_go": {"nb": "Bilagets id i PowerOffice Go", "en": "The voucher's id in PowerOffice Go"},
    "id_missing": {
        "nb": "Skriv id-en bilaget har i PowerOffice Go.",
        "en": "Write the id that the voucher has in PowerOffice Go.",
    },
    "is_there": {"nb": "Det ligger der", "en": "It is there"},
    "is_not_there": {"nb": "Det ligger ikke der", "en": "It is not there"},
    "not_there_note": {
        "nb": "Ligger det ikke der, sendes det på nytt ved neste eksport.",
        "en": "If it is not there, it is sent anew by the next export.",
    },
    "nothing_to_resolve": {"nb": "Det er ingenting å avgjøre.", "en": "There is nothing to resolve."},
    "resolve_refused": {
        "nb": "PowerOffice Go sier noe annet, eller en annen kjøring har bilaget nå. Ingenting er endret.",
        "en": "PowerOffice Go says otherwise, or another run has the voucher now. Nothing was changed.",
    },
    # runs
    "run": {"nb": "Kjøring", "en": "Run"},
    "run_waiting": {"nb": "venter på tur", "en": "waits for its turn"},
    "run_going": {"nb": "pågår", "en": "going on"},
    "run_done": {"nb": "ferdig", "en": "done"},
    "run_stopped": {"nb": "stoppet av {name}", "en": "stopped by {name}"},
    "run_failed": {"nb": "feilet", "en": "failed"},
    "run_interrupted": {
        "nb": "avbrutt: det som var på vei, blir lett etter i neste kjøring",
        "en": "interrupted: what was on its way is looked up by the next run",
    },
    "asked_for_by": {"nb": "Bestilt av", "en": "Asked for by"},
    "asked_at": {"nb": "Bestilt", "en": "Asked for"},
    "progress": {"nb": "{done} av {all}", "en": "{done} of {all}"},
    "stop": {"nb": "Stopp", "en": "Stop"},
    "stop_note": {"nb": "Det som er på vei, blir gjort ferdig.", "en": "What is on its way is finished."},
    "renewed": {"nb": "Siden fornyer seg selv.", "en": "The page renews itself."},
    "no_runs": {"nb": "Ingen kjøringer ennå.", "en": "No runs yet."},
    # log
    "when": {"nb": "Når", "en": "When"},
    "who": {"nb": "Hvem", "en": "Who"},
    "what": {"nb": "Hva", "en": "What"},
    "nobody": {"nb": "ukjent", "en": "unknown"},
    "act_signed-in": {"nb": "logget inn", "en": "signed in"},
    "act_signed-out": {"nb": "logget ut", "en": "signed out"},
    "act_sign-in-refused": {"nb": "innlogging avvist", "en": "sign-in refused"},
    "act_form-refused": {"nb": "skjema avvist", "en": "form refused"},
    "act_not-allowed": {"nb": "manglet rett", "en": "right missing"},
    "act_draft-asked": {"nb": "ba om kladd", "en": "asked for a draft"},
    "act_revision-asked": {"nb": "ba om retting", "en": "asked for a revision"},
    "act_resolved": {"nb": "sa hvor bilaget er", "en": "said where the voucher is"},
    "act_account-set": {"nb": "satte konto", "en": "set an account"},
    "act_accepted": {"nb": "godtok", "en": "accepted"},
    "act_stop-asked": {"nb": "ba om stopp", "en": "asked to stop"},
    "no_entries": {"nb": "Ingenting er gjort ennå.", "en": "Nothing was done yet."},
    # refusals
    "refused": {"nb": "Det gikk ikke", "en": "That did not work"},
    "not_found": {"nb": "Denne siden finnes ikke.", "en": "There is no such page."},
    "to_today": {"nb": "Til I dag", "en": "To Today"},
    "not_allowed": {
        "nb": "Du kan se dette, men ikke gjøre det: {role} trengs.",
        "en": "You may see this, not do it: {role} is needed.",
    },
    "right_see": {"nb": "innsyn", "en": "the role reader"},
    "right_upload": {"nb": "rollen butikk", "en": "the role shop"},
    "right_book": {"nb": "rollen regnskapsfører", "en": "the role bookkeeper"},
    "right_map": {"nb": "rollen oppsett", "en": "the role administrator"},
    "right_connect": {"nb": "rollen oppsett", "en": "the role administrator"},
    "right_manage-users": {"nb": "rollen oppsett", "en": "the role administrator"},
    "right_manage-companies": {"nb": "rollen partner", "en": "the role partner admin"},
    "form_of_elsewhere": {
        "nb": "Skjemaet kom ikke fra denne innloggingen. Ingenting er gjort. Gå tilbake og prøv igjen.",
        "en": "The form did not come from this session. Nothing was done. Go back and try again.",
    },
    "form_without_key": {
        "nb": "Skjemaet er ikke helt. Ingenting er gjort. Gå tilbake, hent siden på nytt og prøv igjen.",
        "en": "The form is not whole. Nothing was done. Go back, load the page again and try again.",
    },
    "reason_missing": {"nb": "Skriv en begrunnelse, 3 til 500 tegn.", "en": "Write a reason, 3 to 500 characters."},
    "not_acceptable": {
        "nb": "Dette kan ikke godtas. Det må rettes.",
        "en": "This cannot be accepted. It has to be mended.",
    },
    "no_longer_found": {
        "nb": "Dagen har ikke dette funnet lenger. Hent siden på nytt.",
        "en": "The day no longer has this finding. Load the page again.",
    },
    "error_without_words": {
        "nb": "Det gikk ikke. Den som drifter kontoret, finner grunnen i loggen.",
        "en": "That did not work. Whoever runs the office finds the reason in the log.",
    },
}  # fmt: skip


def office_words(lang: Lang) -> dict[str, str]:
    """Every word of the pages in a language."""
    return {key: told[lang] for key, told in WORDS.items()}


def state_words(lang: Lang) -> dict[str, str]:
    """The word for each state."""
    return {key: told[lang] for key, told in STATE_WORDS.items()}


def sign_of(state: str) -> str:
    """The sign that stands for a state."""
    return SIGNS[state]


def name_look(state: State, exit_code: int) -> str:
    """What a day looks like: its state, or `changed` where it is drafted and somebody has to look at it."""
    return "changed" if state is State.DRAFTED and exit_code else state.value


def choose_language(own: str, accepted: str) -> Lang:
    """The language of a page: the user's own, else the first of the browser's (Accept-Language) that there is, Danish
    and Nynorsk being read as Norwegian; else Norwegian.

    >>> choose_language("", "de, en;q=0.8"), choose_language("", "da"), choose_language("nb", "en")
    ('en', 'nb', 'nb')
    """
    if own in {"nb", "en"}:
        return "en" if own == "en" else "nb"
    for choice in accepted.split(","):
        tag = choice.split(";")[0].strip().lower().split("-")[0]
        if tag in {"nb", "no", "nn", "da"}:
            return "nb"
        if tag == "en":
            return "en"
    return "nb"
