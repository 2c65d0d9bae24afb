// One appointment: its state.
import { latest, make, tell, the, time } from "./elements.js";
import { askJson } from "./requests.js";

const MOMENTS = ["start_date_time", "created_at", "updated_at"];

function valueOf(name, value) {
  if (value === null || value === "") return "none";
  if (MOMENTS.includes(name)) return time(value);
  if (name === "participants") {
    return value.map((one) =>
      `${one.display_name ?? "no name"} (${one.unique_id}, ${one.role})`).join("\n") || "none";
  }
  if (name === "config") {
    return Object.entries(value).filter(([, on]) => on).map(([key]) => key).join("\n") || "none";
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function describe(appointment) {
  return Object.entries(appointment).flatMap(([name, value]) =>
    [make("dt", {}, name), make("dd", {}, valueOf(name, value))]);
}

const show = latest(the("appointment-status"), async (signal, id) => {
  const found = await askJson(`/appointments/${encodeURIComponent(id)}/`, { scope: "read", signal });
  the("appointment-title").textContent = found.title;
  the("appointment-state").replaceChildren(...describe(found));
  tell(the("appointment-status"), "As it is now.");
});

export async function openAppointment(id) {
  the("appointment").hidden = false;
  the("appointment-title").textContent = `Appointment ${id}`;
  the("appointment-state").replaceChildren();
  tell(the("appointment-status"), "Looking …");
  the("appointment-title").focus();
  await show(id);
}
