"""What a person does in a real browser (Chromium): the way from what waits to the draft, also without JavaScript."""

from __future__ import annotations

import pytest

from tests.support.browser import IN_A_BROWSER, Running
from tests.support.harness import SATURDAY

pytestmark = IN_A_BROWSER


@pytest.mark.scenario(22)
@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_held_day_is_mended_and_drafted_in_eight_clicks(running: Running, has_scripts: bool) -> None:
    page = running.sign_in(java_script_enabled=has_scripts)
    page.get_by_role("link", name="Torget Kafé, lør. 21. nov.").first.click()
    page.get_by_role("link", name="Velg konto").click()
    page.get_by_label("3024").check()
    page.get_by_role("button", name="Lagre").click()
    page.get_by_role("link", name="Lag kladd").click()
    page.get_by_role("button", name="Lag 1 kladd").click()
    page.get_by_text("ferdig · 1 av 1").wait_for()
    (draft,) = running.shop.world.drafts()
    assert (draft.voucher_date, 3024) in {(SATURDAY, line.account_no) for line in draft.lines}
