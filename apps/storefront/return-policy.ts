/** Days after delivery within which anything may be sent back: on the page about delivery, and for search engines. */
export const RETURN_DAYS = 30;
