/** Ctrl+K: jump to a conversation, or look through somebody else's eyes. */

import { avatar } from "../avatar.js";
import { h, uniqueId } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { narrowed, optionList, searchField } from "../lib/options.js";
import { write } from "../route.js";
import { app, humans, store } from "../store.js";

function conversations() {
  return store.conversations.map((one) => ({
    label: one.name,
    hint: one.topic,
    group: one.kind === "channel" ? "Channels" : "Direct messages",
    lead: () => (one.kind === "channel" ? icon(one.private ? "lock" : "hash") : avatar(one.user, 26)),
    href: write({ user: store.me, place: one.kind === "app" ? "app" : one.id }),
  }));
}

function appHome() {
  if (!app().home_tab_enabled) return [];
  const lead = () => avatar(app().user_id, 26);
  return [
    { label: `${app().name} home`, group: "Direct messages", lead, href: write({ user: store.me, place: "home" }) },
  ];
}

function people() {
  return humans()
    .filter((one) => one.id !== store.me)
    .map((one) => ({
      label: `View as ${one.real_name || one.name}`,
      hint: one.deleted ? "Deactivated" : one.title,
      group: "People",
      lead: () => avatar(one.id, 26),
      href: write({ user: one.id }),
    }));
}

export function openSwitcher() {
  const all = [...conversations(), ...appHome(), ...people()];
  const list = h("div", { class: "options", role: "listbox", id: uniqueId("list"), "aria-label": "Results" });
  const search = searchField(list, {
    class: "switcher-search",
    placeholder: "Jump to a conversation or a person…",
    "aria-label": "Jump to",
    autofocus: true,
  });
  const dialog = h(
    "dialog",
    { class: "dialog switcher", "aria-label": "Jump to" },
    h("label", { class: "switcher-head" }, icon("search"), search),
    list,
  );
  const pick = ({ href }) => {
    dialog.close();
    location.hash = href;
  };
  const options = optionList({ list, input: search, pick, none: "Nothing matches. Try a shorter word." });
  search.addEventListener("input", () => options.show(narrowed(all, search.value.replace(/^[#@]/, ""))));
  search.addEventListener("keydown", options.key);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  options.show(all);
  dialog.showModal();
}
