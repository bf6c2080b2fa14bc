"""The words of runs."""

from __future__ import annotations

from posexport.texts.language import Lang

WORDS: dict[str, dict[Lang, str]] = {
    "run": {"nb": "Kjøring", "en": "Run"},
    "work": {"nb": "Hva", "en": "What"},
    "work_drafts": {"nb": "Kladder", "en": "Drafts"},
    "n_venues": {"nb": "{n} steder", "en": "{n} venues"},
    "what_came": {"nb": "Se hva det ble til", "en": "See what came of it"},
    "run_waiting": {"nb": "venter på tur", "en": "waits for its turn"},
    "run_going": {"nb": "pågår", "en": "going on"},
    "run_silent": {
        "nb": "svarer ikke; svarer den ikke snart, blir den avbrutt",
        "en": "does not answer; if it does not soon, it is interrupted",
    },
    "run_done": {"nb": "ferdig", "en": "done"},
    "run_stopped": {"nb": "stoppet av {name}", "en": "stopped by {name}"},
    "run_failed": {"nb": "feilet", "en": "failed"},
    "run_interrupted_files": {
        "nb": "avbrutt: det som ikke ble lest, er ikke lagret; last det opp på nytt",
        "en": "interrupted: what was not read is not stored; upload it again",
    },
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
    "seconds_left": {"nb": "ca. {n} s igjen", "en": "about {n} s left"},
    "rival": {
        "nb": "Kjøringen til {name} har noen av de samme dagene, og kom først.",
        "en": "{name}'s run has some of the same days, and came first.",
    },
    "see_rival": {"nb": "Se den", "en": "Look at it"},
    "work_orders": {"nb": "Sende ordre", "en": "Send an order"},
    "work_customers": {"nb": "Lese kunder", "en": "Read customers"},
    "work_new-customer": {"nb": "Opprette kunde", "en": "Create a customer"},
    "work_chart": {"nb": "Lese kontoplanen", "en": "Read the chart of accounts"},
    "the_schedule": {"nb": "Tidsplanen", "en": "The schedule"},
    "turn_came_to": {"nb": "{drafted} levert, {waiting} venter", "en": "{drafted} drafted, {waiting} waiting"},
    "no_runs": {"nb": "Ingen kjøringer ennå.", "en": "No runs yet."},
}
