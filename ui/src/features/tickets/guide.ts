/** The guide: a few answers lead to the shortest way. It decides nothing at the center; it only knows its rules. */
import type { DocumentKind, TicketKind } from '../../backend/tickets';
import { documentsOf, isGuarded } from './kinds';

export const happenings = ['mfa', 'phone', 'email', 'locked', 'identity', 'question'] as const;
export type What = (typeof happenings)[number];
export type Question = 'whose' | 'factor' | 'self' | 'verified' | 'reach' | 'other';
export type Answer = 'yes' | 'no';

export interface Answers {
  what: What | null;
  /** Yes: a company's. */
  whose: Answer | null;
  /** Another MFA device or a recovery code is at hand. */
  factor: Answer | null;
  /** Can sign in and confirm by something other than what is gone. */
  self: Answer | null;
  /** Its identity was verified at the center. */
  verified: Answer | null;
  /** Messages still reach an old phone or e-mail address that counts as a factor. */
  reach: Answer | null;
  /** Can sign in to another account. */
  other: Answer | null;
}

export const noAnswers: Answers = {
  what: null,
  whose: null,
  factor: null,
  self: null,
  verified: null,
  reach: null,
  other: null,
};

/** Where a person can do it alone. */
export type SelfPlace = 'mfa' | 'phone' | 'email' | 'identity';

export type Way =
  | { way: 'self'; place: SelfPlace }
  | { way: 'locked' }
  | {
      way: 'ticket';
      kind: TicketKind;
      fromAccount: boolean;
      /** Shorter where an old address still answers; null: no hold, one reviewer decides. */
      hold: 'Short' | 'Long' | null;
      documents: DocumentKind[];
      /** The account was never verified, so that staff can only look for another way. */
      asQuestion: boolean;
    };

/** The questions that matter for these answers, in their order; those further down appear as the upper ones are answered. */
export function questions(answers: Answers): Question[] {
  switch (answers.what) {
    case 'mfa': {
      if (answers.factor !== 'no') return ['factor'];
      if (answers.verified === 'no') return ['factor', 'whose', 'verified', 'other'];
      return ['factor', 'whose', 'verified', 'reach', 'other'];
    }
    case 'phone':
    case 'email': {
      if (answers.self !== 'no') return ['self'];
      if (answers.what === 'email' && answers.verified === 'no') return ['self', 'whose', 'verified', 'other'];
      return ['self', 'whose', 'verified', 'reach', 'other'];
    }
    case 'question':
      return ['other'];
    default:
      return [];
  }
}

/** Null until the questions are answered. */
export function wayOf(answers: Answers): Way | null {
  const { what } = answers;
  if (what === null) return null;
  if (what === 'locked') return { way: 'locked' };
  if (what === 'identity') return { way: 'self', place: 'identity' };
  if (what === 'mfa' && answers.factor === 'yes') return { way: 'self', place: 'mfa' };
  if ((what === 'phone' || what === 'email') && answers.self === 'yes') return { way: 'self', place: what };
  if (questions(answers).some((question) => answers[question] === null)) return null;
  const kind = kindOf(answers, what);
  return {
    way: 'ticket',
    kind,
    fromAccount: answers.other === 'yes',
    hold: isGuarded(kind) ? (answers.reach === 'yes' ? 'Short' : 'Long') : null,
    documents: documentsOf[kind],
    asQuestion: kind === 'question' && what !== 'question',
  };
}

function kindOf(answers: Answers, what: What): TicketKind {
  const company = answers.whose === 'yes';
  if (what === 'phone') {
    if (answers.verified === 'no') return 'phone-change-unverified';
    return company ? 'phone-change-enterprise' : 'phone-change-individual';
  }
  // Where nothing is on file there is nothing to compare with: the center refuses these for an unverified account.
  if (answers.verified === 'no') return 'question';
  if (what === 'mfa') return company ? 'mfa-unbinding-enterprise' : 'mfa-unbinding-individual';
  return what === 'email' ? 'account-email-change' : 'question';
}
