/**
 * The address of what is on screen: `#/U…/C…` is a person in a conversation, `#/U…/home`, `#/U…/app` and `#/U…/about` are the
 * app's tabs, and a third part is the thread that stands open.
 */

export const TABS = ["home", "app", "about"];

export function read(hash = location.hash) {
  const [user, place, thread] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { user: user || null, place: place || null, thread: thread || null };
}

export function write({ user, place, thread }) {
  return `#/${[user, place, thread].filter(Boolean).map(encodeURIComponent).join("/")}`;
}
