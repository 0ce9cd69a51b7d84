/** Starts the page: reads the workspace, draws the panes after every change, listens to keys and to the address. */

import { show, shownConversation, start, visibilityChanged } from "./controller.js";
import { clockTime } from "./lib/dates.js";
import { isTyping } from "./lib/dom.js";
import { drawConversation } from "./panes/conversation.js";
import { openHelp } from "./panes/help.js";
import { drawModal, mountModal } from "./panes/modal.js";
import { drawSidebar, mountSidebar, openPeople, step } from "./panes/sidebar.js";
import { openSwitcher } from "./panes/switcher.js";
import { closeThread, drawThread } from "./panes/thread.js";
import { read, write } from "./route.js";
import { authorOf, conversation, now, store, zone } from "./store.js";

const byId = (id) => document.getElementById(id);
const main = { head: byId("main-head"), scroller: byId("main-body"), foot: byId("main-foot") };
const thread = {
  pane: byId("thread"),
  head: byId("thread-head"),
  scroller: byId("thread-body"),
  foot: byId("thread-foot"),
};
const news = new Set();

function speak() {
  const heard = [...store.messages, ...store.thread].filter(
    (message) => news.delete(message.ts) && message.user !== store.me,
  );
  if (heard.length)
    byId("live").textContent = heard.map((message) => `${authorOf(message).name}: ${message.text}`).join(" ");
}

function draw() {
  drawSidebar(byId("sidebar"));
  drawConversation(main);
  drawThread(thread);
  drawModal();
  speak();
}

function onNews({ channel, ts }) {
  if (channel === shownConversation()?.id) news.add(ts);
  else if (conversation(channel)) byId("live").textContent = `New message in ${conversation(channel).name}`;
}

async function follow() {
  const shown = await show(read());
  document.body.classList.remove("drawer-open");
  const address = write(shown);
  if (location.hash !== address) history.replaceState(null, "", address);
}

function leave() {
  if (document.body.classList.contains("drawer-open")) document.body.classList.remove("drawer-open");
  else if (store.route.thread) closeThread();
}

const command = (event) => event.ctrlKey || event.metaKey;
const alone = (event) => !command(event) && !event.altKey && !isTyping(event);

/** Keys that work wherever nothing covers the page. */
const KEYS = [
  [(event) => command(event) && event.key.toLowerCase() === "k", openSwitcher],
  [(event) => command(event) && event.key === ".", () => openPeople(byId("person-switcher"))],
  [(event) => event.altKey && event.key === "ArrowDown", () => step(1)],
  [(event) => event.altKey && event.key === "ArrowUp", () => step(-1)],
  [(event) => alone(event) && event.key === "?", openHelp],
  [(event) => event.key === "Escape", leave],
];

function onKey(event) {
  if (event.defaultPrevented || document.querySelector("dialog[open], .panel:popover-open")) return;
  // Not prevented: the slash is the first letter of the command.
  if (alone(event) && event.key === "/") main.foot.querySelector("textarea")?.focus();
  const found = KEYS.find(([matches]) => matches(event));
  if (!found) return;
  event.preventDefault();
  found[1]();
}

function tick() {
  const node = byId("clock-time");
  if (node && store.workspace) node.textContent = clockTime(now(), zone());
}

async function boot() {
  mountSidebar(byId("sidebar"));
  mountModal(byId("modal"));
  const shown = await start(read(), { onDraw: draw, onNews });
  history.replaceState(null, "", write(shown));
  document.body.classList.remove("loading");
  addEventListener("hashchange", follow);
  addEventListener("keydown", onKey);
  document.addEventListener("visibilitychange", visibilityChanged);
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.scroller.focus();
  });
  byId("scrim").addEventListener("click", () => document.body.classList.remove("drawer-open"));
  setInterval(tick, 1000);
}

boot().catch((error) => {
  document.body.classList.remove("loading");
  byId("main-body").textContent = `The page could not start: ${error.message}. Reload to try again.`;
  throw error;
});
