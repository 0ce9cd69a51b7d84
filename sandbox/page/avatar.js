import { h } from "./lib/dom.js";
import { icon } from "./lib/icons.js";
import { displayName, isApp, person } from "./store.js";

function initials(name) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : ""]
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}

/** A person's initials on their colour; the app gets a mark of its own shape. */
export function avatar(id, size = 36) {
  const style = { "--size": `${size}px` };
  if (isApp(id))
    return h("span", { class: "avatar app", style, "aria-hidden": "true" }, initials(displayName(id)).slice(0, 1));
  const one = person(id);
  if (!one?.email)
    return h("span", { class: "avatar system", style, "aria-hidden": "true" }, icon("info", size * 0.55));
  return h(
    "span",
    { class: "avatar", style: { ...style, background: `#${one.color}` }, "aria-hidden": "true" },
    initials(displayName(id)),
  );
}
