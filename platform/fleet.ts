import { createServer, type AddressInfo } from "node:net";
import { Member, type MemberPlan } from "./fleet/member.ts";

/** A service as a fleet runs it. */
export type FleetRow = {
  readonly name: string;
  /** Of its first replica; each further one has the next number. */
  readonly port: number;
  readonly replicas: number;
};

export type FleetOptions = {
  readonly rows: readonly FleetRow[];
  /** `free`: whatever ports are free instead of those of the rows; kept over restarts. */
  readonly ports: "rows" | "free";
  /** The whole environment of a member, its own ports included. `addresses` are those of every service's replicas. */
  environmentOf(
    member: Omit<MemberPlan, "environment">,
    addresses: ReadonlyMap<string, readonly string[]>,
  ): Readonly<Record<string, string>>;
  /** Arguments of Node for one service. */
  commandOf(service: string): readonly string[];
  /** Where the processes run. */
  readonly folder: string;
  /** Services whose members are stopped before all others, because work comes in through them. */
  readonly edges: readonly string[];
  /** Longest wait for one member to stop. */
  readonly stopLimitMs: number;
  onLine(member: string, line: string): void;
};

export type Fleet = {
  readonly members: readonly Member[];
  /** The member of this service and replica (1, 2, 3 …); a fault when there is none. */
  member(service: string, replica?: number): Member;
  /** Resolves when every member serves. */
  ready(): Promise<void>;
  /** Stops the edges, then the others, each after what it has in hand. Safe to repeat. */
  stop(): Promise<void>;
};

/** The operators' port of a member lies this far above its own. */
export const OPERATOR_PORT_OFFSET = 1_000;

/** Starts every replica of every row as a process of its own and keeps it running: one that ends is started again. Resolves when all
 *  serve; when one cannot start, everything is stopped and its reason thrown. Should this process be killed, its members see that
 *  and stop by themselves. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const places = await choosePorts(options);
  const addresses = new Map(
    [...Map.groupBy(places, (place) => place.service)].map(([service, replicas]) => [
      service,
      replicas.map(({ port }) => `http://127.0.0.1:${port}`),
    ]),
  );
  const members = places.map((place) => {
    const plan = { ...place, environment: options.environmentOf(place, addresses) };
    const { folder } = options;
    const member: Member = new Member({
      plan,
      command: options.commandOf(place.service),
      folder,
      onLine: (line) => options.onLine(member.name, line),
    });
    return member;
  });
  const stop = () => stopAll(members, options);
  let stopping: Promise<void> | undefined;
  try {
    await Promise.all(members.map((member) => member.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    members,
    member: (service, replica = 1) => {
      const found = members.find((one) => one.plan.service === service && one.plan.replica === replica);
      if (found === undefined) throw new Error(`The fleet has no ${service}#${replica}`);
      return found;
    },
    ready: async () => void (await Promise.all(members.map((member) => member.ready()))),
    stop: () => (stopping ??= stop()),
  };
}

async function choosePorts({ rows, ports }: FleetOptions): Promise<readonly Omit<MemberPlan, "environment">[]> {
  const places = rows.flatMap((row) =>
    Array.from({ length: row.replicas }, (_, index) => ({
      service: row.name,
      replica: index + 1,
      port: row.port + index,
      operatorPort: row.port + index + OPERATOR_PORT_OFFSET,
    })),
  );
  if (ports === "rows") return places;
  const free = await freePorts(2 * places.length);
  return places.map((place) => ({ ...place, port: free.pop()!, operatorPort: free.pop()! }));
}

/** Ports that nobody listens on; all are held until all are found, so that none comes twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((resolve) => void server.once("listening", resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))));
  return ports;
}

async function stopAll(members: readonly Member[], { edges, stopLimitMs }: FleetOptions): Promise<void> {
  const [first, then] = [true, false].map((isEdge) =>
    members.filter((member) => edges.includes(member.plan.service) === isEdge),
  );
  for (const group of [first!, then!]) await Promise.all(group.map((member) => member.stop(stopLimitMs)));
}
