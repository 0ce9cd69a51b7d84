/** Where people write: messages, replies, slash commands. */

import { controller } from "../controller.js";
import { h, replace, uniqueId } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { openMenu } from "../lib/overlay.js";
import { app, me, store } from "../store.js";
import { suggestions } from "./suggestions.js";

const drafts = new Map();

const commandOf = (text) => /^\/[a-z]\S*/i.exec(text)?.[0];

/** `@name` and `#name` of those who exist, turned into the mentions they mean; the sandbox escapes the rest. */
function withMentions(text) {
  return text
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

function wrapSelection(field, mark) {
  const { selectionStart: from, selectionEnd: to, value } = field;
  field.setRangeText(mark + value.slice(from, to) + mark, from, to, "select");
  field.setSelectionRange(from + mark.length, to + mark.length);
  field.focus();
}

const MARKS = [
  ["bold", "*", "Bold", "b"],
  ["italic", "_", "Italic", "i"],
  ["strike", "~", "Strikethrough", null],
  ["code", "`", "Code", null],
];

function shortcutButton(insertCommand) {
  const node = h(
    "button",
    {
      class: "icon-btn",
      type: "button",
      title: "Shortcuts and commands",
      "aria-label": "Shortcuts and commands",
      "aria-haspopup": "menu",
      on: {
        click: () => {
          const global = (app().shortcuts ?? []).filter((one) => one.type === "global");
          const commands = app().commands ?? [];
          openMenu(
            node,
            [
              ...(global.length ? ["Shortcuts"] : []),
              ...global.map((one) => ({
                label: one.name,
                hint: one.description,
                icon: "bolt",
                onPick: () => controller.shortcut({ callback_id: one.callback_id }),
              })),
              ...(commands.length ? ["Commands"] : ["The app has no commands."]),
              ...commands.map((one) => ({
                label: `${one.command} ${one.usage_hint ?? ""}`,
                hint: one.description,
                icon: "code",
                onPick: () => insertCommand(`${one.command} `),
              })),
            ],
            { label: "Shortcuts and commands" },
          );
        },
      },
    },
    icon("bolt"),
  );
  return node;
}

function markButtons(field, changed) {
  const press = (mark) => () => {
    wrapSelection(field, mark);
    changed();
  };
  return MARKS.map(([name, mark, label]) =>
    h(
      "button",
      { class: "icon-btn", type: "button", title: label, "aria-label": label, on: { click: press(mark) } },
      icon(name, 16),
    ),
  );
}

function textArea(placeholder, boxId, thread) {
  return h("textarea", {
    class: "composer-field",
    rows: 1,
    placeholder,
    "aria-label": placeholder,
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": boxId,
    "aria-expanded": "false",
    spellcheck: "true",
    data: { focus: `composer/${thread ? "thread" : "main"}` },
  });
}

function wire(field, suggested, changed, send) {
  field.addEventListener("input", () => {
    changed();
    suggested.update();
  });
  field.addEventListener("blur", () => suggested.hide());
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || suggested.key(event)) return;
    const mark = (event.ctrlKey || event.metaKey) && MARKS.find((one) => one[3] === event.key);
    if (mark) wrapSelection(field, mark[1]);
    else if (event.key === "Enter" && !event.shiftKey) send();
    else return;
    event.preventDefault();
  });
}

/** A composer for a conversation, or for one thread of it. */
export function composer({ channelId, thread, placeholder }) {
  const key = `${store.me}/${channelId}/${thread ?? ""}`;
  const boxId = uniqueId("hints");
  const note = h("p", { class: "composer-note", role: "alert", hidden: true });
  const box = h("div", { class: "hints", id: boxId, role: "listbox", "aria-label": "Suggestions", hidden: true });
  const field = textArea(placeholder, boxId, thread);
  const sendButton = h("button", { class: "send", type: "button", "aria-label": "Send", title: "Send" }, icon("send"));
  const changed = () => {
    drafts.set(key, field.value);
    note.hidden = true;
    sendButton.disabled = !field.value.trim();
  };
  const suggested = suggestions(box, field, Boolean(thread), changed);
  const put = (text) => {
    field.value = text;
    field.focus();
    changed();
    suggested.update();
  };
  const send = async () => {
    const text = field.value.trim();
    if (!text) return;
    const command = commandOf(text);
    if (command && thread) {
      note.textContent = `${command} does not work in threads.`;
      note.hidden = false;
      return;
    }
    put("");
    suggested.hide();
    const sent = command
      ? await controller.command(channelId, command, text.slice(command.length).trim())
      : await controller.say(channelId, withMentions(text), thread);
    if (!sent && !field.value) put(text);
  };
  sendButton.addEventListener("click", send);
  wire(field, suggested, changed, send);
  const whole = h(
    "div",
    { class: "composer", data: { composer: key } },
    box,
    h(
      "div",
      { class: "composer-box" },
      field,
      h(
        "div",
        { class: "composer-tools" },
        shortcutButton(put),
        markButtons(field, changed),
        h("span", { class: "quiet grow" }, h("kbd", null, "Enter"), " to send"),
        sendButton,
      ),
    ),
    note,
  );
  field.value = drafts.get(key) ?? "";
  changed();
  return whole;
}

/** What the composer of a conversation needs, or null where nobody can write. */
export function composerOptions(one) {
  if (!one?.id || one.archived || me().deleted) return null;
  if (one.kind === "app" && (app().messages_tab_read_only || !app().messages_tab_enabled)) return null;
  return { channelId: one.id, placeholder: `Message ${one.kind === "channel" ? "#" : ""}${one.name}` };
}

/** Puts the right composer in its place, leaving it alone while it is the right one already. */
export function drawComposer(root, options) {
  const key = options && `${store.me}/${options.channelId}/${options.thread ?? ""}`;
  if (root.firstElementChild?.dataset.composer === key && key) return;
  replace(root, options && composer(options));
}
