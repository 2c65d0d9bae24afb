// The JavaScript verifier of exports in a real browser, as the files in clients/javascript are.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { openPage, startBrowser } from "./support.mjs";

const sources = fileURLToPath(new URL("../../clients/javascript/src/", import.meta.url));
const ORGANIZATION = "01920a3c-0000-7000-8000-00000000000a";
const ORIGIN = `127.0.0.1/organizations/${ORGANIZATION}`;
const RECORDS = 4;

let browser, page, server, visit;

before(async () => {
  server = http.createServer(async (request, response) => {
    const name = path.basename(request.url);
    const isScript = name.endsWith(".js");
    response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? await readFile(sources + name) : "<!doctype html><title>Audit</title>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  browser = await startBrowser();
  visit = await openPage(browser, {});
  page = visit.page;
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
}, { timeout: 60_000 });

after(async () => {
  await visit?.close();
  await browser?.close();
  server?.close();
});

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const node = (left, right) => sha256(Buffer.of(1), left, right);

/** An export of four records, which are a complete tree, and the verifier key. */
function makeExport() {
  const records = [];
  for (let sequence = 1; sequence <= RECORDS; sequence++) {
    const prevhash = records.length ? sha256(records.at(-1)).toString("hex") : "0".repeat(64);
    records.push(Buffer.from(JSON.stringify(
      { source: `/organizations/${ORGANIZATION}`, sequence: `${sequence}`, prevhash, title: "🛂" })));
  }
  const [a, b, c, d] = records.map((record) => sha256(Buffer.of(0), record));
  const text = `${ORIGIN}\n${RECORDS}\n${node(node(a, b), node(c, d)).toString("base64")}\n` +
    `chain ${sha256(records.at(-1)).toString("hex")}\n`;
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const key = Buffer.concat([Buffer.of(1), publicKey.export({ type: "spki", format: "der" }).subarray(-32)]);
  const id = sha256(Buffer.from(`${ORIGIN}\n`), key).subarray(0, 4);
  const signature = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]);
  const note = `${text}\n— ${ORIGIN} ${signature.toString("base64")}\n`;
  const lines = [...records, JSON.stringify({ head: note }), ""].join("\n");
  return { lines, key: `${ORIGIN}+${id.toString("hex")}+${key.toString("base64")}` };
}

/** What the browser says of an export, and how many records it has told of. */
function verify({ lines, key }) {
  return page.evaluate(async ([text, verifierKey]) => {
    const { Verifier, readKeys, verify } = await import("/audit.js");
    let told = 0;
    try {
      const keys = await readKeys([verifierKey]);
      const stream = new Blob([text]).stream();
      return [await verify(stream, new Verifier(keys), (count) => told = count), told];
    } catch (problem) {
      return [problem.message, told];
    }
  }, [lines, key]);
}

test("an export is verified in the browser, and a changed one is not", { timeout: 60_000 }, async () => {
  const made = makeExport();
  assert.deepEqual(await verify(made),
    [`records 1 to ${RECORDS} of organization ${ORGANIZATION}`, RECORDS]);
  assert.deepEqual(await verify({ ...made, lines: made.lines.replace("🛂", "🛃") }),
    ["record 1: it is not the one that record 2 follows", 2]);
  assert.deepEqual(await verify({ ...made, lines: made.lines.replace("chain ", "chain f") }),
    ["head at the end: it is no signed note of a head", RECORDS]);
  assert.deepEqual(await verify({ ...made, key: makeExport().key }),
    ["head at the end: it is not signed by any of the keys", RECORDS]);
});
