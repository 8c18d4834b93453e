import { globSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What is wrong with a request for a new service, in one sentence for the person who asked. */
export class CannotScaffold extends Error {}

const WHERE = "docs/where.md";
const TEMPLATES = join(import.meta.dirname, "service-template");
// Taken by the import map, the bus's database, or forbidden as names that say nothing.
const TAKEN = new Set(["kernel", "platform", "bus", "postgres", "service", "refuse", "sql", "shop"]);
const SAYS_NOTHING = new Set(["util", "utils", "helper", "helpers", "common", "shared", "misc", "lib", "index"]);
const KEYWORDS =
  /^(break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|import|in|instanceof|new|null|return|super|switch|this|throw|true|try|typeof|var|void|while|with|yield|let|static|await|async|package|private|public|protected|interface|implements|eval|arguments|undefined)$/;
const LONGEST_NAME = 30;

/** Writes `services/<name>/` from the template and adds its rows to topology.ts and docs/where.md. Answers the paths that are new or
 *  changed.
 *  Throws CannotScaffold, and writes nothing, when the name is not good or in use. */
export function scaffoldService(
  root: string,
  name: string,
  options: { readonly withEvents: boolean },
): readonly string[] {
  const topology = readFileSync(join(root, "topology.ts"), "utf8");
  refuseBadName(root, name, topology);
  const files = templateFiles(options.withEvents);
  const withRow = addRow(topology, name);
  const leading = addPlace(readFileSync(join(root, WHERE), "utf8"), name);
  const folder = join("services", name);
  for (const [file, text] of files) {
    const path = join(root, folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, filled(text, name), { flag: "wx" });
  }
  writeFileSync(join(root, "topology.ts"), withRow);
  writeFileSync(join(root, WHERE), leading);
  return [...[...files.keys()].map((file) => join(folder, file)), "topology.ts", WHERE];
}

function refuseBadName(root: string, name: string, topology: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name))
    throw new CannotScaffold(
      `"${name}" is no name for a service: use lower-case words joined by hyphens, like gift-cards.`,
    );
  if (name.length > LONGEST_NAME)
    throw new CannotScaffold(`"${name}" is too long: use at most ${LONGEST_NAME} letters.`);
  if (SAYS_NOTHING.has(name)) throw new CannotScaffold(`"${name}" says nothing: name the service by what it owns.`);
  if (TAKEN.has(name) || KEYWORDS.test(name))
    throw new CannotScaffold(`"${name}" means something else here: choose another name.`);
  const folders = ["services", "apps"].flatMap((parent) => globSync(`${parent}/*`, { cwd: root }));
  const hasFolder = folders.some((folder) => folder.endsWith(`/${name}`));
  if (hasFolder || topology.includes(`name: "${name}"`))
    throw new CannotScaffold(`There is a service "${name}" already: choose another name, or change that one.`);
}

/** Text by path inside the service; the files of `with-events` replace those of `plain`. */
function templateFiles(withEvents: boolean): ReadonlyMap<string, string> {
  const layers = withEvents ? ["plain", "with-events"] : ["plain"];
  const files = new Map<string, string>();
  for (const layer of layers) {
    const folder = join(TEMPLATES, layer);
    const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".txt"));
    for (const file of found) files.set(file.slice(0, -".txt".length), readFileSync(join(folder, file), "utf8"));
  }
  return files;
}

function filled(text: string, name: string): string {
  const words = name.split("-");
  const capitalised = words.map((word) => word[0]!.toUpperCase() + word.slice(1));
  const pascal = capitalised.join("");
  const values: Readonly<Record<string, string>> = {
    name,
    camelName: pascal[0]!.toLowerCase() + pascal.slice(1),
    Pascal: pascal,
    Title: capitalised.join(" "),
    CODE: words.join("_").toUpperCase(),
  };
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => values[key]!);
}

/** As the last row of the table, with values that suit a small service. */
function addRow(topology: string, name: string): string {
  const start = topology.indexOf("export const topology");
  const end = topology.indexOf("\n];", start);
  if (start < 0 || end < 0)
    throw new CannotScaffold("topology.ts does not hold the table that ends with `];`: add the row by hand.");
  const ports = [...topology.matchAll(/\bport: ([\d_]+)/g)].map((match) => Number(match[1]!.replaceAll("_", "")));
  const port = String(Math.max(8_100, ...ports) + 10).replace(/(\d{3})$/, "_$1");
  const row = `\n  { name: "${name}", risk: "low", p99Ms: 300, port: ${port}, replicas: 1, databaseConnections: 4 },`;
  return topology.slice(0, end) + row + topology.slice(end);
}

/** As the last row of the services, for its author to say what it owns. */
function addPlace(where: string, name: string): string {
  const start = where.indexOf("\n## Services\n");
  const end = where.indexOf("|\n\n", start);
  if (start < 0 || end < 0)
    throw new CannotScaffold(`${WHERE} has no table under "## Services": add the row by hand, and the heading.`);
  return `${where.slice(0, end)}|\n| what ${name} owns | \`services/${name}/README.md\` |\n\n${where.slice(end + 3)}`;
}
