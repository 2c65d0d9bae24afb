// Values of the API as text for people.
import { inWords, make, time } from "./elements.js";

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** "appointment updated" of "dev.consularia.appointment.updated.v1" */
export function kindOf(type) {
  return type.replace(/^dev\.consularia\./, "").replace(/\.v\d+$/, "").replaceAll(/[._]/g, " ");
}

/** "start date time" of "start_date_time" */
export const nameOf = (field) => field.replaceAll("_", " ");

function personOf({ display_name: name, unique_id: id, role }) {
  return `${name || "no name"} (${[id, role].filter(Boolean).join(", ")})`;
}

/** Any value of a field, in one or more lines. */
export function textOf(value) {
  if (value === null || value === undefined || value === "") return "none";
  if (Array.isArray(value)) return value.map(textOf).join("\n") || "none";
  if (typeof value === "object" && "unique_id" in value) return personOf(value);
  if (typeof value === "object") {
    const members = Object.entries(value).filter(([, one]) => one !== false);
    return members.map(([name, one]) => one === true ? nameOf(name) : `${nameOf(name)}: ${textOf(one)}`)
      .join("\n") || "none";
  }
  return MOMENT.test(value) ? inWords(value) : String(value);
}

/** The same as a node: a datetime keeps its own form behind it. */
export function nodeOf(value) {
  return MOMENT.test(value) ? time(value) : document.createTextNode(textOf(value));
}

/** `token “front desk”`, of an actor in a history. */
export function actorOf({ kind, id, name }) {
  return `${kind}${name ? ` “${name}”` : ""}${id && !name ? ` ${id}` : ""}`;
}

/** Terms and descriptions; `note(name)` may add a text to a description. */
export function describe(object, note = () => "") {
  return Object.entries(object).flatMap(([name, value]) => {
    const description = make("dd", {}, nodeOf(value));
    const more = note(name);
    if (more) description.append(" ", make("span", { class: "note" }, more));
    return [make("dt", {}, nameOf(name)), description];
  });
}
