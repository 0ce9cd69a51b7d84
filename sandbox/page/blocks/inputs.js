/**
 * Elements that hold a value. Each takes `{surface, block, element, dispatch?, id?, label, describedBy?, invalid?}` and keeps
 * its plain value in the surface's form; `dispatch` is there when a change is to be sent to the app at once.
 */

import { avatar } from "../avatar.js";
import { h, replace } from "../lib/dom.js";
import { fromWallClock, toWallClock } from "../lib/dates.js";
import { icon } from "../lib/icons.js";
import { openListbox } from "../lib/overlay.js";
import { displayName, humans, isApp, store, zone } from "../store.js";
import { plain, textObject } from "../text/mrkdwn.js";
import { focusKey, keepValue, valueOf } from "./surface.js";

function common({ surface, block, element, id, label, describedBy, invalid }) {
  return {
    id,
    "aria-label": id ? null : label,
    "aria-describedby": describedBy,
    "aria-invalid": invalid ? "true" : null,
    data: { focus: focusKey(surface, block, element) },
  };
}

function keep(field, value) {
  keepValue(field.surface, field.block, field.element, value);
}

function textField(type) {
  return (field) => {
    const { element, surface, block, dispatch } = field;
    const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    const send = (trigger, node) => dispatch && triggers.includes(trigger) && dispatch(node.value, node);
    const node = h(element.multiline ? "textarea" : "input", {
      ...common(field),
      class: "field",
      type: element.multiline ? null : type,
      rows: element.multiline ? 4 : null,
      inputmode: { email: "email", url: "url", number: "decimal" }[type],
      placeholder: element.placeholder?.text,
      maxlength: element.max_length,
      autocomplete: "off",
      on: {
        input: () => {
          keep(field, node.value);
          send("on_character_entered", node);
        },
        keydown: (event) => {
          if (event.key !== "Enter" || element.multiline || event.isComposing || !dispatch) return;
          event.preventDefault();
          send("on_enter_pressed", node);
        },
      },
    });
    node.value = valueOf(surface, block, element) ?? "";
    if (element.focus_on_load) node.setAttribute("autofocus", "");
    return node;
  };
}

function nativeField(type, read = (value) => value || null, show = (value) => value ?? "") {
  return (field) => {
    const { surface, block, element, dispatch } = field;
    const node = h("input", {
      ...common(field),
      class: "field short",
      type,
      on: {
        change: () => {
          keep(field, read(node.value));
          dispatch?.(read(node.value), node);
        },
      },
    });
    node.value = show(valueOf(surface, block, element));
    return node;
  };
}

const optionEntry = (option, group) => ({
  value: option.value,
  text: option.text.text,
  label: textObject(option.text),
  hint: option.description?.text,
  group: group && group.label.text,
});

const OPTIONS = {
  static: (element) =>
    element.option_groups
      ? element.option_groups.flatMap((group) => group.options.map((option) => optionEntry(option, group)))
      : (element.options ?? []).map((option) => optionEntry(option)),
  users: () =>
    [...humans(), ...store.workspace.people.filter((one) => isApp(one.id))]
      .filter((one) => !one.deleted)
      .map((one) => ({
        value: one.id,
        text: displayName(one.id),
        label: displayName(one.id),
        hint: one.title,
        lead: () => avatar(one.id, 22),
      })),
  channels: () =>
    store.conversations
      .filter((one) => one.kind === "channel")
      .map((one) => ({
        value: one.id,
        text: one.name,
        label: one.name,
        lead: () => icon(one.private ? "lock" : "hash", 16),
      })),
  conversations: () =>
    store.conversations.map((one) => ({
      value: one.id,
      text: one.name,
      label: one.name,
      lead: () => icon(one.kind === "channel" ? "hash" : "chat", 16),
    })),
};

function select(source, fallback) {
  return (field) => {
    const { surface, block, element, dispatch, label } = field;
    const options = () => OPTIONS[source](element);
    const face = h("span", { class: "select-face" });
    const node = h(
      "button",
      {
        ...common(field),
        class: "select",
        type: "button",
        role: "combobox",
        "aria-haspopup": "listbox",
        "aria-expanded": "false",
        on: {
          click: () =>
            openListbox(node, {
              options: options(),
              selected: () => [valueOf(surface, block, element)],
              label,
              onPick: (value) => {
                keep(field, value);
                draw();
                dispatch?.(value, node);
              },
            }),
        },
      },
      face,
      icon("chevron", 16),
    );
    const draw = () => {
      const chosen = options().find((option) => option.value === valueOf(surface, block, element));
      face.classList.toggle("empty", !chosen);
      replace(face, chosen ? chosen.label : element.placeholder ? plain(element.placeholder) : fallback);
    };
    draw();
    return node;
  };
}

function multiSelect(source, fallback) {
  return (field) => {
    const { surface, block, element, dispatch, label } = field;
    const options = () => OPTIONS[source](element);
    const chosen = () => valueOf(surface, block, element) ?? [];
    const face = h("span", { class: "select-face chips" });
    const toggle = (value) => {
      const has = chosen().includes(value);
      if (!has && element.max_selected_items && chosen().length >= element.max_selected_items) return;
      keep(field, has ? chosen().filter((one) => one !== value) : [...chosen(), value]);
      draw();
      dispatch?.(chosen(), node);
    };
    const node = h(
      "button",
      {
        ...common(field),
        class: "select",
        type: "button",
        role: "combobox",
        "aria-haspopup": "listbox",
        "aria-expanded": "false",
        on: {
          click: () => openListbox(node, { options: options(), selected: chosen, multi: true, label, onPick: toggle }),
        },
      },
      face,
      icon("chevron", 16),
    );
    const draw = () => {
      const picked = options().filter((option) => chosen().includes(option.value));
      face.classList.toggle("empty", picked.length === 0);
      const empty = element.placeholder ? plain(element.placeholder) : fallback;
      replace(face, picked.length ? picked.map((option) => h("span", { class: "chip" }, option.text)) : empty);
    };
    draw();
    return node;
  };
}

function choices(type) {
  return (field) => {
    const { surface, block, element, dispatch, label } = field;
    const multi = type === "checkbox";
    const holds = (value) =>
      multi ? valueOf(surface, block, element).includes(value) : valueOf(surface, block, element) === value;
    const group = h("div", {
      ...common(field),
      class: "choices",
      role: multi ? "group" : "radiogroup",
      "aria-label": label,
    });
    const one = (option) => {
      const box = h("input", {
        type,
        name: focusKey(surface, block, element),
        value: option.value,
        data: { focus: `${focusKey(surface, block, element)}/${option.value}` },
        on: {
          change: () => {
            const ticked = [...group.querySelectorAll("input:checked")].map((input) => input.value);
            keep(field, multi ? ticked : ticked[0]);
            dispatch?.(multi ? ticked : ticked[0], group);
          },
        },
      });
      box.checked = holds(option.value);
      return h(
        "label",
        { class: "choice" },
        box,
        h(
          "span",
          null,
          textObject(option.text),
          option.description && h("small", null, textObject(option.description)),
        ),
      );
    };
    group.append(...element.options.map(one));
    return group;
  };
}

export const INPUTS = {
  plain_text_input: textField("text"),
  email_text_input: textField("email"),
  url_text_input: textField("url"),
  number_input: textField("text"),
  static_select: select("static", "Choose an option"),
  users_select: select("users", "Choose a person"),
  channels_select: select("channels", "Choose a channel"),
  conversations_select: select("conversations", "Choose a conversation"),
  multi_static_select: multiSelect("static", "Choose options"),
  multi_users_select: multiSelect("users", "Choose people"),
  multi_channels_select: multiSelect("channels", "Choose channels"),
  multi_conversations_select: multiSelect("conversations", "Choose conversations"),
  radio_buttons: choices("radio"),
  checkboxes: choices("checkbox"),
  datepicker: nativeField("date"),
  timepicker: nativeField("time"),
  datetimepicker: nativeField(
    "datetime-local",
    (value) => fromWallClock(value, zone()),
    (value) => (value ? toWallClock(value, zone()) : ""),
  ),
};
