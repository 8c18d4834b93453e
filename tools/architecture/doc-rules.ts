import { discrepanciesFoundBy } from "#kernel/audit";
import { eventType } from "#kernel/event";
import type { House } from "./house.ts";
import { rowFolders, isTest, isTestSupport } from "./paths.ts";
import type { Finding, Rule } from "./rule.ts";
import type { Tree } from "./tree.ts";

const REFUSALS = "docs/refusals.md";
const EVENTS = "docs/events.md";
const WHERE = "docs/where.md";

/** Rules that hold documents and code against each other, in both directions. */
export const docRules: readonly Rule[] = [
  {
    name: "docs-tell-every-refusal",
    sentence: `${REFUSALS} has a heading for every declared refusal, and for no other: run node tools/generate-refusals.ts.`,
    find: async (tree) => differences(tree, REFUSALS, { declared: refusalsOf(await tree.house()), told: sectionsOf }),
  },
  {
    name: "docs-tell-every-event",
    sentence: `${EVENTS} has a heading for every published event, and for no other: run node tools/generate-events.ts.`,
    find: async (tree) => differences(tree, EVENTS, { declared: eventsOf(await tree.house()), told: typesOf }),
  },
  {
    name: "docs-name-what-exists",
    sentence:
      "Readers set in vain, or wait in vain for, what is not there: correct the setting or the code, or list it as foreign in tools/architecture/doc-rules.ts.",
    find: unknownNames,
  },
  {
    name: "where-leads-everywhere",
    sentence: `Add a row to ${WHERE} that says, in the words of somebody who looks for it, what this is.`,
    find: unreached,
  },
];

type Sides = { readonly declared: readonly string[]; told(page: string): readonly string[] };

function differences(tree: Tree, file: string, { declared, told }: Sides): readonly Finding[] {
  if (!tree.has(file)) return [{ file, told: "is missing" }];
  const written = told(tree.text(file));
  return [
    ...declared.filter((name) => !written.includes(name)).map((name) => ({ file, told: `does not tell of ${name}` })),
    ...written
      .filter((name) => !declared.includes(name))
      .map((name) => ({ file, told: `tells of ${name}, which is gone` })),
  ];
}

/** `cart CART_FULL`; those of no service stand in sections with other names. */
function refusalsOf({ services, general, operators }: House): readonly string[] {
  const own = [...services].flatMap(([folder, { refusals }]) => refusals.map((code) => `${folder} ${code}`));
  return [...own, ...general.map((code) => `every operation ${code}`), ...operators.map((code) => `operators ${code}`)];
}

/** `## cart` and below it `` ### `CART_FULL` 422 ``. */
function sectionsOf(page: string): readonly string[] {
  let section = "";
  return page.split("\n").flatMap((line) => {
    section = /^## (.+)$/.exec(line)?.[1]?.toLowerCase() ?? section;
    const code = /^### `([A-Z0-9_]+)`/.exec(line)?.[1];
    return code === undefined ? [] : [`${section} ${code}`];
  });
}

function eventsOf({ services }: House): readonly string[] {
  // The embedded bus is no service, and tells of itself.
  return [eventType(discrepanciesFoundBy("bus")), ...[...services.values()].flatMap(({ publishes }) => publishes)];
}

/** `` ### `orders.OrderPlaced.v1` ``; one heading may stand for several types. */
function typesOf(page: string): readonly string[] {
  const headings = page.split("\n").filter((line) => line.startsWith("### "));
  return headings.flatMap((line) => [...line.matchAll(/`([a-z-]+\.\w+\.v\d+)`/g)].map((match) => match[1]!));
}

/** Names that look like ours and are somebody else's, each with whose. */
const FOREIGN = new Map([["SCENARIOS_ON", "the test runner reads it, never the shop"]]);
// In a document a setting reads `ORDERS_CAPTURE` or `FAULTS=on`; a refusal looks the same.
const NAME = /(?<![\w<-])(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|[A-Z]{3,}(?==\w))/g;
const DOCUMENT = /^(docs\/(adr\/)?|services\/[^/]+\/|demo\/)?[\w-]+\.md$/;

async function unknownNames(tree: Tree): Promise<readonly Finding[]> {
  const house = await tree.house();
  const settings = [...house.services.values(), { settings: house.processSettings }].flatMap((one) => one.settings);
  const rows = [...(house.rows ?? []), "bus"].map((name) => name.replaceAll("-", "_").toUpperCase());
  const known = new Set([
    ...settings.map(({ name }) => name),
    ...rows.flatMap((row) => [`${row}_URL`, `${row}_DATABASE_URL`]),
    ...refusalsOf(house).map((name) => name.split(" ").at(-1)!),
    ...FOREIGN.keys(),
  ]);
  return tree.files
    .filter((file) => DOCUMENT.test(file))
    .flatMap((file) =>
      tree
        .text(file)
        .split("\n")
        .flatMap((text, index) => {
          const names = [...text.matchAll(NAME)].map(([name]) => name);
          const unknown = names.filter((name) => !known.has(name));
          return unknown.map((name) => ({
            file,
            line: index + 1,
            told: `names ${name}, which is no setting and no refusal`,
          }));
        }),
    );
}

/** A newcomer reaches every service, and every part of the platform, from the page that leads. */
function unreached(tree: Tree): readonly Finding[] {
  const paths = tree.has(WHERE) ? [...tree.text(WHERE).matchAll(/`([\w./-]+)`/g)].map((match) => match[1]!) : [];
  const services = rowFolders(tree).map((folder) => `${folder}/`);
  const modules = tree.code.filter((file) => /^platform\/[^/]+$/.test(file) && !isTest(file) && !isTestSupport(file));
  return [
    ...services.filter((folder) => !paths.some((path) => path.startsWith(folder))),
    ...modules.filter((file) => !paths.includes(file)),
  ].map((file) => ({ file, told: `is not in ${WHERE}` }));
}
