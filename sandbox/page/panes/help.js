import { h } from "../lib/dom.js";

const KEYS = [
  ["Ctrl K", "Jump to a conversation or a person"],
  ["Ctrl .", "Switch person"],
  ["Alt ↑ / Alt ↓", "Conversation above or below"],
  ["↑ / ↓", "Move in the sidebar, in menus and suggestions"],
  ["/", "Write a slash command"],
  ["Enter / Shift Enter", "Send / new line"],
  ["Esc", "Close a menu, a modal, the thread"],
  ["?", "This list"],
];

export function openHelp() {
  if (document.querySelector(".help")) return;
  const dialog = h(
    "dialog",
    { class: "dialog small help", "aria-labelledby": "help-title" },
    h("h2", { id: "help-title" }, "Keyboard shortcuts"),
    h(
      "div",
      { class: "dialog-body" },
      h(
        "dl",
        { class: "keys" },
        KEYS.map(([keys, text]) => [h("dt", null, h("kbd", null, keys)), h("dd", null, text)]),
      ),
    ),
    h(
      "div",
      { class: "dialog-foot" },
      h(
        "button",
        { class: "btn primary", type: "button", autofocus: true, on: { click: () => dialog.close() } },
        "Done",
      ),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
