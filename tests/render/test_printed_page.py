"""A page of many vouchers on paper: what is folded on a screen is open there."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from tests.render.test_long_reports import fleet
from tests.render.test_render import page_of
from tests.support.browser import open_chromium


@pytest.mark.long
def test_a_page_of_many_vouchers_is_folded_on_a_screen_and_printed_whole() -> None:
    with open_chromium() as browser:
        page = browser.new_page()
        page.set_content(page_of(fleet(4, 5)))
        assert not page.get_by_role("heading", name="Bilagslinjer").first.is_visible()
        printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert " ".join(sheet.extract_text() for sheet in printed.pages).count("Bilagslinjer") == 20
