// One phone on the page: its owner, its thread, its call, its text box.

import { clock, find, make, withLinks } from "./dom.js";
import { post } from "./control.js";
import { CallPanel } from "./call.js";
import { callWords, isOver, lostText, textFailed, textState } from "./words.js";

const OTHER = "other";
// What a text asks to be sent back: "Reply 42A ... 42N", "Reply YES", "Reply 1". Not STOP: a
// slip of the finger must not opt anybody out.
const REPLY_HINT = /\b[Rr]eply\s+["“]?(\d+[A-Z]?|(?!STOP|HELP)[A-Z]{2,8})\b|\b(\d+[A-Z])\b/g;

export class PhoneView {
  constructor(section, store, onNews) {
    Object.assign(this, { section, store, onNews, key: section.dataset.key, drawn: new Map() });
    this.owner = find(".owner-list", section);
    this.list = find(".thread", section);
    this.box = find(".thread-box", section);
    this.words = find("textarea", section);
    const complain = (words) => this.note(words);
    this.panel = new CallPanel(find(".line", section), find(".announce", section), complain);
    this.wire();
    store.listen((kind, data) => this.changed(kind, data));
  }

  wire() {
    this.owner.addEventListener("change", () => this.pick(this.owner.value));
    find(".other", this.section).addEventListener("submit", (event) => {
      event.preventDefault();
      this.pick(find(".other input", this.section).value.trim());
    });
    find(".compose", this.section).addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(this.words.value);
    });
    this.words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send(this.words.value);
    });
    find(".call-out", this.section).addEventListener("click", () => this.callOut());
  }

  get line() {
    const { numbers } = this.store;
    return numbers.find((each) => each.role === this.key) || numbers[0];
  }

  // What a person picked stays; what was guessed gives way to better knowledge.
  pick(value) {
    this.picked = true;
    this.choose(value);
  }

  offer(people, seen) {
    const mine = people.filter((each) => (each.role === "patient") === (this.key === "patient"));
    const known = new Set(people.map((each) => each.number));
    const options = mine.map((each) => make("option", { value: each.number }, describe(each)));
    const strangers = seen.filter((number) => !known.has(number) && number !== this.number);
    if (this.number && !mine.some((each) => each.number === this.number)) strangers.unshift(this.number);
    options.push(...strangers.map((number) => make("option", { value: number }, number)));
    this.owner.replaceChildren(...options, make("option", { value: OTHER }, "Another number…"));
    const guess = mine[0]?.number || this.store.talkedTo(this.line?.number)[0] || OTHER;
    if (!this.picked && guess !== this.number) this.choose(guess);
    else this.owner.value = this.number || OTHER;
  }

  choose(value) {
    const other = find(".other", this.section);
    other.hidden = value !== OTHER;
    if (value === OTHER) {
      this.owner.value = OTHER;
      return;
    }
    this.number = value;
    if (![...this.owner.options].some((each) => each.value === value)) {
      this.owner.prepend(make("option", { value }, value));
    }
    this.owner.value = value;
    this.redraw();
  }

  redraw() {
    this.drawn.clear();
    this.list.replaceChildren();
    for (const { kind, item } of this.store.thread(this.number)) this.draw(kind, item);
    this.afterDrawing();
    this.box.scrollTop = this.box.scrollHeight;
  }

  changed(kind, data) {
    if (kind === "reset") return this.redraw();
    if (kind === "faults" || (data.from !== this.number && data.to !== this.number)) return;
    const fresh = !this.drawn.has(data.sid);
    const atEnd = this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight < 80;
    this.draw(kind, data);
    this.afterDrawing();
    if (fresh || atEnd) this.box.scrollTop = this.box.scrollHeight;
    if (fresh && data.to === this.number) this.onNews(this);
  }

  draw(kind, item) {
    const row = kind === "text" ? this.textRow(item) : this.callRow(item);
    const before = this.drawn.get(item.sid);
    if (before) before.replaceWith(row);
    else this.list.append(row);
    this.drawn.set(item.sid, row);
  }

  textRow(text) {
    const mine = text.from === this.number;
    const failed = textFailed(text);
    if (!mine && failed) return make("li", { class: "lost" }, lostText(text));
    if (!mine && text.status !== "delivered") return make("li", { hidden: true });
    const pictures = text.media.map((src) => make("img", { src, alt: "Picture sent with this text" }));
    const side = mine ? "You" : "Pharmacy";
    return make("li", { class: `bubble ${mine ? "mine" : "theirs"}${failed ? " failed" : ""}` },
      make("span", { class: "visually-hidden" }, `${side}: `),
      ...pictures,
      make("p", {}, ...withLinks(text.body)),
      make("small", {}, `${clock(text.at)} · ${textState(text)}`),
    );
  }

  callRow(call) {
    const incoming = call.to === this.number;
    if (!isOver(call)) return make("li", { hidden: true });
    const missed = incoming && !call.started;
    const head = make("span", {}, `${clock(call.at)} · ${callWords(call, incoming)}`);
    const heard = call.said.length > 0 && make("details", {},
      make("summary", {}, "What was said"),
      ...call.said.map((each) => make("p", { lang: each.language }, each.text)));
    return make("li", { class: `call-row${missed ? " missed" : ""}` }, head, heard);
  }

  afterDrawing() {
    find(".empty", this.section).hidden = this.list.children.length > 0;
    const calls = [...this.store.calls.values()];
    const open = calls.filter((each) => !isOver(each) && [each.from, each.to].includes(this.number));
    const call = open.find((each) => each.status === "in-progress") || open[0];
    const incoming = call && call.to === this.number;
    const line = call && (incoming ? call.from : call.to);
    this.panel.show(call, incoming, call && this.nameOf(line));
    this.offerReplies();
    const label = this.line;
    const where = label ? `Texts go to ${label.number}${label.label ? `, the ${label.label.toLowerCase()}` : ""}` : "";
    find(".to-line", this.section).textContent = where;
  }

  nameOf(number) {
    const line = this.store.numbers.find((each) => each.number === number);
    return line && line.label ? `the ${line.label.toLowerCase()} (${number})` : number;
  }

  offerReplies() {
    const theirs = this.store.thread(this.number).filter((each) => each.kind === "text");
    const last = theirs.at(-1)?.item;
    const found = last && last.to === this.number && last.status === "delivered"
      ? [...new Set([...last.body.matchAll(REPLY_HINT)].map(([, a, b]) => a || b))].slice(0, 4)
      : [];
    const quick = find(".quick", this.section);
    if (quick.dataset.shown === found.join()) return;
    quick.dataset.shown = found.join();
    quick.hidden = found.length === 0;
    quick.replaceChildren(...found.map((words) =>
      make("button", { type: "button", class: "chip", onclick: () => this.send(words) }, words)));
  }

  fill(words) {
    this.words.value = words;
    this.words.focus();
  }

  async send(words) {
    if (!words.trim() || !this.number) return;
    this.words.value = "";
    await this.ask("texts", { from: this.number, to: this.line?.number, body: words.trim() });
  }

  async callOut() {
    if (this.number) await this.ask("calls", { from: this.number, to: this.line?.number });
  }

  async ask(path, body) {
    try {
      await post(path, body);
    } catch (error) {
      this.note(error.message);
    }
  }

  note(words) {
    this.list.append(make("li", { class: "lost" }, words));
    this.box.scrollTop = this.box.scrollHeight;
  }
}

function describe(person) {
  const extra = person.role !== "patient" ? `, ${person.role}` : person.language === "es" ? ", Spanish" : "";
  return `${person.name}${extra} · …${person.number.slice(-4)}`;
}
