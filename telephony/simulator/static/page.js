// The page: loads what there is, follows the stream, and ties phones, examples and drawer together.

import { find, findAll } from "./dom.js";
import { get } from "./control.js";
import { Drawer } from "./drawer.js";
import { Live } from "./live.js";
import { PhoneView } from "./phone.js";
import { Store } from "./store.js";

const PEOPLE_RETRY_MS = 5000;
const store = new Store();
const drawer = new Drawer(store);
const phones = findAll(".phone").map((section) => new PhoneView(section, store, news));
const tabs = findAll('[role="tab"]');
const live = new Live("/control/stream", ["text", "call", "faults", "reset"], heard, showState);

async function load() {
  try {
    const state = await get("state");
    store.reset(state);
    offer();
    live.start(state.cursor);
    loadPeople();
  } catch {
    showState(false);
    setTimeout(load, 1000);
  }
}

async function loadPeople() {
  store.people = await get("people").catch(() => []);
  offer();
  // The product may start later than the phones.
  if (!store.people.length) setTimeout(loadPeople, PEOPLE_RETRY_MS);
}

async function heard(kind, data) {
  if (kind === "reset") store.reset(await get("state"));
  else store.take(kind, data);
  if (kind !== "faults" && !store.people.length) offer();
}

function offer() {
  const seen = store.numbersSeen();
  for (const view of [...phones, drawer]) view.offer(store.people, seen);
}

function showState(well) {
  const state = find("#state");
  state.dataset.well = well;
  state.textContent = well ? "Live" : "Reconnecting…";
}

function show(key) {
  for (const tab of tabs) {
    const chosen = tab.getAttribute("aria-controls") === key;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
    if (chosen) find(".count", tab).hidden = true;
  }
  for (const view of phones) view.section.toggleAttribute("data-behind", view.key !== key);
}

function news(view) {
  const tab = find(`#tab-${view.key}`);
  if (tab.getAttribute("aria-selected") === "true") return;
  const count = find(".count", tab);
  count.textContent = count.hidden ? 1 : Number(count.textContent) + 1;
  count.hidden = false;
}

for (const tab of tabs) {
  tab.addEventListener("click", () => show(tab.getAttribute("aria-controls")));
  tab.addEventListener("keydown", (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const next = tabs[(tabs.indexOf(tab) + 1) % tabs.length];
    show(next.getAttribute("aria-controls"));
    next.focus();
  });
}

for (const button of findAll(".example")) {
  button.addEventListener("click", () => {
    show("patient");
    phones.find((view) => view.key === "patient").fill(button.dataset.words);
  });
}

load();
