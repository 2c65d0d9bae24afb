// The console in a browser: its address, a token entered, what it complains of.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";

import { openPage, packages } from "./support.mjs";

const axeSource = await readFile(createRequire(packages).resolve("axe-core/axe.min.js"), "utf8");

/** Enters a token and waits until the console is open. */
export async function enter(page, server, token = server.token) {
  await page.goto(`${server.url}/console/`);
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.getByRole("heading", { name: "Find an appointment" }).waitFor();
}

/** A test with a page of its own; `complaints` is what its console is bound to say. */
export function inConsole(browser, name, options, steps, complaints) {
  test(name, { timeout: 60_000 }, async () => {
    const visit = await openPage(browser(), options);
    await steps(visit.page, visit.context);
    await visit.close(complaints);
  });
}

/** What a click on this button makes the browser save, as lines. */
export async function saved(page, name) {
  const [download] = await Promise.all([
    page.waitForEvent("download"), page.getByRole("button", { name }).click(),
  ]);
  const text = await readFile(await download.path(), "utf8");
  assert.equal(text[0], "\ufeff");
  assert.ok(text.endsWith("\r\n"));
  return { file: download.suggestedFilename(), lines: text.slice(1, -2).split("\r\n") };
}

/** Fails for whatever axe-core finds wrong. */
export async function expectAccessible(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => globalThis.axe.run());
  const wrong = found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  assert.deepEqual(wrong, []);
  assert.ok(found.passes.length > 10);
}

/** Fails if something is wider than the screen. */
export async function expectNoSidewaysScrolling(page) {
  const [content, screen] = await page.evaluate(() =>
    [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= screen, `${content} > ${screen}`);
}

/** Presses Tab until the focus is on what has this name. */
export async function tabTo(page, name) {
  for (let presses = 0; presses < 60; ++presses) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement.labels?.[0]?.textContent ?? activeElement.textContent;
    });
    if (focused === name) {
      const style = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.equal(style, "solid", "the focus can be seen");
      return;
    }
  }
  assert.fail(`Tab does not lead to ${name}`);
}
