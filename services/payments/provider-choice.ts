import type { Ctx } from "#platform/ctx";
import type { Provider } from "./provider.ts";
import { simulatorProvider } from "./provider-simulator.ts";
import { paymentsProvider } from "./settings.ts";

const providers: readonly Provider[] = [simulatorProvider];

/** The provider for new payments. */
export function chosenProvider(ctx: Ctx): Provider {
  return providerNamed(ctx.setting(paymentsProvider));
}

/** The provider that a payment or an event belongs to; a fault when this release does not know it. */
export function providerNamed(name: string): Provider {
  const provider = findProvider(name);
  if (provider === undefined) throw new Error(`No payment provider is called ${name}`);
  return provider;
}

export function findProvider(name: string): Provider | undefined {
  return providers.find((one) => one.name === name);
}
