/** One message, as the person switched to sees it. */

import { avatar } from "../avatar.js";
import { blocks } from "../blocks/blocks.js";
import { controller } from "../controller.js";
import { fragment, h } from "../lib/dom.js";
import { clockTime, dayLabel, momentLabel, zoned } from "../lib/dates.js";
import { emojiFor } from "../lib/emoji.js";
import { icon } from "../lib/icons.js";
import { openMenu } from "../lib/overlay.js";
import { write } from "../route.js";
import { app, authorOf, displayName, now, store, zone } from "../store.js";
import { mrkdwn } from "../text/mrkdwn.js";

const GROUPED_WITHIN = 5 * 60;
const seconds = (ts) => Number.parseFloat(ts);

function surface(message, channelId) {
  return {
    key: `${channelId}/${message.ts}`,
    kind: "message",
    send: (block, element, value) =>
      controller.click({
        channel: channelId,
        ts: message.ts,
        block_id: block.block_id,
        action_id: element.action_id,
        value,
      }),
  };
}

function attachment(item, place) {
  const color = /^#?[0-9a-f]{6}$/i.test(item.color ?? "") ? `#${item.color.replace("#", "")}` : null;
  return h(
    "div",
    { class: "attachment", style: color ? { "--bar": color } : {} },
    item.pretext && h("div", { class: "text" }, mrkdwn(item.pretext)),
    item.title && h("strong", null, item.title),
    item.text && h("div", { class: "text" }, mrkdwn(item.text)),
    item.blocks && blocks(item.blocks, place),
    !item.blocks && !item.text && item.fallback,
  );
}

/** A message that offers something to press, or has a heading, stands in a frame of its own. */
function isCard(list) {
  return list.length > 1 && list.some((block) => ["header", "actions"].includes(block.type));
}

function body(message, channelId) {
  const place = surface(message, channelId);
  const hasBlocks = message.blocks?.length > 0;
  return h(
    "div",
    { class: "message-body" },
    hasBlocks
      ? h("div", { class: `blocks${isCard(message.blocks) ? " framed" : ""}` }, blocks(message.blocks, place))
      : message.text && h("div", { class: "text" }, mrkdwn(message.text)),
    (message.attachments ?? []).map((item) => attachment(item, place)),
  );
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions" },
    message.reactions.map(({ name, users, count }) =>
      h(
        "span",
        { class: "reaction", title: `${users.map(displayName).join(", ")} reacted with :${name}:` },
        emojiFor(name) ?? `:${name}:`,
        h("span", null, String(count ?? users.length)),
      ),
    ),
  );
}

function replies(message, channelId) {
  if (!message.reply_count) return null;
  const href = write({ user: store.me, place: channelId, thread: message.ts });
  const last = message.latest_reply && momentLabel(seconds(message.latest_reply), zone(), now());
  return h(
    "a",
    { class: "replies", href },
    (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, 22)),
    h("b", null, `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`),
    last && h("span", { class: "quiet" }, `Last reply ${last[0].toLowerCase()}${last.slice(1)}`),
  );
}

function tools(message, channelId, inThread) {
  if (message.is_ephemeral) return null;
  const shortcuts = (app().shortcuts ?? []).filter((one) => one.type === "message");
  const address = write({ user: store.me, place: channelId, thread: message.thread_ts ?? message.ts });
  const more = h(
    "button",
    {
      class: "icon-btn",
      type: "button",
      title: "More actions",
      "aria-label": "More actions for this message",
      "aria-haspopup": "menu",
      on: {
        click: () =>
          openMenu(
            more,
            [
              ...shortcuts.map((one) => ({
                label: one.name,
                hint: one.description,
                icon: "bolt",
                onPick: () => controller.shortcut({ callback_id: one.callback_id, channel: channelId, ts: message.ts }),
              })),
              {
                label: "Copy link",
                icon: "link",
                onPick: () => navigator.clipboard?.writeText(new URL(address, location.href).href),
              },
            ],
            { align: "end", label: "More actions" },
          ),
      },
    },
    icon("more"),
  );
  return h(
    "div",
    { class: "tools" },
    !inThread &&
      h(
        "a",
        { class: "icon-btn", href: address, title: "Reply in thread", "aria-label": "Reply in thread" },
        icon("reply"),
      ),
    more,
  );
}

function heading(message, author) {
  const at = seconds(message.ts);
  return h(
    "div",
    { class: "message-head" },
    h("span", { class: "author" }, message.username || author.name),
    author.isApp && h("span", { class: "tag" }, "APP"),
    author.person?.title && h("span", { class: "quiet role" }, author.person.title),
    h(
      "time",
      { class: "quiet", datetime: new Date(at * 1000).toISOString(), title: momentLabel(at, zone(), now()) },
      clockTime(at, zone()),
    ),
  );
}

/** Messages of one author in a row stand together under one name. */
export function follows(previous, message) {
  if (!previous || previous.is_ephemeral !== message.is_ephemeral || previous.reply_count) return false;
  const sameAuthor = authorOf(previous).id === authorOf(message).id && previous.username === message.username;
  const near = seconds(message.ts) - seconds(previous.ts) < GROUPED_WITHIN;
  return sameAuthor && near && zoned(seconds(previous.ts), zone()).day === zoned(seconds(message.ts), zone()).day;
}

export function messageNode(message, { channelId, grouped, inThread }) {
  const author = authorOf(message);
  const at = seconds(message.ts);
  return h(
    "li",
    {
      class: `message${grouped ? " grouped" : ""}${message.is_ephemeral ? " ephemeral" : ""}`,
      data: { ts: message.ts },
    },
    grouped ? h("span", { class: "gutter quiet" }, clockTime(at, zone()).replace(/ .M$/, "")) : avatar(author.id),
    h(
      "div",
      { class: "message-main" },
      message.is_ephemeral && h("div", { class: "only-you" }, icon("eye", 14), "Only visible to you"),
      !grouped && heading(message, author),
      body(message, channelId),
      message.edited &&
        h("span", { class: "quiet edited", title: momentLabel(seconds(message.edited.ts), zone(), now()) }, "(edited)"),
      reactions(message),
      !inThread && replies(message, channelId),
    ),
    tools(message, channelId, inThread),
  );
}

function divider(label, kind) {
  return h("li", { class: `divider ${kind}` }, h("span", null, label));
}

/** What stands in a list of messages, as entries to reconcile: days, the line above what is new, messages. */
export function entries(messages, { channelId, inThread = false, unreadFrom = null }) {
  const today = zoned(now(), zone()).day;
  const minute = Math.floor(now() / 60);
  let previous = null;
  return messages.flatMap((message) => {
    const made = [];
    const day = zoned(seconds(message.ts), zone()).day;
    const label = dayLabel(seconds(message.ts), zone(), now());
    if (!inThread && (!previous || zoned(seconds(previous.ts), zone()).day !== day)) {
      made.push({ key: `day-${day}`, signature: label, build: () => divider(label, "day") });
    }
    const isFirstNew = message.ts === unreadFrom;
    if (isFirstNew) made.push({ key: "new", signature: message.ts, build: () => divider("New", "new") });
    const grouped = made.length === 0 && follows(previous, message);
    const text = JSON.stringify(message);
    const signature = JSON.stringify([text, grouped, store.me, zone(), today, text.includes("{ago}") && minute]);
    made.push({ key: message.ts, signature, build: () => messageNode(message, { channelId, grouped, inThread }) });
    previous = message;
    return made;
  });
}

export function nothingYet(text, detail) {
  return fragment(
    h(
      "div",
      { class: "nothing" },
      h("div", { class: "nothing-mark" }, icon("chat", 26)),
      h("p", null, text),
      detail && h("p", { class: "quiet" }, detail),
    ),
  );
}
