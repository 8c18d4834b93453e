import { cleanHouse, edited, type Files, type Planting } from "./planted-tree.ts";

const contract = "services/orders/contract.ts";
const settings = "services/orders/settings.ts";
const table = "services/orders/service.ts";

type Refusing = { readonly refuses: string; readonly behaviour?: string };

/** A contract that declares CART_LOST; `refuses` is what its operation lists, `behaviour` what the code does with it. */
const withRefusal = ({ refuses, behaviour = "" }: Refusing): Files => ({
  [contract]: cleanHouse[contract]!.replace(
    "export",
    `import { defineRefusals } from "#kernel/refusal";
    const strange = defineRefusals({ CART_STRANGE: { status: 409, title: "Strange.", advice: "Go." } });
    export const refuse = defineRefusals({ CART_LOST: { status: 409, title: "Lost.", advice: "Search." } });
    export`,
  ).replace("access:", `refuses: [${refuses}], access:`),
  "services/orders/lose-cart.ts": `import { refuse } from "./contract.ts"; export const x = (error: unknown) => { ${behaviour} };`,
});

/** A service that lists the setting `patience`; `reader` is a file that may read it. */
const withSetting = (listed: string, reader: string): Files => ({
  [settings]: `import { integerSetting } from "#platform/config";
    export const patience = integerSetting("PATIENCE_MS", { doc: "How long.", defaultValue: 1 });`,
  [table]: cleanHouse[table]!.replace(
    "export",
    `import { patience } from "./settings.ts"; void patience;\nexport`,
  ).replace("hasDatabase", `settings: [${listed}], hasDatabase`),
  "services/orders/wait.ts": reader,
});

export const promisePlantings: readonly Planting[] = [
  {
    rule: "refusals-are-thrown",
    files: withRefusal({ refuses: "refuse.CART_LOST", behaviour: "if (refuse.CART_LOST.is(error)) throw error;" }),
    caught: [contract],
  },
  {
    rule: "refusals-are-answered",
    files: withRefusal({ refuses: "", behaviour: "throw refuse.CART_LOST();" }),
    caught: [contract],
  },
  {
    rule: "operations-refuse-what-is-declared",
    files: withRefusal({ refuses: "refuse.CART_LOST, strange.CART_STRANGE" }),
    caught: [contract],
  },
  { rule: "settings-are-declared-once", files: withSetting("", ""), caught: [settings] },
  { rule: "settings-are-declared-once", files: withSetting("patience, { ...patience }", ""), caught: [table] },
  { rule: "settings-are-read", files: withSetting("patience", ""), caught: [settings] },
  {
    rule: "settings-are-read",
    files: {
      ...withSetting("patience", `import { patience } from "./settings.ts"; export const x = patience;`),
      "platform/process-settings.ts": `import { textSetting } from "./config.ts";
        export const processSettings = { forgotten: textSetting("FORGOTTEN", { doc: "Nothing.", defaultValue: "" }) };`,
    },
    caught: ["platform/process-settings.ts"],
  },
];

export const docPlantings: readonly Planting[] = [
  {
    rule: "docs-tell-every-refusal",
    files: withRefusal({ refuses: "refuse.CART_LOST" }),
    caught: ["docs/refusals.md"],
  },
  {
    rule: "docs-tell-every-refusal",
    files: edited("docs/refusals.md", "## Operators", "### `CART_LOST`\n## Operators"),
    caught: ["docs/refusals.md"],
  },
  {
    rule: "docs-tell-every-refusal",
    files: edited("docs/refusals.md", "### `FORBIDDEN`", "### forbidden"),
    caught: ["docs/refusals.md"],
  },
  {
    rule: "docs-tell-every-event",
    files: edited("docs/events.md", "### `orders.OrderPlaced.v1`", "`orders.OrderPlaced.v1`"),
    caught: ["docs/events.md"],
  },
  {
    rule: "docs-tell-every-event",
    files: edited("docs/events.md", "### `bus", "### `orders.OrderLost.v1`, `bus"),
    caught: ["docs/events.md"],
  },
  {
    rule: "docs-name-what-exists",
    files: {
      "README.md":
        "Start with `FAULTY=on`, and set `ORDERS_PATIENCE_MS`; `FAULTS=on`, `ORDERS_URL`, `NOT_FOUND` are there.\n",
      "docs/adr/0001-wait.md": "`CART_LOST` is answered.\n",
      "services/orders/README.md": "See `ORDERS_DATABASE_URL` and <NAME>_URL.\n",
    },
    caught: ["README.md", "README.md", "docs/adr/0001-wait.md"],
  },
  {
    rule: "where-leads-everywhere",
    files: {
      "docs/where.md": "| the stock | `services/inventory/` |\n| a greeting | `platform/greetings.ts` |\n",
      "platform/greeting.ts": "export const greeting = 1;",
      "platform/greeting.test.ts": "export {};",
      "platform/testing-greeting.ts": "export {};",
    },
    caught: ["platform/greeting.ts", "services/orders/"],
  },
];
