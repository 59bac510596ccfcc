// Small helpers to build and find elements; text always goes in as text, never as HTML.

export const find = (selector, root = document) => root.querySelector(selector);
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

export function clock(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
}

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

// Only links to this machine or to the product open; all else stays plain text.
export function withLinks(words) {
  const parts = [];
  let end = 0;
  for (const match of words.matchAll(LINK)) {
    parts.push(words.slice(end, match.index), link(match[0]));
    end = match.index + match[0].length;
  }
  return [...parts, words.slice(end)];
}

function link(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return address;
  }
  const product = new URL(document.body.dataset.publicUrl || location.href, location.href);
  const ours = [location.hostname, product.hostname].includes(url.hostname);
  if (!ours) return address;
  return make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, address);
}
