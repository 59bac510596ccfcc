// Requests to /control: JSON in, JSON out; an error carries the sentence of the answer.

export async function post(path, body) {
  const answer = await fetch(`/control/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(found.error || `The simulator answered ${answer.status}.`);
  return found;
}

export async function get(path) {
  const answer = await fetch(`/control/${path}`);
  if (!answer.ok) throw new Error(`The simulator answered ${answer.status}.`);
  return answer.json();
}
