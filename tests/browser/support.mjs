// A server of ours, a meeting service of the tests, and Chromium.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { createRequire } from "node:module";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const packages = path.join(root, "build/browser/package.json");
const require = createRequire(packages);
const { chromium } = require("playwright-core");
const binary = process.env.CONSULARIA_BINARY ?? path.join(root, "build/release/consularia");
const run = promisify(execFile);

export const screenshots = path.join(root, "docs/images");

export function startBrowser() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  });
}

async function freePort() {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

// No server outlives the test run.
const running = new Set();
process.on("exit", () => running.forEach((server) => server.kill("SIGKILL")));

/** Waits until the condition holds. */
export async function until(condition, withinMs = 15_000) {
  const deadline = Date.now() + withinMs;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `not within ${withinMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** `consularia serve` on an empty data directory, with one organization. */
export class Server {
  static async start(...options) {
    const server = new Server();
    server.data = await mkdtemp(path.join(tmpdir(), "consularia-browser-"));
    const port = await freePort();
    server.url = `http://127.0.0.1:${port}`;
    server.process = spawn(
      binary,
      ["serve", "--data-dir", server.data, "--listen", `127.0.0.1:${port}`, "--log-level", "warning", ...options],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    running.add(server.process);
    const [ready] = await once(createInterface(server.process.stdout), "line", {
      signal: AbortSignal.timeout(30_000),
    });
    assert.match(ready, /is ready/);
    const made = await server.asAdmin("organization", "create", "Embassy");
    server.organization = made.id;
    server.token = made.token.token;
    return server;
  }

  /** What a command of the admin answers. */
  async asAdmin(...command) {
    const done = await run(binary, [
      ...command, "--server", this.url, "--secrets-file", path.join(this.data, "secrets.toml"),
    ]);
    return JSON.parse(done.stdout);
  }

  /** The secret of a new token. */
  async tokenWith(...scopes) {
    const made = await this.asAdmin(
      "token", "create", this.organization, scopes.join(" "), "--scopes", scopes.join(","),
    );
    return made.token;
  }

  async stop() {
    this.process.kill("SIGTERM");
    const [code] = await once(this.process, "exit", { signal: AbortSignal.timeout(30_000) });
    running.delete(this.process);
    await rm(this.data, { recursive: true });
    assert.equal(code, 0);
  }

  async request(method, target, body) {
    const answer = await fetch(`${this.url}/api/v1/appointments/${target}`, {
      method,
      headers: { authorization: `Token ${this.token}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    assert.ok(answer.ok, `${method} ${target}: ${answer.status}`);
    const text = await answer.text();
    return { ...(text && JSON.parse(text)), etag: answer.headers.get("etag") };
  }

  /** An appointment with Ann that starts in this many seconds, and her link. */
  async appointment(startsInSeconds, changes = {}) {
    const made = await this.request("POST", "", {
      title: "Passport renewal",
      start_date_time: new Date(Date.now() + startsInSeconds * 1000).toISOString(),
      duration_minutes: 15,
      participants: [{ unique_id: "ann", display_name: "Ann Example", role: "participant" }],
      ...changes,
    });
    return { ...made, link: made.participants[0].access_link };
  }

  read(appointment) {
    return this.request("GET", `${appointment.id}/`);
  }

  /** The number of joins in the ledger. */
  async joins(appointment) {
    const { stdout } = await run(binary, ["ledger", "export", "--facts", "--data-dir", this.data]);
    return stdout
      .split("\n")
      .filter((line) => line.includes(".participant_joined."))
      .filter((line) => line.includes(`"subject":"appointments/${appointment.id}"`)).length;
  }
}

/** The way to a server, which can be cut off: connections through it end, and the next ones work. */
export class Way {
  static async to(server) {
    const way = new Way();
    way.sockets = new Set();
    way.listener = net.createServer((near) => {
      const far = net.connect(new URL(server.url).port, "127.0.0.1");
      for (const [one, other] of [[near, far], [far, near]]) {
        way.sockets.add(one);
        one.pipe(other);
        one.on("error", () => other.destroy());
        one.on("close", () => other.destroy());
      }
    });
    way.listener.listen(0, "127.0.0.1");
    await once(way.listener, "listening");
    way.url = `http://127.0.0.1:${way.listener.address().port}`;
    return way;
  }

  cut() {
    this.sockets.forEach((socket) => socket.destroy());
    this.sockets.clear();
  }

  async stop() {
    this.listener.close();
    this.cut();
    await once(this.listener, "close");
  }
}

/** The meeting service: records its visits, and answers with a page. */
export class Meeting {
  static async start() {
    const meeting = new Meeting();
    meeting.visits = [];
    meeting.server = http.createServer((request, response) => {
      if (request.url === "/favicon.ico") return response.writeHead(204).end();
      meeting.visits.push({ url: request.url, method: request.method, headers: request.headers });
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html><html lang=en><title>Meeting</title><h1>In the meeting</h1>");
    });
    meeting.server.listen(0, "127.0.0.1");
    await once(meeting.server, "listening");
    meeting.url = `http://127.0.0.1:${meeting.server.address().port}`;
    return meeting;
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}

const patternOf = (expected) => expected instanceof RegExp ? expected
  : new RegExp(`^${expected.replaceAll(/[^\w\s]/g, "\\$&")}$`);

/** A page whose close() fails the test for every complaint in its console, also of its policy, but
 * the expected ones: texts or patterns in order, or one pattern for all. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
  return {
    page,
    context,
    async close(expected = []) {
      const cookies = await context.cookies();
      await context.close();
      const wanted = expected instanceof RegExp ? complaints.map(() => expected) : expected;
      assert.equal(complaints.length, wanted.length, complaints.join("\n"));
      complaints.forEach((one, index) => assert.match(one, patternOf(wanted[index])));
      assert.deepEqual(cookies, []);
    },
  };
}
