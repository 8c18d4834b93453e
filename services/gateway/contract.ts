import Type from "typebox";
import { defineContract } from "#kernel/contract";

/** The public edge: who may come in, on whose behalf, how often. */
export const gateway = defineContract("gateway", {
  createGuestToken: {
    method: "POST",
    path: "/guest-tokens",
    isRepeatable: true,
    access: "anyone",
    summary: "A token for a shopper without an account",
    description:
      "Send it as `Authorization: Bearer …`. Carts and orders belong to the guest in it; keep it as long as they matter.",
    success: 201,
    input: Type.Object({}),
    output: Type.Object({
      token: Type.String(),
      guestId: Type.String(),
      expiresAt: Type.String({ format: "date-time" }),
    }),
    example: {
      input: {},
      output: {
        token: "eyJhbGciOiJFUzI1NiJ9…",
        guestId: "0199d0c0-0000-7000-8000-000000000001",
        expiresAt: "2027-02-18T12:00:00.000Z",
      },
    },
  },
  identify: {
    method: "POST",
    path: "/tokens/identify",
    isRepeatable: true,
    access: "service",
    summary: "Who is in a token; null when it is not ours, was changed or is over.",
    input: Type.Object({ token: Type.String({ maxLength: 2_048 }) }),
    output: Type.Object({
      actor: Type.Union([
        Type.Object({ kind: Type.Enum(["guest", "customer", "staff"]), id: Type.String() }),
        Type.Null(),
      ]),
    }),
    example: {
      input: { token: "eyJhbGciOiJFUzI1NiJ9…" },
      output: { actor: { kind: "guest", id: "0199d0c0-0000-7000-8000-000000000001" } },
    },
  },
});
