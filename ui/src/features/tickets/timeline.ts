/** How a ticket came here and what follows, as a list that a person reads from top to bottom. */
import type { Party, Ticket, TicketEvent, TicketState } from '../../backend/tickets';
import { isGuarded } from './kinds';

export type Step =
  | {
      tense: 'done' | 'now';
      state: TicketState;
      at: number;
      by: Party;
      reason: string | null;
      staff: string | null;
      again: boolean;
    }
  | { tense: 'todo'; state: 'submitted' | 'first-approval' | 'second-approval' | 'hold' | 'executed' };

const final: TicketState[] = ['executed', 'rejected', 'withdrawn', 'expired'];
export const isFinal = (state: TicketState): boolean => final.includes(state);
/** The applicant can still change what is stated and its documents. */
export const isOpen = (state: TicketState): boolean => state === 'draft' || state === 'more-information';

export function timeline(ticket: Pick<Ticket, 'kind' | 'state'> & { history: TicketEvent[] }): Step[] {
  // The second approval and the hold begin in the same moment: one step.
  const events = ticket.history.filter(
    (event, n, all) => !(event.to === 'second-approval' && all[n + 1]?.to === 'hold'),
  );
  const steps: Step[] = events.map((event, n) => ({
    tense: n === events.length - 1 && !isFinal(event.to) ? 'now' : 'done',
    state: event.to,
    at: event.at,
    by: event.by,
    reason: event.reason ?? null,
    staff: event.staff ?? null,
    again: event.to === 'submitted' && events.slice(0, n).some((before) => before.to === 'submitted'),
  }));
  return [...steps, ...ahead(ticket.kind, ticket.state)];
}

function ahead(kind: Ticket['kind'], state: TicketState): Step[] {
  if (isFinal(state)) return [];
  const whole: Extract<Step, { tense: 'todo' }>['state'][] = isGuarded(kind)
    ? ['submitted', 'first-approval', 'hold', 'executed']
    : ['submitted', 'executed'];
  const from: Partial<Record<TicketState, number>> = {
    draft: 0,
    'more-information': 0,
    submitted: 1,
    contested: 1,
    'first-approval': 2,
    'second-approval': 2,
    hold: 3,
  };
  return whole.slice(from[state] ?? whole.length).map((one) => ({ tense: 'todo', state: one }));
}
