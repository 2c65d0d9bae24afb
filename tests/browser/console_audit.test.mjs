// The past in the console, in a real browser: who changed what, how it was, and whether it is true.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before } from "node:test";

import {
  enter, expectAccessible, expectNoSidewaysScrolling, inConsole, saved, tabTo,
} from "./console_page.mjs";
import { Server, screenshots, startBrowser } from "./support.mjs";

let browser, server, token, moved, deleted;

before(async () => {
  server = await Server.start();
  token = await server.tokenWith("read", "audit");
  moved = await server.appointment(0, { start_date_time: "2031-05-06T09:00:00Z", title: "First" });
  await server.request("PATCH", `${moved.id}/`, { title: "Second" });
  await server.request("PATCH", `${moved.id}/`, { start_date_time: "2031-05-07T10:00:00Z" });
  deleted = await server.appointment(0, { start_date_time: "2031-05-08T09:00:00Z", title: "Gone" });
  await server.request("DELETE", `${deleted.id}/`);
  browser = await startBrowser();
}, { timeout: 60_000 });

after(async () => {
  await browser?.close();
  await server?.stop();
});

const inBrowser = (...parts) => inConsole(() => browser, ...parts);
const NOT_FOUND = "Failed to load resource: the server responded with a status of 404 (Not Found)";

async function open(page, appointment) {
  await page.getByLabel("Id of an appointment").fill(appointment.id);
  await page.getByRole("button", { name: "Open it" }).click();
  await page.getByText(/^As of event \d+\./).waitFor();
}

/** The values of the state that is shown, by name. */
async function state(page) {
  const list = page.locator("#state");
  const names = await list.getByRole("term").allTextContents();
  const values = await list.getByRole("definition").allTextContents();
  return Object.fromEntries(names.map((name, index) => [name, values[index]]));
}

inBrowser("the timeline says who changed what, and when", {}, async (page) => {
  await enter(page, server, token);
  await open(page, moved);
  const rows = page.getByRole("list", { name: "What happened" }).getByRole("listitem");
  assert.equal(await rows.count(), 3);
  assert.match(await rows.nth(0).textContent(), /^appointment scheduled, \w{3},? \d+ \w+ \d{4}/);
  assert.match(await rows.nth(1).textContent(), /event \d+, by token “.+”, request \S+/);
  assert.match(await rows.nth(1).textContent(), /titlebefore: First after: Second$/);
  assert.match(await rows.nth(2).textContent(), /before: Tue, 6 May 2031, 09:00:00 UTC after: Wed, 7 May/);
  assert.deepEqual(await rows.nth(2).locator("time[datetime^='2031']").evaluateAll((all) =>
    all.map((one) => one.dateTime)), ["2031-05-06T09:00:00Z", "2031-05-07T10:00:00Z"]);
});

inBrowser("the slider shows it as it was, and what is different now", {}, async (page) => {
  await enter(page, server, token);
  await open(page, moved);
  const slider = page.getByRole("slider", { name: "Up to its event" });
  assert.match(await slider.getAttribute("aria-valuetext"), /^3 of 3: appointment updated, /);
  assert.equal((await state(page)).title, "Second");
  await slider.fill("1");
  await page.getByText("now: Second").waitFor();
  assert.match(await slider.getAttribute("aria-valuetext"), /^1 of 3: appointment scheduled, /);
  assert.equal((await state(page)).title, "First now: Second");
  assert.match((await state(page))["start date time"], /^Tue, 6 May 2031.*now: Wed, 7 May 2031/);
  assert.match(await page.locator("[aria-current=step]").textContent(), /^appointment scheduled/);
});

inBrowser("any other moment can be named", { timezoneId: "Asia/Tokyo" }, async (page) => {
  await enter(page, server, token);
  await open(page, moved);
  await page.getByRole("slider").fill("1");
  await page.getByText("now: Second").waitFor();
  const moment = page.getByLabel("At any other moment");
  await moment.fill(new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 19)); // in Tokyo
  await page.getByRole("button", { name: "Show it then" }).click();
  await page.getByText(/^As of \w{3},? .* GMT\+9\.$/).waitFor();
  assert.equal((await state(page)).title, "Second");
  assert.match(await page.locator("[aria-current=step]").textContent(), / after: Wed, 7 May/);
  await moment.fill("2001-01-01T00:00");
  await page.getByRole("button", { name: "Show it then" }).click();
  await page.getByText(/^as_of: /).waitFor();
}, [/400/]);

inBrowser("a deleted appointment has its past still", {}, async (page) => {
  await enter(page, server, token);
  await open(page, deleted);
  await page.getByText(/^As of event \d+\. It is not there\.$/).waitFor();
  await page.getByRole("slider").fill("1");
  await page.getByText(/^As of event \d+\.$/).waitFor();
  assert.equal((await state(page)).title, "Gone");
}, [NOT_FOUND, NOT_FOUND]);

inBrowser("an appointment that never was has no past", {}, async (page) => {
  await enter(page, server, token);
  await page.getByLabel("Id of an appointment").fill(server.organization);
  await page.getByRole("button", { name: "Open it" }).click();
  await page.getByText("No Appointment matches the given query.").waitFor();
  assert.equal(await page.getByRole("slider").count(), 0);
}, [NOT_FOUND, NOT_FOUND]);

inBrowser("the history can be saved, one line for each change", {}, async (page) => {
  await enter(page, server, token);
  await open(page, moved);
  const { file, lines } = await saved(page, "Save this history as CSV");
  assert.equal(file, `appointment-${moved.id}.csv`);
  assert.equal(lines[0],
    "sequence,time,type,actor_kind,actor_id,actor_name,request_id,field,old,new");
  assert.ok(lines.some((line) => line.endsWith(",title,First,Second")));
  assert.ok(lines.at(-1).endsWith(",start_date_time,2031-05-06T09:00:00Z,2031-05-07T10:00:00Z"));
});

const verdict = (page) => page.locator("#verify-status");

async function verify(page, { keys, head } = {}) {
  if (keys !== undefined) await page.getByLabel("Verifier keys").fill(keys);
  if (head !== undefined) await page.getByLabel("A head that was kept").fill(head);
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByText(/^(Intact|Altered|Cannot tell): /).waitFor();
  return verdict(page).textContent();
}

inBrowser("what was not touched is intact, and its head can be kept and used", {}, async (page) => {
  await enter(page, server, token);
  assert.match(await verify(page), new RegExp(`^Intact: records 1 to \\d+ of organization ${server.organization}$`));
  const head = await page.getByLabel("The head of what was verified").inputValue();
  const [download] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("button", { name: "Save this head" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), `head-${head.split("\n")[1]}.txt`);
  await server.appointment(0, { start_date_time: "2031-05-09T09:00:00Z" });
  const mailed = ` ${head.replaceAll("\n", "\r\n")}\r\n\r\n`;
  assert.match(await verify(page, { head: mailed }), /^Intact: /);
  const [size] = head.match(/(?<=\n)\d+/);
  const forged = head.replace(`\n${size}\n`, `\n${size - 1}\n`);
  assert.equal(await verify(page, { head: forged }), "Altered: head that you gave: its signature is wrong");
  assert.ok(await page.locator("#head-kept").isHidden());
  assert.match(await verify(page, { head: "hello" }), /^Cannot tell: head that you gave: /);
});

inBrowser("a key of somebody else cannot tell", {}, async (page) => {
  await enter(page, server, token);
  assert.match(await verify(page, { keys: "example.org+00000000+AAAA" }), /^Cannot tell: .* is no verifier key$/);
});

/** Planted faults: what they do to the lines of an export, and what is found. */
const FAULTS = {
  "a changed record": [(lines) => lines.with(3, lines[3].replace("Second", "Secund")), /^Altered: record 4: /],
  "a dropped record": [(lines) => lines.toSpliced(2, 1), /^Altered: record 3: /],
  "a record that was added": [(lines) => lines.toSpliced(2, 0, lines[2]), /^Altered: record 4: /],
  "swapped records": [(lines) => lines.with(2, lines[3]).with(3, lines[2]), /^Altered: record 3: /],
  "an end that was cut off": [(lines) => lines.slice(0, -2), /^Altered: /],
  "a head that was forged": [
    (lines) => lines.with(-1, lines.at(-1).replace(/\\nchain ./, (all) => all.replace(/.$/, "_"))),
    /^Altered: /],
};

for (const [fault, [plant, found]] of Object.entries(FAULTS)) {
  inBrowser(`${fault} is found`, {}, async (page) => {
    await enter(page, server, token);
    await page.context().route("**/audit/export/*", async (route) => {
      const answer = await route.fetch();
      const lines = (await answer.text()).trimEnd().split("\n");
      await route.fulfill({ response: answer, body: `${plant(lines).join("\n")}\n` });
    });
    assert.match(await verify(page), found);
    assert.equal(await verdict(page).getAttribute("class"), "bad");
    assert.ok(await page.locator("#head-kept").isHidden());
  });
}

inBrowser("an export that breaks off proves nothing, and checking can be stopped", {}, async (page) => {
  await enter(page, server, token);
  await page.context().route("**/audit/export/*", (route) => route.abort());
  assert.equal(await verify(page), "Cannot tell: The server cannot be reached.");
  await page.context().unrouteAll();
  await page.context().route("**/audit/export/*", () => {}); // never answers
  await page.getByRole("button", { name: "Verify" }).click();
  await page.getByText(/^Checking \d+ records/).waitFor();
  assert.equal(await page.getByRole("progressbar", { name: "Records that were checked" }).count(), 1);
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByText("Stopped.").waitFor();
  assert.ok(await page.getByRole("button", { name: "Verify" }).isEnabled());
});

inBrowser("the past can be seen and checked by the keyboard alone", {}, async (page) => {
  await enter(page, server, token);
  await tabTo(page, "Id of an appointment");
  await page.keyboard.type(moved.id);
  await page.keyboard.press("Enter");
  await page.getByText(/^As of event \d+\./).waitFor();
  await tabTo(page, "Up to its event");
  await page.keyboard.press("Home");
  await page.getByText("now: Second").waitFor();
  await page.keyboard.press("ArrowRight");
  await page.getByText("now: Second").waitFor({ state: "detached" });
  await tabTo(page, "Verify");
  await page.keyboard.press("Enter"); // the link to the section
  await tabTo(page, "Verify");
  await page.keyboard.press("Enter");
  await page.getByText(/^Intact: /).waitFor();
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 1280]) {
    const viewport = { width, height: 740 };
    inBrowser(`axe finds nothing, ${colorScheme}, ${width} wide`, { colorScheme, viewport }, async (page) => {
      await enter(page, server, token);
      await open(page, moved);
      await page.getByRole("slider").fill("1");
      await page.getByText("now: Second").waitFor();
      assert.match(await verify(page), /^Intact: /);
      await expectAccessible(page);
      await expectNoSidewaysScrolling(page);
      assert.match(await verify(page, { head: "hello" }), /^Cannot tell: /);
      await expectAccessible(page);
    });
  }
}

// The pictures in docs/console.md: made again only when asked for, since fonts differ.
inBrowser("the past can be drawn", { viewport: { width: 760, height: 900 } }, async (page) => {
  await enter(page, server, token);
  await open(page, moved);
  await page.getByRole("slider").fill("2");
  await page.getByText(/now: Wed, 7 May/).waitFor();
  await draw(page, "appointment");
});

inBrowser("a verdict can be drawn", { viewport: { width: 760, height: 900 } }, async (page) => {
  await enter(page, server, token);
  await verify(page);
  await draw(page, "verify");
});

async function draw(page, section) {
  const wanted = process.env.CONSULARIA_WRITE_SCREENSHOT !== undefined;
  const file = path.join(screenshots, `console-${section}.png`);
  const picture = await page.locator(`#${section}`).screenshot(wanted ? { path: file } : {});
  assert.ok(picture.length > 10_000);
}
