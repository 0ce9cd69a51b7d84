/**
 * Where blocks are shown, and what happens when somebody uses them. A surface is
 * `{key, kind: "message" | "modal" | "home", inputs, errors, send(block, element, value)}`; the plain values of its
 * inputs live in the store under its key, so a redraw of the same blocks shows what was typed or chosen.
 */

import { form, store } from "../store.js";

const values = (options) => (options ?? []).map((option) => option.value);

/** Per type of element: what it holds before anybody touched it. */
const INITIAL = {
  plain_text_input: (element) => element.initial_value ?? "",
  email_text_input: (element) => element.initial_value ?? "",
  url_text_input: (element) => element.initial_value ?? "",
  number_input: (element) => element.initial_value ?? "",
  static_select: (element) => element.initial_option?.value ?? null,
  radio_buttons: (element) => element.initial_option?.value ?? null,
  multi_static_select: (element) => values(element.initial_options),
  checkboxes: (element) => values(element.initial_options),
  users_select: (element) => element.initial_user ?? null,
  multi_users_select: (element) => element.initial_users ?? [],
  channels_select: (element) => element.initial_channel ?? null,
  multi_channels_select: (element) => element.initial_channels ?? [],
  conversations_select: (element) => element.initial_conversation ?? null,
  multi_conversations_select: (element) => element.initial_conversations ?? [],
  datepicker: (element) => element.initial_date ?? null,
  timepicker: (element) => element.initial_time ?? null,
  datetimepicker: (element) => element.initial_date_time ?? null,
};

export const holdsValue = (element) => element.type in INITIAL;

export function valueOf(surface, block, element) {
  const kept = form(surface.key)[block.block_id]?.[element.action_id];
  return kept === undefined ? INITIAL[element.type]?.(element) : kept;
}

export function keepValue(surface, block, element, value) {
  const blocks = form(surface.key);
  blocks[block.block_id] = { ...blocks[block.block_id], [element.action_id]: value };
}

/** Every element that holds a value, with its block, containers and cards included. */
export function statefulElements(blocks) {
  return blocks.flatMap((block) => {
    const own = [block.element, block.accessory, ...(Array.isArray(block.elements) ? block.elements : [])];
    return [
      ...own.filter((element) => element?.type && holdsValue(element)).map((element) => ({ block, element })),
      ...statefulElements(block.child_blocks ?? []),
    ];
  });
}

/** All values of a form as they stand; what nobody can see any more is forgotten. */
export function collect(surface, blocks) {
  const collected = {};
  for (const { block, element } of statefulElements(blocks)) {
    const value = valueOf(surface, block, element);
    collected[block.block_id] = { ...collected[block.block_id], [element.action_id]: value === "" ? null : value };
  }
  return collected;
}

export function forgetGone(surface, blocks) {
  const present = new Set(
    statefulElements(blocks).map(({ block, element }) => `${block.block_id}\n${element.action_id}`),
  );
  const blocksKept = form(surface.key);
  for (const [blockId, actions] of Object.entries(blocksKept)) {
    for (const actionId of Object.keys(actions)) if (!present.has(`${blockId}\n${actionId}`)) delete actions[actionId];
  }
}

/** Names an element among everything on screen, so that the focus finds it again after a redraw. */
export const focusKey = (surface, block, element) => [surface.key, block.block_id, element.action_id].join("/");

/** Some buttons are for certain people only; nobody else sees them. */
export function visible(element) {
  return !element.visible_to_user_ids || element.visible_to_user_ids.includes(store.me);
}
