import { refuse } from "#kernel/refusal";
import { defineResource } from "#platform/ctx";
import type { Allowance } from "#platform/service";
import { rateLimitPercent } from "./settings.ts";

/** Requests per second of one client, by the first part of the path. */
const LIMITS: Readonly<Record<string, number>> = {
  products: 1_000,
  categories: 1_000,
  cart: 500,
  orders: 200,
  checkout: 50,
  "guest-tokens": 50,
  "payment-tokens": 50,
};
const OTHERWISE = 500;
/** Beyond this many clients in one second, new ones share one allowance: memory stays bounded under an attack. */
const CLIENTS_COUNTED = 100_000;

/** Counts per second and client in this process. */
export const rateLimiter = defineResource<Allowance>(({ setting }) => {
  const percent = setting(rateLimitPercent);
  let second = 0;
  const counts = new Map<string, number>();
  return {
    take(operation, client, now) {
      if (percent === 0) return;
      const current = Math.floor(now.getTime() / 1_000);
      if (current !== second) {
        second = current;
        counts.clear();
      }
      const family = operation.path.split("/")[1] ?? "";
      const wanted = `${family} ${client}`;
      const key = counts.size < CLIENTS_COUNTED || counts.has(wanted) ? wanted : `${family} (everybody else)`;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count > ((LIMITS[family] ?? OTHERWISE) * percent) / 100) throw refuse.TOO_MANY_REQUESTS();
    },
  };
});
