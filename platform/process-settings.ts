import { choiceSetting, integerSetting, textSetting, type Setting } from "./config.ts";
import { internalKey, internalTrust } from "./internal-identity.ts";
import { telemetrySettings } from "./telemetry/settings.ts";

const operatorHosts: Setting<readonly string[]> = {
  name: "OPS_ALLOWED_HOSTS",
  doc: "Names that the operators' port may be asked by, beside localhost and IP addresses.",
  accepts: "host names without ports, separated by commas",
  defaultValue: [],
  parse: (text) => {
    const names = text
      .toLowerCase()
      .split(",")
      .map((name) => name.trim());
    const told = names.filter((name) => name !== "");
    if (!told.every((name) => /^[a-z\d_]([\w.-]*[a-z\d_])?$/.test(name)))
      throw new Error("must be host names without ports, separated by commas");
    return told;
  },
};

/** An origin (RFC 6454), for addresses are made by writing a path after it. Told by a setting: what a client says of the host would be kept for
 *  everybody. */
const publicUrl: Setting<string> = {
  name: "PUBLIC_URL",
  doc: "Where shoppers reach the shop; the start of the links in mails and in what search engines read.",
  accepts: "http(s) address without a path",
  defaultValue: "http://localhost:8080",
  parse: (text) => {
    const url = URL.parse(text);
    const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
    if (url === null || !isWeb || url.href !== `${url.origin}/`)
      throw new Error("must be an http(s) address without a path");
    return url.origin;
  },
};

/** Settings of the process itself; services declare their own beside their code. */
export const processSettings = {
  port: integerSetting("PORT", {
    doc: "Port of the shop, the API and health checks.",
    defaultValue: 8080,
    maximum: 65_535,
  }),
  host: textSetting("HOST", { doc: "Address that the public port listens on.", defaultValue: "0.0.0.0" }),
  operatorPort: integerSetting("OPS_PORT", {
    doc: "Port of the operators: mail inbox, metrics, commands.",
    defaultValue: 8081,
    maximum: 65_535,
  }),
  operatorHost: textSetting("OPS_HOST", {
    doc: "Address that the operators' port listens on; keep it private, it asks for no password.",
    defaultValue: "127.0.0.1",
  }),
  operatorHosts,
  publicUrl,
  shopName: textSetting("SHOP_NAME", {
    doc: "What the shop calls itself: on its pages, in its mails.",
    defaultValue: "Tradepost",
  }),
  dataDir: textSetting("TRADEPOST_DATA_DIR", {
    doc: "Folder of the embedded PostgreSQL and the generated keys; survives restarts.",
    defaultValue: ".data",
  }),
  logLevel: choiceSetting("LOG_LEVEL", {
    doc: "What is logged on standard error.",
    choices: ["debug", "info", "warn", "error"],
    defaultValue: "warn",
  }),
  demo: choiceSetting("TRADEPOST_DEMO", {
    doc: "Whether the first run fills an empty shop with the demo goods.",
    choices: ["on", "off"],
    defaultValue: "on",
  }),
  faults: choiceSetting("FAULTS", {
    doc: "The fault switchboard on the operators' port (docs/faults.md): breaks things on purpose. Refused with NODE_ENV=production.",
    choices: ["on", "off"],
    defaultValue: "off",
  }),
  nodeEnv: textSetting("NODE_ENV", {
    doc: "`production` is production mode: nothing is broken on purpose.",
    defaultValue: "",
  }),
  internalKey,
  internalTrust,
  drainMs: integerSetting("DRAIN_MS", {
    doc: "Longest wait for requests under way at a stop.",
    unit: "milliseconds",
    defaultValue: 10_000,
  }),
  consumerAttempts: integerSetting("CONSUMER_ATTEMPTS", {
    doc: "Tries of one event before it goes to the dead letters; what is not available now counts as none, for a day.",
    defaultValue: 12,
    minimum: 2,
    maximum: 1_000,
  }),
  consumerFirstRetryMs: integerSetting("CONSUMER_FIRST_RETRY_MS", {
    doc: "Wait after an event failed for the first time; each further wait is twice as long.",
    unit: "milliseconds",
    defaultValue: 100,
    minimum: 1,
    maximum: 3_600_000,
  }),
  consumerLongestRetryMs: integerSetting("CONSUMER_LONGEST_RETRY_MS", {
    doc: "Longest wait between two tries of one event.",
    unit: "milliseconds",
    defaultValue: 30_000,
    minimum: 1,
    maximum: 86_400_000,
  }),
  busRetentionDays: integerSetting("BUS_RETENTION_DAYS", {
    doc: "How long the embedded bus keeps events, for new listeners and replays; also those that a group has not read.",
    unit: "days",
    defaultValue: 14,
    minimum: 1,
    maximum: 28,
  }),
  store: textSetting("STORE", {
    doc: "Name of the merchant's store in keys, orders and events.",
    defaultValue: "demo",
  }),
  market: textSetting("MARKET", { doc: "Market of a request that names none.", defaultValue: "gb" }),
  idempotencyKeyDays: integerSetting("IDEMPOTENCY_KEY_DAYS", {
    doc: "How long the answer to a request with an Idempotency-Key is kept.",
    unit: "days",
    defaultValue: 7,
    minimum: 1,
  }),
  ...telemetrySettings,
} as const;
