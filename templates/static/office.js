// What a keyboard can do on the office's pages, and a word before typed rows are lost. Every page works without this
// file; `/help#keys` lists the keys.
"use strict";
(() => {
  const find = (selector) => document.querySelector(selector);
  const areKeysOn = () => document.body.dataset.keys !== "off";
  let isGoing = false;

  function isTyping(target) {
    return target.closest("input, textarea, select, [contenteditable]") !== null;
  }

  function follow(selector) {
    const link = find(selector);
    if (link === null) return false;
    link.focus();
    link.click();
    return true;
  }

  // Rows: what waits, and the lines of tables, by the first link in each.
  function listRows() {
    const rows = document.querySelectorAll("main .waiting > li, main table.plain > tbody > tr");
    return [...rows].map((row) => row.querySelector("a, button, summary, input")).filter((link) => link !== null);
  }

  function stepRows(by) {
    const links = listRows();
    const row = document.activeElement?.closest("li, tr");
    const here = links.findIndex((link) => row !== null && link.closest("li, tr") === row);
    const next = links[here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by];
    next?.focus();
    return next !== undefined;
  }

  const KEYS = {
    "/": () => { const box = find("#search"); box?.focus(); return box !== null; },
    "?": () => follow("a[data-key='?']"),
    j: () => stepRows(1),
    k: () => stepRows(-1),
    u: () => follow("main a[rel='up'], main .actions a.quiet"),
    e: () => follow("main .finding a.button, main .finding summary"),
    p: () => follow("a[data-key='p']"),
  };

  // The grid of days: one cell is in the tab order, arrows move between them.
  function placeInGrid(cell) {
    const row = cell.closest("tr");
    const rows = [...row.parentElement.rows].filter((one) => one.querySelector("td a") !== null);
    return { column: cell.closest("td").cellIndex, rows, row: rows.indexOf(row) };
  }

  function linkAt(row, column, by) {
    for (let at = column; row?.cells[at]; at += by) {
      const link = row.cells[at].querySelector("a");
      if (link !== null) return link;
      if (by === 0) break;
    }
    return null;
  }

  function focusCell(link) {
    if (!link) return false;
    for (const one of document.querySelectorAll("table.grid td a")) one.tabIndex = one === link ? 0 : -1;
    link.focus();
    return true;
  }

  function moveInGrid(key, cell) {
    const { column, rows, row } = placeInGrid(cell);
    switch (key) {
      case "ArrowLeft": return focusCell(linkAt(rows[row], column - 1, -1));
      case "ArrowRight": return focusCell(linkAt(rows[row], column + 1, 1));
      case "ArrowUp": return focusCell(linkAt(rows[row - 1], column, 0));
      case "ArrowDown": return focusCell(linkAt(rows[row + 1], column, 0));
      case "Home": return focusCell(linkAt(rows[row], 0, 1));
      case "End": return focusCell(linkAt(rows[row], rows[row].cells.length - 1, -1));
      case "PageUp": return follow("a[rel='prev'][data-month]");
      case "PageDown": return follow("a[rel='next'][data-month]");
      default: return false;
    }
  }

  function prepareGrid() {
    const links = document.querySelectorAll("table.grid td a");
    links.forEach((link, number) => { link.tabIndex = number === 0 ? 0 : -1; });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const cell = event.target.closest?.("table.grid td a");
    if (cell && moveInGrid(event.key, cell)) {
      event.preventDefault();
      return;
    }
    if (!areKeysOn() || isTyping(event.target)) return;
    const act = isGoing ? () => follow(`nav a[data-key='${CSS.escape(event.key)}']`) : KEYS[event.key];
    isGoing = !isGoing && event.key === "g";
    if (act?.()) event.preventDefault();
  });

  // A form that holds rows: leaving it with something typed and not saved asks first.
  let isUnsaved = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-unsaved]") !== null) isUnsaved = true;
  });
  document.addEventListener("submit", () => { isUnsaved = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-copy]");
    if (button) navigator.clipboard?.writeText(button.dataset.copy);
  });

  prepareGrid();
  document.addEventListener("htmx:after:swap", prepareGrid);
})();
