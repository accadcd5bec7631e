/** The account itself: overview, information, security settings, MFA devices, members. */
export const accountWords = {
  account: {
    id: 'ID {{id}}',
    kinds: { individual: 'Individual', enterprise: 'Enterprise' },
  },
  members: { accept: 'Take an invitation' },
};
