/** Ctrl+K: jump to a conversation, or look through somebody else's eyes. */

import { avatar } from "../avatar.js";
import { h, replace, uniqueId } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { write } from "../route.js";
import { app, humans, store } from "../store.js";

function targets() {
  const places = store.conversations.map((one) => ({
    label: one.name,
    hint: one.kind === "channel" ? one.topic : one.title,
    group: one.kind === "channel" ? "Channels" : "Direct messages",
    lead: () => (one.kind === "channel" ? icon(one.private ? "lock" : "hash") : avatar(one.user, 26)),
    href: write({ user: store.me, place: one.kind === "app" ? "app" : one.id }),
  }));
  const home = app().home_tab_enabled ? [{
    label: `${app().name} home`, hint: "App Home", group: "Direct messages", lead: () => avatar(app().user_id, 26), href: write({ user: store.me, place: "home" }),
  }] : [];
  const people = humans()
    .filter((one) => one.id !== store.me)
    .map((one) => ({
      label: `View as ${one.real_name || one.name}`, hint: one.deleted ? "Deactivated" : one.title, group: "People",
      lead: () => avatar(one.id, 26), href: write({ user: one.id }),
    }));
  return [...places, ...home, ...people];
}

export function openSwitcher() {
  if (document.querySelector(".switcher")) return;
  const all = targets();
  let active = 0;
  let found = all;
  const list = h("div", { class: "options", role: "listbox", id: uniqueId("list"), "aria-label": "Results" });
  const search = h("input", {
    class: "switcher-search", type: "text", role: "combobox", placeholder: "Jump to a conversation or a person…", autocomplete: "off",
    "aria-label": "Jump to", "aria-controls": list.id, "aria-expanded": "true", autofocus: true,
  });
  const dialog = h("dialog", { class: "dialog switcher", "aria-label": "Jump to" }, h("label", { class: "switcher-head" }, icon("search"), search), list);
  const pick = (target) => {
    dialog.close();
    location.hash = target.href;
  };
  const draw = () => {
    const needle = search.value.trim().toLowerCase().replace(/^[#@]/, "");
    found = all.filter(({ label, hint }) => `${label} ${hint ?? ""}`.toLowerCase().includes(needle));
    active = Math.min(active, Math.max(0, found.length - 1));
    let group;
    replace(list, found.length === 0 && h("div", { class: "option-none" }, "Nothing matches. Try a shorter word."), found.map((target, index) => {
      const heading = target.group === group ? null : h("div", { class: "menu-heading" }, target.group);
      group = target.group;
      const id = uniqueId("option");
      if (index === active) search.setAttribute("aria-activedescendant", id);
      return [heading, h(
        "div",
        {
          id, class: `option${index === active ? " active" : ""}`, role: "option", "aria-selected": String(index === active),
          on: { click: () => pick(target), mousedown: (event) => event.preventDefault() },
        },
        target.lead(),
        h("span", { class: "menu-text inline" }, h("span", null, target.label), target.hint && h("small", null, target.hint)),
      )];
    }));
    list.querySelector(".active")?.scrollIntoView({ block: "nearest" });
  };
  search.addEventListener("input", () => { active = 0; draw(); });
  search.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) active = (active + step + found.length) % found.length;
    else if (event.key === "Enter" && found[active]) pick(found[active]);
    else return;
    event.preventDefault();
    draw();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  draw();
  dialog.showModal();
}
