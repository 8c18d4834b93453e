import type { Ctx } from "#platform/ctx";

/** Something that pages show has changed. Which pages is not worth finding out: those that are asked for are made anew at once. */
export async function forgetPages(_event: unknown, ctx: Ctx): Promise<void> {
  ctx.cache.invalidateAll("");
}

/** Goods have become few, none or many: pages are made anew, of what is known of everything else. */
export async function forgetAvailability(_event: unknown, ctx: Ctx): Promise<void> {
  ctx.cache.invalidateAll("newest:");
}
