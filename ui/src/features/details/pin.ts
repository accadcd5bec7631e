/** What becomes of an entry's PIN: a new one, none (null), or as it was (undefined). Empty: one is to be kept, but which? */
export function pinChange(had: boolean, keep: boolean, typed: string): string | null | undefined {
  if (!keep) return had ? null : undefined;
  if (typed === '' && had) return undefined;
  return typed;
}
