import type { ContactKind } from '../../backend';

/** Where the guide to tickets begins for whom a contact is gone: what happened is known. */
export const guideFor: Record<ContactKind, string> = {
  'secure-phone': 'guide:phone',
  'account-email': 'guide:email',
  'security-email': 'guide',
};
