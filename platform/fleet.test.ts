import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFleet, type Fleet, type FleetOptions } from "./fleet.ts";
import { StartupProblem } from "./startup-problem.ts";

// Real processes: a program that says it is ready and lives on, tells what it was given, or ends at once.
const PROGRAM = `
if (process.argv[2] === "broken") { console.error("no luck"); process.exit(1); }
console.log("port " + process.env.PORT + " of " + process.env.NEIGHBOURS);
process.on("SIGTERM", () => { console.log("bye"); process.exit(0); });
process.on("disconnect", () => process.exit(0));
setInterval(() => {}, 1000);
process.send({ ready: true });
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tradepost-fleet-"));
  await writeFile(join(folder, "program.cjs"), PROGRAM);
});
afterAll(() => rm(folder, { recursive: true }));

const fleets: Fleet[] = [];
afterAll(() => Promise.all(fleets.map((fleet) => fleet.stop())));

async function start(options: Partial<FleetOptions> = {}): Promise<{ fleet: Fleet; lines: string[] }> {
  const lines: string[] = [];
  const fleet = await startFleet({
    rows: [
      { name: "door", port: 1, replicas: 1 },
      { name: "shelf", port: 1, replicas: 2 },
    ],
    ports: "free",
    edges: ["door"],
    folder,
    stopLimitMs: 5_000,
    commandOf: () => ["program.cjs"],
    environmentOf: ({ port }, addresses) => ({
      PORT: String(port),
      NEIGHBOURS: (addresses.get("shelf") ?? []).join(","),
    }),
    onLine: (member, line) => void lines.push(`${member}: ${line}`),
    ...options,
  });
  fleets.push(fleet);
  return { fleet, lines };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a fleet", () => {
  it("runs every replica on a port of its own and tells it of the others", async () => {
    const { fleet, lines } = await start();
    expect(fleet.members.map((member) => member.name)).toEqual(["door#1", "shelf#1", "shelf#2"]);
    const ports = fleet.members.flatMap(({ plan }) => [plan.port, plan.operatorPort]);
    expect(new Set(ports).size).toBe(6);
    const shelves = [fleet.member("shelf").url, fleet.member("shelf", 2).url].join(",");
    await expect.poll(() => lines).toContain(`door#1: port ${fleet.member("door").plan.port} of ${shelves}`);
    expect(() => fleet.member("shelf", 3)).toThrow("The fleet has no shelf#3");
  });

  it("takes the ports of the rows, replicas one after the other", async () => {
    const { fleet } = await start({ rows: [{ name: "shelf", port: 40_110, replicas: 2 }], ports: "rows" });
    expect(fleet.members.map(({ plan }) => [plan.port, plan.operatorPort])).toEqual([
      [40_110, 41_110],
      [40_111, 41_111],
    ]);
  });

  it("starts a member again that was killed, on its port, and says so", async () => {
    const { fleet, lines } = await start();
    const victim = fleet.member("shelf", 2);
    const { pid, plan } = victim;
    victim.kill("SIGKILL");
    await expect.poll(() => victim.restarts).toBe(1);
    await fleet.ready();
    expect(victim.pid).not.toBe(pid);
    expect(lines.filter((line) => line.startsWith(`shelf#2: port ${plan.port} `))).toHaveLength(2);
    expect(lines).toContain("shelf#2: ended by SIGKILL; starting it again");
  });

  it("stops the edges before the others, and starts nothing again", async () => {
    const { fleet, lines } = await start();
    const pids = fleet.members.map((member) => member.pid!);
    await Promise.all([fleet.stop(), fleet.stop()]);
    expect(lines.filter((line) => line.endsWith("bye"))[0]).toBe("door#1: bye");
    expect(pids.map(isAlive)).toEqual([false, false, false]);
    expect(fleet.members.map((member) => member.restarts)).toEqual([0, 0, 0]);
  });

  it("stops a member that is halted", async () => {
    const { fleet } = await start();
    fleet.member("shelf").kill("SIGSTOP");
    await fleet.stop();
    expect(fleet.members.map((member) => member.pid)).toEqual([undefined, undefined, undefined]);
  });

  it("starts nothing when one member cannot start, and tells what that one said", async () => {
    const pids: string[] = [];
    const started = start({
      commandOf: (service) => (service === "shelf" ? ["program.cjs", "broken"] : ["program.cjs"]),
      onLine: (_, line) => void pids.push(line),
    });
    const error = await started.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(StartupProblem);
    expect((error as Error).message).toMatch(/^shelf#[12] could not start\.\nno luck$/);
  });
});
