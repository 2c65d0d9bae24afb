// Verifies the organization's records in this browser, by the verifier of clients/javascript.
import { saveFile } from "./csv.js";
import { latest, tell, the } from "./elements.js";
import { ask, askJson, headersFor, urlOf } from "./requests.js";

const scope = "audit";
// The one script whose address is made here: trusted types want that said.
const workerAddress = new URL("verify_worker.js", import.meta.url).href;
const policy = globalThis.trustedTypes?.createPolicy("console", { createScriptURL: () => workerAddress });

let worker = null;

const linesOf = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** A note as it was before a text field or a mail program touched it. */
const noteOf = (text) => `${text.replaceAll("\r\n", "\n").trim()}\n`;

function stop() {
  worker?.terminate();
  worker = null;
  the("verify-progress").hidden = true;
  the("verify-stop").hidden = true;
  the("verify-start").disabled = false;
}

function finish(sentence, kind) {
  stop();
  tell(the("verify-status"), sentence, kind);
}

function begin() {
  stop();
  worker = new Worker(policy ? policy.createScriptURL("") : workerAddress, { type: "module" });
  the("verify-start").disabled = true;
  the("verify-stop").hidden = false;
  the("head-now").value = "";
  the("head-kept").hidden = true;
  tell(the("verify-status"), "Asking for the head …");
}

function follow(head, size) {
  const started = worker;
  const progress = the("verify-progress");
  progress.hidden = false;
  progress.max = size;
  progress.value = 0;
  tell(the("verify-status"), `Checking ${size} records …`);
  started.onerror = () => finish("Cannot tell: the verifier did not start.", "bad");
  started.onmessage = ({ data }) => {
    if (worker !== started) return;
    if (data.records !== undefined) {
      progress.value = data.records;
      return;
    }
    if (data.verdict === "Intact") {
      the("head-now").value = head;
      the("head-kept").hidden = false;
    }
    finish(`${data.verdict}: ${data.what}`, data.verdict === "Intact" ? "good" : "bad");
  };
}

const verify = latest(the("verify-status"), async (signal) => {
  if (!isSecureContext) throw new Error("Browsers check signatures on pages from https only.");
  begin();
  try {
    const started = worker;
    const given = linesOf(the("keys").value);
    const published = given.length ? null : await askJson("/audit/keys/", { scope, signal });
    const keys = published ? published.keys.map((one) => one.verifier_key) : given;
    const head = await (await ask("/audit/head/", { scope, signal, accept: "text/plain" })).text();
    if (worker !== started) return;
    const heads = [{ label: "of this moment", note: head }];
    if (the("head").value.trim()) heads.push({ label: "that you gave", note: noteOf(the("head").value) });
    follow(head, Number(head.split("\n")[1]));
    const headers = headersFor("application/x-ndjson");
    started.postMessage({ url: urlOf("/audit/export/"), headers, scope, keys, heads });
  } catch (problem) {
    if (!signal.aborted) stop();
    throw problem;
  }
});

function saveHead() {
  const head = the("head-now").value;
  saveFile(`head-${head.split("\n")[1]}.txt`, "text/plain", head);
}

the("verify-form").addEventListener("submit", (event) => {
  event.preventDefault();
  verify();
});
the("verify-stop").addEventListener("click", () => finish("Stopped.", ""));
the("save-head").addEventListener("click", saveHead);
