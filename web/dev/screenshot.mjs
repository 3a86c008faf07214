// Opens a page in headless Chromium, fails when it logs an error or breaks its content security policy, and saves a picture.
// node dev/screenshot.mjs URL out.png [--size 1440x1000] [--light] [--full] [--click CSS-SELECTOR] [--expect TEXT]
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [url, out, ...options] = process.argv.slice(2);
const option = (name) => (options.includes(name) ? options[options.indexOf(name) + 1] : undefined);
const [width, height] = (option("--size") ?? "1440x1000").split("x").map(Number);
const profile = mkdtempSync(join(tmpdir(), "screenshot-"));
const chromium = spawn(
  process.env.CHROMIUM ?? "chromium",
  ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", `--user-data-dir=${profile}`, "--remote-debugging-pipe", "about:blank"],
  { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
);
const [toBrowser, fromBrowser] = [chromium.stdio[3], chromium.stdio[4]];

let last = 0;
const waiting = new Map();
const complaints = [];
let buffered = "";
fromBrowser.setEncoding("utf8").on("data", (text) => {
  const messages = (buffered + text).split("\0");
  buffered = messages.pop();
  for (const message of messages.map((one) => JSON.parse(one))) {
    if (message.id) waiting.get(message.id)?.(message);
    if (message.method === "Runtime.exceptionThrown") complaints.push(message.params.exceptionDetails.exception?.description ?? "exception");
    if (message.method === "Log.entryAdded" && message.params.entry.level === "error") complaints.push(message.params.entry.text);
  }
});
let sessionId;
async function send(method, params = {}) {
  const id = ++last;
  const answer = new Promise((resolve) => waiting.set(id, resolve));
  toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
  const { result, error } = await answer;
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}
const evaluate = async (expression) => (await send("Runtime.evaluate", { expression, returnByValue: true })).result.value;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(expression, what) {
  for (let i = 0; i < 150; ++i, await pause(100)) if (await evaluate(expression)) return;
  complaints.push(`waited in vain for ${what}`);
}

async function run() {
  const { targetInfos } = await send("Target.getTargets");
  const page = targetInfos.find((target) => target.type === "page");
  ({ sessionId } = await send("Target.attachToTarget", { targetId: page.targetId, flatten: true }));
  for (const domain of ["Page", "Runtime", "Log"]) await send(`${domain}.enable`);
  await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 500 });
  const scheme = options.includes("--light") ? "light" : "dark";
  await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  await send("Page.navigate", { url });
  await until("document.querySelector('main .card') !== null", "the page to fill");
  const expected = option("--expect");
  if (expected) await until(`document.body.textContent.includes(${JSON.stringify(expected)})`, expected);
  if (option("--click")) await evaluate(`document.querySelector(${JSON.stringify(option("--click"))}).click()`);
  await pause(800);
  const [wide, high] = await evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]");
  if (wide > width) complaints.push(`the page is ${wide} pixels wide in a window of ${width}`);
  const clip = { x: 0, y: 0, width, height: Math.min(high, 8000), scale: 1 };
  const picture = await send("Page.captureScreenshot", options.includes("--full") ? { clip, captureBeyondViewport: true } : {});
  writeFileSync(out, Buffer.from(picture.data, "base64"));
}

try {
  await run();
} finally {
  const ended = new Promise((resolve) => chromium.once("exit", resolve));
  sessionId = undefined;
  send("Browser.close").catch(() => chromium.kill());
  await ended;
  // Its helpers may still write a last file.
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
for (const complaint of complaints) console.error(complaint);
process.exit(complaints.length > 0 ? 1 : 0);
