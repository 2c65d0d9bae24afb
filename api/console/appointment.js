// One appointment: its life as a timeline, and its state at any moment of it.
import { save } from "./csv.js";
import { inWords, latest, tell, the } from "./elements.js";
import { askJson } from "./requests.js";
import { COLUMNS, linesOf, rowOf } from "./timeline.js";
import { describe, kindOf, textOf } from "./values.js";

const PAGE_SIZE = 100;
const REST_MS = 150; // of the slider, before its place is asked for: each request is recorded

let id = "";
let events = []; // those shown, the oldest first
let pages = 0;
let present = null; // null: deleted, or not known
let resting = 0;

const path = (tail = "") => `/appointments/${encodeURIComponent(id)}/${tail}`;

/** The answer, or null for 404. */
async function find(parameters, signal) {
  try {
    const scope = parameters.as_of ? "audit" : "read";
    return await askJson(path(), { scope, parameters, signal });
  } catch (problem) {
    if (problem.status === 404) return null;
    throw problem;
  }
}

function show(state, sentence) {
  const differs = (name) => present && textOf(present[name]) !== textOf(state[name]);
  the("state").replaceChildren(...state === null ? [] : describe(state, (name) =>
    differs(name) ? `now: ${textOf(present[name])}` : ""));
  tell(the("state-status"), state === null ? `${sentence} It is not there.` : sentence);
}

function mark(sequence) {
  for (const row of the("timeline").children) {
    if (row.dataset.sequence === String(sequence)) row.setAttribute("aria-current", "step");
    else row.removeAttribute("aria-current");
  }
}

const showPast = latest(the("state-status"), async (signal, moment, sentence) => {
  show(await find({ as_of: moment }, signal), sentence);
});

/** The slider's place: which event is the last one that has happened. */
function slide(rest) {
  const event = events[the("slider").valueAsNumber - 1];
  const place = `${the("slider").value} of ${events.length}: ${kindOf(event.type)}, ` +
    inWords(event.time);
  the("slider").setAttribute("aria-valuetext", place);
  the("slider-place").textContent = place;
  mark(event.sequence);
  clearTimeout(resting);
  resting = setTimeout(() => showPast(event.sequence, `As of event ${event.sequence}.`), rest);
}

async function loadPage(signal) {
  const parameters = { page: pages + 1, page_size: PAGE_SIZE };
  const found = await askJson(path("history/"), { scope: "audit", parameters, signal });
  pages += 1;
  events.push(...found.results);
  the("timeline").append(...found.results.map(rowOf));
  the("slider").max = events.length;
  the("more-history").hidden = found.next === null;
  tell(the("appointment-status"), `${found.count} events` +
    (found.next ? `, the first ${events.length} of them are shown.` : "."));
}

function toEnd() {
  the("slider").value = events.length;
  slide(0);
}

/** Whose token may not read histories sees what is there now. */
function showPresent(problem) {
  if (problem.status !== 403 || present === null) throw problem;
  tell(the("appointment-status"), problem.message, "bad");
  show(present, "As it is now.");
}

const open = latest(the("appointment-status"), async (signal) => {
  const [history, now] = await Promise.allSettled([loadPage(signal), find({}, signal)]);
  if (signal.aborted) return;
  present = now.value ?? null;
  if (history.reason) showPresent(history.reason);
  if (present) the("appointment-title").textContent = present.title;
  the("past").hidden = false;
  for (const part of ["slider-part", "moment-form", "timeline-part"]) {
    the(part).hidden = events.length === 0;
  }
  the("history-csv").disabled = events.length === 0;
  if (events.length) toEnd();
});

const loadMore = latest(the("appointment-status"), async (signal) => {
  await loadPage(signal);
  toEnd();
});

/** Shows the appointment of this id, deleted or not. */
export function openAppointment(wanted) {
  clearTimeout(resting);
  id = wanted;
  events = [];
  pages = 0;
  the("appointment").hidden = false;
  the("past").hidden = true;
  the("more-history").hidden = true;
  the("history-csv").disabled = true;
  the("timeline").replaceChildren();
  the("state").replaceChildren();
  tell(the("state-status"), "");
  the("appointment-title").textContent = `Appointment ${id}`;
  tell(the("appointment-status"), "Looking …");
  the("appointment-title").focus();
  return open();
}

the("slider").addEventListener("input", () => slide(REST_MS));
the("more-history").addEventListener("click", loadMore);
the("refresh").addEventListener("click", () => openAppointment(id));
the("moment-form").addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(resting);
  const moment = new Date(the("moment").value);
  const last = events.findLast(({ time }) => new Date(time) <= moment);
  mark(last?.sequence);
  showPast(moment.toISOString(), `As of ${inWords(moment)}.`);
});
the("history-csv").addEventListener("click", () =>
  save(`appointment-${id}.csv`, COLUMNS, events.flatMap(linesOf)));
