import { discrepanciesFoundBy } from "#kernel/audit";
import { eventType } from "#kernel/event";
import type { House } from "./house.ts";
import type { Finding, Rule } from "./rule.ts";
import { isTest, isTestSupport, serviceOfFile } from "./paths.ts";
import type { Tree } from "./tree.ts";
import { usesOfFaces, type FaceUse } from "./uses.ts";

/** Rules on the edges between services, held against what every service.ts declares and what the code does. */
export const edgeRules: readonly Rule[] = [
  {
    name: "services-can-be-read",
    sentence: "service.ts is a table of contents: importing it must work, export `service` and do nothing else.",
    find: async (tree) => (await tree.house()).broken,
  },
  {
    name: "services-are-named-as-their-folder",
    sentence:
      "The name in service.ts, its contract and its events is the folder's; payment-simulator's contract is `paymentSimulator`.",
    find: async (tree) => misnamed(await tree.house()),
  },
  {
    name: "calls-are-declared",
    sentence: "List the contract of every service whose operations you call in `calls` of service.ts.",
    find: undeclaredCalls,
  },
  {
    name: "declared-calls-are-used",
    sentence: "Delete the contract from `calls` of service.ts: an edge that nobody uses is a permission for nothing.",
    find: idleCalls,
  },
  {
    name: "calls-make-no-circle",
    sentence: "Services that call each other in a circle cannot be deployed in any order: turn one call into an event.",
    find: async (tree) => circles(await tree.house()),
  },
  {
    name: "heard-events-are-published",
    sentence:
      "Nobody publishes this event, so nobody will ever hear it: correct the kind, or add it to its owner's `publishes`.",
    find: async (tree) => unpublished(await tree.house()),
  },
  {
    name: "published-events-are-in-events-ts",
    sentence: "`publishes` in service.ts and the events in the service's own events.ts are the same list.",
    find: async (tree) => unlisted(await tree.house()),
  },
  {
    name: "published-events-are-sent",
    sentence:
      "Every event in `publishes` is handed to ctx.publish somewhere in the service; delete a promise nobody keeps.",
    find: unsent,
  },
];

function misnamed(house: House): readonly Finding[] {
  return [...house.services].flatMap(([name, service]) => {
    const { folder } = service;
    const wrong: Finding[] = [];
    if (service.name !== name) wrong.push({ file: `${folder}/service.ts`, told: `is named "${service.name}"` });
    const strangers = [...service.events.values()].filter((type) => !type.startsWith(`${name}.`));
    const [contract] = [...service.contracts].filter(([, { service: owner }]) => owner === name);
    if (service.contracts.size > 0 && contract?.[0] !== camelCase(name))
      wrong.push({
        file: `${folder}/contract.ts`,
        told: `does not export the contract as ${camelCase(name)}`,
      });
    return [...wrong, ...strangers.map((type) => ({ file: `${folder}/events.ts`, told: `declares ${type}` }))];
  });
}

function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

async function undeclaredCalls(tree: Tree): Promise<readonly Finding[]> {
  const { services } = await tree.house();
  return [...services].flatMap(([caller, { calls }]) => {
    const undeclared = callsIn(tree, services, caller).filter((use) => !calls.includes(use.service));
    return undeclared.map(({ file, line, service, member }) => ({
      file,
      line,
      told: `uses ${service}.${member}, but ${service} is not in calls`,
    }));
  });
}

async function idleCalls(tree: Tree): Promise<readonly Finding[]> {
  const { services } = await tree.house();
  return [...services].flatMap(([caller, { calls, folder }]) => {
    const used = new Set(callsIn(tree, services, caller).map((use) => use.service));
    const idle = calls.filter((service) => !used.has(service));
    return idle.map((service) => ({
      file: `${folder}/service.ts`,
      told: `lists ${service}, but calls nothing of it`,
    }));
  });
}

/** Every use of another service's operation in the code of `caller`. */
export function callsIn(
  tree: Tree,
  services: House["services"],
  caller: string,
): readonly (FaceUse & { file: string })[] {
  return behavioursOf(tree, caller).flatMap((file) => {
    const uses = usesOfFaces(tree, file, "contract").filter((use) => use.service !== caller);
    return uses.filter((use) => operationsOf(services, use).has(use.member ?? "")).map((use) => ({ ...use, file }));
  });
}

/** The files of a service that do something: no tests, no faces, no table of contents. */
export function behavioursOf(tree: Tree, service: string): readonly string[] {
  const own = tree.code.filter((file) => serviceOfFile(file) === service && !isTest(file) && !isTestSupport(file));
  return own.filter((file) => !/\/(contract|events|service)\.ts$/.test(file));
}

function operationsOf(services: House["services"], use: FaceUse): ReadonlySet<string> {
  return services.get(use.service)?.contracts.get(use.exported)?.operations ?? new Set();
}

function circles(house: House): readonly Finding[] {
  const found: Finding[] = [];
  const done = new Set<string>();
  const follow = (service: string, path: readonly string[]): void => {
    const start = path.indexOf(service);
    if (start >= 0) {
      const circle = [...path.slice(start), service].join(" → ");
      found.push({
        file: `${house.services.get(path.at(-1)!)!.folder}/service.ts`,
        told: `closes the circle ${circle}`,
      });
      return;
    }
    if (done.has(service)) return;
    for (const next of house.services.get(service)?.calls ?? []) follow(next, [...path, service]);
    done.add(service);
  };
  for (const service of house.services.keys()) follow(service, []);
  return found;
}

function unpublished(house: House): readonly Finding[] {
  const published = new Set([...house.services.values()].flatMap((service) => service.publishes));
  return [...house.services].flatMap(([, service]) => {
    const lost = service.hears.filter((type) => !published.has(type));
    return lost.map((type) => ({ file: `${service.folder}/service.ts`, told: `hears ${type}` }));
  });
}

function unlisted(house: House): readonly Finding[] {
  return [...house.services].flatMap(([name, { events, publishes, folder }]) => {
    const own = [...events.values()];
    // The platform's own event of every audited service is declared once, in the kernel.
    const given = eventType(discrepanciesFoundBy(name));
    const unknown = publishes.filter((type) => !own.includes(type) && type !== given);
    const silent = own.filter((type) => !publishes.includes(type));
    return [
      ...unknown.map((type) => ({
        file: `${folder}/service.ts`,
        told: `publishes ${type}, which is not in events.ts`,
      })),
      ...silent.map((type) => ({
        file: `${folder}/events.ts`,
        told: `declares ${type}, which service.ts does not publish`,
      })),
    ];
  });
}

async function unsent(tree: Tree): Promise<readonly Finding[]> {
  const { services } = await tree.house();
  return [...services].flatMap(([name, { events, publishes, folder }]) => {
    const used = new Set(
      behavioursOf(tree, name)
        .flatMap((file) => usesOfFaces(tree, file, "events"))
        .map((use) => use.exported),
    );
    const unused = [...events].filter(([name, type]) => publishes.includes(type) && !used.has(name));
    return unused.map(([, type]) => ({
      file: `${folder}/service.ts`,
      told: `publishes ${type}, but no file sends it`,
    }));
  });
}
