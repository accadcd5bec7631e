/** The vault keeps trashed entries for 30 days. */
const KEPT_DAYS = 30;

/** Whole days left, the begun one counted; 0 when it goes at the next unlock. */
export function daysLeft(deleted: number, now: number): number {
  return Math.max(0, Math.ceil((deleted + KEPT_DAYS * 86_400 - now) / 86_400));
}
