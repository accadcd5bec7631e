/** Tickets of the sample scene, one in nearly every state, and what stands in the reviewers' queue. */
import type { Statement } from '../tickets';
import { DAY, HOUR, type StoredTicket, type TicketStore } from './ticket-store';

export const LENA = 1028471906;

const company: Statement = {
  kind: 'mfa-unbinding-enterprise',
  login_email: 'office@dongfang-bearings.example',
  company_name: 'Ningbo Dongfang Bearings Co., Ltd. 宁波东方轴承有限公司',
  company_id: '91330206MA2AHK7T5X',
  applicant_name: 'Wu Min 吴敏',
  applicant_document_number: '330206198703142284',
  current_phone: '+8657455570142',
};

const person = (part: object): Statement =>
  ({
    kind: 'mfa-unbinding-individual',
    login_email: 'lena.hofmann@example.org',
    name: 'Lena Hofmann',
    document_number: 'C01X00T47',
    current_phone: '+4915155570142',
    ...part,
  }) as Statement;

export function fillTickets(store: TicketStore): void {
  const now = store.seconds;
  const at = (ago: number) => now - ago;

  // Of the signed-in account.
  const old = store.begin(
    {
      kind: 'account-email-change',
      login_email: 'l.hofmann@old.example',
      name: 'Lena Hofmann',
      document_number: 'C01X00T47',
      new_email: 'lena.hofmann@example.org',
    },
    LENA,
    at(54 * DAY),
  );
  history(store, old, [
    ['submitted', 'applicant', 54 * DAY - 900],
    ['first-approval', 'staff', 53 * DAY],
    ['second-approval', 'staff', 53 * DAY - 7 * HOUR],
    ['hold', 'center', 53 * DAY - 7 * HOUR],
    ['executed', 'center', 50 * DAY - 7 * HOUR],
  ]);

  const asked = store.begin(
    { kind: 'question', subject: 'Invoice for October', text: 'Where do I find it?' },
    LENA,
    at(9 * DAY),
  );
  history(store, asked, [
    ['submitted', 'applicant', 9 * DAY - 300],
    ['executed', 'staff', 8 * DAY, 'Invoices are in the portal under Billing, from the third working day on.'],
  ]);

  const verify = store.begin(
    {
      kind: 'identity-verification-individual',
      name: 'Lena Hofmann',
      document_type: 'id-card',
      document_number: 'C01X00T47',
    },
    LENA,
    at(3 * DAY),
  );
  store.addDocument(verify, 'holding-document-front', 912_331);
  store.addDocument(verify, 'holding-document-back', 877_102);
  history(store, verify, [
    ['submitted', 'applicant', 3 * DAY - 600],
    [
      'more-information',
      'staff',
      DAY,
      'The back is blurred: the number cannot be read. Photograph it again in daylight.',
    ],
  ]);

  const held = store.begin(person({ kind: 'phone-change-individual', new_phone: '+4915155570199' }), LENA, at(5 * DAY));
  delete (held.ticket.statement as Record<string, unknown>).current_phone;
  held.ticket.contact_proven = true;
  store.addDocument(held, 'holding-document-front', 1_024_331);
  store.addDocument(held, 'holding-document-back', 998_870);
  history(store, held, [
    ['submitted', 'applicant', 5 * DAY - 1200],
    ['more-information', 'staff', 4 * DAY, 'The front is cut off at the lower edge.'],
    ['submitted', 'applicant', 4 * DAY - 5 * HOUR],
    ['first-approval', 'staff', 2 * DAY],
    ['second-approval', 'staff', DAY - HOUR],
    ['hold', 'center', DAY - HOUR],
  ]);

  // Of others: what the desk sees.
  const second = store.begin(company, null, at(8 * HOUR));
  store.addDocument(second, 'business-license', 1_402_110);
  history(store, second, [
    ['submitted', 'applicant', 7 * HOUR],
    [
      'first-approval',
      'staff',
      6 * HOUR,
      'One digit of the company ID mistyped; the license shows the right one.',
      'r-07',
    ],
  ]);
  second.firstReviewer = 'r-07';
  second.marks.set('company-id', { by: 'r-07', confirmed: false });
  second.marks.set('current-phone', { by: 'r-07', confirmed: true });

  const mixed = store.begin(person({ name: 'Lena Hoffmann', current_phone: '+4915155570142' }), null, at(5 * HOUR));
  history(store, mixed, [['submitted', 'applicant', 4 * HOUR]]);

  const contested = store.begin(
    {
      kind: 'phone-change-enterprise',
      login_email: 'office@dongfang-bearings.example',
      company_name: 'Ningbo Dongfang Bearings Co., Ltd. 宁波东方轴承有限公司',
      company_id: '91330206MA2AHK7T6X',
      representative_name: 'Wu Min 吴敏',
      representative_document_number: '330206198703142284',
      new_phone: '+8613905740001',
    },
    null,
    at(6 * DAY),
  );
  contested.ticket.contact_proven = true;
  store.addDocument(contested, 'business-license', 1_200_000, true);
  store.addDocument(contested, 'representative-id-front', 800_000, true);
  store.addDocument(contested, 'representative-id-back', 780_000, true);
  history(store, contested, [
    ['submitted', 'applicant', 6 * DAY - 700],
    ['first-approval', 'staff', 5 * DAY, 'All the same.', 'r-11'],
    ['second-approval', 'staff', 4 * DAY, 'All the same.', 'r-07'],
    ['hold', 'center', 4 * DAY],
    ['contested', 'objector', 3 * HOUR, 'I am the legal representative and have filed nothing.'],
  ]);

  const identity = store.begin(
    {
      kind: 'identity-verification-enterprise',
      company_name: 'Hafenbetriebe Unterelbe GmbH',
      company_id: 'HRB 118204',
      representative_name: 'Aleksandra Nowakowska-Brzęczyszczykiewicz',
      representative_document_number: 'ZZ 4417720',
    },
    1028470001,
    at(3 * HOUR),
  );
  store.addDocument(identity, 'business-license', 2_100_220);
  store.addDocument(identity, 'representative-id-front', 911_000);
  store.addDocument(identity, 'representative-id-back', 905_000);
  history(store, identity, [['submitted', 'applicant', 2 * HOUR]]);

  for (let n = 0; n < 22; n++) {
    const question = store.begin(
      { kind: 'question', subject: `Question ${n + 1}`, text: 'Which plans include hardware tokens?' },
      null,
      at(100 * 60 - n * 240),
    );
    history(store, question, [['submitted', 'applicant', 95 * 60 - n * 240]]);
  }
}

type Step = [
  to: Parameters<TicketStore['move']>[1],
  by: 'applicant' | 'staff' | 'objector' | 'center',
  ago: number,
  reason?: string,
  staff?: string,
];

function history(store: TicketStore, row: StoredTicket, steps: Step[]): void {
  for (const [to, by, ago, reason, staff] of steps)
    store.move(row, to, by, {
      at: store.seconds - ago,
      ...(reason === undefined ? {} : { reason }),
      ...(staff === undefined ? {} : { staff }),
    });
}
