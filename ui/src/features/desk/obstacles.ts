/** What keeps a ticket from being approved, from the comparison: the center's own list is the measure, these are its words. */
import type { Field, Review, TicketState } from '../../backend/tickets';
import { isGuarded } from '../tickets/kinds';

export type Obstacle = { what: 'account' } | { what: 'differs' | 'missing' | 'unconfirmed'; field: Field };

/** Null where the center knows of another one: then its own sentences are shown. */
export function obstacles(review: Review, state: TicketState): Obstacle[] | null {
  const found = derive(review, state);
  return found.length === review.obstacles.length ? found : null;
}

function derive({ statement, comparison }: Review, state: TicketState): Obstacle[] {
  if (!isGuarded(statement.kind)) return [];
  if (comparison.some(({ field, result }) => field === 'login-email' && result === 'missing'))
    return [{ what: 'account' }];
  const second = state === 'first-approval';
  return comparison.flatMap(({ field, result }): Obstacle[] => {
    if (result === 'differs') return [{ what: 'differs', field }];
    if (result === 'variant-marked' && second) return [{ what: 'unconfirmed', field }];
    // A contact that the account does not have contradicts nothing.
    if (result === 'missing' && field !== 'current-phone' && field !== 'recovery-email')
      return [{ what: 'missing', field }];
    return [];
  });
}
