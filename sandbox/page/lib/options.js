/** A list of options below an input that keeps the focus: arrows move the active one, Enter picks it, typing narrows. */

import { h, replace, uniqueId } from "./dom.js";
import { icon } from "./icons.js";

function optionNode(entry, isActive, pick) {
  return h(
    "div",
    {
      id: uniqueId("option"),
      class: `option${isActive ? " active" : ""}`,
      role: "option",
      "aria-selected": String(entry.chosen ?? isActive),
      // The input must not lose the focus to what is clicked.
      on: { click: pick, mousedown: (event) => event.preventDefault() },
    },
    entry.lead?.(),
    h(
      "span",
      { class: "menu-text" },
      h("span", null, entry.label, entry.usage && h("code", { class: "usage" }, entry.usage)),
      entry.hint && h("small", null, entry.hint),
    ),
    entry.chosen && icon("check"),
  );
}

/** Fills `list` with entries `{label, hint?, usage?, group?, chosen?, lead?()}`; `pick` is told the one chosen. */
export function optionList({ list, input, pick, none = "Nothing matches." }) {
  let entries = [];
  let active = 0;

  const draw = () => {
    input.removeAttribute("aria-activedescendant");
    let group;
    const nodes = entries.map((entry, index) => {
      const heading = entry.group && entry.group !== group && h("div", { class: "menu-heading" }, entry.group);
      group = entry.group;
      const node = optionNode(entry, index === active, () => pick(entry));
      if (index === active) input.setAttribute("aria-activedescendant", node.id);
      return [heading, node];
    });
    replace(list, entries.length === 0 && h("div", { class: "option-none" }, none), nodes);
    list.querySelector(".active")?.scrollIntoView({ block: "nearest" });
  };

  return {
    show(shown, start = 0) {
      entries = shown;
      active = Math.max(0, Math.min(start, shown.length - 1));
      draw();
    },
    active: () => entries[active],
    /** Moves or picks; true when the key was one of its own. */
    key(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && entries.length) {
        active = (active + step + entries.length) % entries.length;
        draw();
      } else if (event.key === "Enter" && entries[active]) pick(entries[active]);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}

/** The input of such a list, with the roles that tie the two together. */
export function searchField(list, attributes) {
  return h("input", {
    type: "text",
    role: "combobox",
    autocomplete: "off",
    "aria-controls": list.id,
    "aria-expanded": "true",
    "aria-autocomplete": "list",
    ...attributes,
  });
}

/** The entries whose words contain what was typed. */
export function narrowed(entries, typed) {
  const needle = typed.trim().toLowerCase();
  return entries.filter(({ text, label, hint }) => `${text ?? label} ${hint ?? ""}`.toLowerCase().includes(needle));
}
