// What a participant sees of an access link, in a real browser.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";

import { Meeting, Server, openPage, screenshots, startBrowser, until } from "./support.mjs";

const EARLY = 2 * 3600; // seconds until the start
const OPEN = 300;
const ENDED = -20 * 60;

let browser, meeting, server;

before(async () => {
  meeting = await Meeting.start();
  server = await Server.start("--meeting-url", `${meeting.url}/{room}?role={role}#{display_name}`);
  browser = await startBrowser();
}, { timeout: 60_000 });

after(async () => {
  await browser?.close();
  await server?.stop();
  await meeting?.stop();
});

/** A test with a page of its own; `complaints` is what its console is bound to say. */
function inBrowser(name, options, steps, complaints) {
  test(name, { timeout: 60_000 }, async () => {
    const visit = await openPage(browser, options);
    await steps(visit.page, visit.context);
    await visit.close(complaints);
  });
}

const NOT_FOUND = ["Failed to load resource: the server responded with a status of 404 (Not Found)"];

inBrowser("too early: it says when to come back, and offers nothing else", {}, async (page) => {
  const made = await server.appointment(EARLY);
  await page.goto(made.link);
  assert.match(await page.getByRole("status").textContent(), /^Joining opens in 1 h 4[45] min\.$/);
  assert.equal(await page.getByRole("button").count(), 0);
  await page.getByRole("link", { name: "Look again" }).click();
  await page.getByRole("heading", { name: "Passport renewal" }).waitFor();
  assert.equal(page.url(), made.link);
});

inBrowser("open: title, time, name, role, and one button", {}, async (page) => {
  const made = await server.appointment(OPEN);
  await page.goto(made.link);
  assert.equal(await page.title(), "Passport renewal");
  const terms = await page.getByRole("term").allTextContents();
  const values = await page.getByRole("definition").allTextContents();
  assert.deepEqual(terms, ["When", "Name", "Role"]);
  assert.match(values[0], /UTC, 15 minutes$/);
  assert.deepEqual(values.slice(1), ["Ann Example", "Participant"]);
  assert.ok(await page.getByRole("button", { name: "Join" }).isEnabled());
});

inBrowser("ended: it says so", {}, async (page) => {
  await page.goto((await server.appointment(ENDED)).link);
  assert.equal(await page.getByRole("status").textContent(), "This appointment has ended.");
  assert.equal(await page.getByRole("button").count(), 0);
});

inBrowser("a dead link: it says so, and whom to ask", {}, async (page) => {
  const made = await server.appointment(OPEN);
  await server.request("DELETE", `${made.id}/`);
  const answer = await page.goto(made.link);
  assert.equal(answer.status(), 404);
  await page.getByRole("heading", { name: "This link is no longer valid." }).waitFor();
  await page.getByText("Ask whoever invited you for a new link.").waitFor();
}, NOT_FOUND);

/** Whoever joined once is in the meeting, and the ledger knows it. */
async function expectJoined(page, made, visits) {
  await page.getByRole("heading", { name: "In the meeting" }).waitFor();
  assert.match(page.url(), new RegExp(`^${meeting.url}/[0-9a-f]{32}\\?role=participant#Ann%20Example$`));
  const came = meeting.visits.slice(visits);
  assert.deepEqual(came.map(({ method }) => method), ["GET"]);
  assert.equal(came[0].headers.referer, undefined);
  assert.equal(await server.joins(made), 1);
  assert.equal((await server.read(made)).status, "active");
}

inBrowser("a click on Join leads to the meeting", {}, async (page) => {
  const made = await server.appointment(OPEN);
  const visits = meeting.visits.length;
  await page.goto(made.link);
  await page.getByRole("button", { name: "Join" }).click();
  await expectJoined(page, made, visits);
});

inBrowser("Tab and Enter lead to the meeting", {}, async (page) => {
  const made = await server.appointment(OPEN);
  const visits = meeting.visits.length;
  await page.goto(made.link);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Join");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, "solid", "the focus can be seen");
  await page.keyboard.press("Enter");
  await expectJoined(page, made, visits);
});

inBrowser("it works without JavaScript", { javaScriptEnabled: false }, async (page) => {
  const made = await server.appointment(OPEN);
  const visits = meeting.visits.length;
  await page.goto(made.link);
  assert.match(await page.getByRole("time").textContent(), /^\w+day, \d+ \w+ \d{4} at \d\d:\d\d UTC$/);
  await page.getByRole("button", { name: "Join" }).click();
  await expectJoined(page, made, visits);
});

inBrowser("a double click joins once, also when the answer is slow", {}, async (page) => {
  const made = await server.appointment(OPEN);
  let joins = 0;
  let clickedTwice;
  const release = new Promise((resolve) => { clickedTwice = resolve; });
  await page.route(made.link, async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    const answer = await route.fetch({ maxRedirects: 0 });
    joins += 1;
    await release;
    await route.fulfill({ status: 200, body: String(answer.status()) }).catch(() => {});  // given up
  });
  await page.goto(made.link);
  const { x, y, width, height } = await page.getByRole("button", { name: "Join" }).boundingBox();
  const click = () => page.mouse.click(x + width / 2, y + height / 2);
  await click();
  await until(() => joins === 1);
  await click();
  clickedTwice();
  await page.getByText("303").waitFor();
  assert.equal(joins, 1);
  assert.equal(await server.joins(made), 1);
});

inBrowser("looking ten times changes nothing", {}, async (page) => {
  const made = await server.appointment(OPEN);
  await page.goto(made.link);
  for (let looks = 1; looks < 10; ++looks) await page.reload();
  await page.getByRole("button", { name: "Join" }).waitFor();
  const { link, ...expected } = made;
  assert.deepEqual(await server.read(made), expected);
  assert.equal(await server.joins(made), 0);
});

inBrowser("back from the meeting the page works again", {}, async (page) => {
  const made = await server.appointment(OPEN);
  await page.goto(made.link);
  for (let visits = 1; visits <= 2; ++visits) {
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByRole("heading", { name: "In the meeting" }).waitFor();
    assert.equal(await server.joins(made), 1, "coming back at once is the same joining");
    await page.goBack();
    assert.equal(page.url(), made.link);
    assert.ok(await page.getByRole("button", { name: "Join" }).isEnabled());
  }
  await server.request("POST", `${made.id}/complete/`);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("heading", { name: "This appointment has ended." }).waitFor();
  await page.getByRole("link", { name: "Look again" }).click();
  await page.getByRole("heading", { name: "Passport renewal" }).waitFor();
}, ["Failed to load resource: the server responded with a status of 409 (Conflict)"]);

inBrowser("a participant who is removed while looking is told", {}, async (page) => {
  const made = await server.appointment(OPEN);
  await page.goto(made.link);
  await server.request("DELETE", `${made.id}/participants/${made.participants[0].id}/`);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("heading", { name: "This link is no longer valid." }).waitFor();
}, NOT_FOUND);

inBrowser("the early page opens its door by itself", {}, async (page) => {
  const made = await server.appointment(15 * 60 + 2);
  await page.goto(made.link);
  assert.equal(await page.getByRole("status").textContent(), "Joining opens in less than a minute.");
  await page.getByRole("button", { name: "Join" }).waitFor();
  assert.equal(await server.joins(made), 0);
});

const ON_DAY = { start_date_time: "2031-05-06T20:00:00Z" };

inBrowser("the time is the visitor's with JavaScript", { timezoneId: "Asia/Tokyo" }, async (page) => {
  const made = await server.appointment(0, ON_DAY);
  await page.goto(made.link);
  const time = page.getByRole("time");
  assert.match(await time.textContent(), /^Wednesday,? 7 May 2031 at 05:00 GMT\+9$/);
  assert.equal(await time.getAttribute("datetime"), "2031-05-06T20:00:00Z");
});

inBrowser("the time is UTC without", { timezoneId: "Asia/Tokyo", javaScriptEnabled: false }, async (page) => {
  await page.goto((await server.appointment(0, ON_DAY)).link);
  assert.equal(await page.getByRole("time").textContent(), "Tuesday, 6 May 2031 at 20:00 UTC");
});

const NASTY = `<img src=x onerror=alert(1)><script>alert(2)</script>"'&lt;`;

inBrowser("what people wrote is shown and never run", {}, async (page) => {
  const participants = [{ unique_id: "x", display_name: NASTY.slice(0, 60), role: "moderator" }];
  await page.goto((await server.appointment(OPEN, { title: NASTY, participants })).link);
  assert.equal(await page.getByRole("heading").textContent(), NASTY);
  assert.equal(await page.title(), NASTY);
  assert.equal((await page.getByRole("definition").allTextContents())[1], NASTY.slice(0, 60));
  assert.equal(await page.locator("img").count(), 0);
});

for (const width of [320, 390, 1280]) {
  inBrowser(`nothing scrolls sideways at ${width} pixels`, { viewport: { width, height: 640 } }, async (page) => {
    const participants = [{ unique_id: "x", display_name: "W".repeat(60), role: "participant" }];
    for (const [start, title] of [[OPEN, "W".repeat(255)], [EARLY, "word ".repeat(50)], [ENDED, "x"]]) {
      await page.goto((await server.appointment(start, { title, participants })).link);
      const [inner, whole] = await page.evaluate(() => [
        document.documentElement.clientWidth, document.documentElement.scrollWidth]);
      assert.ok(whole <= inner, `${whole} in ${inner}`);
    }
    await page.goto((await server.appointment(OPEN)).link);
    const button = await page.getByRole("button", { name: "Join" }).boundingBox();
    assert.ok(button.height >= 44, "a finger hits the button");
    assert.ok(button.y + button.height <= 640, "without scrolling");
  });
}

inBrowser("a screen reader is told everything, in order", {}, async (page) => {
  const open = await server.appointment(0, { ...ON_DAY, start_date_time: new Date().toISOString() });
  await page.goto(open.link);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  const outline = async () => (await page.locator("body").ariaSnapshot()).replace(/\w+day.* UTC/, "DATE");
  const facts = `- main:
  - heading "Passport renewal" [level=1]
  - term: When
  - definition:
    - time: DATE
    - text: ", 15 minutes"
  - term: Name
  - definition: Ann Example
  - term: Role
  - definition: Participant
`;
  assert.equal(await outline(), `${facts}  - button "Join"`);
  await page.goto((await server.appointment(ENDED)).link);
  assert.equal(await outline(), `${facts}  - status: This appointment has ended.`);
});

/** The contrast of an element's text by WCAG 2, against the first background behind it. */
function contrast(element) {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (color) => {
    const [red, green, blue] = channels(color).map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  let behind = element;
  while (channels(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const [dark, light] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor]
    .map(luminance).sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

for (const colorScheme of ["light", "dark"]) {
  inBrowser(`every text can be read in ${colorScheme} colours`, { colorScheme }, async (page) => {
    for (const start of [EARLY, OPEN, ENDED]) {
      await page.goto((await server.appointment(start)).link);
      for (const element of await page.locator("h1, dt, dd, p, a, button").all()) {
        const found = await element.evaluate(contrast);
        assert.ok(found >= 4.5, `${await element.textContent()}: ${found.toFixed(2)}`);
      }
    }
  });
}

test("without a meeting service the page says so", { timeout: 60_000 }, async () => {
  const alone = await Server.start();
  const { page, close } = await openPage(browser);
  const made = await alone.appointment(OPEN);
  await page.goto(made.link);
  await page.getByRole("button", { name: "Join" }).click();
  assert.match(await page.getByRole("status").textContent(), /^You have joined\. No meeting service/);
  assert.equal(await page.getByRole("button").count(), 0);
  assert.equal(await alone.joins(made), 1);
  await close();
  await alone.stop();
});

test("a page that comes back from a cache looks again and never joins again", { timeout: 60_000 }, async () => {
  const alone = await Server.start();
  const { page, close } = await openPage(browser);
  const made = await alone.appointment(OPEN);
  await page.goto(made.link);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("status").waitFor();
  // The browser's own cache is not ours to fill: this is what it would say.
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await page.getByRole("button", { name: "Join" }).waitFor();
  assert.equal(await alone.joins(made), 1);
  await close();
  await alone.stop();
});

// The picture in docs/api.md: made again only when asked for, since fonts differ between machines.
inBrowser("the page can be drawn", {
  viewport: { width: 720, height: 450 }, deviceScaleFactor: 2, timezoneId: "Europe/Berlin", colorScheme: "light",
}, async (page) => {
  const quarter = 15 * 60 - (Date.now() / 1000) % (15 * 60);
  await page.goto((await server.appointment(quarter, { duration_minutes: 30 })).link);
  await page.getByRole("button", { name: "Join" }).waitFor();
  const wanted = process.env.CONSULARIA_WRITE_SCREENSHOT !== undefined;
  if (wanted) await mkdir(screenshots, { recursive: true });
  const picture = await page.screenshot(wanted ? { path: path.join(screenshots, "join-page.png") } : {});
  assert.ok(picture.length > 10_000);
});
