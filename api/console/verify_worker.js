// Runs the verifier beside the page, which stays usable. It gets the place of the export, and
// reports how far it is and what it found.
import { Altered, openHead, readKeys, verify } from "./audit.js";
import { FullVerifier } from "./audit-full.js";
import { fetchOk } from "./refusals.js";

const TELL_EVERY_MS = 100;

async function check({ url, headers, scope, keys, heads }) {
  const known = await readKeys(keys);
  const opened = [];
  for (const { label, note } of heads) opened.push(await openHead(note, known, label));
  const answer = await fetchOk(url, { headers, scope });
  let told = 0;
  return verify(answer.body, new FullVerifier(known, opened), (records) => {
    if (performance.now() - told < TELL_EVERY_MS) return;
    told = performance.now();
    postMessage({ records });
  });
}

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ verdict: "Intact", what: await check(data) });
  } catch (problem) {
    const verdict = problem instanceof Altered ? "Altered" : "Cannot tell";
    const unknown = problem.name === "NotSupportedError"; // before 2025
    postMessage({ verdict, what: unknown ? "This browser has no Ed25519." : problem.message });
  }
});
