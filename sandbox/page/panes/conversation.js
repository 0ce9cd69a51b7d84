/** The middle: a conversation, or the app's Home and About tabs. */

import { avatar } from "../avatar.js";
import { blocks } from "../blocks/blocks.js";
import { forgetGone } from "../blocks/surface.js";
import { controller, shownConversation } from "../controller.js";
import { h, keepingFocus, reconcile, replace } from "../lib/dom.js";
import { clockTime } from "../lib/dates.js";
import { icon } from "../lib/icons.js";
import { TABS, write } from "../route.js";
import { app, me, now, person, store, zone } from "../store.js";
import { composerOptions, drawComposer } from "./composer.js";
import { entries, nothingYet } from "./message.js";

const NEAR_THE_END = 120;

function menuButton() {
  return h(
    "button",
    {
      class: "icon-btn drawer-button",
      type: "button",
      "aria-label": "Show channels and people",
      on: { click: () => document.body.classList.toggle("drawer-open") },
    },
    icon("menu"),
  );
}

function channelHeader(one) {
  const count = one.members?.length;
  return [
    h(
      "div",
      { class: "title" },
      h("h1", null, icon(one.private ? "lock" : "hash", 19), one.name),
      one.topic && h("p", { class: "quiet" }, one.topic),
    ),
    count > 0 &&
      h(
        "span",
        { class: "members", title: `${count} ${count === 1 ? "member" : "members"}` },
        one.members.slice(0, 3).map((id) => avatar(id, 22)),
        h("b", null, String(count)),
      ),
  ];
}

function personHeader(one) {
  const other = person(one.user);
  return h(
    "div",
    { class: "title with-avatar" },
    avatar(one.user, 34),
    h(
      "div",
      null,
      h("h1", null, one.name),
      h(
        "p",
        { class: "quiet" },
        [other?.title, other && `${clockTime(now(), other.tz)} local time`].filter(Boolean).join(" · "),
      ),
    ),
  );
}

function appHeader() {
  const labels = { home: ["Home", app().home_tab_enabled], app: ["Messages", true], about: ["About", true] };
  return [
    h(
      "div",
      { class: "title with-avatar" },
      avatar(app().user_id, 34),
      h("div", null, h("h1", null, app().name, h("span", { class: "tag" }, "APP"))),
    ),
    h(
      "nav",
      { class: "tabs", "aria-label": app().name },
      TABS.filter((tab) => labels[tab][1] !== false).map((tab) =>
        h(
          "a",
          {
            href: write({ user: store.me, place: tab }),
            "aria-current": tab === store.route.place ? "page" : null,
            data: { focus: `tab/${tab}` },
          },
          labels[tab][0],
        ),
      ),
    ),
  ];
}

function header(one) {
  if (TABS.includes(store.route.place)) return appHeader();
  if (!one) return null;
  return one.kind === "channel" ? channelHeader(one) : personHeader(one);
}

function homeView() {
  if (!store.home)
    return nothingYet(
      `${app().name} has not shown a home to ${me().real_name || me().name} yet.`,
      "It is asked for one each time this tab is opened.",
    );
  const surface = {
    key: store.home.id,
    kind: "home",
    send: (block, element, value) =>
      controller.click({ view_id: store.home.id, block_id: block.block_id, action_id: element.action_id, value }),
  };
  forgetGone(surface, store.home.blocks);
  return h("div", { class: "home blocks" }, blocks(store.home.blocks, surface));
}

function aboutView() {
  const { name, description, long_description: story, commands = [], shortcuts = [] } = app();
  const list = (title, items) =>
    items.length > 0 &&
    h(
      "section",
      null,
      h("h2", null, title),
      h(
        "dl",
        null,
        items.map(([term, text]) => [h("dt", null, term), h("dd", null, text)]),
      ),
    );
  return h(
    "div",
    { class: "about" },
    h(
      "div",
      { class: "about-head" },
      avatar(app().user_id, 64),
      h("div", null, h("h2", null, name), h("p", null, description ?? "")),
    ),
    story && h("p", { class: "story" }, story),
    list(
      "Commands",
      commands.map((one) => [
        [h("code", null, one.command), " ", h("span", { class: "quiet" }, one.usage_hint)],
        one.description,
      ]),
    ),
    list(
      "Shortcuts",
      shortcuts.map((one) => [
        [one.name, " ", h("span", { class: "quiet" }, one.type === "message" ? "on a message" : "anywhere")],
        one.description,
      ]),
    ),
  );
}

/** The empty room, in words that say what will fill it. */
function emptyText(one) {
  const whatHelps = composerOptions(one)
    ? "Type / below to see what it can do."
    : "Type / in a channel to see what it can do.";
  if (!one || one.kind === "app")
    return nothingYet(
      "Nothing here yet. When a lead arrives, it shows up here.",
      `${app().name} writes here. ${whatHelps}`,
    );
  if (one.kind === "person") return nothingYet(`This is the start of your messages with ${one.name}.`, "Say hello.");
  if (one.app)
    return nothingYet("Nothing here yet. When a lead arrives, it shows up here.", `${app().name} is in this channel.`);
  return nothingYet("Nothing here yet.", "Write the first message below.");
}

function noComposer(one) {
  if (me().deleted) return `${me().real_name || me().name} is deactivated and cannot write.`;
  if (one?.archived) return "This channel is archived.";
  if (one?.kind === "app" && !app().messages_tab_enabled) return `Messages with ${app().name} are turned off.`;
  if (one?.kind === "app" && app().messages_tab_read_only) return `${app().name} only sends messages here.`;
  return null;
}

let shownBefore = null;

function drawMessages(scroller, one) {
  const place = `${store.me}/${store.route.place}`;
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_THE_END;
  const existing = scroller.querySelector(":scope > .messages");
  const isNew = place !== shownBefore || !existing;
  if (isNew || !store.messages.length)
    replace(
      scroller,
      store.messages.length ? h("ol", { class: "messages", "aria-label": "Messages" }) : emptyText(one),
    );
  shownBefore = store.messages.length ? place : null;
  const list = scroller.querySelector(":scope > .messages");
  if (!list) return;
  keepingFocus(list, () =>
    reconcile(list, entries(store.messages, { channelId: one.id, unreadFrom: store.unreadFrom })),
  );
  if (isNew || atEnd) scroller.scrollTop = scroller.scrollHeight;
}

/** Home and About are drawn anew only when they say something else, so that open menus stay open. */
function drawTab(scroller, place) {
  const said = JSON.stringify([place, store.me, zone(), place === "home" ? store.home : app()]);
  if (said === shownBefore) return;
  const stays = shownBefore?.startsWith(`["${place}","${store.me}"`);
  const scrolled = stays ? scroller.scrollTop : 0;
  shownBefore = said;
  keepingFocus(scroller, () => replace(scroller, place === "home" ? homeView() : aboutView()));
  scroller.scrollTop = scrolled;
}

export function drawConversation({ head, scroller, foot }) {
  const one = shownConversation();
  const { place } = store.route;
  keepingFocus(head, () => replace(head, menuButton(), header(one)));
  head.classList.toggle("with-tabs", TABS.includes(place));
  document.title = `${TABS.includes(place) ? app().name : (one?.name ?? "")} · Sandbox workspace`;
  if (place === "home" || place === "about") {
    drawTab(scroller, place);
    drawComposer(foot, null);
    return;
  }
  drawMessages(scroller, one);
  const options = composerOptions(one);
  drawComposer(foot, options);
  if (!options) replace(foot, noComposer(one) && h("p", { class: "no-composer" }, noComposer(one)));
}
