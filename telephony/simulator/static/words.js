// How states are said: words for people, from Twilio's words.

const TEXT_STATES = {
  accepted: "Accepted",
  queued: "Waiting",
  sending: "Sending",
  sent: "Sent",
  delivered: "Delivered",
};

export function textState(text) {
  if (text.direction !== "inbound") return TEXT_STATES[text.status] || text.status;
  if (text.webhook_status === null) return "Sending";
  if (text.webhook_status >= 200 && text.webhook_status < 300) return "Taken by the pharmacy";
  if (text.webhook_status === 0) return "Not taken: the pharmacy's system did not answer";
  return `Not taken: the pharmacy's system answered ${text.webhook_status}`;
}

export function textFailed(text) {
  if (text.direction === "inbound") {
    return text.webhook_status !== null && !(text.webhook_status >= 200 && text.webhook_status < 300);
  }
  return ["failed", "undelivered"].includes(text.status);
}

export function lostText(text) {
  const why = text.error_message ? ` (${text.error_code}, ${text.error_message.toLowerCase()})` : "";
  return `A text did not reach this phone${why}.`;
}

export function isOver(call) {
  return ["completed", "busy", "no-answer", "failed", "canceled"].includes(call.status);
}

export function callWords(call, incoming) {
  if (!isOver(call)) return call.status === "in-progress" ? "In a call" : "Ringing";
  if (call.started) return `${incoming ? "Call from the pharmacy" : "Call to the pharmacy"}, ${seconds(call.duration)}`;
  if (!incoming) return `Call to the pharmacy: ${call.status === "busy" ? "busy" : "not connected"}`;
  return call.status === "busy" ? "Call declined" : "Missed call";
}

export function seconds(total) {
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)} min ${total % 60} s`;
}

export function languageName(code) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(code.split("-")[0]);
  } catch {
    return code;
  }
}
