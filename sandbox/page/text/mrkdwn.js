/** Slack's mrkdwn, read as Slack reads it, straight into DOM nodes. */

import { h } from "../lib/dom.js";
import { EMOJI } from "../lib/emoji.js";
import { store } from "../store.js";
import { broadcast, channelMention, date, emoji, groupMention, link, safeUrl, userMention } from "./inline.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const STYLES = { "*": "strong", _: "em", "~": "del" };
const WORD = /[\p{L}\p{N}]/u;
const QUOTED = /^(?:>|&gt;) ?/;
const QUOTED_TO_THE_END = /^(?:>>>|&gt;&gt;&gt;) ?/;
const EMOJI_NAME = /:([a-z0-9_+'-]+):(?::skin-tone-([2-6]):)?/y;
const BARE_URL = /(?:https?:\/\/|mailto:)[^\s<>|`]+/iy;
const BARE_EMAIL = /[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/iy;
const BARE_BROADCAST = /@(here|channel|everyone)\b/y;
const BARE_CHANNEL = /#([a-z0-9_-]+)/y;

/** Slack knows three entities and no others; `&amp;lt;` is the text `&lt;`. */
export function unescapeEntities(text) {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

function dateToken(body, label) {
  const [seconds, format, url] = body.slice("!date^".length).split("^");
  return date(/^-?\d+$/.test(seconds) ? Number(seconds) : NaN, unescapeEntities(format ?? ""), url, label);
}

/** What stands between angle brackets: a mention, a command of Slack's, or a link. */
function angle(inside) {
  const bar = inside.indexOf("|");
  const body = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? undefined : unescapeEntities(inside.slice(bar + 1));
  if (body[0] === "@") return userMention(body.slice(1), label);
  if (body[0] === "#") return channelMention(body.slice(1), label);
  if (body.startsWith("!date^")) return dateToken(body, label);
  if (body.startsWith("!subteam^")) return groupMention(body.slice("!subteam^".length), label);
  if (/^!(here|channel|everyone)$/.test(body)) return broadcast(body.slice(1));
  if (body[0] === "!") return label ?? `<${body}>`;
  const url = unescapeEntities(body);
  return safeUrl(url) ? link(url, label || undefined) : unescapeEntities(`<${inside}>`);
}

function matchAt(pattern, text, index) {
  pattern.lastIndex = index;
  return pattern.exec(text);
}

/** Where a styled run that opens at `start` closes, or -1. Code and angle brackets on the way are skipped whole. */
function closing(text, start) {
  const mark = text[start];
  const before = text[start - 1];
  const after = text[start + 1];
  if ((before && (WORD.test(before) || before === mark)) || !after || after === mark || /\s/.test(after)) return -1;
  for (let index = start + 1; index < text.length; index += 1) {
    const skip = { "`": "`", "<": ">" }[text[index]];
    const end = skip ? text.indexOf(skip, index + 1) : -1;
    if (end > 0) {
      index = end;
      continue;
    }
    const closes = text[index] === mark && index > start + 1 && !/\s/.test(text[index - 1]);
    if (closes && !WORD.test(text[index + 1] ?? "") && text[index + 1] !== mark) return index;
  }
  return -1;
}

/** Text nobody marked up but Slack links all the same, unless the text object is verbatim. */
function automatic(text, index, options) {
  const before = text[index - 1] ?? "";
  if (WORD.test(before)) return null;
  const url = matchAt(BARE_URL, text, index);
  if (url) {
    const trimmed = url[0].replace(/(?:[.,;:!?'")\]*_~]|&gt;.*|&lt;.*)+$/, "");
    const address = unescapeEntities(trimmed);
    return safeUrl(address) ? [link(address), trimmed.length] : null;
  }
  const mail = matchAt(BARE_EMAIL, text, index);
  if (mail) return [link(`mailto:${mail[0]}`, mail[0]), mail[0].length];
  if (!options.mentions) return null;
  const range = matchAt(BARE_BROADCAST, text, index);
  if (range) return [broadcast(range[1]), range[0].length];
  const name = matchAt(BARE_CHANNEL, text, index);
  const known = name && store.workspace?.channels.find((one) => one.name === name[1]);
  return known ? [channelMention(known.id), name[0].length] : null;
}

function special(text, index, options) {
  const mark = text[index];
  if (mark === "`") {
    const end = text.indexOf("`", index + 1);
    if (end > index + 1) return [h("code", null, unescapeEntities(text.slice(index + 1, end))), end + 1 - index];
  } else if (mark === "<") {
    const end = text.indexOf(">", index + 1);
    if (end > index + 1) return [angle(text.slice(index + 1, end)), end + 1 - index];
  } else if (mark in STYLES) {
    const end = closing(text, index);
    if (end > 0) return [h(STYLES[mark], null, inline(text.slice(index + 1, end), options)), end + 1 - index];
  } else if (mark === ":") {
    const found = matchAt(EMOJI_NAME, text, index);
    if (found && EMOJI.has(found[1])) return [emoji(found[1], Number(found[2])), found[0].length];
  }
  return options.verbatim ? null : automatic(text, index, options);
}

function inline(text, options) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push(unescapeEntities(plain));
    plain = "";
  };
  for (let index = 0; index < text.length;) {
    const found = special(text, index, options);
    if (found) {
      flush();
      nodes.push(found[0]);
      index += found[1];
    } else {
      plain += text[index];
      index += 1;
    }
  }
  flush();
  return nodes;
}

function paragraph(lines, options) {
  return h(
    "div",
    { class: "line" },
    lines.map((line, index) => [index > 0 && h("br"), inline(line, options)]),
  );
}

function prose(text, options) {
  const nodes = [];
  let run = [];
  let quoted = false;
  const flush = () => {
    if (run.length) nodes.push(quoted ? h("blockquote", null, paragraph(run, options)) : paragraph(run, options));
    run = [];
  };
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    if (QUOTED_TO_THE_END.test(line)) {
      flush();
      nodes.push(
        h("blockquote", null, paragraph([line.replace(QUOTED_TO_THE_END, ""), ...lines.slice(index + 1)], options)),
      );
      return nodes;
    }
    if (QUOTED.test(line) !== quoted) flush();
    quoted = QUOTED.test(line);
    run.push(quoted ? line.replace(QUOTED, "") : line);
  }
  flush();
  return nodes;
}

/** Reads mrkdwn. `verbatim` leaves bare addresses alone; `mentions` also links bare @here and #channel, as blocks do. */
export function mrkdwn(text, options = {}) {
  return text.split(/(```[\s\S]+?```)/).flatMap((part, index) => {
    if (index % 2) return h("pre", null, unescapeEntities(part.slice(3, -3).replace(/^\n/, "").replace(/\n$/, "")));
    const trimmed = part.replace(index ? /^\n/ : /(?!)/, "").replace(/\n$/, "");
    return trimmed ? prose(trimmed, options) : [];
  });
}

/** plain_text is literal but for emoji names, which Slack shows unless `emoji` is false. */
export function plain(object) {
  if (object.emoji === false) return [object.text];
  return object.text
    .split(/(:[a-z0-9_+'-]+:)/)
    .map((part, index) => (index % 2 && EMOJI.has(part.slice(1, -1)) ? emoji(part.slice(1, -1)) : part));
}

/** A Block Kit text object of either kind. */
export function textObject(object) {
  if (!object) return null;
  return object.type === "mrkdwn"
    ? mrkdwn(object.text, { verbatim: object.verbatim === true, mentions: true })
    : plain(object);
}
