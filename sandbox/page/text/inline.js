/** The smallest pieces of text (a mention, a link, a date, an emoji), shared by mrkdwn and rich text. */

import { h } from "../lib/dom.js";
import { formatTokens, momentLabel } from "../lib/dates.js";
import { emojiFor } from "../lib/emoji.js";
import { icon } from "../lib/icons.js";
import { channel, displayName, isApp, now, person, store, zone } from "../store.js";

/** Only addresses that cannot run anything; everything else stays text. */
export function safeUrl(url) {
  if (!/^(https?:\/\/|mailto:|tel:)[^\s<>]+$/i.test(url ?? "")) return null;
  try {
    return new URL(url).href;
  } catch {
    return null;
  }
}

export function link(url, label) {
  const href = safeUrl(url);
  if (!href) return h("span", null, label ?? url);
  return h(
    "a",
    { href, target: "_blank", rel: "noopener noreferrer", title: href },
    label ?? url.replace(/^mailto:/, ""),
  );
}

export function userMention(id, label) {
  const known = isApp(id) || person(id);
  const name = known ? displayName(id) : label || id;
  const classes = `mention${id === store.me ? " of-me" : ""}`;
  if (!known || id === store.me) return h("span", { class: classes }, `@${name}`);
  return h("a", { class: classes, href: `#/${store.me}/${isApp(id) ? "home" : id}` }, `@${name}`);
}

export function channelMention(id, label) {
  const known = channel(id);
  if (!known && !label) return h("span", { class: "mention" }, icon("lock", 13), "private channel");
  return h("a", { class: "mention", href: `#/${store.me}/${id}` }, `#${known?.name ?? label}`);
}

export function broadcast(range) {
  return h("span", { class: "mention of-me" }, `@${range}`);
}

export function groupMention(id, label) {
  return h("span", { class: "mention" }, label || `@${id}`);
}

export function date(seconds, format, url, fallback) {
  const text = formatTokens(format, seconds, zone(), now());
  if (text === null) return fallback ?? "";
  const node = h(
    "time",
    { datetime: new Date(seconds * 1000).toISOString(), title: momentLabel(seconds, zone(), now()) },
    text,
  );
  return safeUrl(url) ? link(url, node) : node;
}

export function emoji(name, tone, characters) {
  const found = characters ?? emojiFor(name, tone);
  if (!found) return `:${name}:`;
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, found);
}
