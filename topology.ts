/** One row per service: what its code cannot know. `tools/architecture` checks that rows and folders agree. */
export type Row = {
  /** The folder under services/, or under apps/ for an app, and the name everywhere else. */
  readonly name: string;
  /** Shown to people in a browser; lies under apps/. */
  readonly isApp?: boolean;
  /** What a bad release costs; decides how it is rolled out. */
  readonly risk: "low" | "medium" | "high" | "critical";
  /** 99th percentile of the server's answer time that we owe, in milliseconds. */
  readonly p99Ms: number;
  /** Port of its first replica in a fleet on one machine; further replicas have the next numbers, up to 10 of them. */
  readonly port: number;
  /** Pods in a fleet, at least. */
  readonly replicas: number;
  /** Connections of one replica to its own database, at most. */
  readonly databaseConnections: number;
};

export const topology: readonly Row[] = [
  { name: "gateway", risk: "high", p99Ms: 50, port: 8_080, replicas: 3, databaseConnections: 0 },
  { name: "catalog", risk: "low", p99Ms: 200, port: 8_110, replicas: 3, databaseConnections: 8 },
  { name: "pricing", risk: "medium", p99Ms: 200, port: 8_120, replicas: 2, databaseConnections: 4 },
  { name: "inventory", risk: "medium", p99Ms: 500, port: 8_130, replicas: 2, databaseConnections: 8 },
  { name: "cart", risk: "medium", p99Ms: 200, port: 8_140, replicas: 2, databaseConnections: 8 },
  { name: "shipping", risk: "medium", p99Ms: 300, port: 8_150, replicas: 2, databaseConnections: 4 },
  { name: "orders", risk: "high", p99Ms: 800, port: 8_160, replicas: 2, databaseConnections: 12 },
  { name: "payments", risk: "critical", p99Ms: 300, port: 8_170, replicas: 2, databaseConnections: 8 },
  { name: "payment-simulator", risk: "low", p99Ms: 300, port: 8_180, replicas: 1, databaseConnections: 8 },
  { name: "notifications", risk: "low", p99Ms: 1_000, port: 8_190, replicas: 1, databaseConnections: 4 },
  { name: "storefront", isApp: true, risk: "medium", p99Ms: 1_000, port: 8_200, replicas: 2, databaseConnections: 0 },
];
