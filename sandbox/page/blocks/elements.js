/** Elements that act at once: buttons, menus, feedback. */

import { fragment, h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { ask, openMenu } from "../lib/overlay.js";
import { safeUrl } from "../text/inline.js";
import { plain, textObject } from "../text/mrkdwn.js";
import { INPUTS } from "./inputs.js";
import { focusKey, visible } from "./surface.js";

/** Asks first when the element wants that; then sends, showing on the element that something is under way. */
export async function act(surface, block, element, value, node) {
  const { confirm } = element;
  if (confirm) {
    const sure = await ask({
      title: plain(confirm.title),
      body: textObject(confirm.text),
      confirm: confirm.confirm ? plain(confirm.confirm) : "Yes",
      deny: confirm.deny ? plain(confirm.deny) : "Cancel",
      danger: confirm.style === "danger",
    });
    if (!sure) return;
  }
  node?.classList.add("busy");
  node?.setAttribute("aria-busy", "true");
  try {
    await surface.send(block, element, value);
  } finally {
    node?.classList.remove("busy");
    node?.removeAttribute("aria-busy");
  }
}

export function button(surface, block, element) {
  const url = safeUrl(element.url);
  const node = h(
    url ? "a" : "button",
    {
      class: `btn ${element.style ?? ""}`,
      type: url ? null : "button",
      href: url,
      target: url && "_blank",
      rel: url && "noopener noreferrer",
      "aria-label": element.accessibility_label,
      data: { focus: focusKey(surface, block, element) },
      on: {
        click: () => !node.classList.contains("busy") && act(surface, block, element, element.value, node),
      },
    },
    h("span", { class: "btn-label" }, plain(element.text)),
  );
  return node;
}

function overflow(surface, block, element) {
  const node = h(
    "button",
    {
      class: "btn square",
      type: "button",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      data: { focus: focusKey(surface, block, element) },
      on: {
        click: () =>
          openMenu(
            node,
            element.options.map((option) => ({
              label: textObject(option.text),
              hint: option.description && textObject(option.description),
              href: safeUrl(option.url),
              onPick: () => act(surface, block, element, option.value, node),
            })),
            { align: "end", label: "More actions" },
          ),
      },
    },
    icon("more"),
  );
  return node;
}

function feedback(surface, block, element) {
  const choice = (side, name) => {
    const one = element[side];
    const node = h(
      "button",
      {
        class: "icon-btn",
        type: "button",
        title: one.text.text,
        "aria-label": one.accessibility_label ?? one.text.text,
        on: { click: () => act(surface, block, element, one.value, node) },
      },
      icon(name),
    );
    return node;
  };
  return fragment(choice("positive_button", "thumbUp"), choice("negative_button", "thumbDown"));
}

function iconButton(surface, block, element) {
  const node = h(
    "button",
    {
      class: "icon-btn",
      type: "button",
      title: element.text.text,
      "aria-label": element.accessibility_label ?? element.text.text,
      on: { click: () => act(surface, block, element, element.value, node) },
    },
    icon(element.icon === "trash" ? "trash" : "bolt"),
  );
  return node;
}

/** There is no network here, so a picture is a frame with its description. */
export function imagePlaceholder(element, size = "thumb") {
  return h(
    "span",
    { class: `picture ${size}`, role: "img", "aria-label": element.alt_text, title: element.alt_text },
    icon("image", size === "tiny" ? 14 : 20),
    size === "large" && h("span", null, element.alt_text),
  );
}

const ELEMENTS = {
  button,
  workflow_button: button,
  overflow,
  feedback_buttons: feedback,
  icon_button: iconButton,
  image: (surface, block, element) => imagePlaceholder(element),
};

export function unknown(kind, type) {
  return h("span", { class: "unknown" }, `This sandbox does not draw the ${kind} “${type}”.`);
}

/** One element of a block, or nothing when it is not for this person. */
export function element(surface, block, item) {
  if (!visible(item)) return null;
  if (item.type in ELEMENTS) return ELEMENTS[item.type](surface, block, item);
  if (item.type in INPUTS) {
    const dispatch = (value, node) => act(surface, block, item, value, node);
    return INPUTS[item.type]({
      surface,
      block,
      element: item,
      dispatch,
      label: item.placeholder?.text ?? item.action_id,
    });
  }
  return unknown("element", item.type);
}
