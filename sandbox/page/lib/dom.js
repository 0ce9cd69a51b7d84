/** Builds DOM nodes. Text always becomes a text node, so nothing a message says can turn into markup. */

const SVG = "http://www.w3.org/2000/svg";

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child);
  }
  return node;
}

function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "style") for (const [key, item] of Object.entries(value)) node.style.setProperty(key, item);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  return node;
}

export function h(tag, attributes, ...children) {
  return append(setAttributes(document.createElement(tag), attributes), children);
}

export function svg(tag, attributes, ...children) {
  return append(setAttributes(document.createElementNS(SVG, tag), attributes), children);
}

export function fragment(...children) {
  return append(document.createDocumentFragment(), children);
}

export function replace(node, ...children) {
  node.replaceChildren();
  return append(node, children);
}

/** Reuses the nodes whose key and signature did not change, so focus, open menus and half-made choices survive. */
export function reconcile(parent, entries) {
  const signatures = new Map(entries.map(({ key, signature }) => [key, signature]));
  const kept = new Map();
  for (const node of [...parent.children]) {
    if (signatures.get(node.dataset.key) === node.dataset.signature) kept.set(node.dataset.key, node);
    else node.remove();
  }
  let cursor = parent.firstElementChild;
  for (const { key, signature, build } of entries) {
    const node = kept.get(key) ?? setAttributes(build(), { data: { key, signature } });
    if (node === cursor) cursor = cursor.nextElementSibling;
    else parent.insertBefore(node, cursor);
  }
}

/** Redraws and puts the focus (and the text selection) back on the node with the same `data-focus`, or else on the pane. */
export function keepingFocus(root, redraw) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.dataset.focus;
  const selection = active && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  redraw();
  if (!key || root.contains(document.activeElement)) return;
  const again = [...root.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === key);
  if (!again) {
    root.closest("[tabindex]")?.focus({ preventScroll: true });
    return;
  }
  again.focus({ preventScroll: true });
  if (selection && selection[0] !== null && "setSelectionRange" in again) again.setSelectionRange(...selection);
}

let counter = 0;
export function uniqueId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

export function isTyping(event) {
  const target = event.target;
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
