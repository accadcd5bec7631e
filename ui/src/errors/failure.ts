import type { Failure } from '../backend';

/** Whatever was thrown, as a failure. What is not one is a fault of the page itself. */
export function asFailure(error: unknown): Failure {
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) return error as Failure;
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
