/** The sandbox's own endpoints. Every answer comes back as `{http, ...body}`; a server that is gone is `{http: 0}`. */

async function request(method, path, body) {
  try {
    const response = await fetch(`/_sandbox/${path}`, {
      method,
      headers: body ? { "content-type": "application/json" } : {},
      body: body && JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    return { ...answer, http: response.status };
  } catch {
    return { http: 0, ok: false };
  }
}

const query = (fields) => new URLSearchParams(Object.entries(fields).filter(([, value]) => value)).toString();
const get =
  (path) =>
  (fields = {}) =>
    request("GET", `${path}?${query(fields)}`);
const post =
  (path) =>
  (body = {}) =>
    request("POST", path, body);

export const api = {
  workspace: get("workspace"),
  sidebar: get("sidebar"),
  messages: get("messages"),
  views: get("views"),
  home: get("home"),
  faults: get("faults"),
  openHome: post("home"),
  click: post("click"),
  submit: post("submit"),
  close: post("close"),
  command: post("command"),
  shortcut: post("shortcut"),
  say: post("say"),
  read: post("read"),
  clock: post("clock"),
  token: post("token"),
  app: post("app"),
  reset: post("reset"),
  clearFaults: () => request("DELETE", "faults"),
  events: (user) => new EventSource(`/_sandbox/events?${query({ user })}`),
};
