import { defineService } from "#platform/service";
import { pricing } from "#pricing/contract";
import { admit } from "./admit.ts";
import { gateway } from "./contract.ts";
import { createGuestToken, identify, issueStaffToken } from "./issue-tokens.ts";
import { rateLimiter } from "./limit-rate.ts";
import { guestTokenDays, rateLimitPercent, signingKey, staffTokenHours } from "./settings.ts";
import { tokens } from "./tokens.ts";

export const service = defineService({
  name: "gateway",
  contract: gateway,
  hasDatabase: false,
  operations: { createGuestToken, identify },
  calls: [pricing],
  edge: { prefix: "/api/v1", admit, allowance: rateLimiter },
  pages: [
    {
      method: "GET",
      path: "/.well-known/jwks.json",
      port: "public",
      summary: "Public keys of the tokens",
      handle: async (_request, ctx) => ({
        contentType: "application/jwk-set+json",
        body: JSON.stringify(await ctx.resource(tokens).keySet()),
        headers: { "cache-control": "public, max-age=300" },
      }),
    },
  ],
  commands: [
    {
      name: "staff-token",
      summary: "prints a token for the staff API",
      run: async (ctx) => [await issueStaffToken(ctx)],
    },
  ],
  settings: [signingKey, guestTokenDays, staffTokenHours, rateLimitPercent],
});
