// A browser without a window, spoken to by the protocol of its developer tools.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @typedef {{ width: number, dark: boolean, height?: number }} View height: the page is cut there */
/** @typedef {(url: string, view: View) => Promise<Buffer>} Screenshot */

/** @param {(screenshot: Screenshot) => Promise<void>} use */
export async function withBrowser(use) {
  const profile = await mkdtemp(join(tmpdir(), "lobreg-browser-"));
  const chromium = spawn(
    process.env["CHROMIUM"] ?? "chromium",
    ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-port=0", `--user-data-dir=${profile}`],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  try {
    const browser = await connect(await address(chromium));
    const { targetId } = await browser("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await browser("Target.attachToTarget", { targetId, flatten: true });
    /** @type {Send} */
    const send = (method, params = {}) => browser(method, params, sessionId);
    await use(async (url, { width, dark, height }) => {
      await send("Emulation.setDeviceMetricsOverride", {
        width,
        height: 800,
        deviceScaleFactor: width < 500 ? 2 : 1.5,
        mobile: width < 500,
      });
      await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] });
      await send("Page.navigate", { url });
      await send("Runtime.evaluate", {
        expression: `new Promise((done) => { const look = () => document.readyState === "complete" && location.href === ${JSON.stringify(url)} ? setTimeout(done, 100) : setTimeout(look, 20); look(); })`,
        awaitPromise: true,
      });
      const { cssContentSize } = await send("Page.getLayoutMetrics");
      if (cssContentSize.width > width) console.warn(`${url} is ${cssContentSize.width} px wide, but the window has ${width}`);
      const clip = { x: 0, y: 0, width, height: Math.min(height ?? Infinity, cssContentSize.height), scale: 1 };
      const { data } = await send("Page.captureScreenshot", { format: "png", clip, captureBeyondViewport: true });
      return Buffer.from(data, "base64");
    });
  } finally {
    const ended = new Promise((done) => chromium.once("exit", done));
    chromium.kill();
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Returns the address that the browser prints when it has started.
 *
 * @param {import("node:child_process").ChildProcess} chromium
 * @returns {Promise<string>}
 */
const address = (chromium) =>
  new Promise((resolve, reject) => {
    let said = "";
    chromium.once("error", reject);
    chromium.once("exit", () => reject(new Error(`chromium ended: ${said}`)));
    chromium.stderr?.on("data", (chunk) => {
      said += chunk;
      const url = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (url) resolve(url);
    });
  });

/** @typedef {(method: string, params?: object, sessionId?: string) => Promise<any>} Send */

/**
 * @param {string} url
 * @returns {Promise<Send>}
 */
async function connect(url) {
  const socket = new globalThis.WebSocket(url);
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  socket.onmessage = ({ data }) => {
    const { id, result, error } = JSON.parse(String(data));
    const one = waiting.get(id);
    waiting.delete(id);
    if (error) one?.reject(new Error(error.message));
    else one?.resolve(result);
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`cannot reach ${url}`));
  });
  let id = 0;
  return (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      waiting.set(++id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
    });
}
