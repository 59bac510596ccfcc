// The drawer "Misbehave": switches faults on and off and says which are in force.

import { find, findAll, make } from "./dom.js";
import { post } from "./control.js";

const SWITCHES = {
  duplicate_webhooks: "Everything arrives twice",
  reorder_callbacks: "Callbacks out of order",
  drop_callbacks: "No callbacks",
  early_callbacks: "Callbacks too early",
};
const PLANNED = {
  rate_limit: "Next request: 429",
  server_error: "Next request: server error",
  timeout: "Next request: no answer",
  lost_connection: "Next request: connection lost",
};

export class Drawer {
  constructor(store) {
    this.store = store;
    this.dialog = find("#drawer");
    this.wire();
    store.listen((kind) => (kind === "faults" || kind === "reset") && this.draw());
  }

  wire() {
    find("#misbehave").addEventListener("click", () => this.dialog.showModal());
    find("#drawer-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    find("#behave").addEventListener("click", () => this.set({ name: "clear" }));
    find("[data-delay]").addEventListener("click", () =>
      this.set({ name: "delay", seconds: Number(find("#text-delay").value) || 0 }));
    for (const box of findAll("[data-fault]")) {
      box.addEventListener("change", () => this.set({ name: box.dataset.fault, on: box.checked }));
    }
    for (const button of findAll("[data-once]")) {
      button.addEventListener("click", () => this.once(button));
    }
    for (const button of findAll("[data-phone]")) {
      button.addEventListener("click", () => this.forPhone(button));
    }
  }

  once(button) {
    const body = { name: button.dataset.once };
    if (body.name === "server_error") body.accepted = "accepted" in button.dataset;
    this.set(body);
  }

  forPhone(button) {
    const number = find("#fault-phone").value;
    const opted = button.dataset.phone === "opted_out";
    this.set(opted ? { name: "opted_out", number }
      : { name: "fail", to: number, error_code: Number(button.dataset.code) });
  }

  async set(body) {
    try {
      this.store.take("faults", await post("faults", body));
    } catch (error) {
      find("#in-force").replaceChildren(make("li", {}, error.message));
    }
  }

  offer(people, seen) {
    const known = people.map((each) => [each.number, `${each.name} · …${each.number.slice(-4)}`]);
    const rest = seen.filter((number) => !people.some((each) => each.number === number));
    const options = [...known, ...rest.map((number) => [number, number])];
    const list = find("#fault-phone");
    const chosen = list.value;
    list.replaceChildren(...options.map(([value, words]) => make("option", { value }, words)));
    if (chosen) list.value = chosen;
  }

  draw() {
    const { faults } = this.store;
    for (const box of findAll("[data-fault]")) box.checked = Boolean(faults[box.dataset.fault]);
    const lines = describe(faults);
    const rows = lines.length ? lines : ["Nothing: all behave."];
    find("#in-force").replaceChildren(...rows.map((words) => make("li", {}, words)));
    const count = find("#fault-count");
    count.hidden = lines.length === 0;
    count.textContent = lines.length;
    count.setAttribute("aria-label", `, ${lines.length} in force`);
  }
}

function describe(faults) {
  return [
    ...Object.entries(SWITCHES).filter(([name]) => faults[name]).map(([, words]) => words),
    ...(faults.text_delay ? [`Texts arrive ${faults.text_delay} s late`] : []),
    ...(faults.callback_delay ? [`Callbacks arrive ${faults.callback_delay} s late`] : []),
    ...(faults.planned || []).map((kind) => PLANNED[kind] || kind),
    ...Object.entries(faults.failing || {}).map(([to, code]) => `Texts to ${to} fail with ${code}`),
    ...(faults.opted_out || []).map((number) => `${number} has opted out (21610)`),
  ];
}
