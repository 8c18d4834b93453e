/** The shop's mark, SVG, with corners as round as told; of 32. */
export function mark(radius = 7): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="${radius}" fill="#22695a"/><path d="M9 9.5h14v3.2h-5.3v9.8h-3.4v-9.8H9z" fill="#fbfaf7"/></svg>`;
}

/** Whatever shape a home screen cuts out of it, the mark is inside. */
export const maskableMark = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M0 0h32v32H0z" fill="#22695a"/><path d="M10.8 11.1h10.4v2.4h-4v7.4h-2.4v-7.4h-4z" fill="#fbfaf7"/></svg>`;
