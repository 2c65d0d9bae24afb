// The organization's events while they happen, from a stream that a ticket opens.
import { save } from "./csv.js";
import { make, tell, the, time } from "./elements.js";
import { ask, askJson, urlOf } from "./requests.js";
import { kindOf } from "./values.js";

const BEFORE = 10; // events that already happened, so that there is something to see
const MOST = 500; // rows; older ones leave
const AGAIN_MS = [1000, 2000, 5000, 15_000]; // between attempts to connect

let source = null;
let types = null;
let position = null;
let attempts = 0;
let retry = 0;
let shown = []; // the newest first

/** All types of this server, from the schema that it publishes: a stream names each. */
async function knownTypes() {
  const schema = await askJson("/schema/events/", { scope: "read" });
  return Object.values(schema.$defs).map((one) => one.properties?.type?.const).filter(Boolean);
}

function subjectOf(event) {
  const [kind, id] = String(event.subject ?? "").split("/");
  return kind === "appointments"
    ? make("a", { href: `#appointments/${id}` }, `appointment ${id}`) : `${event.subject}`;
}

function row(event) {
  return make("li", { value: event.sequence },
    make("p", {}, make("span", { class: "title" }, `${event.sequence}: ${kindOf(event.type)}`),
      ", ", time(event.time)),
    make("p", { class: "soft" }, subjectOf(event), `, by ${event.actor}`));
}

function show(event) {
  position = Number(event.sequence);
  shown.unshift(event);
  const rows = the("live-events").firstElementChild;
  rows.prepend(row(event));
  if (shown.length > MOST) {
    shown.length = MOST;
    rows.lastElementChild.remove();
  }
  the("live-csv").disabled = false;
}

function stop(sentence, kind) {
  clearTimeout(retry);
  source?.close();
  source = null;
  the("follow").setAttribute("aria-pressed", "false");
  the("follow").textContent = "Follow the events";
  tell(the("live-status"), sentence, kind);
}

/** A ticket opens one stream, so each connection needs a new one. */
async function connect() {
  const mine = source = new EventTarget(); // until the stream is there
  mine.close = () => {};
  const current = () => source === mine;
  try {
    types ??= await knownTypes();
    const answer = await ask("/events/tickets/", { scope: "read or events", method: "POST" });
    const { ticket } = await answer.json();
    if (!current()) return;
    position ??= Math.max(0, Number(answer.headers.get("Consularia-Position")) - BEFORE);
    open(new EventSource(urlOf("/events/", { after: position, ticket })));
  } catch (problem) {
    if (!current()) return;
    if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) {
      stop(problem.message, "bad");
    } else {
      connectAgain(problem.message);
    }
  }
}

function open(stream) {
  source = stream;
  stream.onopen = () => {
    attempts = 0;
    tell(the("live-status"), "Connected: events appear as they happen.", "good");
  };
  stream.onerror = () => {
    stream.close(); // it would come again with its used ticket
    if (source === stream) connectAgain("The connection was lost.");
  };
  for (const type of types) {
    stream.addEventListener(type, ({ data }) => source === stream && show(JSON.parse(data)));
  }
}

function connectAgain(why) {
  const pause = AGAIN_MS[Math.min(attempts++, AGAIN_MS.length - 1)];
  tell(the("live-status"), `${why} Connecting again …`, "bad");
  retry = setTimeout(connect, pause);
}

function follow() {
  the("follow").setAttribute("aria-pressed", "true");
  the("follow").textContent = "Stop following";
  tell(the("live-status"), "Connecting …");
  attempts = 0;
  connect();
}

the("follow").addEventListener("click", () => source ? stop("Stopped.") : follow());
the("live-csv").addEventListener("click", () => {
  const columns = ["sequence", "time", "type", "subject", "actor", "requestid", "data"];
  save("events.csv", columns, shown.map((event) => columns.map((column) => event[column])));
});
