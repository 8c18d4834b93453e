// Makes a fresh clone ready: installs the packages and the Node 24 that runs everything else. Runs before `npm start` and
// `npm test` on whatever Node the system has, so it is plain JavaScript that uses nothing from a package.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withSetupLock } from "./setup-lock.mjs";

const OLDEST_NODE = 20;
const BUNDLED_NODE = 24;

/** One plain sentence for the person who waits. */
class SetupProblem extends Error {}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stampPath = join(modules, ".tradepost-setup");
const nodePackage = join(modules, "node");
const bundledNode = join(nodePackage, "bin", process.platform === "win32" ? "node.exe" : "node");

async function setUp() {
  const major = Number(process.versions.node.split(".", 1)[0]);
  if (major < OLDEST_NODE) {
    throw new SetupProblem(
      `Node ${process.version} is too old: install Node ${OLDEST_NODE} or newer from https://nodejs.org.`,
    );
  }
  if (isReady()) return;
  checkWritable();
  await withSetupLock(join(root, ".setup-lock"), async (noteChild) => {
    if (isReady()) return; // the one we waited for did it
    if (!arePackagesInstalled()) await installPackages(noteChild);
    if (!doesBundledNodeRun()) await installBundledNode();
    writeStamp();
  });
}

function isReady() {
  return readText(stampPath) === lockHash() && doesBundledNodeRun();
}

function lockHash() {
  return createHash("sha256")
    .update(readText(join(root, "package-lock.json")) ?? "")
    .digest("hex");
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** A container may mount the packages read-only: then each start compares them again. */
function writeStamp() {
  try {
    writeFileSync(stampPath, lockHash());
  } catch (error) {
    if (error.code !== "EROFS" && error.code !== "EACCES") throw fileProblem(error);
  }
}

/** True when someone has run `npm ci` by hand: npm notes what it installed, and writes that note last. */
function arePackagesInstalled() {
  const installed = readText(join(modules, ".package-lock.json"));
  if (installed === undefined) return false;
  if (readText(stampPath) !== undefined && readText(stampPath) !== lockHash()) return false;
  const present = JSON.parse(installed).packages;
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  return Object.entries(wanted).every(([path, { version, optional, devOptional, peer }]) => {
    if (path === "") return true;
    if (present[path] === undefined) return Boolean(optional || devOptional || peer);
    return present[path].version === version;
  });
}

function checkWritable() {
  try {
    accessSync(root, constants.W_OK);
    if (existsSync(modules)) accessSync(modules, constants.W_OK);
  } catch (error) {
    throw fileProblem(error);
  }
}

function fileProblem(error) {
  if (error.code === "ENOSPC" || error.code === "EDQUOT") return new SetupProblem(diskFull());
  if (["EACCES", "EPERM", "EROFS"].includes(error.code)) return new SetupProblem(notWritable());
  return error;
}

const diskFull = () => `The disk that holds ${root} is full: free about 500 MB, then start again.`;
const notWritable = () =>
  `The folder ${root} is not writable for this user: give it to this user, or clone into another folder.`;

async function installPackages(noteChild) {
  const packages = JSON.parse(readText(join(root, "package-lock.json")) ?? '{"packages":{}}').packages;
  const total = Object.keys(packages).filter(
    (path) => path.lastIndexOf("node_modules/") === 0 && !packages[path].optional,
  ).length;
  console.log(`Installing ${total} packages, once; this takes a moment.`);
  rmSync(stampPath, { force: true });
  // The tools and Node 24 are development packages, which NODE_ENV=production would leave out.
  const args = [
    "ci",
    "--include=dev",
    "--no-audit",
    "--no-fund",
    "--fetch-retries=2",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=5000",
  ];
  const { code, said } = await runNpm(args, root, {
    progress: () => `  ${Math.min(countInstalled(), total)} of ${total} packages`,
    noteChild,
  });
  if (code !== 0) throw npmProblem(said, code);
}

/** npm makes all folders first and fills them one by one. */
function countInstalled() {
  const folders = listNames(modules).flatMap((name) =>
    name.startsWith("@") ? listNames(join(modules, name)).map((inner) => join(name, inner)) : name,
  );
  return folders.filter((name) => existsSync(join(modules, name, "package.json"))).length;
}

function listNames(folder) {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}

/** Runs npm, shows that it goes on, and answers what it said on standard error. */
async function runNpm(args, cwd, { progress, noteChild }) {
  const ours = process.env.npm_execpath ?? "";
  const isNpm = /npm-cli\.c?js$/.test(ours);
  const [program, prefix] = isNpm ? [process.execPath, [ours]] : [process.platform === "win32" ? "npm.cmd" : "npm", []];
  const child = spawn(program, [...prefix, ...args], {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
    shell: process.platform === "win32" && !isNpm,
  });
  if (child.pid !== undefined) noteChild(child.pid);
  let said = "";
  child.stderr.on("data", (chunk) => (said += chunk));
  const stopShowing = showProgress(progress);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", (error) => {
        reject(
          error.code === "ENOENT"
            ? new SetupProblem("npm is not installed: install Node with npm from https://nodejs.org.")
            : error,
        );
      });
      child.once("close", (code) => resolve({ code, said }));
    });
  } finally {
    stopShowing();
  }
}

function showProgress(progress) {
  const isTerminal = process.stdout.isTTY;
  const timer = setInterval(
    () => process.stdout.write(isTerminal ? `\r${progress()} ` : `${progress()}\n`),
    isTerminal ? 300 : 5_000,
  );
  return () => {
    clearInterval(timer);
    if (isTerminal) process.stdout.write("\r\u001B[K");
  };
}

const NETWORK =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|EPROXY|ERR_INVALID_URL)\b/;
const CERTIFICATE = /\b(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_HAS_EXPIRED|DEPTH_ZERO_SELF_SIGNED_CERT)\b/;

function npmProblem(said, code) {
  const errors = said
    .split("\n")
    .filter((line) => /^npm (error|ERR!)/.test(line))
    .join("\n");
  if (/\b(ENOSPC|EDQUOT)\b/.test(errors)) return new SetupProblem(diskFull());
  if (NETWORK.test(errors)) {
    return new SetupProblem(
      `The package registry ${registry()} cannot be reached: check the connection, the proxy and the registry setting, then start again.`,
    );
  }
  if (CERTIFICATE.test(errors)) {
    return new SetupProblem(
      `The certificate of the package registry ${registry()} is not trusted: set NODE_EXTRA_CA_CERTS to your organisation's certificate, then start again.`,
    );
  }
  if (/\b(EACCES|EPERM|EROFS)\b/.test(errors)) return new SetupProblem(notWritable());
  if (/\bEUSAGE\b/.test(errors)) {
    return new SetupProblem(
      'package.json and package-lock.json do not belong together: run "npm install", or undo the change to one of them.',
    );
  }
  if (/\b(E401|E403|E404|ETARGET|EINTEGRITY)\b/.test(errors)) {
    const first = errors.split("\n").find((line) => !/ code /.test(line)) ?? "";
    return new SetupProblem(
      `The package registry ${registry()} does not give a package we need (${first.replace(/^npm \S+ (\d+ )?/, "")}): check the registry setting.`,
    );
  }
  const tail = (errors || said).trim().split("\n").slice(-12).join("\n");
  return new SetupProblem(`npm could not install the packages (exit code ${code}):\n${tail}`);
}

function registry() {
  return process.env.npm_config_registry ?? "https://registry.npmjs.org/";
}

function doesBundledNodeRun() {
  const answer = spawnSync(bundledNode, ["--version"], { encoding: "utf8" });
  return answer.status === 0 && answer.stdout.startsWith(`v${BUNDLED_NODE}.`);
}

/** npm's blocking of install scripts keeps Node 24 away: the package `node` fetches it by its script. We run that step. */
async function installBundledNode() {
  console.log(`Fetching Node ${BUNDLED_NODE}.`);
  const script = join(nodePackage, "installArchSpecificPackage.js");
  if (existsSync(script)) {
    const answer = spawnSync(process.execPath, [script], { cwd: nodePackage, encoding: "utf8" });
    if (doesBundledNodeRun()) return linkProgram();
    if (useOwnNode()) return linkProgram();
    throw npmProblem(`${answer.stderr}`, answer.status);
  }
  if (useOwnNode()) return linkProgram();
  throw new SetupProblem(
    `Node ${BUNDLED_NODE} for this system is missing: install Node ${BUNDLED_NODE} from https://nodejs.org, then start again.`,
  );
}

/** The system's own Node does as well when it has the right version (where no Node 24 for this system is on npm, as on musl). */
function useOwnNode() {
  if (!process.version.startsWith(`v${BUNDLED_NODE}.`) || process.platform === "win32") return false;
  mkdirSync(dirname(bundledNode), { recursive: true });
  rmSync(bundledNode, { force: true });
  symlinkSync(process.execPath, bundledNode);
  return doesBundledNodeRun();
}

/** npm links programs when it installs, which may have been before this one was there. */
function linkProgram() {
  if (process.platform === "win32") return;
  const link = join(modules, ".bin", "node");
  mkdirSync(dirname(link), { recursive: true });
  if (existsSync(link)) return;
  try {
    unlinkSync(link); // a link to nowhere
  } catch {
    // there was none
  }
  symlinkSync("../node/bin/node", link);
}

/** What browsers and Node cannot read as it is; done again only after a change. */
function buildApps() {
  for (const app of readdirSync(join(root, "apps"))) {
    const script = join(root, "apps", app, "build.ts");
    if (!existsSync(script)) continue;
    const answer = spawnSync(bundledNode, [script], { cwd: root, encoding: "utf8" });
    if (answer.status !== 0)
      throw new SetupProblem(`apps/${app} could not be built:\n${answer.stderr}${answer.stdout}`);
  }
}

try {
  await setUp();
  buildApps();
} catch (error) {
  const told = fileProblem(error);
  console.error(told instanceof SetupProblem ? `\n${told.message}` : told);
  process.exitCode = 1;
}
