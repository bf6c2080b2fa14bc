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

  // Tables that are walked by arrows: the days of a month, of which one is in the tab order, and accounts.
  const CELL = "td a, :is(td, th) input";
  const DAYS = "table.grid td :is(a, input)";

  function cellAt(row, column, by) {
    for (let at = column; row?.cells[at]; at += by) {
      const cell = row.cells[at].querySelector("a, input");
      if (cell !== null) return cell;
      if (by === 0) break;
    }
    return null;
  }

  function cellBeside(key, cell) {
    const here = cell.closest("tr");
    const rows = [...here.parentElement.rows].filter((one) => one.querySelector(CELL) !== null);
    const column = cell.closest("td, th").cellIndex;
    const row = rows.indexOf(here);
    switch (key) {
      case "ArrowLeft": return cellAt(here, column - 1, -1);
      case "ArrowRight": return cellAt(here, column + 1, 1);
      case "ArrowUp": return cellAt(rows[row - 1], column, 0);
      case "ArrowDown": return cellAt(rows[row + 1], column, 0);
      case "Home": return cellAt(here, 0, 1);
      case "End": return cellAt(here, here.cells.length - 1, -1);
      default: return null;
    }
  }

  function moveInGrid({ key, shiftKey }, cell) {
    if (key === "PageUp") return follow("a[rel='prev'][data-month]");
    if (key === "PageDown") return follow("a[rel='next'][data-month]");
    const next = cellBeside(key, cell);
    if (next === null) return false;
    if (shiftKey) for (const one of [cell, next]) if (one.type === "checkbox") one.checked = true;
    for (const one of document.querySelectorAll(DAYS)) one.tabIndex = one === next ? 0 : -1;
    next.focus();
    return true;
  }

  function prepareGrid() {
    document.querySelectorAll(DAYS).forEach((cell, number) => { cell.tabIndex = number === 0 ? 0 : -1; });
  }

  // Accounts: what is being typed keeps the arrows to itself, until Enter takes the first that fits.
  let untyped = "";
  document.addEventListener("focusin", (event) => { untyped = event.target.value; });

  function moveInAccounts({ key, isComposing }, cell) {
    if (isComposing) return false;
    if (key === "Enter") return takeFirstHit(cell);
    const isInside = key === "ArrowLeft" ? cell.selectionStart > 0 : cell.selectionEnd < cell.value.length;
    if (!key.startsWith("Arrow") || cell.value !== untyped || (/Left|Right/.test(key) && isInside)) return false;
    const next = cellBeside(key, cell);
    next?.focus();
    next?.select();
    return next !== null;
  }

  function takeFirstHit(cell) {
    const typed = cell.value.trim().toLowerCase();
    if (typed === "" || cell.value === untyped) return false;
    const found = [...(cell.list?.options ?? [])];
    const hit = found.find((one) => one.value.startsWith(typed)) ?? found.find((one) => one.text.toLowerCase().includes(typed));
    if (hit) cell.value = untyped = hit.value;
    return hit !== undefined;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const day = event.target.closest?.(DAYS);
    const account = event.target.closest?.("table.accounts input");
    if ((day && moveInGrid(event, day)) || (account && moveInAccounts(event, account))) {
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
