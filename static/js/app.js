/* What makes the pages quicker. Every action is a form or a link and works without this file. */

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const on = (type, answer, options) => document.addEventListener(type, answer, options);
const announce = (text) => (one("#meldt").textContent = text);
const cents = new Intl.NumberFormat("nl-NL", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/* --- Talking to the server ------------------------------------------------------------------------------------- */

const csrfToken = () =>
  document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? one("[name=csrfmiddlewaretoken]")?.value ?? "";

// The one place where the header is set: inheritance of hx-headers differs between htmx 2 and 4.
on("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = csrfToken();
  if (detail.elt.matches(".filters")) {
    for (const [name, value] of [...detail.formData]) if (value === "") detail.formData.delete(name);
  }
});

const underWay = new WeakSet(); // elements whose change is being sent: a second click does nothing
on("htmx:beforeRequest", (event) => {
  const { elt, requestConfig, target } = event.detail;
  if (requestConfig.verb !== "get" && underWay.has(elt)) return event.preventDefault();
  underWay.add(elt);
  if (target?.matches("[data-list]")) target.classList.add("is-loading");
});
on("htmx:afterRequest", ({ detail }) => {
  underWay.delete(detail.elt);
  detail.target?.classList.remove("is-loading");
});

// A whole page where a piece was asked for (logged out, redirected): go there instead of nesting it.
on("htmx:beforeSwap", ({ detail }) => {
  rememberRow();
  if (detail.xhr.status < 300 && /^\s*<!doctype html/i.test(detail.serverResponse) && !detail.selectOverride) {
    detail.shouldSwap = false;
    location.assign(detail.xhr.responseURL);
  }
});

// New on the page: put the focus where the answer says, and read out what it says.
on("htmx:load", ({ detail: { elt } }) => {
  if (elt === document.body) return;
  const wanted = elt.matches("[data-focus]") ? elt : one("[data-focus], [autofocus]", elt);
  if (wanted) wanted.focus();
  else restoreRow();
  const said = elt.dataset.announce ?? one("[data-announce]", elt)?.dataset.announce;
  if (said) announce(said);
});

const sayItFailed = () => {
  const messages = one("#messages");
  messages.replaceChildren(one("#mislukt").content.cloneNode(true));
  messages.scrollIntoView({ block: "center" });
};
for (const type of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) on(type, sayItFailed);
on("htmx:targetError", ({ detail }) => detail.elt.href && location.assign(detail.elt.href));

let sent = new WeakSet(); // ordinary forms are sent once
on("submit", (event) => {
  const form = event.target;
  const othersDo = form.matches("[hx-post], [hx-put], [hx-delete], [data-again]"); // data-again: answers with a file
  if (event.defaultPrevented || form.method !== "post" || othersDo) return;
  if (sent.has(form)) return event.preventDefault();
  sent.add(form);
  setTimeout(() => event.submitter?.setAttribute("aria-disabled", "true"));
});
addEventListener("pageshow", (event) => {
  sent = new WeakSet();
  for (const button of all("button[aria-disabled]")) button.removeAttribute("aria-disabled");
  if (event.persisted && one("[data-list]")) location.reload(); // a list from before is not shown again
});

/* --- Keyboard -------------------------------------------------------------------------------------------------- */

const typesText = "input:not([type=checkbox], [type=radio], [type=file]), select, textarea, [contenteditable]";
const letters = { off: () => localStorage.getItem("letters") === "off" };
let before = ""; // "g " for a second after g

const shown = (element) => element.getClientRects().length > 0;
const keyed = (key) => all("[data-key]").find((element) => element.dataset.key === key && !element.closest("dialog"));

function focusSearch() {
  const box = one("[data-search]");
  box?.focus();
  box?.select();
}

on("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "k") {
    event.preventDefault();
    return focusSearch();
  }
  if (event.key === "Escape") return closeMenus();
  const opens = event.key === "Enter" && event.target.closest("a, button, summary, label, input"); // what has the focus
  const busy = opens || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(typesText) || one("dialog[open]");
  if (busy || letters.off()) return;
  const key = before + event.key;
  before = event.key === "g" && !before ? "g " : "";
  if (before) setTimeout(() => (before = ""), 1000);
  const element = keyed(key); // what the page offers goes before what a list does
  const answer = element ? null : { "/": focusSearch, j: () => step(1), k: () => step(-1), x: pickRow }[key];
  if (answer || element) event.preventDefault();
  answer ? answer() : element?.click();
});

// The overlay lists what the page itself offers.
function listKeys(dialog) {
  const list = one("[data-keys-here]", dialog);
  if (!list) return;
  const rows = all("[data-key]").map((element) => {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const keys = document.createElement("dd");
    term.textContent = element.dataset.keyName || (one("[data-key-name]", element) ?? element).textContent.trim();
    for (const key of element.dataset.key.split(" ")) {
      keys.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
    }
    row.append(term, keys);
    return row;
  });
  list.replaceChildren(...rows);
}

/* --- Rows ------------------------------------------------------------------------------------------------------ */

const rowLinks = () => all(".row-link").filter(shown);
const rowNow = () => document.activeElement?.closest("tr, [data-row]");
let lostRow = -1; // the row that had the focus before a swap

function step(by) {
  const links = rowLinks();
  const at = links.findIndex((link) => link.closest("tr, [data-row]") === rowNow());
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by];
  next?.focus({ preventScroll: true });
  next?.closest("tr, [data-row]")?.scrollIntoView({ block: "nearest" });
}
function rememberRow() {
  const row = rowNow();
  lostRow = row ? rowLinks().findIndex((link) => row.contains(link)) : -1;
}
function restoreRow() {
  if (lostRow >= 0 && document.activeElement === document.body) rowLinks()[lostRow]?.focus({ preventScroll: true });
  lostRow = -1;
}

on("click", (event) => {
  const link = one(".row-link", event.target.closest("tr") ?? document.createElement("i"));
  if (!link || event.target.closest("a, button, input, label, select, summary") || String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) open(link.href);
  else link.click();
});

let lastPicked = null;
function pickRow() {
  one(".pick[name]", rowNow() ?? document.createElement("i"))?.click();
}
on("click", ({ target, shiftKey }) => {
  if (!target.matches?.(".pick[name]")) return;
  const boxes = all(`.pick[name][form="${target.getAttribute("form")}"]`);
  if (shiftKey && lastPicked?.isConnected) {
    const [from, to] = [boxes.indexOf(lastPicked), boxes.indexOf(target)].sort((a, b) => a - b);
    for (const box of boxes.slice(from, to + 1)) box.checked = target.checked;
  }
  lastPicked = target;
});
on("change", ({ target }) => {
  if (!target.matches(".pick")) return;
  const form = target.dataset.pickAll ?? target.getAttribute("form");
  const boxes = all(`.pick[name][form="${form}"]`);
  if (target.dataset.pickAll) for (const box of boxes) box.checked = target.checked;
  const picked = boxes.filter((box) => box.checked);
  const whole = one(`[data-pick-all="${form}"]`);
  if (whole) {
    whole.checked = picked.length === boxes.length && boxes.length > 0;
    whole.indeterminate = picked.length > 0 && picked.length < boxes.length;
  }
  tellPicked(document.getElementById(form), picked);
});
function tellPicked(form, picked) {
  const output = one("output", form);
  const amounts = picked.map((box) => Math.round(100 * Number(box.dataset.amount ?? NaN)));
  const sum = amounts.reduce((total, amount) => total + amount, 0) / 100;
  const words = picked.length === 1 ? output.dataset.one : output.dataset.many.replace("{n}", picked.length);
  output.textContent = Number.isNaN(sum) ? words : `${words} · € ${cents.format(sum)}`;
}

/* --- Dialogs and menus ----------------------------------------------------------------------------------------- */

on("click", async (event) => {
  const opener = event.target.closest("[data-dialog]");
  const asker = event.target.closest("a[data-ask]");
  const plain = event.ctrlKey || event.metaKey || event.shiftKey;
  if (opener && !plain) {
    event.preventDefault();
    closeMenus();
    const dialog = document.getElementById(opener.dataset.dialog);
    listKeys(dialog);
    dialog.showModal();
  } else if (asker && !plain) {
    event.preventDefault();
    await ask(asker.href);
  }
});
// A question from the server: its page is the answer where this does not work.
async function ask(href) {
  const inside = one("#vraag-inhoud");
  inside.replaceChildren();
  await window.htmx.ajax("GET", href, { target: inside, swap: "innerHTML" });
  const title = one("[data-dialog-title]", inside)?.dataset.dialogTitle;
  if (!title) return location.assign(href);
  one("#vraag-title").textContent = title;
  one("#vraag").showModal();
  one("textarea, input:not([type=hidden]), .btn", inside).focus();
}
on("click", (event) => {
  const dialog = event.target.closest("dialog");
  if (!dialog || !(event.target === dialog || event.target.closest("[data-close]"))) return;
  event.preventDefault();
  dialog.close();
});

function closeMenus(except) {
  for (const menu of all("details.menu[open]")) {
    if (menu === except) continue;
    if (menu.contains(document.activeElement)) one("summary", menu).focus();
    menu.open = false;
  }
}
on("click", ({ target }) => closeMenus(target.closest("details.menu")));
on("focusin", ({ target }) => closeMenus(target.closest("details.menu")));

on("click", ({ target }) => {
  target.closest("[data-dismiss]")?.closest(".notice").remove();
  const copied = target.closest("[data-copy]");
  if (copied) navigator.clipboard.writeText(copied.dataset.copy).then(() => announce(copied.dataset.copied ?? ""));
});

/* --- Search ---------------------------------------------------------------------------------------------------- */

on("keydown", (event) => {
  const search = event.target.closest(".search");
  if (!search || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
  event.preventDefault();
  if (event.key === "Escape") return document.activeElement.blur();
  const places = [one("[data-search]", search), ...all(".hits a", search)];
  places.at((places.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)) % places.length)?.focus();
});

/* --- Forms ----------------------------------------------------------------------------------------------------- */

// 311226, 31-12 and 31.12.2026 become 31-12-2026; what is not understood stays for the server to judge.
export function asDate(text, year = new Date().getFullYear()) {
  const parts = text.trim().match(/^(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}|\d{2}))?$/) ?? text.trim().match(/^(\d\d)(\d\d)(\d{4}|\d{2})$/);
  if (!parts) return text;
  const [, day, month, given = String(year)] = parts;
  const full = given.length === 2 ? `20${given}` : given;
  const date = new Date(Date.UTC(full, month - 1, day));
  if (date.getUTCDate() !== Number(day) || date.getUTCMonth() !== month - 1) return text;
  return `${day.padStart(2, "0")}-${month.padStart(2, "0")}-${full}`;
}
// 1234,5 and 1234.50 become 1.234,50.
export function asAmount(text) {
  const bare = text.replace(/[€\s]/g, "");
  const dutch = /^-?(\d+|\d{1,3}(\.\d{3})+)(,\d{0,2})?$/.test(bare);
  if (!dutch && !/^-?\d+\.\d{1,2}$/.test(bare)) return text;
  return cents.format(Number(dutch ? bare.replaceAll(".", "").replace(",", ".") : bare));
}
on("change", ({ target }) => {
  if (target.matches("[data-date]")) target.value = asDate(target.value);
  if (target.matches("[data-amount]:not(.pick)")) target.value = asAmount(target.value);
});

let changed = null; // the form whose changes would be lost
on("input", ({ target }) => (changed = target.closest("form[data-unsaved]") ?? changed));
on("submit", () => (changed = null));
addEventListener("beforeunload", (event) => changed?.isConnected && event.preventDefault());

for (const type of ["dragover", "dragleave", "drop"]) {
  on(type, (event) => {
    const zone = event.target.closest?.("[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", type === "dragover");
    if (type !== "drop") return;
    const input = one("input[type=file]", zone);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/* --- Preferences ----------------------------------------------------------------------------------------------- */

// The page changes at once; the server remembers it for the next one.
on("submit", async (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form) return;
  event.preventDefault();
  const { value } = event.submitter;
  document.documentElement.dataset.theme = value;
  for (const button of all("[name=theme]", form)) button.setAttribute("aria-pressed", button.value === value);
  document.dispatchEvent(new Event("theme"));
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter) }).catch(() => null);
  if (!answer?.ok) sayItFailed();
}, true);

const lettersOff = one("[data-letters-off]");
if (lettersOff) {
  lettersOff.checked = letters.off();
  lettersOff.addEventListener("change", () => localStorage.setItem("letters", lettersOff.checked ? "off" : "on"));
}

const wrong = one("[data-focus]");
if (wrong) wrong.focus();
