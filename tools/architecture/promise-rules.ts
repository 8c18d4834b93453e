import { behavioursOf } from "./edges.ts";
import type { DeclaredSetting } from "./house.ts";
import { isTest, isTestSupport } from "./paths.ts";
import type { Finding, Rule } from "./rule.ts";
import type { Tree } from "./tree.ts";
import { usesOf, usesOfFaces } from "./uses.ts";

/** Rules on what is declared for others to count on: a declaration that nothing keeps is a lie. */
export const promiseRules: readonly Rule[] = [
  {
    name: "refusals-are-thrown",
    sentence: "Nothing throws this refusal: delete it, or throw it where it is meant.",
    find: unthrown,
  },
  {
    name: "refusals-are-answered",
    sentence: "A refusal that no operation lists in `refuses` reaches nobody: it is answered as a fault.",
    find: unanswered,
  },
  {
    name: "operations-refuse-what-is-declared",
    sentence:
      "`refuses` lists values of a contract's `refuse`: declare the code there, so that others can tell it apart.",
    find: strangers,
  },
  {
    name: "settings-are-declared-once",
    sentence:
      "A setting is exported by settings.ts and listed in `settings` of service.ts; without both nobody finds it.",
    find: halfDeclared,
  },
  {
    name: "settings-are-read",
    sentence: "No code reads this setting: delete it, so that nobody sets it in vain.",
    find: unread,
  },
];

async function unthrown(tree: Tree): Promise<readonly Finding[]> {
  const { services, general } = await tree.house();
  const dead = [...services].flatMap(([name, { refusals, folder }]) => {
    const thrown = new Set(behavioursOf(tree, name).flatMap((file) => thrownIn(tree, file, name)));
    const file = `${folder}/contract.ts`;
    return refusals.filter((code) => !thrown.has(code)).map((code) => ({ file, told: `declares ${code}` }));
  });
  const sources = tree.code.filter((file) => /^(services|apps|platform|kernel)\//.test(file) && isShipped(file));
  const byPlatform = new Set(sources.flatMap((file) => generalThrownIn(tree, file)));
  const idle = general.filter((code) => !byPlatform.has(code));
  return [...dead, ...idle.map((code) => ({ file: "kernel/refusal.ts", told: `declares ${code}` }))];
}

/** `refuse.OUT_OF_STOCK.is(error)` asks, and throws nothing. */
function thrownIn(tree: Tree, file: string, service: string): readonly string[] {
  const uses = usesOfFaces(tree, file, "contract").filter(
    (use) => use.service === service && use.exported === "refuse",
  );
  return uses.filter((use) => use.isCalled).map((use) => use.member ?? "");
}

function generalThrownIn(tree: Tree, file: string): readonly string[] {
  const isKernel = (specifier: string) =>
    /(#kernel|\/kernel)\/refusal(\.ts)?$/.test(specifier) ? "kernel" : undefined;
  const uses = usesOf(tree, file, isKernel).filter((use) => use.exported === "refuse" && use.isCalled);
  return uses.map((use) => use.member ?? "");
}

async function unanswered(tree: Tree): Promise<readonly Finding[]> {
  const { services } = await tree.house();
  return [...services].flatMap(([, { refusals, refusing, folder }]) => {
    const listed = new Set(refusing.filter(({ from }) => from === "own").map(({ code }) => code));
    const file = `${folder}/contract.ts`;
    return refusals.filter((code) => !listed.has(code)).map((code) => ({ file, told: `lists ${code} nowhere` }));
  });
}

async function strangers(tree: Tree): Promise<readonly Finding[]> {
  const { services } = await tree.house();
  return [...services].flatMap(([, { refusing, folder }]) => {
    const file = `${folder}/contract.ts`;
    const strange = refusing.filter(({ from }) => from === "stranger");
    return strange.map(({ operation, code }) => ({ file, told: `lets ${operation} refuse ${code}` }));
  });
}

async function halfDeclared(tree: Tree): Promise<readonly Finding[]> {
  const { services } = await tree.house();
  return [...services].flatMap(([, { settings, folder }]) => {
    const elsewhere = settings.filter(({ exported }) => exported === undefined);
    const unlisted = settings.filter(({ isListed }) => !isListed);
    return [
      ...elsewhere.map(({ name }) => ({
        file: `${folder}/service.ts`,
        told: `lists ${name}, which settings.ts does not export`,
      })),
      ...unlisted.map(({ name }) => ({
        file: `${folder}/settings.ts`,
        told: `declares ${name}, which service.ts does not list`,
      })),
    ];
  });
}

async function unread(tree: Tree): Promise<readonly Finding[]> {
  const { services, processSettings } = await tree.house();
  const ofServices = [...services].flatMap(([name, { settings, folder }]) => {
    const readers = behavioursOf(tree, name).filter((file) => !file.endsWith("/settings.ts"));
    const read = new Set(readers.flatMap((file) => usesOf(tree, file, isOwnSettings).map((use) => use.exported)));
    return settings
      .filter((setting) => isUnread(setting, read))
      .map((setting) => deadIn(`${folder}/settings.ts`, setting));
  });
  const readers = tree.code.filter((file) => isShipped(file) && !file.endsWith("/process-settings.ts"));
  // The platform declares some beside what reads them, and passes them on by process-settings.ts.
  const isTheirs = (file: string) => (file.startsWith("platform/") ? isPlatformSettings : isProcessSettings);
  const read = new Set(readers.flatMap((file) => usesOf(tree, file, isTheirs(file)).map((use) => use.member ?? "")));
  const ofProcess = processSettings.filter((setting) => isUnread(setting, read));
  return [...ofServices, ...ofProcess.map((setting) => deadIn("platform/process-settings.ts", setting))];
}

const isOwnSettings = (specifier: string) => (/^\.{1,2}\/(.*\/)?settings\.ts$/.test(specifier) ? "own" : undefined);
const isPlatformSettings = (specifier: string) => isProcessSettings(specifier) ?? isOwnSettings(specifier);
const isProcessSettings = (specifier: string) =>
  /(^|\/)process-settings(\.ts)?$/.test(specifier) ? "process" : undefined;

function isUnread({ exported }: DeclaredSetting, read: ReadonlySet<string>): boolean {
  return exported !== undefined && !read.has(exported);
}

function deadIn(file: string, { name }: DeclaredSetting): Finding {
  return { file, told: `declares ${name}` };
}

function isShipped(file: string): boolean {
  return !isTest(file) && !isTestSupport(file) && !/^(tools|scenarios|bench)\//.test(file);
}
