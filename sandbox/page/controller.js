/** Reads the workspace into the store, does what people ask for, and says when something is to be drawn again. */

import { api } from "./api.js";
import { toast } from "./lib/overlay.js";
import { TABS, write } from "./route.js";
import { app, conversation, humans, me, store } from "./store.js";

let draw = () => {};
let announce = () => {};
let events = null;
let failedBefore = false;

const NOTICEABLE_SECONDS = 3;

const appConversation = () => store.conversations.find((one) => one.kind === "app");

/** The conversation on screen; the app's Messages tab is one too. */
export function shownConversation() {
  const { place } = store.route;
  return place === "app" ? appConversation() : conversation(place);
}

function problemOf(answer) {
  if (answer.http === 0) return "The sandbox does not answer. Is it still running?";
  if (answer.http >= 400)
    return typeof answer.detail === "string"
      ? `This cannot be done: ${answer.detail}.`
      : `The sandbox refused this (${answer.http}).`;
  if (answer.ok === false) return answer.warning ?? `${app().name} did not respond.`;
  return null;
}

function report(answer) {
  const problem = problemOf(answer);
  if (problem) toast(problem, "failure");
  return answer;
}

async function readWorkspace() {
  const answer = await api.workspace();
  if (answer.http !== 200) return;
  const readAt = Date.now();
  const ahead = Math.abs(answer.clock.now - readAt / 1000) > NOTICEABLE_SECONDS;
  store.workspace = { ...answer, clock: { ...answer.clock, readAt, ahead } };
}

/** Asks as the person switched to; null when it fails, or when they are somebody else by the time of the answer. */
async function asked(call, fields = {}) {
  const user = store.me;
  const answer = await call({ user, ...fields });
  return answer.http === 200 && user === store.me ? answer : null;
}

async function readConversations() {
  const answer = await asked(api.sidebar);
  if (!answer) return;
  const byName = answer.channels.sort((one, other) => one.name.localeCompare(other.name));
  const withApp = answer.dms.find((one) => one.user === app().user_id) ?? { id: null, user: app().user_id, unread: 0 };
  const others = answer.dms.filter((one) => one !== withApp).map((one) => ({ ...one, kind: "person" }));
  store.conversations = [
    ...byName.map((one) => ({ ...one, kind: "channel" })),
    { ...withApp, name: app().name, kind: "app" },
    ...others,
  ];
}

async function readMessages() {
  const id = shownConversation()?.id;
  if (!id) {
    store.messages = [];
    return;
  }
  const answer = await asked(api.messages, { channel: id });
  if (!answer || id !== shownConversation()?.id) return;
  store.messages = answer.messages;
  store.lastRead = answer.last_read;
}

async function readThread() {
  const id = shownConversation()?.id;
  const { thread } = store.route;
  if (!thread || !id) {
    store.thread = [];
    return;
  }
  const answer = await asked(api.messages, { channel: id, thread_ts: thread });
  if (answer && thread === store.route.thread) store.thread = answer.messages;
}

async function readViews() {
  const answer = await asked(api.views);
  if (answer) store.views = answer.views;
}

async function readHome() {
  const answer = await asked(api.home);
  if (answer) store.home = answer.view;
}

const READERS = {
  workspace: readWorkspace,
  conversations: readConversations,
  messages: readMessages,
  thread: readThread,
  views: readViews,
  home: readHome,
};
/** What a notice makes old; everything else it may touch follows from the clock or the people. */
const STALE = {
  message: ["conversations", "messages", "thread"],
  update: ["messages", "thread"],
  delete: ["conversations", "messages", "thread"],
  ephemeral: ["messages", "thread"],
  view: ["views"],
  home: ["home"],
  clock: ["workspace"],
  people: ["workspace", "conversations"],
  channels: ["workspace", "conversations", "messages", "thread", "views", "home"],
};

const stale = new Set();
let reading = null;

async function readAll() {
  while (stale.size) {
    const names = Object.keys(READERS).filter((name) => stale.has(name));
    stale.clear();
    for (const name of names) await READERS[name]();
    if (!isThere(store.route.place)) go(firstPlace());
    draw();
    await markRead();
  }
}

/** Reads these parts again, soon and only once however often it is asked for. */
export function refresh(...names) {
  for (const name of names) stale.add(name);
  reading ??= readAll().finally(() => {
    reading = null;
  });
  return reading;
}

async function markRead() {
  const shown = shownConversation();
  if (!shown?.unread || !store.messages.length || document.visibilityState !== "visible") return;
  const newest = [...store.messages, ...store.thread].reduce(
    (ts, one) => [ts, one.ts, one.latest_reply ?? ""].sort().at(-1),
    "",
  );
  await api.read({ user: store.me, channel: shown.id, ts: newest });
  shown.unread = 0;
  draw();
}

function heard(notice) {
  if (notice.type === "message" || notice.type === "ephemeral") announce(notice);
  refresh(...(STALE[notice.type] ?? []));
}

/** Hears notices while the tab is in sight; a browser has only a few connections to one server for all its tabs. */
function listen() {
  events?.close();
  if (document.visibilityState !== "visible") return;
  events = api.events(store.me);
  events.addEventListener("message", (event) => heard(JSON.parse(event.data)));
  events.addEventListener("open", () => {
    document.body.classList.remove("offline");
    if (failedBefore) refresh(...Object.keys(READERS));
    failedBefore = false;
  });
  events.addEventListener("error", () => {
    failedBefore = true;
    document.body.classList.add("offline");
  });
}

export async function visibilityChanged() {
  listen();
  if (document.visibilityState === "visible") await refresh(...Object.keys(READERS));
}

function firstPlace() {
  const unread = store.conversations.find((one) => one.unread);
  const first = unread ?? store.conversations[0];
  return first.kind === "app" ? "app" : first.id;
}

const isThere = (place) => TABS.includes(place) || Boolean(conversation(place));

let shows = 0;

function firstUnread() {
  const isNew = (message) => !message.is_ephemeral && message.user !== store.me && message.ts > store.lastRead;
  return shownConversation()?.unread ? (store.messages.find(isNew)?.ts ?? null) : null;
}

/** Shows what the address says; answers with the address that really is shown. */
export async function show({ user, place, thread }) {
  shows += 1;
  const turn = shows;
  const people = humans();
  const someone = people.find((one) => one.id === user) ?? people.find((one) => one.id === store.me) ?? people[0];
  const switched = someone.id !== store.me;
  const moved = switched || place !== store.route.place;
  store.me = someone.id;
  store.route = { place, thread };
  if (switched) {
    Object.assign(store, { messages: [], thread: [], views: [], home: null });
    listen();
    await readConversations();
    if (turn !== shows) return { user: store.me, ...store.route };
  }
  store.route = isThere(place) ? { place, thread } : { place: firstPlace(), thread: null };
  if (store.route.place === appConversation()?.id) store.route.place = "app";
  if (moved) {
    store.messages = [];
    await readMessages();
    if (turn !== shows) return { user: store.me, ...store.route };
    store.unreadFrom = firstUnread();
  }
  draw();
  refresh("messages", "thread", "views", "home");
  const needsApp = store.route.place === "home" || (store.route.place === "app" && !appConversation().id);
  if (moved && needsApp && app().home_tab_enabled && !me().deleted) {
    report(await api.openHome({ user: store.me }));
    refresh("conversations", "home");
  }
  return { user: store.me, ...store.route };
}

export function go(place, thread) {
  location.hash = write({ user: store.me, place, thread });
}

const asMe = (fields) => ({ user: store.me, ...fields });

export const controller = {
  async click(fields) {
    const answer = report(await api.click(asMe(fields)));
    await refresh("messages", "thread", "views", "home");
    return answer;
  },
  async shortcut(fields) {
    report(await api.shortcut(asMe(fields)));
    await refresh("messages", "views");
  },
  async command(channel, command, text) {
    const answer = await api.command(asMe({ channel, command, text }));
    // What a command fails with is said in the conversation.
    if (answer.http !== 200) report(answer);
    await refresh("conversations", "messages", "views");
    return answer.http === 200;
  },
  async say(channel, text, thread) {
    const answer = report(await api.say(asMe({ channel, text, thread_ts: thread })));
    await refresh("conversations", "messages", "thread");
    return answer.http === 200;
  },
  async submit(view, values) {
    const answer = await api.submit(asMe({ view_id: view.id, values }));
    const errors = Object.keys(answer.errors ?? {}).length ? answer.errors : null;
    const trouble = errors ? null : (answer.warning ?? problemOf(answer));
    if (trouble) toast(`${app().name} did not respond`, "failure");
    await refresh("views");
    return { errors, trouble };
  },
  async close(view, all = false) {
    report(await api.close(asMe({ view_id: view.id, all })));
    await refresh("views");
  },
  async clock(change) {
    report(await api.clock(change));
    await refresh("workspace");
  },
  async token(revoked) {
    report(await api.token({ revoked }));
    await refresh("workspace");
  },
  async messagesTab(enabled) {
    report(await api.app({ messages_tab_enabled: enabled }));
    await refresh("workspace");
  },
  async reset() {
    report(await api.reset());
    store.forms.clear();
    await refresh(...Object.keys(READERS));
  },
};

/** Reads the workspace for the first time. `onDraw` is called after every change, `onNews` with each new message's notice. */
export async function start(address, { onDraw, onNews }) {
  await readWorkspace();
  if (!store.workspace) throw new Error("the sandbox does not answer");
  draw = onDraw;
  announce = onNews;
  return show(address);
}
