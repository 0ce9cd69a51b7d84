/** Right: one thread. */

import { go, shownConversation } from "../controller.js";
import { h, keepingFocus, reconcile, replace } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { store } from "../store.js";
import { composerOptions, drawComposer } from "./composer.js";
import { entries } from "./message.js";

let shownBefore = null;

export function closeThread() {
  go(store.route.place);
}

function countLine(count) {
  const text = count === 0 ? "No replies yet" : `${count} ${count === 1 ? "reply" : "replies"}`;
  return { key: "count", signature: text, build: () => h("li", { class: "divider count" }, h("span", null, text)) };
}

export function drawThread({ pane, head, scroller, foot }) {
  const one = shownConversation();
  const { thread } = store.route;
  pane.hidden = !thread || !one;
  document.body.classList.toggle("thread-open", !pane.hidden);
  if (pane.hidden) {
    shownBefore = null;
    return;
  }
  if (shownBefore !== thread) {
    replace(
      head,
      h(
        "div",
        { class: "title" },
        h("h2", null, "Thread"),
        h("p", { class: "quiet" }, one.kind === "channel" ? `#${one.name}` : one.name),
      ),
      h(
        "button",
        {
          class: "icon-btn",
          type: "button",
          "aria-label": "Close thread",
          title: "Close (Esc)",
          on: { click: closeThread },
        },
        icon("close"),
      ),
    );
    replace(scroller, h("ol", { class: "messages", "aria-label": "Thread" }));
  }
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120;
  const list = scroller.firstElementChild;
  const [root, ...replies] = entries(store.thread, { channelId: one.id, inThread: true });
  const count = store.thread.filter((message) => !message.is_ephemeral).length - 1;
  keepingFocus(list, () => reconcile(list, root ? [root, countLine(count), ...replies] : []));
  if (atEnd && shownBefore === thread) scroller.scrollTop = scroller.scrollHeight;
  shownBefore = thread;
  const options = composerOptions(one);
  drawComposer(foot, options && { ...options, thread, placeholder: "Reply…" });
}
