"""The words of users, their roles and their links."""

from __future__ import annotations

from posexport.texts.language import Lang
from posexport.texts.roles import ROLE_WORDS

WORDS: dict[str, dict[Lang, str]] = {
    "users": {"nb": "Brukere", "en": "Users"},
    "name": {"nb": "Navn", "en": "Name"},
    "name_if_known": {"nb": "Navn (kan stå tomt)", "en": "Name (may be left out)"},
    "roles": {"nb": "Roller", "en": "Roles"},
    "all_companies_small": {"nb": "alle selskaper", "en": "all companies"},
    "in_all_companies": {"nb": "I alle selskaper, også nye", "en": "In all companies, also new ones"},
    "whole_company": {"nb": "Hele {name}", "en": "All of {name}"},
    "only_at": {"nb": "Bare {name}", "en": "Only {name}"},
    "only_some_venues": {"nb": "Eller bare noen av stedene", "en": "Or only some of the venues"},
    **{f"role_{role}": dict(words) for role, words in ROLE_WORDS.items()},
    "no_role_here": {"nb": "Ingen rolle her.", "en": "No role here."},
    "role_note_reader": {"nb": "ser dager, bilag og ordrer", "en": "sees days, vouchers and orders"},
    "role_note_shop": {"nb": "leser også inn salgsfiler", "en": "also imports sales files"},
    "role_note_bookkeeper": {
        "nb": "lager kladder, godtar funn, kobler kunder og setter kontoer",
        "en": "drafts, accepts findings, links customers and sets accounts",
    },
    "role_note_administrator": {
        "nb": "styrer steder, nøkler, tidsplan og brukere",
        "en": "manages venues, keys, schedules and users",
    },
    "role_note_partner": {"nb": "styrer også selskaper", "en": "manages companies too"},
    "seen_last": {"nb": "sist innom {time}", "en": "last seen {time}"},
    "never_seen": {"nb": "har ikke vært innom", "en": "never seen"},
    "invited": {"nb": "invitert, men lenken er for gammel", "en": "invited, but the link is too old"},
    "invited_until": {"nb": "invitert, til {time}", "en": "invited, until {time}"},
    "no_users": {
        "nb": "Ingen er invitert ennå. Inviter den første her.",
        "en": "Nobody is invited yet. Invite the first one here.",
    },
    "invite": {"nb": "Inviter", "en": "Invite"},
    "make_invitation": {"nb": "Lag en ny invitasjon", "en": "Make a new invitation"},
    "make_reset_link": {"nb": "Lag lenke for nytt passord", "en": "Make a link for a new password"},
    "close_user": {"nb": "Steng brukeren", "en": "Close the user"},
    "withdraw": {"nb": "Trekk tilbake invitasjonen", "en": "Withdraw the invitation"},
    "close_question": {"nb": "Stenge {name}?", "en": "Close {name}?"},
    "withdraw_question": {"nb": "Trekke tilbake invitasjonen til {name}?", "en": "Withdraw the invitation of {name}?"},
    "close_what": {
        "nb": "Alle innlogginger avsluttes med en gang, og passordet slettes.",
        "en": "All sessions end at once, and the password is deleted.",
    },
    "withdraw_what": {"nb": "Lenken virker ikke lenger.", "en": "The link works no more."},
    "close_not": {
        "nb": "Navnet blir stående i loggen og på det som er gjort. Personen kan inviteres igjen.",
        "en": "The name stays in the log and on what was done. The person can be invited again.",
    },
    "save_roles": {"nb": "Lagre rollene", "en": "Save the roles"},
    "roles_at_once": {
        "nb": "Gjelder med en gang, også der brukeren er logget inn.",
        "en": "Counts at once, also where the user is signed in.",
    },
    "user_saved_roles": {"nb": "Rollene er lagret.", "en": "The roles are saved."},
    "user_saved_sent": {
        "nb": "Brukeren hadde innlogging fra før og har fått rollen. Det er sendt på e-post.",
        "en": "The user could sign in before and has the role now. They are told by e-mail.",
    },
    "user_saved_no-server": {
        "nb": "Brukeren hadde innlogging fra før og har fått rollen. Selskapet har ingen e-posttjener, så si det selv.",
        "en": "The user could sign in before and has the role now. There is no mail server: tell them yourself.",
    },
    "user_saved_failed": {
        "nb": "Brukeren hadde innlogging fra før og har fått rollen. E-posten kom ikke av gårde, så si det selv.",
        "en": "The user could sign in before and has the role now. The e-mail was not sent, so tell them yourself.",
    },
    "link_for_invited": {"nb": "Invitasjon til {name}", "en": "Invitation for {name}"},
    "link_for_reset": {"nb": "Nytt passord for {name}", "en": "A new password for {name}"},
    "link_itself": {"nb": "Lenken, som bare vises her og nå", "en": "The link, which is shown here and now alone"},
    "link_until": {
        "nb": "Den virker én gang, til {time}. Gi den bare til den den er for.",
        "en": "It works once, until {time}. Give it only to whom it is for.",
    },
    "posted_sent": {"nb": "Lenken er sendt til {email}.", "en": "The link was sent to {email}."},
    "posted_no-server": {
        "nb": "Selskapet har ingen e-posttjener, så gi lenken til {email} selv.",
        "en": "The company has no mail server, so give the link to {email} yourself.",
    },
    "posted_failed": {
        "nb": "E-posten kom ikke av gårde. Gi lenken til {email} selv.",
        "en": "The e-mail was not sent. Give the link to {email} yourself.",
    },
    "users_email": {
        "nb": "Skriv en e-postadresse, som navn@eksempel.no.",
        "en": "Write an e-mail address, such as name@example.com.",
    },
    "users_name": {"nb": "Navnet kan ha høyst 200 tegn.", "en": "The name can have at most 200 characters."},
    "users_no-role": {"nb": "Velg minst én rolle.", "en": "Choose at least one role."},
    "users_not-yours": {
        "nb": "Disse rollene kan du ikke gi eller ta.",
        "en": "These roles are not yours to give or take.",
    },
    "users_last-administrator": {
        "nb": "Da kan ingen andre styre brukerne. La en annen med rollen oppsett logge inn først.",
        "en": "Nobody else could manage users then. Have another administrator sign in first.",
    },
    "users_unknown": {"nb": "Brukeren finnes ikke lenger.", "en": "The user is not there any more."},
}
