"""The month and the day on paper, in a real browser."""

from __future__ import annotations

import pytest

from tests.support.browser import IN_A_BROWSER, Running
from tests.support.harness import FRIDAY

pytestmark = IN_A_BROWSER

MONTH, DAY = "/c/fjordmat/month?month=2026-11", f"/v/torget/{FRIDAY}"


@pytest.mark.parametrize("path", [MONTH, DAY])
def test_paper_has_the_company_who_looked_and_the_figures_and_nothing_to_click(running: Running, path: str) -> None:
    page = running.sign_in(viewport={"width": 680, "height": 900})  # A4 between its margins
    running.look_at(page, path)
    page.emulate_media(media="print")
    text = page.locator("main").inner_text()
    assert "999\xa0999\xa0999" in text and "Hentet fram" in text and "125,00" in text
    assert not page.get_by_role("navigation").first.is_visible()
    assert page.locator("main a.button:visible, main button:visible, main .pdf:visible").count() == 0
    assert page.locator("main table:visible thead").first.bounding_box()["height"] > 5  # type: ignore[index]
