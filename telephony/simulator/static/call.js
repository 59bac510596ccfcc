// The call a phone is in: ringing with Answer and Decline, then sentences, keypad and Hang up.

import { make } from "./dom.js";
import { post } from "./control.js";
import { isOver } from "./words.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

export class CallPanel {
  constructor(box, announce, complain) {
    Object.assign(this, { box, announce, complain, sid: null, phase: null });
  }

  show(call, incoming, label) {
    if (!call || isOver(call)) return this.hide();
    const phase = call.status === "in-progress" || !incoming ? "talking" : "ringing";
    if (this.sid !== call.sid || this.phase !== phase) this.build(call, phase, incoming, label);
    if (phase === "talking") this.update(call);
  }

  hide() {
    if (this.sid === null) return;
    const hadFocus = this.box.contains(document.activeElement);
    this.sid = this.phase = null;
    this.box.hidden = true;
    this.box.replaceChildren();
    // Who pressed Hang up by keyboard stays on this phone.
    if (hadFocus) this.box.closest(".phone").querySelector("textarea").focus();
    this.announce.textContent = "The call has ended.";
  }

  build(call, phase, incoming, label) {
    const hadFocus = this.box.contains(document.activeElement);
    this.sid = call.sid;
    this.phase = phase;
    this.heard = 0;
    this.box.dataset.phase = phase;
    this.box.replaceChildren(...(phase === "ringing" ? this.ringing(label) : this.talking(label)));
    this.box.hidden = false;
    if (phase === "ringing") this.announce.textContent = `Incoming call from ${label}.`;
    if (hadFocus) this.box.querySelector("button")?.focus();
  }

  ringing(label) {
    return [
      make("p", { class: "who" }, make("b", {}, "Incoming call"), label),
      make("div", { class: "answer-row" },
        this.button("Decline", "button danger", "decline"),
        this.button("Answer", "button good", "answer"),
      ),
      make("button", { class: "linkish", type: "button", onclick: () => this.act("voicemail") },
        "Let voicemail take it"),
    ];
  }

  talking(label) {
    this.spoken = make("ol", { class: "spoken" });
    this.hint = make("p", { class: "listening" });
    this.partner = make("p", { class: "who" }, make("b", {}, "In a call"), label);
    return [
      this.partner,
      make("div", { class: "spoken-box", tabindex: "0", role: "log", "aria-live": "polite", "aria-label": "What is said" }, this.spoken),
      this.hint,
      make("div", { class: "keypad", role: "group", "aria-label": "Keypad" },
        ...KEYS.map((key) => make("button",
          { type: "button", class: "key", "aria-label": `Key ${key === "*" ? "star" : key === "#" ? "hash" : key}`, onclick: () => this.act("press", key) }, key))),
      this.button("Hang up", "button danger", "hang_up"),
    ];
  }

  update(call) {
    for (const sentence of call.said.slice(this.heard)) {
      this.spoken.append(make("li", { lang: sentence.language }, sentence.text));
      this.spoken.parentElement.scrollTop = this.spoken.parentElement.scrollHeight;
    }
    this.heard = call.said.length;
    this.box.toggleAttribute("data-listening", call.listening);
    this.hint.textContent = call.talking_to
      ? `Connected with ${call.talking_to}`
      : call.listening ? "Waiting for a key" : call.said.length ? "Speaking" : "Connecting";
  }

  button(words, classes, action) {
    return make("button", { type: "button", class: classes, onclick: () => this.act(action) }, words);
  }

  async act(action, keys) {
    try {
      await post(`calls/${this.sid}`, { action, keys });
    } catch (error) {
      this.complain(error.message);
    }
  }
}
