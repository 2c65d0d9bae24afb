// What happened to an appointment: one row for each event, with who, when and what changed.
import { make, time } from "./elements.js";
import { actorOf, kindOf, nameOf, nodeOf } from "./values.js";

export const COLUMNS = ["sequence", "time", "type", "actor_kind", "actor_id", "actor_name",
  "request_id", "field", "old", "new"];

function changeOf({ field, old, new: now }) {
  const description = make("dd", {});
  if (old !== null) description.append(make("del", {}, hidden("before: "), nodeOf(old)), " ");
  if (now !== null) description.append(make("ins", {}, hidden("after: "), nodeOf(now)));
  return [make("dt", {}, nameOf(field)), description];
}

const hidden = (text) => make("span", { class: "hidden" }, text);

/** The row of an event. */
export function rowOf(event) {
  const row = make("li", { "data-sequence": event.sequence },
    make("p", {}, make("span", { class: "title" }, kindOf(event.type)), ", ", time(event.time)),
    make("p", { class: "soft" }, `event ${event.sequence}, by ${actorOf(event.actor)}`,
      event.request_id ? `, request ${event.request_id}` : ""));
  if (event.changes.length) row.append(make("dl", {}, ...event.changes.flatMap(changeOf)));
  return row;
}

/** One line for each change, and one for an event without. */
export function linesOf(event) {
  const { sequence, time: moment, type, actor, request_id: request } = event;
  const who = [actor.kind, actor.id, actor.name];
  const changes = event.changes.length ? event.changes : [{}];
  return changes.map(({ field, old, new: now }) =>
    [sequence, moment, type, ...who, request, field, old, now]);
}
