/** One small function per type of block, found by its name. */

import { h, uniqueId } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { plain, textObject } from "../text/mrkdwn.js";
import { richText } from "../text/richtext.js";
import { chart } from "./charts.js";
import { act, button, element, imagePlaceholder, unknown } from "./elements.js";
import { INPUTS } from "./inputs.js";
import { visible } from "./surface.js";
import { table } from "./tables.js";

function section(block, surface) {
  const accessory = block.accessory && element(surface, block, block.accessory);
  return h(
    "div",
    { class: `section${accessory ? " with-accessory" : ""}` },
    h(
      "div",
      { class: "section-main" },
      block.text && h("div", { class: "text" }, textObject(block.text)),
      block.fields &&
        h(
          "div",
          { class: "fields" },
          block.fields.map((field) => h("div", { class: "text" }, textObject(field))),
        ),
    ),
    accessory && h("div", { class: "accessory" }, accessory),
  );
}

function header(block) {
  const level = block.level ?? 2;
  return h(
    "div",
    { class: "header", role: "heading", "aria-level": String(level + 1), data: { level: String(level) } },
    plain(block.text),
  );
}

function context(block) {
  return h(
    "div",
    { class: "context" },
    block.elements.map((item) =>
      item.type === "image" ? imagePlaceholder(item, "tiny") : h("span", { class: "text" }, textObject(item)),
    ),
  );
}

function row(kind) {
  return (block, surface) => {
    const nodes = block.elements.map((item) => element(surface, block, item)).filter(Boolean);
    return nodes.length ? h("div", { class: kind }, nodes) : null;
  };
}

function image(block) {
  return h(
    "figure",
    { class: "image" },
    block.title && h("figcaption", null, plain(block.title)),
    imagePlaceholder(block, "large"),
  );
}

function input(block, surface) {
  const id = uniqueId("field");
  const hintId = block.hint && uniqueId("hint");
  const error = surface.errors?.[block.block_id];
  const errorId = error && uniqueId("error");
  const item = block.element;
  const isGroup = ["radio_buttons", "checkboxes"].includes(item.type);
  const field = {
    surface,
    block,
    element: item,
    id: isGroup ? undefined : id,
    label: block.label.text,
    invalid: Boolean(error),
    describedBy: [errorId, hintId].filter(Boolean).join(" ") || null,
    dispatch: block.dispatch_action ? (value, node) => act(surface, block, item, value, node) : undefined,
  };
  return h(
    "div",
    { class: `input${error ? " invalid" : ""}` },
    h(
      isGroup ? "div" : "label",
      { class: "label", for: isGroup ? null : id },
      plain(block.label),
      block.optional
        ? h("span", { class: "optional" }, " (optional)")
        : h(
            "span",
            { class: "required", title: "Required" },
            h("span", { "aria-hidden": "true" }, " *"),
            h("span", { class: "visually-hidden" }, " required"),
          ),
    ),
    INPUTS[item.type]?.(field) ?? unknown("input", item.type),
    error && h("div", { class: "error", id: errorId }, icon("warning", 15), h("span", null, error)),
    block.hint && h("div", { class: "hint", id: hintId }, plain(block.hint)),
  );
}

function alert(block) {
  const level = block.level ?? "default";
  const mark = { success: "check", warning: "warning", error: "warning" }[level] ?? "info";
  return h(
    "div",
    { class: `alert ${level}`, role: level === "error" ? "alert" : "note" },
    icon(mark),
    h("div", { class: "text" }, textObject(block.text)),
  );
}

function card(block, surface) {
  const actions = (block.actions ?? []).filter(visible);
  const mark = block.icon
    ? imagePlaceholder(block.icon, "small")
    : block.slack_icon && h("span", { class: "picture small" }, icon("bolt"));
  return h(
    "div",
    { class: "card" },
    block.hero_image && imagePlaceholder(block.hero_image, "large hero"),
    (mark || block.title || block.subtitle) &&
      h(
        "div",
        { class: "card-head" },
        mark,
        h(
          "div",
          null,
          block.title && h("div", { class: "card-title" }, textObject(block.title)),
          block.subtitle && h("div", { class: "card-subtitle" }, textObject(block.subtitle)),
        ),
      ),
    block.body && h("div", { class: "card-body text" }, textObject(block.body)),
    block.subtext && h("div", { class: "card-subtext text" }, textObject(block.subtext)),
    actions.length > 0 &&
      h(
        "div",
        { class: "actions end" },
        actions.map((item) => button(surface, block, item)),
      ),
  );
}

function containerTitle(block) {
  return h(
    "div",
    { class: "container-title" },
    block.icon && imagePlaceholder(block.icon, "small"),
    h(
      "div",
      null,
      h(
        "div",
        { class: "card-title" },
        block.rich_text_title ? richText(block.rich_text_title) : block.title && plain(block.title),
      ),
      block.subtitle && h("div", { class: "card-subtitle" }, textObject(block.subtitle)),
    ),
  );
}

function container(block, surface) {
  const body = h("div", { class: "container-body" }, blocks(block.child_blocks, surface));
  const width = ["narrow", "standard", "wide", "full"].includes(block.width) ? block.width : "standard";
  if (!block.is_collapsible)
    return h(
      "div",
      { class: `container ${width}${block.has_header_divider ? " divided" : ""}` },
      containerTitle(block),
      body,
    );
  return h(
    "details",
    { class: `container ${width}`, open: !block.default_collapsed },
    h("summary", null, containerTitle(block), icon("chevron")),
    body,
  );
}

const BLOCKS = {
  section,
  header,
  context,
  divider: () => h("hr"),
  actions: row("actions"),
  context_actions: row("context-actions"),
  input,
  image,
  rich_text: richText,
  table,
  data_table: table,
  data_visualization: chart,
  card,
  carousel: (block, surface) =>
    h(
      "div",
      { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" },
      block.elements.map((item) => card(item, surface)),
    ),
  container,
  alert,
  video: (block) =>
    h("figure", { class: "image" }, h("figcaption", null, plain(block.title)), imagePlaceholder(block, "large")),
};

/** Draws a list of blocks for a surface. */
export function blocks(list, surface) {
  return list.map((block) => {
    const node = block.type in BLOCKS ? BLOCKS[block.type](block, surface) : unknown("block", block.type);
    return node && h("div", { class: "block", data: { type: block.type, blockId: block.block_id } }, node);
  });
}
