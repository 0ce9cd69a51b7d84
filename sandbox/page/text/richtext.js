/** rich_text blocks: leaves are literal, whatever they hold. */

import { fragment, h } from "../lib/dom.js";
import { emojiFromCode } from "../lib/emoji.js";
import { broadcast, channelMention, date, emoji, groupMention, link, userMention } from "./inline.js";

const LEAVES = {
  text: (leaf) => leaf.text,
  link: (leaf) => link(leaf.url, leaf.text),
  user: (leaf) => userMention(leaf.user_id),
  usergroup: (leaf) => groupMention(leaf.usergroup_id),
  team: (leaf) => groupMention(leaf.team_id),
  channel: (leaf) => channelMention(leaf.channel_id),
  broadcast: (leaf) => broadcast(leaf.range),
  date: (leaf) => date(leaf.timestamp, leaf.format, leaf.url, leaf.fallback),
  emoji: (leaf) => emoji(leaf.name, leaf.skin_tone, emojiFromCode(leaf.unicode)),
  color: (leaf) => [
    h("span", { class: "swatch", style: { background: /^#[0-9a-f]{3,8}$/i.test(leaf.value) ? leaf.value : "none" } }),
    leaf.value,
  ],
};

const STYLES = [
  ["code", "code"],
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "del"],
  ["underline", "u"],
  ["highlight", "mark"],
];

function leafNode(leaf) {
  const inner = LEAVES[leaf.type]?.(leaf) ?? leaf.text ?? "";
  return STYLES.filter(([name]) => leaf.style?.[name]).reduce((node, [, tag]) => h(tag, null, node), fragment(inner));
}

const leaves = (element) => (element.elements ?? []).map(leafNode);

const PARTS = {
  rich_text_section: (part) => h("div", { class: "line" }, leaves(part)),
  rich_text_quote: (part) => h("blockquote", null, h("div", { class: "line" }, leaves(part))),
  rich_text_preformatted: (part) => h("pre", null, leaves(part)),
  rich_text_list: (part) =>
    h(
      part.style === "ordered" ? "ol" : "ul",
      {
        class: part.border ? "bordered" : null,
        start: part.offset ? part.offset + 1 : null,
        style: { "--indent": part.indent ?? 0 },
        data: { level: String((part.indent ?? 0) % 3) },
      },
      (part.elements ?? []).map((item) => h("li", null, leaves(item))),
    ),
};

export function richText(block) {
  return h(
    "div",
    { class: "rich" },
    (block.elements ?? []).map((part) => PARTS[part.type]?.(part)),
  );
}
