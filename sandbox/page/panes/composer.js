/** Where people write: messages, replies, slash commands. Completes commands, people, channels and emoji. */

import { avatar } from "../avatar.js";
import { controller } from "../controller.js";
import { h, replace, uniqueId } from "../lib/dom.js";
import { EMOJI } from "../lib/emoji.js";
import { icon } from "../lib/icons.js";
import { openMenu } from "../lib/overlay.js";
import { app, displayName, store } from "../store.js";

const SHOWN = 8;
const drafts = new Map();

const escapeEntities = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** What is sent for what was typed: entities escaped, `@name` and `#name` of those who exist turned into ids. */
export function encode(text) {
  return escapeEntities(text)
    .replace(/(^|[\s(])@([a-z0-9._-]+)/g, (whole, before, name) => {
      if (/^(here|channel|everyone)$/.test(name)) return `${before}<!${name}>`;
      const found = store.workspace.people.find((one) => one.name === name);
      return found ? `${before}<@${found.id}>` : whole;
    })
    .replace(/(^|[\s(])#([a-z0-9_-]+)/g, (whole, before, name) => {
      const found = store.workspace.channels.find((one) => one.name === name);
      return found ? `${before}<#${found.id}|${name}>` : whole;
    });
}

/** The command typed out in full stands before those that only begin with it. */
const byLength = (one, other) => one.command.length - other.command.length;

const commandEntry = (one) => ({
  insert: `${one.command} `, label: one.command, usage: one.usage_hint, hint: one.description, lead: avatar(app().user_id, 28),
});

/** Per trigger: which word before the caret it completes, and with what. */
const COMPLETERS = [
  { pattern: /^\/(\S*)$/, find: (word) => (app().commands ?? []).filter((one) => one.command.slice(1).startsWith(word)).sort(byLength).map(commandEntry), title: "Commands" },
  {
    pattern: /(?:^|\s)@([\w.-]*)$/, title: "People",
    find: (word) => store.workspace.people
      .filter((one) => !one.deleted && one.id !== store.me && `${one.name} ${one.real_name}`.toLowerCase().includes(word))
      .map((one) => ({ insert: `@${one.name} `, label: displayName(one.id), hint: one.title, lead: avatar(one.id, 24) })),
  },
  {
    pattern: /(?:^|\s)#([\w-]*)$/, title: "Channels",
    find: (word) => store.conversations
      .filter((one) => one.kind === "channel" && one.name.includes(word))
      .map((one) => ({ insert: `#${one.name} `, label: one.name, hint: one.topic, lead: icon(one.private ? "lock" : "hash") })),
  },
  {
    pattern: /(?:^|\s):([a-z0-9_+-]{2,})$/, title: "Emoji",
    find: (word) => [...EMOJI.keys()].filter((name) => name.includes(word)).map((name) => ({
      insert: `:${name}: `, label: `:${name}:`, lead: h("span", { class: "emoji" }, EMOJI.get(name)),
    })),
  },
];

function completion(before, inThread) {
  for (const { pattern, find, title } of COMPLETERS) {
    const match = pattern.exec(before);
    if (!match || (inThread && title === "Commands")) continue;
    const entries = find(match[1].toLowerCase()).slice(0, SHOWN);
    if (entries.length) return { entries, title, from: before.length - match[1].length - 1 };
  }
  return null;
}

/** A box above the composer with what could come next. */
function hints(box, field, inThread, onInsert) {
  let open = null;
  let active = 0;
  const draw = () => {
    box.hidden = !open;
    field.setAttribute("aria-expanded", String(Boolean(open)));
    if (!open) return field.removeAttribute("aria-activedescendant");
    replace(box, h("div", { class: "menu-heading" }, open.title), open.entries.map((entry, index) => {
      const id = uniqueId("hint");
      if (index === active) field.setAttribute("aria-activedescendant", id);
      return h(
        "div",
        {
          id, class: `option${index === active ? " active" : ""}`, role: "option", "aria-selected": String(index === active),
          on: { mousedown: (event) => { event.preventDefault(); take(entry); } },
        },
        entry.lead,
        h("span", { class: "menu-text" }, h("span", null, h("b", null, entry.label), entry.usage && h("code", { class: "usage" }, entry.usage)), entry.hint && h("small", null, entry.hint)),
      );
    }));
    return undefined;
  };
  const take = (entry) => {
    const caret = field.selectionStart;
    field.setRangeText(entry.insert, open.from, caret, "end");
    field.focus();
    open = null;
    draw();
    onInsert();
  };
  return {
    update() {
      open = completion(field.value.slice(0, field.selectionStart), inThread);
      active = 0;
      draw();
    },
    hide() {
      open = null;
      draw();
    },
    /** Takes the keys that belong to an open box; true when it did. */
    key(event) {
      if (!open) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) active = (active + step + open.entries.length) % open.entries.length;
      else if (event.key === "Escape") open = null;
      else if (event.key === "Tab" || event.key === "Enter") {
        const entry = open.entries[active];
        // A command typed out in full is meant to be sent.
        if (event.key === "Enter" && entry.insert.trim() === field.value.trim()) return false;
        event.preventDefault();
        take(entry);
        return true;
      } else return false;
      event.preventDefault();
      event.stopPropagation();
      draw();
      return true;
    },
  };
}

function wrapSelection(field, mark) {
  const { selectionStart: from, selectionEnd: to, value } = field;
  field.setRangeText(mark + value.slice(from, to) + mark, from, to, "select");
  field.setSelectionRange(from + mark.length, to + mark.length);
  field.focus();
}

const MARKS = [["bold", "*", "Bold", "b"], ["italic", "_", "Italic", "i"], ["strike", "~", "Strikethrough", null], ["code", "`", "Code", null]];

function shortcutButton(insertCommand) {
  const node = h("button", {
    class: "icon-btn", type: "button", title: "Shortcuts and commands", "aria-label": "Shortcuts and commands", "aria-haspopup": "menu",
    on: {
      click: () => {
        const global = (app().shortcuts ?? []).filter((one) => one.type === "global");
        const commands = app().commands ?? [];
        openMenu(node, [
          ...(global.length ? ["Shortcuts"] : []),
          ...global.map((one) => ({ label: one.name, hint: one.description, icon: "bolt", onPick: () => controller.shortcut({ callback_id: one.callback_id }) })),
          ...(commands.length ? ["Commands"] : ["The app has no commands."]),
          ...commands.map((one) => ({ label: `${one.command} ${one.usage_hint ?? ""}`, hint: one.description, icon: "code", onPick: () => insertCommand(`${one.command} `) })),
        ], { label: "Shortcuts and commands" });
      },
    },
  }, icon("bolt"));
  return node;
}

/** A composer for a conversation, or for one thread of it. */
export function composer({ channelId, thread, placeholder }) {
  const key = `${store.me}/${channelId}/${thread ?? ""}`;
  const boxId = uniqueId("hints");
  const note = h("p", { class: "composer-note", role: "alert", hidden: true });
  const box = h("div", { class: "hints", id: boxId, role: "listbox", "aria-label": "Suggestions", hidden: true });
  const field = h("textarea", {
    class: "composer-field", rows: 1, placeholder, "aria-label": placeholder, role: "combobox", "aria-autocomplete": "list",
    "aria-controls": boxId, "aria-expanded": "false", spellcheck: "true", data: { focus: `composer/${thread ? "thread" : "main"}` },
  });
  const sendButton = h("button", { class: "send", type: "submit", "aria-label": "Send", title: "Send" }, icon("send"));
  const changed = () => {
    drafts.set(key, field.value);
    note.hidden = true;
    sendButton.disabled = !field.value.trim();
  };
  const suggestions = hints(box, field, Boolean(thread), changed);
  const put = (text) => {
    field.value = text;
    field.focus();
    changed();
    suggestions.update();
  };
  const refuse = (text) => {
    note.textContent = text;
    note.hidden = false;
  };
  const send = async () => {
    const text = field.value.trim();
    if (!text) return;
    const [command] = text.split(/\s/);
    const isCommand = /^\/[a-z]/i.test(text);
    if (isCommand && thread) {
      refuse(`${command} does not work in threads.`);
      return;
    }
    put("");
    suggestions.hide();
    const sent = isCommand
      ? await controller.command(channelId, command, text.slice(command.length).trim())
      : await controller.say(channelId, encode(text), thread);
    if (!sent && !field.value) put(text);
  };
  field.addEventListener("input", () => { changed(); suggestions.update(); });
  field.addEventListener("blur", () => suggestions.hide());
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || suggestions.key(event)) return;
    const mark = (event.ctrlKey || event.metaKey) && MARKS.find((one) => one[3] === event.key);
    if (mark) wrapSelection(field, mark[1]);
    else if (event.key === "Enter" && !event.shiftKey) send();
    else return;
    event.preventDefault();
  });
  const form = h(
    "form",
    { class: "composer", data: { composer: key }, on: { submit: (event) => { event.preventDefault(); send(); } } },
    box,
    h(
      "div",
      { class: "composer-box" },
      field,
      h(
        "div",
        { class: "composer-tools" },
        shortcutButton(put),
        MARKS.map(([name, mark, label]) => h("button", {
          class: "icon-btn", type: "button", title: label, "aria-label": label, on: { click: () => { wrapSelection(field, mark); changed(); } },
        }, icon(name, 16))),
        h("span", { class: "quiet grow" }, h("kbd", null, "Enter"), " to send"),
        sendButton,
      ),
    ),
    note,
  );
  field.value = drafts.get(key) ?? "";
  changed();
  return form;
}

/** Puts the right composer in its place, leaving it alone while it is the right one already. */
export function drawComposer(root, options) {
  const key = options && `${store.me}/${options.channelId}/${options.thread ?? ""}`;
  if (root.firstElementChild?.dataset.composer === key && key) return;
  replace(root, options && composer(options));
}
