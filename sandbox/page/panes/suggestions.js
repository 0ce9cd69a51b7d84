/** What the composer suggests while somebody types. */

import { avatar } from "../avatar.js";
import { h } from "../lib/dom.js";
import { EMOJI } from "../lib/emoji.js";
import { icon } from "../lib/icons.js";
import { optionList } from "../lib/options.js";
import { app, displayName, store } from "../store.js";

const SHOWN = 8;

/** The command typed out in full stands before those that only begin with it. */
const byLength = (one, other) => one.command.length - other.command.length;

const commandEntry = (one) => ({
  insert: `${one.command} `,
  label: h("b", null, one.command),
  usage: one.usage_hint,
  hint: one.description,
  lead: () => avatar(app().user_id, 28),
});

/** Per trigger: which word before the caret it completes, and with what. */
const COMPLETERS = [
  {
    pattern: /^\/(\S*)$/,
    find: (word) =>
      (app().commands ?? [])
        .filter((one) => one.command.slice(1).startsWith(word))
        .sort(byLength)
        .map(commandEntry),
    title: "Commands",
  },
  {
    pattern: /(?:^|\s)@([\w.-]*)$/,
    title: "People",
    find: (word) =>
      store.workspace.people
        .filter(
          (one) => !one.deleted && one.id !== store.me && `${one.name} ${one.real_name}`.toLowerCase().includes(word),
        )
        .map((one) => ({
          insert: `@${one.name} `,
          label: displayName(one.id),
          hint: one.title,
          lead: () => avatar(one.id, 24),
        })),
  },
  {
    pattern: /(?:^|\s)#([\w-]*)$/,
    title: "Channels",
    find: (word) =>
      store.conversations
        .filter((one) => one.kind === "channel" && one.name.includes(word))
        .map((one) => ({
          insert: `#${one.name} `,
          label: one.name,
          hint: one.topic,
          lead: () => icon(one.private ? "lock" : "hash"),
        })),
  },
  {
    pattern: /(?:^|\s):([a-z0-9_+-]{2,})$/,
    title: "Emoji",
    find: (word) =>
      [...EMOJI.keys()]
        .filter((name) => name.includes(word))
        .map((name) => ({
          insert: `:${name}: `,
          label: `:${name}:`,
          lead: () => h("span", { class: "emoji" }, EMOJI.get(name)),
        })),
  },
];

function completion(before, inThread) {
  for (const { pattern, find, title } of COMPLETERS) {
    const match = pattern.exec(before);
    if (!match || (inThread && title === "Commands")) continue;
    const entries = find(match[1].toLowerCase()).slice(0, SHOWN);
    const from = before.length - match[1].length - 1;
    if (entries.length) return { entries: entries.map((entry) => ({ ...entry, group: title })), from };
  }
  return null;
}

/** Keeps a box above the composer filled with what could come next: commands, people, channels, emoji. */
export function suggestions(box, field, inThread, onInsert) {
  let open = null;
  const show = (found) => {
    open = found;
    box.hidden = !open;
    field.setAttribute("aria-expanded", String(Boolean(open)));
    list.show(open?.entries ?? []);
  };
  const take = (entry) => {
    field.setRangeText(entry.insert, open.from, field.selectionStart, "end");
    field.focus();
    show(null);
    onInsert();
  };
  const list = optionList({ list: box, input: field, pick: take });
  return {
    update: () => show(completion(field.value.slice(0, field.selectionStart), inThread)),
    hide: () => show(null),
    /** Takes the keys that belong to an open box; true when it did. */
    key(event) {
      if (!open) return false;
      // A command typed out in full is meant to be sent.
      if (event.key === "Enter" && list.active().insert.trim() === field.value.trim()) return false;
      if (list.key(event)) return true;
      if (event.key === "Tab") take(list.active());
      else if (event.key === "Escape") show(null);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
