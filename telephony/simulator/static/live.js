// One stream for the whole page. EventSource gives up for good after one bad answer, so it is
// opened anew; silence longer than two pings counts as broken.

const SILENCE_MS = 40000;
const LONGEST_MS = 5000;

export class Live {
  constructor(url, kinds, onEvent, onState) {
    Object.assign(this, { url, kinds, onEvent, onState, cursor: "", tries: 0 });
    for (const name of ["online", "focus", "pageshow"]) {
      addEventListener(name, () => this.source?.readyState === 2 && this.open());
    }
  }

  start(cursor) {
    this.cursor = cursor;
    this.open();
  }

  open() {
    this.source?.close();
    clearTimeout(this.retry);
    this.source = new EventSource(`${this.url}?after=${encodeURIComponent(this.cursor)}`);
    this.source.onopen = () => {
      this.tries = 0;
      this.onState(true);
      this.watch();
    };
    this.source.onerror = () => this.failed();
    this.source.addEventListener("ping", () => this.watch());
    for (const kind of this.kinds) {
      this.source.addEventListener(kind, (event) => this.heard(kind, event));
    }
  }

  heard(kind, event) {
    this.watch();
    this.cursor = event.lastEventId || this.cursor;
    this.onEvent(kind, JSON.parse(event.data));
  }

  failed() {
    this.onState(false);
    if (this.source.readyState !== EventSource.CLOSED) return;
    const wait = Math.min(LONGEST_MS, 300 * 2 ** this.tries++);
    this.retry = setTimeout(() => this.open(), wait * (0.7 + Math.random() * 0.6));
  }

  watch() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.open(), SILENCE_MS);
  }
}
