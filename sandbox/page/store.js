/** What the page knows of the workspace, and small questions about it. Only `controller.js` writes here. */

const SLACKBOT = "USLACKBOT";

export const store = {
  workspace: null,
  me: null,
  route: { place: null, thread: null },
  conversations: [],
  messages: [],
  thread: [],
  views: [],
  home: null,
  lastRead: "",
  unreadFrom: null,
  forms: new Map(),
};

export const person = (id) => store.workspace?.people.find((one) => one.id === id);
export const channel = (id) => store.workspace?.channels.find((one) => one.id === id);
export const app = () => store.workspace?.app ?? {};
export const me = () => person(store.me);
export const zone = () => me()?.tz || "UTC";
export const conversation = (id) => store.conversations.find((one) => one.id === id);
export const isApp = (id) => Boolean(id) && id === app().user_id;
/** Everybody one can be: not the app, and not the workspace's own voice. */
export const humans = () => store.workspace.people.filter((one) => !one.is_bot && one.id !== SLACKBOT);

/** The workspace's own time in unix seconds; it stands still while the clock is set. */
export function now() {
  const { clock } = store.workspace;
  return clock.standing ? clock.now : clock.now + (Date.now() - clock.readAt) / 1000;
}

export function displayName(id) {
  if (isApp(id)) return app().name;
  const one = person(id);
  return one?.real_name || one?.name || id;
}

/** Who wrote a message, as it is shown: an app, a person, or the workspace itself. */
export function authorOf(message) {
  if (message.bot_id || isApp(message.user)) return { name: app().name, isApp: true, id: app().user_id };
  const one = person(message.user);
  return { name: displayName(message.user), isApp: false, id: message.user, person: one };
}

/** Half-made choices of one form (a view, or a message), kept as `{block_id: {action_id: plain value}}`. */
export function form(key) {
  if (!store.forms.has(key)) store.forms.set(key, {});
  return store.forms.get(key);
}
