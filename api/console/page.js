// The page as a whole: the token, and what is open at which address.
import { openAppointment } from "./appointment.js";
import { tell, the } from "./elements.js";
import { showFirstPage } from "./find.js";
import "./live.js";
import { ask, token } from "./requests.js";
import "./verify.js";

const SECTIONS = ["sections", "find", "live", "verify"];

function showAddressed() {
  const [, id] = /^#appointments\/(.+)$/.exec(location.hash) ?? [];
  if (id) openAppointment(decodeURIComponent(id));
}

/** A token of any scope may ask for the description of a path. */
async function enter() {
  tell(the("enter-status"), "Asking the server …");
  try {
    await ask("/appointments/", { scope: "of a member of an organization", method: "OPTIONS" });
  } catch (problem) {
    token.forget();
    tell(the("enter-status"), problem.message, "bad");
    return the("token").focus();
  }
  the("token").value = "";
  tell(the("enter-status"), "");
  the("enter").hidden = true;
  for (const id of SECTIONS) the(id).hidden = false;
  the("find").focus();
  showFirstPage();
  showAddressed();
}

the("enter-form").addEventListener("submit", (event) => {
  event.preventDefault();
  token.keep(the("token").value.trim());
  enter();
});
the("leave").addEventListener("click", () => {
  token.forget();
  location.replace(location.pathname); // nothing of what was shown stays
});
addEventListener("hashchange", () => token.get() && showAddressed());
if (token.get()) enter();
else the("token").focus();
