// The list of appointments, with its filters, page by page.
import { save } from "./csv.js";
import { latest, make, tell, the, time } from "./elements.js";
import { askJson } from "./requests.js";

const PAGE_SIZE = 20;
const COLUMNS = ["id", "title", "status", "start_date_time", "duration_minutes", "participants",
  "created_at", "updated_at"];

let page = 1;
let shown = [];

/** The first or the last moment of a day of the person's calendar; "" without a day. */
function moment(day, timeOfDay) {
  const date = new Date(`${day}T${timeOfDay}`);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}

function filters() {
  return {
    start_date: moment(the("start-date").value, "00:00:00.000"),
    end_date: moment(the("end-date").value, "23:59:59.999").replace("999Z", "999999Z"),
    participant_unique_id: the("participant").value.trim(),
    status: the("status").value,
  };
}

function nameOf(participant) {
  return participant.display_name || participant.unique_id;
}

function row(appointment) {
  const people = appointment.participants.map(nameOf);
  const more = people.length - 5;
  return make("li", {},
    make("p", { class: "title" },
      make("a", { href: `#appointments/${appointment.id}` }, appointment.title)),
    make("p", {}, time(appointment.start_date_time),
      `, ${appointment.duration_minutes} minutes, ${appointment.status}`),
    make("p", { class: "soft" }, people.slice(0, 5).join(", ") || "no participants",
      more > 0 ? ` and ${more} more` : ""),
    make("p", { class: "id soft" }, appointment.id));
}

const list = latest(the("find-status"), async (signal, wanted) => {
  tell(the("find-status"), "Looking …");
  const parameters = { ...filters(), page: wanted, page_size: PAGE_SIZE };
  const found = await askJson("/appointments/", { scope: "read", parameters, signal });
  page = wanted;
  shown = found.results;
  the("found").replaceChildren(...shown.map(row));
  const pages = Math.max(1, Math.ceil(found.count / PAGE_SIZE));
  tell(the("find-status"), found.count === 1 ? "1 appointment."
    : `${found.count} appointments, page ${page} of ${pages}.`);
  the("find-actions").hidden = shown.length === 0;
  the("previous-page").disabled = found.previous === null;
  the("next-page").disabled = found.next === null;
});

function saveList() {
  const rows = shown.map((one) => COLUMNS.map((column) => column === "participants"
    ? one.participants.map(({ unique_id }) => unique_id).join(" ") : one[column]));
  save("appointments.csv", COLUMNS, rows);
}

the("find-form").addEventListener("submit", (event) => {
  event.preventDefault();
  list(1);
});
the("open-form").addEventListener("submit", (event) => {
  event.preventDefault();
  location.hash = `appointments/${encodeURIComponent(the("appointment-id").value.trim())}`;
});
the("previous-page").addEventListener("click", () => list(page - 1));
the("next-page").addEventListener("click", () => list(page + 1));
the("find-csv").addEventListener("click", saveList);

export const showFirstPage = () => list(1);
