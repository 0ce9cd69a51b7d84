/** Starts the page: reads the workspace, draws the panes after every change, listens to keys and to the address. */

import { refresh, show, shownConversation, start } from "./controller.js";
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
const thread = { pane: byId("thread"), head: byId("thread-head"), scroller: byId("thread-body"), foot: byId("thread-foot") };
const news = new Set();

function speak() {
  const heard = [...store.messages, ...store.thread].filter((message) => news.delete(message.ts) && message.user !== store.me);
  if (heard.length) byId("live").textContent = heard.map((message) => `${authorOf(message).name}: ${message.text}`).join(" ");
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
  const address = write(shown);
  if (location.hash !== address) history.replaceState(null, "", address);
}

function onKey(event) {
  const command = event.ctrlKey || event.metaKey;
  const free = !isTyping(event) && !document.querySelector("dialog[open], [popover]:popover-open:not(#toasts)");
  if (command && event.key.toLowerCase() === "k") openSwitcher();
  else if (command && event.key === ".") openPeople(byId("person-switcher"));
  else if (event.altKey && event.key === "ArrowDown") step(1);
  else if (event.altKey && event.key === "ArrowUp") step(-1);
  else if (event.key === "?" && free) openHelp();
  else if (event.key === "/" && free) main.foot.querySelector("textarea")?.focus();
  else if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    if (document.body.classList.contains("drawer-open")) document.body.classList.remove("drawer-open");
    else if (store.route.thread && !event.defaultPrevented) closeThread();
    return;
  } else return;
  if (event.key !== "/") event.preventDefault();
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
  document.addEventListener("visibilitychange", () => refresh("conversations"));
  byId("skip").addEventListener("click", (event) => {
    event.preventDefault();
    main.scroller.focus();
  });
  byId("scrim").addEventListener("click", () => document.body.classList.remove("drawer-open"));
  setInterval(tick, 1000);
}

boot().catch((error) => {
  byId("main-body").textContent = `The page could not start: ${error.message}. Reload to try again.`;
  throw error;
});
