"""The demo: the whole job on made-up sales, on a machine with no keys and no network.

Two departments' Friday goes from their registers' files to drafts in a local sandbox of PowerOffice Go, a second run
drafts nothing, and a Saturday is held for an account that nobody has set. It uses the functions that the commands call,
over real requests to a loopback address. Only the sales (`sales`), the setup, a fixed clock and keys kept in memory are
the demo's own.
"""

from __future__ import annotations

import random
import re
import secrets
import shlex
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from posexport.app import export, import_sales, preview, setup as app_setup, setup_rows
from posexport.core.day import Period
from posexport.core.report import Report, State
from posexport.core.setup_revision import RowAddress
from posexport.demo import sales
from posexport.errors import Exit, UsageError
from posexport.setup.rows import RowChange
from posexport.texts.describe import fix_of, message_of
from posexport.texts.language import Lang, format_kroner
from posexport.texts.messages import tell
from posexport.texts.orders import count_orders, name_order_state
from posexport.texts.report import WORDS, count_tickets
from posexport.views.json_orders import list_orders
from posexport.views.orders import format_customer, lay_out_order

if TYPE_CHECKING:
    from posexport.app.import_sales import Imported
    from posexport.app.preview import Exported
    from posexport.app.workspace import Workspace
    from posexport.core.finding import Finding
    from posexport.core.order_review import OrderReport
    from posexport.sandbox import Draft, PowerOfficeGo

FRIDAY, SATURDAY = date(2026, 11, 13), date(2026, 11, 14)
NOW = datetime(2026, 11, 15, 5, 10, tzinfo=ZoneInfo("Europe/Oslo"))
"""When the demo thinks it is: the Sunday morning after, ten minutes after the business day ended."""

SETUP = "setup.toml"
REPORTS = "reports"
TORGET_FRIDAY = "torget-2026-11-13.xml"
BRYGGA_FRIDAY = "brygga-2026-11-13.jsonl"
BRYGGA_SATURDAY = "brygga-2026-11-14.jsonl"
PREVIEW, HELD, DRAFTS, DRAFTS_JSON = "preview.html", "held.html", "drafts.html", "drafts.json"
DATABASE = "demo.db"
MARKER = ".posexport-demo"
_MARK = "Made by posexport demo, which writes these files anew every time.\n"
_OWN_FILES = (
    *(SETUP, TORGET_FRIDAY, BRYGGA_FRIDAY, BRYGGA_SATURDAY, PREVIEW, HELD, DRAFTS, DRAFTS_JSON),
    *(DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal"),
)

KEYS = ("PO_APP_KEY", "PO_ADDON1_KEY", "PO_CLIENT_KEY_TORGET", "PO_CLIENT_KEY_BRYGGA", "PO_SUBSCRIPTION_KEY")
"""What the setup's references name."""

SETUP_TEXT = """\
# One company in PowerOffice Go, two departments, each with its own client key.
# Keys stand in the environment (env:NAME) or in a file (file:PATH), never here.

[[company]]
id = "fjordmat"
name = "Fjordmat AS"
organization_number = "999999999"
target = "import"
base_url = "{base_url}"   # the demo's sandbox; for the real thing: environment = "production"
reports = "{reports}"     # each voucher's report as PDF goes there
application_key = "env:PO_APP_KEY"
subscription_key = "env:PO_SUBSCRIPTION_KEY"
invoicing = "orders"      # what is sold on account becomes orders in Go, for a person to invoice

  [[company.venue]]
  id = "torget"
  name = "Torget Kafé"
  department = "10"
  client_key = "env:PO_CLIENT_KEY_TORGET"
  registers = ["TK-1"]
  export_from = 2026-11-01

  [[company.venue]]
  id = "brygga"
  name = "Brygga Bar"
  department = "20"
  client_key = "env:PO_CLIENT_KEY_BRYGGA"
  addon = 1                                  # PowerOffice gives one client key per application key:
  application_key = "env:PO_ADDON1_KEY"      # a second department needs an add-on's
  registers = ["BB-1"]
  export_from = 2026-11-01

  # The register's VAT codes -> VAT codes in Go.
  [[company.vat_code]]
  code = "3"
  go = "3"                                   # 25 %: served, and alcohol always

  [[company.vat_code]]
  code = "2"
  go = "31"                                  # 15 %: food and soft drinks taken away

  [[company.vat_code]]
  code = "0"
  go = "0"

  # What is sold -> its sales account, by VAT code in Go.
  [[company.product_type]]
  code = "100"
  name = "Mat"
  accounts = {{ "3" = "3020", "31" = "3030" }}
  products = {{ "3" = "SERV25", "31" = "TAKE15" }}   # the products of orders, in Go

  [[company.product_type]]
  code = "110"
  name = "Kaffe og bakst"
  accounts = {{ "3" = "3020", "31" = "3030" }}

  [[company.product_type]]
  code = "120"
  name = "Mineralvann"
  accounts = {{ "3" = "3023", "31" = "3030" }}

  [[company.product_type]]
  code = "200"
  name = "Øl"
  accounts = {{ "3" = "3022" }}
  products = {{ "3" = "FATØL" }}

  [[company.product_type]]
  code = "210"
  name = "Vin"
  accounts = {{ "3" = "3024" }}

  [[company.product_type]]                   # a debt until the card is used, so no sales account
  code = "900"
  name = "Gavekort"
  accounts = {{ "0" = "2901" }}

  # How it was paid -> where the money waits. Cards on clearing accounts, not on the bank's.
  [[company.payment_type]]
  code = "CASH"
  name = "Kontant"
  account = "1900"

  [[company.payment_type]]
  code = "BANKAXEPT"
  name = "BankAxept"
  account = "1591"

  [[company.payment_type]]
  code = "VISA"
  name = "Visa"
  account = "1592"

  [[company.payment_type]]
  code = "VIPPS"
  name = "Vipps"
  account = "1593"

  [[company.payment_type]]
  code = "GIFTCARD"
  name = "Gavekort"
  account = "2901"

  [[company.payment_type]]
  code = "ACCOUNT"
  name = "Faktura"
  account = "1500"                           # the customers' ledger: sold on credit

  [company.accounts]
  rounding = "7740"
  tips = "2911"
  gift_cards = "2901"

  [company.orders]
  from = 2026-11-01
  customers = "match"                        # linked by organization number where only one in Go has it
"""

MISSING = """\
  [[company.product_type]]
  code = "330"
  name = "Cocktails"
  accounts = { "3" = "3024" }
"""
"""What the Saturday waits for."""


LINKED = sales.Customer("K-12", "Fjordvik Bygg", "310042013")
"""A customer that one in the sandbox has the organization number of."""

UNLINKED = sales.Customer("K-88", "Mona Strandheim")
"""A customer that a person has to link: a name links nobody."""

_COMMENT = re.compile(r"# (.+)$", re.MULTILINE)
"""A comment of the setup, which is told in the language that the demo speaks."""

MAP = "posexport setup set product_type:330 name=Cocktails accounts.3=3024 --add"
"""What the Saturday's voucher waits for."""

LINK = "posexport customers link fjordmat K-88 10104"
"""What the Saturday's order waits for."""


def run_demo(
    folder: Path,
    console: Console,
    lang: Lang,
    go_on: Callable[[Workspace], None] | None = None,
    spoken: Lang = "en",
) -> Exit:
    """Run the demo with its files in `folder`, explaining each step on `console` in the language `spoken`; `lang` is
    the preview's language. `go_on`: what is done at the end with the demo's workspace, while its sandbox is there.

    Raises UsageError where `folder` holds something that is not the demo's.
    """
    prepare_folder(folder)
    with _open_stage(folder, console, lang, spoken) as stage:
        stage.open()
        stage.write_files()
        stage.apply_setup()
        stage.import_friday()
        stage.preview_friday()
        exported = stage.export_friday()
        if exported.exit_code is not Exit.DONE:
            return exported.exit_code
        stage.run_again()
        stage.hold_saturday()
        if go_on is None:
            stage.end()
        else:
            stage.look_in_a_browser()
            go_on(stage.workspace)
    return Exit.DONE


def resume_demo(
    folder: Path, console: Console, lang: Lang, go_on: Callable[[Workspace], None], spoken: Lang = "en"
) -> Exit | None:
    """Go on with the demo's days as they were left in `folder`, before a new sandbox; None, with nothing done, where no
    demo was run there to its end. `go_on` and `spoken`: as for `run_demo`."""
    began_s = _find_when_left(folder)
    if began_s is None:
        return None
    with _open_stage(folder, console, lang, spoken, began_s) as stage:
        stage.move_in()
        go_on(stage.workspace)
    return Exit.DONE


def _find_when_left(folder: Path) -> float | None:
    """The demo's time (UTC s) when its office was left: after all that was done there; None where there is no demo."""
    from posexport.store.office_log import read_entries
    from posexport.wiring import open_workspace

    if not ((folder / MARKER).is_file() and (folder / DATABASE).is_file()):
        return None
    with open_workspace(f"sqlite:///{folder / DATABASE}", environ={}) as workspace:
        if not workspace.load_setup().venues:
            return None
        with workspace.database.reading() as connection:
            acts = read_entries(connection, most=1)
    return max([NOW.timestamp(), *(act.at_utc_s + _PAUSE_S for act in acts)])


_PAUSE_S = 60
"""How long (s) after the last act the demo's clock goes on: work that had begun then is over."""


# The folder


def prepare_folder(folder: Path) -> None:
    """Make an empty folder, or remove the demo's files from its own.

    Raises UsageError, and removes nothing, for a folder with anything in it that no demo made.
    """
    choose = "Choose another with --keep DIR."
    try:
        if folder.is_dir() and any(folder.iterdir()) and not (folder / MARKER).is_file():
            raise UsageError(f"The folder {folder} has files in it that are not the demo's. {choose}")
        folder.mkdir(parents=True, exist_ok=True)
        for name in _OWN_FILES:
            (folder / name).unlink(missing_ok=True)
        for page in (folder / REPORTS).glob("*.pdf"):
            page.unlink()
        (folder / MARKER).write_text(_MARK, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The demo's files cannot be written to {folder} ({error.strerror}). {choose}") from None


# The stage


@contextmanager
def _open_stage(
    folder: Path, console: Console, lang: Lang, spoken: Lang, starts_at_s: float = NOW.timestamp()
) -> Iterator[_DemoRun]:
    """Start a sandbox that accepts the demo's keys only, and open a workspace with them in its environment.
    `starts_at_s`: the demo's time (UTC s) by then."""
    from posexport.sandbox import Key, SandboxServer, default_world
    from posexport.wiring import open_workspace

    began_s = time.monotonic()

    def clock() -> float:
        return starts_at_s + time.monotonic() - began_s

    keys = make_keys()
    world = default_world(clock=clock, rng=random.Random(1), admit_unknown_keys=False)  # noqa: S311 - only for ids
    client_id = world.clients[0].client_id
    world.add_key(Key(keys["PO_APP_KEY"], keys["PO_CLIENT_KEY_TORGET"], client_id, "posexport"))
    world.add_key(Key(keys["PO_ADDON1_KEY"], keys["PO_CLIENT_KEY_BRYGGA"], client_id, "posexport, add-on 1"))
    url = f"sqlite:///{folder / DATABASE}"
    with (
        SandboxServer(world) as server,
        open_workspace(url, environ=keys, clock=clock) as workspace,
    ):
        yield _DemoRun(folder, console, lang, spoken, world, server.base_url, workspace, keys, clock)


def make_keys() -> dict[str, str]:
    """Random keys for one run, by the environment variables that the setup names."""
    return {name: secrets.token_urlsafe(24) for name in KEYS}


@dataclass(frozen=True, slots=True)
class _DemoRun:
    """One run of the demo; each method is one step as a person sees it."""

    folder: Path
    console: Console
    lang: Lang
    spoken: Lang
    world: PowerOfficeGo
    base_url: str
    workspace: Workspace
    keys: dict[str, str]
    clock: Callable[[], float]

    # Telling

    def word(self, message: str, **facts: object) -> str:
        """A message of the demo in the language it speaks."""
        return tell(message, self.spoken, **facts)

    def name_file(self, name: str, told: str) -> str:
        """A line on one of the demo's files."""
        return f"{name:<25} {told}"

    def say(self, *texts: str, indent: int = 3) -> None:
        """Print paragraphs, wrapped to the console's width."""
        for text in texts:
            for line in Text(text).wrap(self.console, max(self.console.width - indent, 20)):
                self.console.print(Text(" " * indent + line.plain.rstrip()), soft_wrap=True)

    def say_exactly(self, text: str, indent: int = 5) -> None:
        """Print something to be copied: never wrapped."""
        for line in text.splitlines():
            self.console.print(Text(" " * indent + line, style="cyan"), soft_wrap=True)

    def step(self, number: int, title: str, command: str = "") -> None:
        """Print a step's heading, and the command that would do the same."""
        self.console.print()
        self.console.print(Text(f"{number}  {title}", style="bold"))
        if command:
            self.console.print(Text(f"   $ {self.to_type(command)}", style="cyan"), soft_wrap=True)

    def to_type(self, command: str) -> str:
        """A command as it is typed to be answered in the language that the demo speaks."""
        return command if self.spoken == "en" else command.replace("posexport ", "posexport --lang nb ")

    def path(self, name: str) -> Path:
        """The path of one of the demo's files."""
        return self.folder / name

    def typed(self, *names: str) -> str:
        """The demo's files as arguments of a command."""
        return shlex.join(str(self.path(name)) for name in names)

    def write_page(self, name: str, report: Report) -> None:
        """Write a report as an HTML page."""
        from posexport.render.choose import render_html

        made_at = datetime.fromtimestamp(self.clock(), NOW.tzinfo)
        self.path(name).write_text(render_html(report, self.lang, made_at), encoding="utf-8")

    # The steps

    def open(self) -> None:
        """Introduce the demo."""
        self.console.print(Text(self.word("posexport demo: from two cash registers to draft vouchers"), style="bold"))
        told = self.word(
            "Everything happens on this machine. The sales are made up, and PowerOffice Go is played by a sandbox at "
            "{address}. The same commands do it for real.",
            address=self.base_url,
        )
        self.say(told, indent=0)

    def write_files(self) -> None:
        """Write the setup file and the registers' files, Saturday's included."""
        self.step(1, self.word("A Friday night's sales, and a setup file"))
        torget, brygga = sales.TORGET, sales.BRYGGA
        friday_torget = sales.make_sales(torget, FRIDAY, 4_108, seed=13)
        friday_brygga = sales.sell_on_account(sales.make_sales(brygga, FRIDAY, 20_551, seed=14), LINKED)
        saturday_brygga = sales.sell_on_account(
            sales.make_sales(sales.BRYGGA_WITH_COCKTAILS, SATURDAY, 20_551 + len(friday_brygga), seed=15), UNLINKED
        )
        made_at = datetime.combine(FRIDAY + timedelta(days=1), datetime.min.time()).replace(hour=5, minute=5)
        self.path(TORGET_FRIDAY).write_bytes(sales.format_saft(torget, friday_torget, made_at))
        self.path(BRYGGA_FRIDAY).write_bytes(sales.format_jsonl(brygga, friday_brygga))
        self.path(BRYGGA_SATURDAY).write_bytes(sales.format_jsonl(brygga, saturday_brygga))
        setup = _COMMENT.sub(lambda found: f"# {self.word(found[1])}", SETUP_TEXT)
        setup = setup.format(base_url=self.base_url, reports=self.path(REPORTS).as_posix())
        self.path(SETUP).write_text(setup, encoding="utf-8")
        in_torget, in_brygga = (count_tickets(len(sold), self.spoken) for sold in (friday_torget, friday_brygga))
        of_torget = self.word("{venue}, {tickets}: SAF-T with its Z-report", venue="Torget Kafé", tickets=in_torget)
        of_brygga = self.word("{venue}, {tickets}: JSON lines", venue="Brygga Bar", tickets=in_brygga)
        self.say(
            self.name_file(TORGET_FRIDAY, of_torget),
            self.name_file(BRYGGA_FRIDAY, of_brygga),
            self.name_file(SETUP, self.word("the company, its departments and accounts")),
            self.word(
                "All in {folder}. There is a training ticket, a voided one, a return, tips, cash rounding and gift "
                "cards among the tickets, sales after midnight, which are Friday's, and a dinner on account.",
                folder=self.folder,
            ),
        )

    def apply_setup(self) -> None:
        """Check and save the setup."""
        from posexport.setup.changes import describe_changes
        from posexport.setup.file import read_setup

        self.step(2, self.word("The setup is checked and saved"), f"posexport setup apply {self.typed(SETUP)}")
        companies = read_setup(self.path(SETUP), self.workspace.load_setup(), self.keys)
        app_setup.apply_setup(self.workspace, companies)
        self.say(*(change for company in companies for change in describe_changes(None, company, self.spoken)))

    def import_friday(self) -> None:
        """Import both departments' Friday."""
        command = f"posexport import {self.typed(TORGET_FRIDAY, BRYGGA_FRIDAY)}"
        self.step(3, self.word("The sales are read"), command)
        self.say(*self.format_imported(self.import_files(TORGET_FRIDAY, BRYGGA_FRIDAY)))

    def import_files(self, *names: str) -> Imported:
        """Import the demo's own sales files, which are never refused."""
        imported = import_sales.import_sales(self.workspace, [self.path(name) for name in names])
        for refused in imported.refused:
            raise refused
        return imported

    def preview_friday(self) -> None:
        """Show the vouchers as they would be drafted."""
        from posexport.render.choose import render_report

        command = f"posexport preview --html {self.typed(PREVIEW)}{self._lang()}"
        self.step(4, self.word("The vouchers, before anything is sent"), command)
        self.console.print()
        report = preview.preview(self.workspace, self.workspace.load_setup().venues, Period())
        render_report(report, self.console, self.lang)
        self.write_page(PREVIEW, report)
        self.console.print()
        self.say(self.word("The same as a page to look at or print: {path}", path=self.path(PREVIEW)))

    def _lang(self) -> str:
        return "" if self.lang == "nb" else f" --lang {self.lang}"

    def export_friday(self) -> Exported:
        """Draft Friday; the report is printed only where something went wrong."""
        from posexport.render.choose import render_report

        self.step(5, self.word("The vouchers are drafted"), f"posexport export{self._lang()}")
        exported = self.export(Period())
        if exported.exit_code is not Exit.DONE:
            render_report(exported.report, self.console, self.lang)
            return exported
        drafts = sorted(self.world.drafts(), key=lambda draft: draft.reference or "")
        one = "What the sandbox of PowerOffice Go received, {count} draft:"
        several = "What the sandbox of PowerOffice Go received, {count} drafts:"
        self.say(self.word(one if len(drafts) == 1 else several, count=len(drafts)))
        for draft in drafts:
            self.say(*self.format_draft(draft), indent=5)
        self.say(
            self.word("Nothing is posted. In PowerOffice Go your bookkeeper looks at each draft and imports it."),
            self.word("The dinner on account is in no voucher. It became an order there, for a person to invoice:"),
        )
        for shown in list_orders(exported.report):
            self.say(*self.format_order(shown), indent=5)
        return exported

    def export(self, period: Period) -> Exported:
        """Draft what is not drafted yet, one by one, so that every run shows the same ids."""
        return export.export_period(self.workspace, self.workspace.load_setup().venues, period, in_flight=1)

    def run_again(self) -> None:
        """Import the same files and export the same days once more."""
        command = f"posexport export --from {FRIDAY} --to {FRIDAY}{self._lang()}"
        self.step(6, self.word("The same again: nothing happens twice"), command)
        imported = self.import_files(TORGET_FRIDAY, BRYGGA_FRIDAY)
        before, orders_before = len(self.world.drafts()), len(self.world.orders())
        exported = self.export(Period(FRIDAY, FRIDAY))
        drafted = sum(shown.state is State.DRAFTED for shown in exported.report.vouchers)
        sent, ordered = len(self.world.drafts()) - before, len(self.world.orders()) - orders_before
        known = sum(result.known for result in imported.results)
        new = sum(result.new for result in imported.results)
        self.say(
            self.word("Both files read again: {new} new tickets, {known} already known.", new=new, known=known),
            self.word(
                "Friday exported again: {drafted} vouchers drafted already, {sent} sent. The sandbox still has {count} "
                "drafts.",
                drafted=drafted,
                sent=sent,
                count=len(self.world.drafts()),
            ),
            self.word(
                "{ordered} orders sent: the sandbox still has {orders}.",
                ordered=ordered,
                orders=count_orders(len(self.world.orders()), self.spoken),
            ),
        )
        self._save_drafts()

    def _save_drafts(self) -> None:
        """Save the sandbox's page: the server stops when the demo ends."""
        page = self.world.handle("GET", "/", "copy").body.decode()
        self.path(DRAFTS).write_text(page.replace('href="/drafts.json"', f'href="{DRAFTS_JSON}"'), encoding="utf-8")
        self.path(DRAFTS_JSON).write_bytes(self.world.handle("GET", "/drafts.json").body)

    def hold_saturday(self) -> None:
        """Import a Saturday with a product type without an account: the day is held for the bookkeeper."""
        command = f"posexport import {self.typed(BRYGGA_SATURDAY)} && posexport export{self._lang()}"
        self.step(7, self.word("A day that has to wait"), command)
        self.say(
            *self.format_imported(self.import_files(BRYGGA_SATURDAY)),
            self.word("Brygga Bar sold cocktails on Saturday, product type 330, which the setup has never heard of."),
        )
        exported = self.export(Period())
        self.write_page(HELD, exported.report)
        for shown in exported.report.vouchers:
            told, state = "{venue} {day}: {state}, nothing was sent.", self.name_state(shown.state)
            self.say(self.word(told, venue=shown.venue.name, day=shown.business_day, state=state))
            self.say_what_holds(shown.findings)
        self.say(
            self.word(
                "Exit code {code}: the bookkeeper decides the account, nobody guesses it. With these lines at the end "
                "of {path}, the next export drafts the day:",
                code=int(exported.exit_code),
                path=self.path(SETUP),
            )
        )
        self.say_exactly(MISSING.rstrip(), indent=3)
        for order in list_orders(exported.report):
            self.say(self.word("The same Saturday, a dinner on account waits for its customer to be linked:"))
            self.say(*self.format_order(order), indent=5)
            self.say_what_holds(order.findings)
            self.say(self.word("Mona Strandheim is customer 10104 in the sandbox, which this command says:"))
            self.say_exactly(self.to_type(LINK), indent=3)

    def say_what_holds(self, findings: Iterable[Finding]) -> None:
        """Say which of these findings hold a day or an order, and how each is mended."""
        for finding in findings:
            if finding.holds:
                self.say(message_of(finding, self.lang), fix_of(finding, self.lang), indent=5)

    def move_in(self) -> None:
        """Have the saved setup lead to the sandbox of this run, and say that nothing was begun anew."""
        change = RowChange(RowAddress("company"), "set", {"base_url": self.base_url})
        setup_rows.set_rows(self.workspace, None, [change], self.keys)
        self.say(
            self.word(
                "The demo's days are as you left them, in {folder}. Its sandbox is a new one and remembers nothing: "
                "what was drafted is not in it any more.",
                folder=self.folder,
            ),
            self.word("To begin anew, which removes what you did there:"),
            indent=0,
        )
        self.say_exactly(self.to_type("posexport demo --office --fresh"))

    def look_in_a_browser(self) -> None:
        """Say what can be done in the back office, which opens now."""
        self.console.print()
        told = "In a browser: choose the account, link the customer, and draft the Saturday with its order."
        self.say(self.word(told))

    def end(self) -> None:
        """Say what to look at, and how to continue."""
        self.console.print()
        self.console.print(Text(self.word("Look at, in {folder}", folder=self.folder), style="bold"))
        of_each = self.word("each draft's report as PDF, for the bookkeeper's files")
        self.say(
            self.name_file(PREVIEW, self.word("both vouchers, as the bookkeeper sees them")),
            self.name_file(HELD, self.word("the Saturday that waits, and why")),
            self.name_file(DRAFTS, self.word("what PowerOffice Go (the sandbox) received")),
            self.name_file(f"{REPORTS}/", of_each),
            self.name_file(SETUP, self.word("the setup: yours will look like it")),
            self.name_file(TORGET_FRIDAY, self.word("the sales, with {file}", file=BRYGGA_FRIDAY)),
        )
        self.console.print()
        self.console.print(Text(self.word("Try it yourself"), style="bold"))
        self.say(
            self.word(
                "Start the sandbox again, say where cocktails go, link the customer, and draft the Saturday with its "
                "order:"
            )
        )
        port = self.base_url.rpartition(":")[2]
        lang = f" POSEXPORT_LANG={self.lang}" if self.lang == self.spoken else ""
        self.say_exactly(
            f"{self.to_type('posexport sandbox')} --port {port}        # {self.word('in a terminal of its own')}\n"
            f"export {' '.join(f'{name}=any-key-{number}' for number, name in enumerate(KEYS, 1))}\n"
            f"export POSEXPORT_DB=sqlite:///{self.typed(DATABASE)}{lang}\n"
            f"{MAP}\n"
            f"{LINK}\n"
            "posexport export"
        )
        self.say(self.word("Or all of that in a browser (pip install '.[office]'):"))
        self.say_exactly(self.to_type("posexport demo --office"))
        self.console.print()
        told = "Then, with your own register's file: {command}, under “The first day from your own register”."
        self.say(self.word(told, command=self.to_type("posexport guide start")), indent=0)

    # What was read and sent, in lines

    def format_imported(self, imported: Imported) -> Iterable[str]:
        """A line on each file that was read."""
        for result in imported.results:
            reports = ", {count} Z-report" if result.z_reports == 1 else ", {count} Z-reports"
            yield self.word(
                "{file}: {new} new tickets{reports}, business day {day}",
                file=Path(result.name).name,
                new=result.new,
                reports=self.word(reports, count=result.z_reports) if result.z_reports else "",
                day=result.first_day,
            )

    def format_draft(self, draft: Draft) -> Iterable[str]:
        """A draft in lines, its id in the last."""
        departments = sorted({line.department_code or self.word("none") for line in draft.lines})
        debit, credit = (format_kroner(amount, self.lang) for amount in (draft.debit_ore, draft.credit_ore))
        yield f"{draft.description}"
        yield self.word(
            "  {count} lines, department {departments}, by the integration “{integration}”",
            count=len(draft.lines),
            departments=", ".join(departments),
            integration=draft.integration,
        )
        yield self.word("  debit {debit}, credit {credit}", debit=debit, credit=credit)
        yield f"  id {draft.id}"

    def format_order(self, shown: OrderReport) -> Iterable[str]:
        """An order in two lines."""
        row = lay_out_order(shown)
        number = self.word(", order {number} in PowerOffice Go", number=row.order_no) if row.order_no else ""
        customer = format_customer(row.customer, self.lang)
        yield self.word("ticket {number}, {customer}", number=row.ticket, customer=customer)
        yield f"  {format_kroner(row.total_ore, self.lang)}, {name_order_state(row.state, self.lang)}{number}"

    def name_state(self, state: State) -> str:
        """A day's state within a sentence."""
        return state.value if self.spoken == "en" else WORDS[f"state_{state}"][self.spoken].lower()
