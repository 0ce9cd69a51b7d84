/** Left: the team, the person looked through, channels and direct messages. */

import { avatar } from "../avatar.js";
import { go } from "../controller.js";
import { h, keepingFocus, replace } from "../lib/dom.js";
import { clockTime } from "../lib/dates.js";
import { icon } from "../lib/icons.js";
import { openMenu } from "../lib/overlay.js";
import { TABS, write } from "../route.js";
import { displayName, humans, me, now, store, zone } from "../store.js";
import { openSwitcher } from "./switcher.js";
import { openWorkspaceMenu } from "./workspace.js";

/** Opens the menu of people; the one chosen keeps the place if they can see it. */
export function openPeople(anchor) {
  openMenu(
    anchor,
    [
      "Look through the eyes of",
      ...humans().map((one) => ({
        label: one.real_name || one.name,
        hint: one.deleted ? "Deactivated" : one.title || one.email,
        lead: avatar(one.id, 30),
        checked: one.id === store.me,
        onPick: () => {
          location.hash = write({ user: one.id, place: store.route.place });
        },
      })),
    ],
    { label: "People" },
  );
}

function personButton() {
  const node = h(
    "button",
    {
      class: "me",
      type: "button",
      id: "person-switcher",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      data: { focus: "me" },
      "aria-label": `You are ${displayName(store.me)}. Switch person`,
      on: { click: () => openPeople(node) },
    },
    avatar(store.me, 36),
    h(
      "span",
      { class: "me-text" },
      h("b", null, displayName(store.me)),
      h("small", null, me().deleted ? "Deactivated" : me().title || "Member"),
    ),
    icon("chevron"),
  );
  return node;
}

function row(one) {
  const place = one.kind === "app" ? "app" : one.id;
  const current = place === store.route.place || (one.kind === "app" && TABS.includes(store.route.place));
  const lead = one.kind === "channel" ? icon(one.private ? "lock" : "hash") : avatar(one.user, 22);
  return h(
    "li",
    null,
    h(
      "a",
      {
        class: `row${one.unread ? " unread" : ""}${one.archived ? " archived" : ""}`,
        href: write({ user: store.me, place }),
        "aria-current": current ? "page" : null,
        "aria-label": one.unread ? `${one.name}, ${one.unread} unread` : null,
        data: { focus: `row/${place}` },
      },
      lead,
      h("span", { class: "row-name" }, one.name),
      one.kind === "app" && h("span", { class: "tag" }, "APP"),
      one.unread > 0 && h("span", { class: "badge" }, one.unread > 99 ? "99+" : String(one.unread)),
    ),
  );
}

function section(title, list, empty) {
  return h(
    "section",
    { "aria-label": title },
    h("h2", null, title),
    list.length ? h("ul", null, list.map(row)) : h("p", { class: "none" }, empty),
  );
}

function clockButton() {
  const { clock } = store.workspace;
  const node = h(
    "button",
    {
      class: "workspace-button",
      type: "button",
      id: "workspace-menu",
      "aria-haspopup": "dialog",
      data: { focus: "workspace" },
      on: { click: () => openWorkspaceMenu(node) },
    },
    icon("sliders"),
    h("span", null, "Workspace"),
    h(
      "span",
      { class: `clock${clock.standing || clock.ahead ? " set" : ""}` },
      icon("clock", 14),
      h("span", { id: "clock-time" }, clockTime(now(), zone())),
    ),
  );
  return node;
}

function contents() {
  const { team } = store.workspace;
  const of = (...kinds) => store.conversations.filter((one) => kinds.includes(one.kind));
  return [
    h(
      "header",
      { class: "team" },
      h("span", { class: "team-mark", "aria-hidden": "true" }, team.name.slice(0, 1).toUpperCase()),
      h("span", { class: "team-text" }, h("b", null, team.name), h("small", null, "Sandbox workspace")),
    ),
    personButton(),
    h(
      "button",
      { class: "jump", type: "button", data: { focus: "jump" }, on: { click: openSwitcher } },
      icon("search", 16),
      h("span", null, "Jump to…"),
      h("kbd", null, /Mac/.test(navigator.platform) ? "⌘K" : "Ctrl K"),
    ),
    h(
      "div",
      { class: "rows" },
      section("Channels", of("channel"), "No channels yet. Add some to the workspace file."),
      section("Direct messages", of("person", "app"), "No messages yet."),
    ),
    clockButton(),
  ];
}

function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.closest(".rows")) return;
  const rows = [...event.currentTarget.querySelectorAll(".row")];
  event.preventDefault();
  rows[(rows.indexOf(event.target.closest(".row")) + step + rows.length) % rows.length]?.focus();
}

/** Goes to the conversation above or below the one shown. */
export function step(by) {
  const places = store.conversations.map((one) => (one.kind === "app" ? "app" : one.id));
  const at = Math.max(0, places.indexOf(TABS.includes(store.route.place) ? "app" : store.route.place));
  if (places.length) go(places[(at + by + places.length) % places.length]);
}

export function mountSidebar(root) {
  root.addEventListener("keydown", walk);
}

let drawn = null;

export function drawSidebar(root) {
  const signature = JSON.stringify([
    store.conversations,
    me(),
    store.route.place,
    store.workspace.clock,
    store.workspace.team,
  ]);
  if (signature === drawn) return;
  drawn = signature;
  keepingFocus(root, () => {
    const scrolled = root.querySelector(".rows")?.scrollTop ?? 0;
    replace(root, contents());
    root.querySelector(".rows").scrollTop = scrolled;
  });
}
