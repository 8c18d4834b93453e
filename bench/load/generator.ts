import pg from "pg";
import { FlowStatements } from "../limits/flow-statements.ts";
import { requestBytes } from "./connection.ts";
import { drive, type Act, type Ask, type Load, type Measured } from "./drive.ts";
import { Shopper, type Prepared } from "./shopper.ts";

/** What the generator is told to do; it answers `Measured`, or an error's text. */
export type Task = Omit<Load, "url"> & {
  readonly url: string;
  readonly work: Work;
};

export type Work =
  /** The same paths in turn; `isKnown`: as a guest with a token. */
  | { readonly kind: "get"; readonly paths: readonly string[]; readonly isKnown?: boolean }
  | { readonly kind: "add to cart"; readonly skus: readonly string[] }
  | { readonly kind: "checkout flow"; readonly skus: readonly string[] }
  /** Only the last request of as many flows, whose others were made before. */
  | { readonly kind: "checkout alone"; readonly skus: readonly string[]; readonly prepared: number }
  | {
      readonly kind: "statements of the flow";
      readonly skus: readonly string[];
      readonly databaseUrls: Readonly<Record<string, string>>;
      readonly connections: Readonly<Record<string, number>>;
    };

process.on("message", (task: Task) => {
  perform(task).then(
    (measured) => process.send!({ measured }),
    (error: Error) => process.send!({ error: error.stack ?? error.message }),
  );
});

async function perform(task: Task): Promise<Measured> {
  const { work } = task;
  switch (work.kind) {
    case "get":
      return drive(task, await getting(work, task.url));
    case "add to cart":
      return drive(task, (ask, index) => adding(ask, index, work.skus));
    case "checkout flow":
      return drive(task, (ask, index) => buying(ask, index, work.skus));
    case "checkout alone":
      return payAlone(task, work);
    case "statements of the flow":
      return askAlone(task, work);
  }
}

async function getting(work: Work & { kind: "get" }, url: string): Promise<(ask: Ask) => Act> {
  const headers = work.isKnown === true ? { authorization: `Bearer ${await guestToken(url)}` } : {};
  const requests = work.paths.map((path) => requestBytes({ path, headers }));
  let turn = 0;
  return (ask) => async () => void (await ask("get", requests[turn++ % requests.length]!, 200));
}

async function guestToken(url: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/api/v1/guest-tokens`, { method: "POST", headers, body: "{}" });
  return ((await answer.json()) as { token: string }).token;
}

function adding(ask: Ask, index: number, skus: readonly string[]): Act {
  const shopper = new Shopper(ask);
  let isThere = false;
  let turn = index;
  return async () => {
    if (!isThere) await shopper.arrive();
    isThere = true;
    turn += 1;
    await shopper.setLine(skus[turn % 20]!, 1 + (turn % 50));
  };
}

/** Two goods a flow, other ones each time; where there is one only, that one. */
function linesOf(skus: readonly string[], turn: number) {
  const first = (turn * 7_919) % skus.length;
  const chosen = skus.length === 1 ? [skus[0]!] : [skus[first]!, skus[(first + 1) % skus.length]!];
  return chosen.map((sku, index) => ({ sku, quantity: index + 1 }));
}

function buying(ask: Ask, index: number, skus: readonly string[]): Act {
  let turn = index * 1_000;
  return async () => {
    const { shopper, prepared } = await fillCart(ask, linesOf(skus, (turn += 1)));
    await shopper.checkout(prepared);
  };
}

async function fillCart(
  ask: Ask,
  lines: readonly { sku: string; quantity: number }[],
): Promise<{ shopper: Shopper; prepared: Prepared }> {
  const shopper = new Shopper(ask);
  await shopper.arrive();
  for (const { sku, quantity } of lines) await shopper.addToCart(sku, quantity);
  return { shopper, prepared: await shopper.prepare(lines) };
}

async function payAlone(task: Task, work: Work & { kind: "checkout alone" }): Promise<Measured> {
  const ready: { readonly pay: (ask: Ask) => Promise<unknown> }[] = [];
  let turn = 0;
  await drive({ ...task, warmUpMs: 0, durationMs: 600_000, roundsAtMost: work.prepared }, (ask) => async () => {
    const { shopper, prepared } = await fillCart(ask, linesOf(work.skus, (turn += 1)));
    ready.push({ pay: (other) => shopper.with(other).checkout(prepared) });
  });
  return drive({ ...task, warmUpMs: 0, durationMs: 600_000, roundsAtMost: ready.length }, (ask) => async () => {
    const next = ready.pop();
    if (next !== undefined) await next.pay(ask);
  });
}

async function askAlone(task: Task, work: Work & { kind: "statements of the flow" }): Promise<Measured> {
  pg.types.setTypeParser(20, Number);
  const flow = new FlowStatements({
    urlOf: (database) => work.databaseUrls[database]!,
    connectionsOf: (database) => work.connections[database]!,
    skus: work.skus,
  });
  try {
    return await drive({ ...task, isWithoutHttp: true }, () => flow.act());
  } finally {
    await flow.close();
  }
}
