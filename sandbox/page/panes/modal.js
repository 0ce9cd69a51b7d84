/** The modals an app has opened: a stack of which the top one is shown. */

import { avatar } from "../avatar.js";
import { blocks } from "../blocks/blocks.js";
import { collect, forgetGone } from "../blocks/surface.js";
import { controller } from "../controller.js";
import { h, keepingFocus, replace } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { app, store } from "../store.js";
import { plain } from "../text/mrkdwn.js";

const FIELDS = "input, textarea, select, [role=combobox]";

/** Per view: what the last try to submit brought, and whether one is under way. */
const progress = new Map();
const leaving = new Set();
let drawn = null;
let dialog = null;

const top = () => store.views.at(-1);
const note = (view, state) => progress.set(view.id, state);

/** Closes a view once, however often it is asked to. */
async function leave(view, all = false) {
  if (!view || leaving.has(view.id)) return;
  leaving.add(view.id);
  await controller.close(view, all);
  leaving.delete(view.id);
}

async function submit(view, surface) {
  if (progress.get(view.id)?.busy) return;
  note(view, { busy: true });
  drawModal();
  note(view, await controller.submit(view, collect(surface, view.blocks)));
  drawModal();
  dialog.querySelector(".input.invalid")?.querySelector(FIELDS)?.focus();
}

function head(view) {
  const above = store.views.length > 1;
  return h(
    "header",
    { class: "modal-head" },
    above &&
      h(
        "button",
        { class: "icon-btn", type: "button", "aria-label": "Back", on: { click: () => leave(view) } },
        icon("left"),
      ),
    avatar(app().user_id, 28),
    h("h2", { id: "modal-title" }, plain(view.title)),
    h(
      "button",
      {
        class: "icon-btn",
        type: "button",
        "aria-label": "Close",
        title: "Close",
        on: { click: () => leave(view, true) },
      },
      icon("close"),
    ),
  );
}

function foot(view, state) {
  return h(
    "footer",
    { class: "modal-foot" },
    state.trouble && h("p", { class: "trouble", role: "alert" }, icon("warning", 16), state.trouble),
    h(
      "button",
      { class: "btn", type: "button", data: { focus: "close" }, on: { click: () => leave(view) } },
      view.close ? plain(view.close) : "Cancel",
    ),
    view.submit &&
      h(
        "button",
        {
          class: `btn primary${state.busy ? " busy" : ""}`,
          type: "submit",
          data: { focus: "submit" },
          "aria-busy": state.busy ? "true" : null,
        },
        h("span", { class: "btn-label" }, plain(view.submit)),
      ),
  );
}

function contents(view) {
  const state = progress.get(view.id) ?? {};
  const surface = {
    key: view.id,
    kind: "modal",
    errors: state.errors,
    send: (block, element, value) =>
      controller.click({
        view_id: view.id,
        block_id: block.block_id,
        action_id: element.action_id,
        value,
        values: collect(surface, view.blocks),
      }),
  };
  forgetGone(surface, view.blocks);
  return h(
    "form",
    {
      class: "modal-form",
      novalidate: true,
      on: {
        submit: (event) => {
          event.preventDefault();
          submit(view, surface);
        },
      },
    },
    head(view),
    h("div", { class: "modal-body blocks" }, blocks(view.blocks, surface)),
    foot(view, state),
  );
}

function focusFirst() {
  const field = dialog.querySelector("[autofocus]") ?? dialog.querySelector(`.modal-body :is(${FIELDS})`);
  (field ?? dialog.querySelector(".modal-foot .primary") ?? dialog.querySelector(".modal-foot .btn"))?.focus();
}

export function mountModal(node) {
  dialog = node;
  // Escape would close the dialog without asking the app's view to close.
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    leave(top());
  });
  // A second Escape in a row closes a dialog whatever the page says.
  dialog.addEventListener("close", () => leave(top()));
}

export function drawModal() {
  const view = top();
  if (!view) {
    if (dialog.open) dialog.close();
    drawn = null;
    return;
  }
  const opening = !dialog.open;
  const signature = JSON.stringify([
    view.id,
    view.hash,
    view.blocks,
    progress.get(view.id),
    store.me,
    store.views.length,
  ]);
  if (signature !== drawn) {
    const scrolled = dialog.querySelector(".modal-body")?.scrollTop ?? 0;
    const sameView = dialog.dataset.view === view.id;
    keepingFocus(dialog, () => replace(dialog, contents(view)));
    dialog.dataset.view = view.id;
    dialog.dataset.depth = store.views.length;
    drawn = signature;
    if (sameView) dialog.querySelector(".modal-body").scrollTop = scrolled;
    if (opening) dialog.showModal();
    if (opening || !sameView) focusFirst();
  } else if (opening) dialog.showModal();
}
