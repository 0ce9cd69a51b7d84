/** Things that float over the page: menus, list boxes and small dialogs. Built on the browser's own top layer. */

import { h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { narrowed, optionList, searchField } from "./options.js";

const MARGIN = 8;

function place(panel, anchor, align) {
  panel.style.maxHeight = "";
  const at = anchor.getBoundingClientRect();
  const size = panel.getBoundingClientRect();
  const below = innerHeight - at.bottom - MARGIN;
  const above = at.top - MARGIN;
  const upward = size.height > below && above > below;
  panel.style.maxHeight = `${Math.max(120, upward ? above : below) - 4}px`;
  const height = Math.min(size.height, upward ? above - 4 : below - 4);
  const left = align === "end" ? at.right - size.width : at.left;
  panel.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - size.width - MARGIN))}px`;
  panel.style.top = `${upward ? at.top - height - 4 : at.bottom + 4}px`;
}

/** Opens a panel beside its anchor. Escape and a click elsewhere close it; the focus returns to the anchor. */
export function openPanel(anchor, panel, { align = "start", onClose } = {}) {
  panel.classList.add("panel");
  panel.setAttribute("popover", "auto");
  // A panel outside of an open modal dialog would be inert.
  (anchor.closest("dialog") ?? document.body).append(panel);
  const close = () => panel.matches(":popover-open") && panel.hidePopover();
  panel.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    anchor.setAttribute("aria-expanded", "false");
    const hadFocus = panel.contains(document.activeElement) || document.activeElement === document.body;
    panel.remove();
    removeEventListener("scroll", onScroll, true);
    if (hadFocus && anchor.isConnected) anchor.focus();
    onClose?.();
  });
  const onScroll = (event) => !panel.contains(event.target) && place(panel, anchor, align);
  panel.showPopover();
  place(panel, anchor, align);
  addEventListener("scroll", onScroll, true);
  anchor.setAttribute("aria-expanded", "true");
  return close;
}

function moveFocus(items, event) {
  const index = items.indexOf(document.activeElement);
  const target = {
    ArrowDown: items[(index + 1) % items.length],
    ArrowUp: items[(index - 1 + items.length) % items.length],
    Home: items[0],
    End: items.at(-1),
  }[event.key];
  if (!target) return;
  event.preventDefault();
  target.focus();
}

/** A menu of `{label, hint?, icon?, danger?, checked?, href?, onPick}`; strings among them become headings. */
export function openMenu(anchor, entries, { align, label } = {}) {
  let close = () => {};
  const pick = (entry) => () => {
    close();
    entry.onPick?.();
  };
  const build = (entry) => {
    if (typeof entry === "string") return h("div", { class: "menu-heading", role: "presentation" }, entry);
    return h(
      entry.href ? "a" : "button",
      {
        class: `menu-item${entry.danger ? " danger" : ""}`,
        role: entry.checked === undefined ? "menuitem" : "menuitemradio",
        type: entry.href ? null : "button",
        href: entry.href,
        target: entry.href ? "_blank" : null,
        rel: entry.href ? "noopener noreferrer" : null,
        "aria-checked": entry.checked === undefined ? null : String(entry.checked),
        tabindex: "-1",
        on: { click: pick(entry) },
      },
      entry.lead ?? (entry.icon && icon(entry.icon)),
      h("span", { class: "menu-text" }, h("span", null, entry.label), entry.hint && h("small", null, entry.hint)),
      entry.checked && icon("check"),
    );
  };
  const panel = h("div", { class: "menu", role: "menu", "aria-label": label }, entries.map(build));
  panel.addEventListener("keydown", (event) => moveFocus([...panel.querySelectorAll(".menu-item")], event));
  close = openPanel(anchor, panel, { align });
  (panel.querySelector('[aria-checked="true"]') ?? panel.querySelector(".menu-item"))?.focus();
}

const SEARCHED_FROM = 8;

/** A list to choose from, narrowed by typing. `multi` keeps it open; `onPick(value)` is told each choice. */
export function openListbox(anchor, { options, selected, multi = false, label, onPick }) {
  const list = h("div", { class: "options", role: "listbox", id: uniqueId("list"), "aria-label": label });
  if (multi) list.setAttribute("aria-multiselectable", "true");
  const search = searchField(list, { class: "option-search", placeholder: "Search", "aria-label": `Search ${label}` });
  const shown = () =>
    narrowed(options, search.value).map((option) => ({ ...option, chosen: selected().includes(option.value) }));
  const pick = (option) => {
    onPick(option.value);
    if (multi)
      choices.show(
        shown(),
        shown().findIndex((one) => one.value === option.value),
      );
    else close();
  };
  const choices = optionList({ list, input: search, pick });
  search.addEventListener("input", () => choices.show(shown()));
  search.addEventListener("keydown", (event) => {
    if (!choices.key(event) && event.key === "Tab") close();
  });
  const hidden = options.length < SEARCHED_FROM ? "visually-hidden" : null;
  const panel = h("div", { class: "listbox" }, h("div", { class: hidden }, search), list);
  panel.style.minWidth = `${anchor.getBoundingClientRect().width}px`;
  const fill = () =>
    choices.show(
      shown(),
      shown().findIndex((one) => one.chosen),
    );
  // Filled first, for it is placed by its size; and once more, for only what is open scrolls to the chosen one.
  fill();
  const close = openPanel(anchor, panel);
  fill();
  search.focus();
}

/** A small modal dialog; resolves to true when confirmed, false otherwise. */
export function ask({ title, body, confirm = "Yes", deny = "Cancel", danger = false }) {
  return new Promise((resolve) => {
    const titleId = uniqueId("title");
    const dialog = h(
      "dialog",
      { class: "dialog small", "aria-labelledby": titleId },
      h("h2", { id: titleId }, title),
      h("div", { class: "dialog-body" }, body),
      h(
        "div",
        { class: "dialog-foot" },
        h("button", { class: "btn", type: "button", on: { click: () => dialog.close("no") } }, deny),
        h(
          "button",
          {
            class: `btn ${danger ? "danger" : "primary"}`,
            type: "button",
            autofocus: true,
            on: { click: () => dialog.close("yes") },
          },
          confirm,
        ),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Says something for a few seconds, at once to screen readers when it is a failure. */
export function toast(text, kind = "info") {
  const stack = document.getElementById("toasts");
  const remove = () => node.remove();
  const node = h(
    "div",
    { class: `toast ${kind}`, role: kind === "failure" ? "alert" : "status" },
    icon(kind === "failure" ? "warning" : "info"),
    h("span", null, text),
    h(
      "button",
      { class: "icon-btn", type: "button", "aria-label": "Dismiss", on: { click: remove } },
      icon("close", 14),
    ),
  );
  // Re-shown so that it stands above a modal that opened since.
  stack.append(node);
  if (stack.matches(":popover-open")) stack.hidePopover();
  stack.showPopover();
  setTimeout(remove, 8000);
}
