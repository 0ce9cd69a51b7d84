/** The sandbox's own controls: the clock, the token, what is set to fail. Nothing a real workspace has. */

import { api } from "../api.js";
import { controller } from "../controller.js";
import { h, replace } from "../lib/dom.js";
import { fromWallClock, formatTokens, toWallClock } from "../lib/dates.js";
import { ask, openPanel } from "../lib/overlay.js";
import { app, now, store, zone } from "../store.js";

const HOUR = 3600;

function small(label, onClick, extra = {}) {
  return h("button", { class: "btn small", type: "button", on: { click: onClick }, ...extra }, label);
}

function toggle(label, hint, checked, onChange) {
  const box = h("input", { type: "checkbox", role: "switch", on: { change: () => onChange(box.checked) } });
  box.checked = checked;
  return h(
    "label",
    { class: "toggle" },
    box,
    h("span", { class: "menu-text" }, h("span", null, label), h("small", null, hint)),
  );
}

function clockPart(redraw) {
  const { clock } = store.workspace;
  const change = async (body) => {
    await controller.clock(body);
    redraw();
  };
  const field = h("input", {
    class: "field short",
    type: "datetime-local",
    "aria-label": `Set the clock, in ${zone()}`,
  });
  field.value = toWallClock(now(), zone());
  return h(
    "section",
    null,
    h("h3", null, "Clock"),
    h(
      "p",
      null,
      h("b", null, formatTokens("{date_long_pretty}, {time}", now(), zone(), now())),
      h("span", { class: "quiet" }, ` ${zone()}`),
    ),
    h(
      "p",
      { class: "quiet" },
      clock.standing ? "Set by hand: it stands still." : clock.ahead ? "Runs ahead of real time." : "Real time.",
    ),
    h(
      "div",
      { class: "buttons" },
      small("+1 hour", () => change({ advance: HOUR })),
      small("+1 day", () => change({ advance: 24 * HOUR })),
      small("Back to real time", () => change({ now: null })),
    ),
    h(
      "div",
      { class: "buttons" },
      field,
      small("Set", () => field.value && change({ now: fromWallClock(field.value, zone()) })),
    ),
  );
}

function faultLine(fault) {
  const details = [
    fault.kind.replaceAll("_", " "),
    fault.channel,
    fault.seconds && `${fault.seconds} s`,
    fault.kind === "status" && fault.status,
    fault.kind === "error" && fault.error,
  ];
  return h(
    "li",
    null,
    h("code", null, fault.method),
    " ",
    details.filter(Boolean).join(", "),
    h("span", { class: "quiet" }, ` × ${fault.times}`),
  );
}

function faultsPart(faults, redraw) {
  return h(
    "section",
    null,
    h("h3", null, "Set to fail"),
    faults.length
      ? [
          h("ul", { class: "faults" }, faults.map(faultLine)),
          small("Clear all", async () => {
            await api.clearFaults();
            redraw();
          }),
        ]
      : h("p", { class: "quiet" }, "Nothing. Tests ask for failures at /_sandbox/faults; what waits shows up here."),
  );
}

export async function openWorkspaceMenu(anchor) {
  const panel = h("div", { class: "workspace-panel", role: "dialog", "aria-label": "Workspace" });
  const redraw = async () => {
    const { faults = [] } = await api.faults();
    replace(
      panel,
      clockPart(redraw),
      h(
        "section",
        null,
        h("h3", null, app().name),
        h(
          "div",
          { class: "buttons" },
          small("Revoke its token", () => controller.token(true)),
          small("Give it back", () => controller.token(false)),
        ),
        toggle("Messages tab", "Off: direct messages are refused.", app().messages_tab_enabled, controller.messagesTab),
      ),
      faultsPart(faults, redraw),
      h(
        "section",
        null,
        small(
          "Empty the workspace",
          async () => {
            const sure = await ask({
              title: "Empty the workspace?",
              body: "All messages, modals and faults go. People and channels stay.",
              confirm: "Empty it",
              danger: true,
            });
            if (sure) controller.reset();
          },
          { class: "btn small danger-quiet" },
        ),
      ),
    );
  };
  await redraw();
  openPanel(anchor, panel);
  panel.querySelector("button")?.focus();
}
