// What the page knows: texts and calls by sid, as the stream tells them.

export class Store {
  constructor() {
    this.listeners = [];
    this.reset({ texts: [], calls: [], faults: {}, numbers: [] });
    this.people = [];
  }

  reset(state) {
    this.texts = new Map(state.texts.map((text) => [text.sid, text]));
    this.calls = new Map(state.calls.map((call) => [call.sid, call]));
    this.faults = state.faults;
    this.numbers = state.numbers;
    this.tell("reset");
  }

  take(kind, data) {
    if (kind === "text") this.texts.set(data.sid, data);
    else if (kind === "call") this.calls.set(data.sid, data);
    else this.faults = data;
    this.tell(kind, data);
  }

  listen(listener) {
    this.listeners.push(listener);
  }

  tell(kind, data) {
    for (const listener of this.listeners) listener(kind, data);
  }

  isPharmacy(number) {
    return this.numbers.some((each) => each.number === number);
  }

  // Everything of one phone, oldest first.
  thread(number) {
    const mine = (each) => each.from === number || each.to === number;
    const found = [
      ...[...this.texts.values()].filter(mine).map((item) => ({ kind: "text", item })),
      ...[...this.calls.values()].filter(mine).map((item) => ({ kind: "call", item })),
    ];
    return found.sort((a, b) => a.item.at.localeCompare(b.item.at));
  }

  // Every phone seen in traffic.
  numbersSeen() {
    return [...new Set(this.pairs().map(([phone]) => phone))].sort();
  }

  // Phones seen in traffic with one of the pharmacy's lines.
  talkedTo(line) {
    return [...new Set(this.pairs().filter((pair) => pair[1] === line).map(([phone]) => phone))];
  }

  pairs() {
    const all = [...this.texts.values(), ...this.calls.values()];
    return all.map((each) => (this.isPharmacy(each.from) ? [each.to, each.from] : [each.from, each.to]));
  }
}
